"""A passage on a screen: path, lines and score, then its lines from the best one on.

Imported only to draw.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from pygments.lexers import find_lexer_class_for_filename  # type: ignore[import-untyped]
from rich.style import Style
from rich.syntax import Syntax

from cohere_cli.api.protocol.events import Source
from cohere_cli.render.links import LinkResolver
from cohere_cli.render.live.code import Highlighter, Token
from cohere_cli.render.live.rich_markdown import THEME
from cohere_cli.render.markdown.blocks import Fence
from cohere_cli.render.rich_rows import RowRenderer
from cohere_cli.render.tables.excerpt import QueryWords, excerpt
from cohere_cli.render.tables.passage import RankedPassage
from cohere_cli.render.tables.record import score_text
from cohere_cli.render.widths import display_width
from cohere_cli.terminal import Terminal, clean, clean_line
from cohere_cli.text import shown_source

Pieces = Iterable[tuple[str, Style | None]]

MARK = Style(bold=True, underline=True)
"""The style of a word that was searched for."""

_NUMBER = Style(dim=True)
_PLACE, _SCORE = Style(bold=True), Style(dim=True)
# Rows of the screen that a line fills at most.
_ROWS = 3


class PassageView:
    """Draws passages for one terminal; words of *query* are marked, code is coloured.

    Without colours, lines are text alone.
    """

    def __init__(self, terminal: Terminal, query: str) -> None:
        self._rows = RowRenderer(terminal)
        self._links = LinkResolver(terminal)
        self._words = QueryWords(query)
        self._theme = Syntax.get_theme(THEME)
        self._is_styled = terminal.can_style
        self._width = terminal.fitted_width

    def lines(self, passage: RankedPassage, before: int, after: int) -> Iterator[str]:
        """Yield the rows of *passage*: its heading, and lines around its best one."""
        yield self._heading(passage)
        shown = passage.lines(before, after)
        gutter = len(str(shown[-1][0])) if shown and passage.has_lines else 0
        for number, pieces in self._coloured(passage, shown):
            label = f"{number:>{gutter}}  " if gutter else "  "
            for row in self._fitted(pieces, len(label)):
                yield self._row([(label, _NUMBER), *row])
                label = " " * len(label)

    def _heading(self, passage: RankedPassage) -> str:
        place = clean_line(passage.document.id)
        target = self._links.of(
            Source({"id": passage.document.id, "path": shown_source(passage.source)})
        )
        style = _PLACE.update_link(target.uri) if target else _PLACE
        return self._row([(place, style), (f"  {score_text(passage.score)}", _SCORE)])

    def _coloured(
        self, passage: RankedPassage, shown: list[tuple[int, str]]
    ) -> Iterator[tuple[int, Pieces]]:
        """Yield the numbers of the *shown* lines with their pieces.

        The lines before them are read, too: they may open a string or a comment.
        """
        language = _language(passage.source) if self._is_styled else ""
        if not (language and passage.has_lines):
            for number, text in shown:
                yield number, [(clean(text.expandtabs(4)), None)]
            return
        highlighter = Highlighter(Fence("```", language))
        highlighter.fence.lines += passage.text.split("\n")
        for number, text in shown:
            tokens = highlighter.line(number - passage.first, text)
            yield number, [*map(self._styled, tokens)]

    def _styled(self, token: Token) -> tuple[str, Style | None]:
        kind, text = token
        return text, self._theme.get_style_for_token(kind)

    def _fitted(self, pieces: Pieces, used: int) -> Iterator[Pieces]:
        """Yield the rows of a line, the words of the query marked.

        A line that would fill more than three rows becomes an excerpt.
        """
        pieces = list(pieces)
        text = "".join(piece for piece, _ in pieces)
        room = None if self._width is None else max(self._width - used, 1)
        if room and display_width(text) > room * _ROWS:
            text = excerpt(text, self._words, room * _ROWS - 1, display_width)
            pieces = [(text, None)]
        if self._is_styled:
            pieces = [one for piece in pieces for one in self._marked(*piece)]
        rows = wrapped(text, room) if room else [text]
        yield from divided(pieces, [len(row) for row in rows])

    def _marked(self, text: str, style: Style | None) -> Pieces:
        for piece, is_match in self._words.pieces(text):
            yield piece, (style or Style()) + MARK if is_match else style

    def _row(self, pieces: Pieces) -> str:
        if not self._is_styled:
            return "".join(text for text, _ in pieces).rstrip()
        return self._rows.row(pieces)


def _language(path: str) -> str:
    """Return the name of the language of a file, "" if its name tells none."""
    found = find_lexer_class_for_filename(path)
    return str(found.aliases[0]) if found and found.aliases else ""


def wrapped(text: str, room: int) -> list[str]:
    """Return *text* in rows of at most *room* columns, divided after blanks if it can.

    Joined, the rows are the text.
    """
    rows = [""]
    for word in re.findall(r"\s*\S+\s*|\s+", text):
        if display_width(f"{rows[-1]}{word}".rstrip()) <= room:
            rows[-1] += word
            continue
        if rows[-1]:
            rows.append("")
        for character in word:
            if rows[-1] and display_width(f"{rows[-1]}{character}".rstrip()) > room:
                rows.append("")
            rows[-1] += character
    return rows


def divided(
    pieces: Sequence[tuple[str, Style | None]], lengths: Iterable[int]
) -> Iterator[Pieces]:
    """Yield *pieces* in rows of so many characters."""
    rest = list(pieces)
    for length in lengths:
        row: list[tuple[str, Style | None]] = []
        room = length
        while room and rest:
            text, style = rest.pop(0)
            if len(text) > room:
                rest.insert(0, (text[room:], style))
                text = text[:room]
            row.append((text, style))
            room -= len(text)
        yield row
