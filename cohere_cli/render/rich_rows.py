"""Converts Rich's renderables to rows of text, with safe escape sequences only.

Imported only where something is drawn: Rich takes 60 to 120 ms to import.
"""

import io
from collections.abc import Iterable, Iterator
from operator import itemgetter

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from rich.theme import Theme

from cohere_cli.characters.cleaner import clean_controls
from cohere_cli.render.links import find_urls, supports_links, web_target
from cohere_cli.render.markdown.citations import SIGN_PATTERN
from cohere_cli.render.widths import with_stand_ins, without_stand_ins
from cohere_cli.terminal import Terminal

# Rich's own theme gives code a black background, which copies and prints badly.
_THEME = Theme(
    {
        "markdown.code": "cyan",
        "markdown.code_block": "none",
        "markdown.h1": "bold underline",
        "markdown.h2": "bold",
        "markdown.h3": "bold italic",
        "markdown.h4": "italic",
        "markdown.block_quote": "none",
        "markdown.table.border": "dim",
        "markdown.table.header": "bold",
        "markdown.link": "underline",
        "markdown.link_url": "none",
        "markdown.url": "dim",
        "markdown.item.bullet": "bold",
        "markdown.item.number": "bold",
    }
)
# Columns of a row that the terminal itself wraps; Rich pads rows to this width.
_UNBOUNDED = 100_000
_CITATION_STYLE = Style(color="cyan", bold=True)


class RowRenderer:
    """Draws for one terminal, with the colours that it supports."""

    def __init__(self, terminal: Terminal) -> None:
        self._colour = terminal.has_colour
        self._colours = _colours(terminal)
        self._excess = 0 if terminal.wraps else _UNBOUNDED
        console = _LinkingConsole if supports_links(terminal) else _Console
        self._console = console(
            file=io.StringIO(),
            force_terminal=True,
            color_system="truecolor",
            width=80,
            height=24,
            legacy_windows=False,
            theme=_THEME,
            markup=False,
            highlight=False,
            emoji=False,
        )

    def rows(
        self, renderable: RenderableType, width: int, *, cut: bool = False
    ) -> list[str]:
        """Draw *renderable* in *width* columns, without trailing blanks.

        Without *cut*, a row that is a long URL is wider, so that it can be copied, and
        with `--width 0` each paragraph is a row.
        """
        self._console.excess = excess = 0 if cut else self._excess
        options = self._console.options.update_width(width + excess)
        if isinstance(renderable, Text):
            renderable.plain = with_stand_ins(renderable.plain)
            renderable = WholeUrls(renderable)
        lines = self._console.render_lines(renderable, options, pad=False)
        if not any(_PLACEHOLDER in map(_text_of, line) for line in lines):
            return list(map(self._row, lines))
        most = width if cut else None
        return [self.row(_with_urls(line), most) for line in lines]

    def row(
        self, pieces: Iterable[tuple[str, Style | None]], width: int | None = None
    ) -> str:
        """Draw *pieces* as one row, cut at *width* columns if that is given."""
        segments = [Segment(with_stand_ins(text), style) for text, style in pieces]
        if width is not None:
            segments = Segment.adjust_line_length(segments, width, pad=False)
        return self._row(segments)

    def styled(self, text: str, style: str) -> str:
        """Return *text*, already cleaned, in a style named as in Rich: `bold cyan`."""
        return self._render(text, self._console.get_style(style))

    def _row(self, segments: Iterable[Segment]) -> str:
        parts = [
            (piece, style)
            for text, style, control in segments
            if not control
            for piece, style in _split_citation_marks(text, style)
        ]
        while parts and not (stripped := parts[-1][0].rstrip()):
            parts.pop()
        if parts:
            parts[-1] = (stripped, parts[-1][1])
        return "".join(self._render(text, style) for text, style in parts)

    def _render(self, text: str, style: Style | None) -> str:
        # Whoever drew it has cleaned it, in its context, which is not known here.
        text = clean_controls(without_stand_ins(text))
        if not text or style is None or not style:
            return text
        link = style.link
        if link:  # Rich would give each a random id
            style = style.update_link(None)
        if not self._colour:
            style = style.without_color
        drawn = style.render(text, color_system=self._colours)
        return f"\x1b]8;;{link}\x1b\\{drawn}\x1b]8;;\x1b\\" if link else drawn


