"""Converts Rich's renderables to rows of text, with safe escape sequences only.

Imported only where something is drawn: Rich takes 60 to 120 ms to import.
"""

import io
from collections.abc import Iterable

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console, RenderableType
from rich.segment import Segment
from rich.style import Style
from rich.theme import Theme

from cohere_cli.render.markdown.citations import SIGN_PATTERN
from cohere_cli.terminal import Terminal, clean

# Rich's own theme gives code a black background, which copies and prints badly.
_THEME = Theme(
    {
        "markdown.code": "cyan",
        "markdown.code_block": "none",
        "markdown.h1": "bold underline",
        "markdown.h2": "bold",
        "markdown.h3": "bold italic",
        "markdown.h4": "italic",
        "markdown.link": "underline",
        "markdown.link_url": "dim",
        "markdown.item.bullet": "bold",
        "markdown.item.number": "bold",
    }
)
_CITATION_STYLE = Style(color="cyan", bold=True)


class RowRenderer:
    """Draws for one terminal, with the colours that it supports."""

    def __init__(self, terminal: Terminal) -> None:
        self._colour = terminal.has_colour
        self._colours = _colours(terminal)
        self._console = Console(
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

    def rows(self, renderable: RenderableType, width: int) -> list[str]:
        """Draw *renderable* in *width* columns, without trailing blanks."""
        options = self._console.options.update_width(width)
        lines = self._console.render_lines(renderable, options, pad=False)
        return [self._row(line) for line in lines]

    def row(
        self, pieces: Iterable[tuple[str, Style | None]], width: int | None = None
    ) -> str:
        """Draw *pieces* as one row, cut at *width* columns if that is given."""
        segments = [Segment(text, style) for text, style in pieces]
        if width is not None:
            segments = Segment.adjust_line_length(segments, width, pad=False)
        return self._row(segments)

    def styled(self, text: str, style: str) -> str:
        """Return *text*, cleaned, in a style named as in Rich: `bold cyan`."""
        return self._render(clean(text), self._console.get_style(style))

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
        return "".join(self._render(clean(text), style) for text, style in parts)

    def _render(self, text: str, style: Style | None) -> str:
        if not text or style is None or not style:
            return text
        link = style.link
        # Rich would give each link a random id.
        style = style.update_link(None)
        if not self._colour:
            style = style.without_color
        drawn = style.render(text, color_system=self._colours)
        return f"\x1b]8;;{link}\x1b\\{drawn}\x1b]8;;\x1b\\" if link else drawn


def display_width(text: str) -> int:
    """Return the number of columns that *text* takes."""
    return cell_len(text)


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
