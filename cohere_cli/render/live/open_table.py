"""A table that is still arriving: each of its rows is parsed once, not in each frame.

Imported only to draw, because Rich takes 60 to 120 ms to import.
"""

from typing import ClassVar

from markdown_it.token import Token
from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import Markdown, TableElement
from rich.text import Text

from cohere_cli.render.live.rich_markdown import RichMarkdown
from cohere_cli.render.live.table import CellTable
from cohere_cli.render.rich_rows import RowRenderer

_HEAD_LINES = 2
_ANY_WIDTH = 80
# Characters: it is parsed with each row. So few cells are never too many for a table.
_LONGEST_HEAD = 1_000


_Row = tuple[list[Text], list[Text]]
"""The cells of the header, and those of one row below it."""


class OpenTable:
    """Draws the last lines of a table as often as one arrives."""

    def __init__(self, renderer: RowRenderer, *, raised: bool, linked: bool) -> None:
        self._renderer = renderer
        self._page = _CellPage(raised=raised, linked=linked)
        self._seen: dict[str, _Row] = {}  # by source, of the last frame

    def rows(self, source: str, width: int) -> list[str] | None:
        """Draw *source*, whose first two lines are the header; None if it is no table.

        They are the rows of the whole, because a table is read line by line.
        """
        head, sources = _split(source)
        if not sources or len(head) > _LONGEST_HEAD:
            return None
        read: dict[str, _Row] = {}
        for one in sources:
            row = self._seen.get(one) or self._read(one)
            if row is None:
                return None
            read[one] = row
        self._seen = read
        header, _ = read[sources[0]]
        table = CellTable([header, *(read[one][1] for one in sources)])
        return self._renderer.rows(table, width, cut=True)

    def _read(self, source: str) -> _Row | None:
        """Return the cells of a header and one row, None if it is something else."""
        page = self._page.of(source)
        if not page.is_one_row:
            return None
        self._renderer.rows(page, _ANY_WIDTH, cut=True)
        header, row = page.cells
        return header, row


def _split(source: str) -> tuple[str, list[str]]:
    """Return the header of *source*, and the header with each line below it."""
    lines = source.rstrip("\n").split("\n")
    head = "\n".join(lines[:_HEAD_LINES])
    return head, [f"{head}\n{line}" for line in lines[_HEAD_LINES:]]


class _Cells(TableElement):
    """A table that leaves its cells on its page instead of being drawn."""

    page: "_CellPage"

    @classmethod
    def create(cls, markdown: Markdown, token: Token) -> "_Cells":  # noqa: ARG003 - of Rich
        element = cls()
        if isinstance(markdown, _CellPage):
            element.page = markdown
        return element

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> RenderResult:
        head = self.header.row if self.header else None
        rows = [head, *(self.body.rows if self.body else ())]
        self.page.cells = [[cell.content for cell in row.cells] for row in rows if row]
        return ()


class _CellPage(RichMarkdown):
    """Markdown that is read for the `cells` of its table."""

    elements: ClassVar = {**RichMarkdown.elements, "table_open": _Cells}
    cells: list[list[Text]]

    @property
    def is_one_row(self) -> bool:
        """Whether it is a table with one row, and nothing else."""
        kinds = [token.type for token in self.parsed]
        return (
            kinds[:1] == ["table_open"]
            and kinds[-1:] == ["table_close"]
            and kinds.count("table_open") == 1
            and kinds.count("tr_open") == _HEAD_LINES
        )
