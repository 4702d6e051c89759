"""Tables of Markdown on a screen: long cells are folded, and none is cut.

Imported only to draw, because Rich takes 60 to 120 ms to import.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

from rich import markdown
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, JustifyMethod, RenderResult
from rich.segment import Segment
from rich.text import Span, Text

from cohere_cli.render.links import find_urls
from cohere_cli.render.rich_rows import WholeUrls, room_of

# Columns: a column of a table is at least as wide as its longest word up to this.
_LEAST_COLUMN = 12
_GAP = 2  # between columns; one more on each side
_BETWEEN, _EDGE = Segment(" " * _GAP), Segment(" ")
# As many as the live rows, twice: those of the last frame are in the next one, too.
_KEPT = 32


class FoldedTable(markdown.TableElement):
    """A table that folds long cells; its rows are `header: value` if it is too wide."""

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> RenderResult:
        rows = [row.cells for row in self.body.rows] if self.body else []
        head = self.header.row.cells if self.header and self.header.row else []
        header = [cell.content for cell in head]
        yield CellTable([header, *([cell.content for cell in row] for row in rows)])


class CellTable:
    """The cells of a table, row by row, the header first; drawn as `FoldedTable`."""

    def __init__(self, table: Sequence[list[Text]]) -> None:
        self._table = table

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> RenderResult:
        widths = _column_widths(self._table, room_of(console, options))
        if widths is None:
            yield from _records(self._table)
        else:
            yield from _grid(self._table, tuple(widths), console)


def _column_widths(table: Sequence[list[Text]], width: int) -> list[int] | None:
    """Return the widths of the columns of *table*, or None if they do not fit."""
    columns = [[cell.plain for cell in column] for column in zip(*table, strict=True)]
    room = width - _GAP * len(columns)
    whole = [max(map(_whole_width, column)) for column in columns]
    if sum(whole) <= room:
        return whole
    least = [max(map(_least_width, column)) for column in columns]
    if sum(least) > room:
        return None
    caps = range(max(whole), 0, -1)
    capped = (
        [max(most, min(cap, full)) for most, full in zip(least, whole, strict=True)]
        for cap in caps
    )
    return next((fitting for fitting in capped if sum(fitting) <= room), least)


def _whole_width(cell: str) -> int:
    """Return the columns of the longest line of *cell*."""
    return max(map(cell_len, cell.split("\n")))


def _least_width(cell: str) -> int:
    """Return the columns that *cell* needs: those of a URL, or of most words."""
    words = (cell_len(word) for word in cell.split())
    urls = (cell_len(cell[start:end]) for start, end in find_urls(cell))
    return max(min(max(words, default=0), _LEAST_COLUMN), max(urls, default=0))


class _Cell(NamedTuple):
    """A cell that can be looked up, with Rich's styles of its parts."""

    text: str
    spans: tuple[Span, ...]
    justify: JustifyMethod | None


_Lines = list[list[Segment]]


def _grid(
    table: Sequence[list[Text]], widths: tuple[int, ...], console: Console
) -> Iterator[Segment]:
    """Yield the header, a rule and the rows between blank lines.

    Not by Rich, which lays out the whole table for each new row.
    """
    header, *rows = table
    heads = [cell.copy() for cell in header]
    for cell in heads:
        cell.stylize("markdown.table.header")
    rule = "─" * (sum(widths) + _GAP * (len(widths) - 1))
    yield Segment.line()
    yield from _row(heads, widths, console, is_head=True)
    yield Segment(f" {rule}", console.get_style("markdown.table.border"))
    yield Segment.line()
    for row in rows:
        yield from _row(row, widths, console)
    yield Segment.line()


def _row(
    row: list[Text], widths: tuple[int, ...], console: Console, *, is_head: bool = False
) -> Iterator[Segment]:
    cells = tuple(_Cell(one.plain, tuple(one.spans), one.justify) for one in row)
    for line in _row_lines(cells, widths, console, is_head=is_head):
        yield from line
        yield Segment.line()


@lru_cache(_KEPT)
def _row_lines(
    cells: tuple[_Cell, ...],
    widths: tuple[int, ...],
    console: Console,
    *,
    is_head: bool,
) -> _Lines:
    """Return the lines of a row, as many as its longest cell has; a head ends alike."""
    columns = [
        _folded(cell, width, console) for cell, width in zip(cells, widths, strict=True)
    ]
    if is_head:
        most = max(map(len, columns))
        columns = [[[]] * (most - len(column)) + column for column in columns]
    blanks = [[Segment(" " * width)] for width in widths]
    return [
        [_EDGE, *_joined(one or blank for one, blank in zip(line, blanks, strict=True))]
        for line in zip_longest(*columns)
    ]


def _folded(cell: _Cell, width: int, console: Console) -> _Lines:
    """Return the lines of *cell*, each of them *width* columns wide."""
    text = Text(cell.text, spans=[*cell.spans], justify=cell.justify)
    lines = text.wrap(console, width, justify=cell.justify or "left", overflow="fold")
    return [
        Segment.adjust_line_length(list(line.render(console)), width) for line in lines
    ]


def _joined(columns: Iterator[list[Segment]]) -> Iterator[Segment]:
    for at, column in enumerate(columns):
        if at:
            yield _BETWEEN
        yield from column


def _records(table: Sequence[list[Text]]) -> RenderResult:
    """Yield each row as lines of `header: value`, with a blank line between rows."""
    header, *rows = table
    for at, row in enumerate(rows or [[Text()] * len(header)]):
        if at:
            yield Text()
        for name, cell in zip(header, row, strict=True):
            label = Text(f"{name.plain}: " if name.plain else "", "bold")
            yield WholeUrls(label + cell)
