"""The appearance of each part of a reply: turns blocks into terminal rows.

Imported only to draw, because Rich takes 60 to 120 ms to import.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from rich.style import Style
from rich.syntax import Syntax
from rich.text import Text

from cohere_cli.render.links import LinkTarget, supports_links
from cohere_cli.render.live.code import Highlighter
from cohere_cli.render.live.logprobs import PROBABILITY_STEPS, probability_step
from cohere_cli.render.live.open_table import OpenTable
from cohere_cli.render.live.rich_markdown import THEME, RichMarkdown
from cohere_cli.render.markdown.blocks import Block, Fence
from cohere_cli.render.markdown.citations import (
    Mark,
    citation_sign,
    insert_signs,
    marker_line,
    place_markers,
    supports_superscript,
)
from cohere_cli.render.markdown.parser import join_lines
from cohere_cli.render.rich_rows import RowRenderer
from cohere_cli.render.sources import ListedSource
from cohere_cli.render.widths import display_width
from cohere_cli.terminal import Terminal, clean, clean_line
from cohere_cli.text import plural

# From the most to the least likely. The last two are visible without colours, too.
_STYLES = (
    "green",
    "chartreuse3",
    "yellow",
    "dark_orange underline",
    "red reverse",
)


_ARROW, _NAME = Style(color="cyan"), Style(bold=True)
_QUOTES = Style(dim=True)
Piece = tuple[str, Style | None]
# A line that Markdown shows as it is.
_PLAIN = re.compile(r"[A-Za-z]+[,.:;?!]?(?: [A-Za-z0-9]+[,.:;?!]?)*[ \n]*")
# Characters of one column each: ASCII, Latin letters, and the signs drawn around them.
_NARROW = re.compile("[ -~\u00b7\u00c0-\u024f\u2013-\u2026\u2192]*")


class Painter:
    """Renders the parts of a reply as rows for one terminal."""

    def __init__(self, terminal: Terminal) -> None:
        self._row_renderer = RowRenderer(terminal)
        self._raised = supports_superscript(terminal)
        linked = supports_links(terminal)
        self._page = RichMarkdown(raised=self._raised, linked=linked)
        self._table = OpenTable(self._row_renderer, raised=self._raised, linked=linked)
        self._theme = Syntax.get_theme(THEME)
        self._highlight = Highlighter(Fence("```"))

    def answer(
        self, block: Block, marks: Sequence[Mark], width: int, *, cut: bool = False
    ) -> list[str]:
        """Render a block of the answer; *cut* truncates rows at *width*.

        Without *cut*, lines of code are not wrapped, so that they can be copied.
        """
        most = width if cut else None
        match block.kind:
            case "code line":
                return [self._row_renderer.row(self._highlighted(block), most)]
            case "code":
                code = [
                    self._row_renderer.row([(line, None)], most)
                    for line in _unindented_lines(block)
                ]
                return code + self.markdown(marker_line(marks), width)
            case "fence":
                return self.markdown(marker_line(marks), width)
            case "text" | "item" | "line":
                return self._cited(block, marks, width, cut=cut)

    def _cited(
        self, block: Block, marks: Sequence[Mark], width: int, *, cut: bool
    ) -> list[str]:
        """Render text with its citation markers; those that do not fit go below it."""
        text = f"{block.header}{block.text}"
        if not marks and len(text) <= width and _PLAIN.fullmatch(text):
            return [text.rstrip()]
        moved = [(end + len(block.header), numbers) for end, numbers in marks]
        source, unplaced = place_markers(text, moved, self._page.parse)
        below = self.markdown(marker_line(unplaced), width) if unplaced else []
        is_open_table = cut and (block.head or block.header)
        rows = self._table.rows(source, width) if is_open_table else None
        if rows is None:
            return self.markdown(source, width, cut=cut) + below
        return _without_blank_edges(rows) + below

    def _highlighted(self, block: Block) -> Iterator[tuple[str, Style | None]]:
        """Yield the tokens of a line of fenced code, each with its style."""
        if block.fence and block.fence is not self._highlight.fence:
            self._highlight = Highlighter(block.fence)
        for kind, piece in self._highlight.line(block.line, block.text):
            yield piece, self._theme.get_style_for_token(kind)

    def markdown(self, source: str, width: int, *, cut: bool = False) -> list[str]:
        """Render *source*, already cleaned, without leading or trailing blank rows."""
        page = self._page.of(join_lines(source))
        return _without_blank_edges(self._row_renderer.rows(page, width, cut=cut))

    def title(self, name: str) -> list[str]:
        """Render the heading of thinking, a plan or the sources."""
        return [self._row_renderer.styled(name, "bold dim")]

    def collapsed_thinking(self, words: int) -> list[str]:
        """Render the line that replaces complete thinking."""
        return [
            self._row_renderer.styled(
                f"thinking: {plural(words, 'word')}", "dim italic"
            )
        ]

    def quoted(
        self, text: str, marks: Sequence[Mark], width: int, *, cut: bool = False
    ) -> list[str]:
        """Render thinking or a plan, with a bar that sets it apart from the answer."""
        bar = self._row_renderer.styled("│ ", "dim")
        signed = insert_signs(text.rstrip(), marks, raised=self._raised)
        drawn = self._row_renderer.rows(Text(signed, "dim italic"), width - 2, cut=cut)
        return [f"{bar}{row}" for row in drawn]

    def call(self, name: str, arguments: str, width: int, *, done: bool) -> list[str]:
        """Render a tool call; if *done*, its arguments are formatted."""
        shown = arguments.strip()
        if done:
            shown = _format_arguments(shown, width - display_width(name) - len("→ ()"))
        pieces = [
            ("→ ", _ARROW),
            (clean_line(name), _NAME),
            (f"({clean(shown)})", None),
        ]
        return self._rows(pieces, width, cut=not done)

    def _rows(
        self, pieces: Sequence[Piece], width: int, *, cut: bool = False
    ) -> list[str]:
        """Render *pieces*; most are short, and need no wrapping."""
        if _fits("".join(text for text, _ in pieces), width):
            return [self._row_renderer.row(pieces)]
        texts = ((text, style or "") for text, style in pieces)
        text = Text.assemble(*texts, overflow="fold")
        return self._row_renderer.rows(text, width, cut=cut)

    def token(self, text: str, likely: float | None) -> str:
        """Render a token, already cleaned, in the colour of its probability."""
        if likely is None:
            return text
        style = _STYLES[probability_step(likely)]
        # Newlines are not styled, because they would colour the rest of the row.
        return "\n".join(
            self._row_renderer.styled(line, style) for line in text.split("\n")
        )

    def legend(self) -> str:
        """Render the legend of the probability colours."""
        names = [f"≥ {least:.0%}" for least in PROBABILITY_STEPS] + [
            f"< {PROBABILITY_STEPS[-1]:.0%}"
        ]
        drawn = map(self._row_renderer.styled, names, _STYLES)
        return "  ".join(
            [self._row_renderer.styled("token probability", "bold dim"), *drawn]
        )

    def sources(
        self,
        sources: Sequence[ListedSource],
        width: int,
        links: Mapping[int, LinkTarget | None],
    ) -> list[str]:
        """Render the list of cited sources, each with the spans that cite it.

        *links* maps source numbers to link targets.
        """
        return self.title("Sources") + [
            row
            for source in sources
            for row in self._source(source, width, links.get(source.number))
        ]

    def _source(
        self, source: ListedSource, width: int, link: LinkTarget | None
    ) -> list[str]:
        number = f"{citation_sign([source.number], raised=self._raised)} "
        pieces = [
            _title_link(source.title, link),
            (f"  {clean_line(source.quotes)}", _QUOTES),
        ]
        first, *others = self._rows(pieces, max(width - display_width(number), 1))
        blank = " " * display_width(number)
        return [
            self._row_renderer.styled(number, "bold cyan") + first,
            *(f"{blank}{row}" for row in others),
        ]


def _title_link(title: str, link: LinkTarget | None) -> Piece:
    """Return *title* as a link, followed by the host or file that it points to."""
    if link is None:
        return clean_line(title), None
    has_place = link.is_file and link.place in title
    label = title if has_place else f"{title} ({link.place})"
    return clean_line(label), Style(link=link.uri)


def _fits(text: str, width: int) -> bool:
    """Whether *text* is a row as it is: without wide characters and addresses."""
    return len(text) <= width and bool(_NARROW.fullmatch(text)) and "://" not in text


def _unindented_lines(block: Block) -> Iterator[str]:
    """Yield the lines of an indented code block, without the indentation."""
    for line in block.text.expandtabs(4).rstrip().split("\n"):
        yield clean(line[4:])


def is_json(text: str) -> bool:
    """Whether *text* is whole: the arguments of a call arrive in pieces."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _format_arguments(arguments: str, width: int) -> str:
    """Return a call's arguments as `name=value` pairs, where these say the same."""
    from cohere_cli.render.tables.tool_calls import argument_pairs

    pairs = argument_pairs(arguments)
    if pairs is None:
        return arguments
    line = ", ".join(pairs)
    return line if display_width(line) <= width else _one_per_line(pairs)


def _one_per_line(pairs: Sequence[str]) -> str:
    lines = "".join(f"    {pair},\n" for pair in pairs)
    return f"\n{lines}"


def _without_blank_edges(rows: list[str]) -> list[str]:
    """Drop leading and trailing blank rows."""
    drawn = [at for at, row in enumerate(rows) if row]
    return rows[drawn[0] : drawn[-1] + 1] if drawn else []