class _Console(Console):
    """A console; `excess` is how far rows may be wider than what they are shown on."""

    excess = 0


class _LinkingConsole(_Console):
    """The console of a terminal that supports links."""


def room_of(console: Console, options: ConsoleOptions) -> int:
    """Return the columns for what cannot be wrapped later, such as a table."""
    excess = console.excess if isinstance(console, _Console) else 0
    return options.max_width - excess


_text_of = itemgetter(0)  # of a segment
# Stands for a URL of any length, because Rich crops rows.
_PLACEHOLDER = "\ufffc"


class WholeUrls:
    """Text whose URLs are links; without links, a long URL is a line of its own.

    A line break inside a URL would make it useless for opening and copying.
    """

    def __init__(self, text: Text) -> None:
        self._text = text

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> RenderResult:
        urls = list(find_urls(self._text.plain))
        if urls and isinstance(console, _LinkingConsole):
            yield self._linked(urls)
        elif urls:
            yield from self._split(urls, console, options.max_width)
        else:
            yield self._text

    def _linked(self, urls: Iterable[tuple[int, int]]) -> Text:
        text = self._text.copy()
        for start, end in urls:
            if target := web_target(text.plain[start:end]):
                text.stylize(Style(link=target.uri), start, end)
        return text

    def _split(
        self, urls: Iterable[tuple[int, int]], console: Console, width: int
    ) -> Iterator[Text]:
        text, done = self._text, 0
        for start, end in urls:
            if _word_width(text.plain, start, end) <= width:
                continue
            around = text.plain[max(start - 1, 0) : start], text.plain[end : end + 1]
            # A line of its own needs no brackets.
            edge = int(around == ("(", ")"))
            yield from _stripped(text[done : start - edge])
            style = text.get_style_at_offset(console, start)
            style += Style(meta={"url": text.plain[start:end]})
            yield Text(_PLACEHOLDER, style)
            done = end + edge
        yield from _stripped(text[done:]) if done else [text]


def _word_width(text: str, start: int, end: int) -> int:
    """Return the width of *start* to *end* and the characters up to the next blanks."""
    before, after = text[:start], text[end:]
    left = "" if before[-1:].isspace() else "".join(before.split()[-1:])
    right = "" if after[:1].isspace() else "".join(after.split(maxsplit=1)[:1])
    return cell_len(left + text[start:end] + right)


def _stripped(text: Text) -> Iterator[Text]:
    """Yield *text* without blanks at its ends, if any text is left."""
    words = text.plain.strip()
    if words:
        start = text.plain.index(words)
        yield text[start : start + len(words)]


def _with_urls(line: Iterable[Segment]) -> Iterator[tuple[str, Style | None]]:
    """Yield the pieces of *line*, with URLs in place of placeholders."""
    for text, style, control in line:
        if not control:
            meta = style.meta if style and text == _PLACEHOLDER else {}
            yield str(meta.get("url", text)), style


def _split_citation_marks(
    text: str, style: Style | None
) -> Iterable[tuple[str, Style | None]]:
    """Cut *text* at the signs of citations, which have a style of their own."""
    for at, piece in enumerate(SIGN_PATTERN.split(text)):
        if piece:
            yield (
                (piece.replace("\u2060", ""), _CITATION_STYLE)
                if at % 2
                else (piece, style)
            )


def _colours(terminal: Terminal) -> ColorSystem:
    if terminal.environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return ColorSystem.TRUECOLOR
    if "256color" in terminal.environ.get("TERM", ""):
        return ColorSystem.EIGHT_BIT
    return ColorSystem.STANDARD
