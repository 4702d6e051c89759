"""What each part of a reply looks like: blocks to the rows of a terminal.

Loaded only where something is drawn: Rich costs 60 to 120 ms to import.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Self

from rich import markdown
from rich.console import Console, ConsoleOptions, RenderResult
from rich.rule import Rule
from rich.style import Style
from rich.syntax import Syntax
from rich.text import Text

from cohere_cli.render.addresses import Address
from cohere_cli.render.blocks import Block
from cohere_cli.render.closing import Listed
from cohere_cli.render.fence import Fence
from cohere_cli.render.highlight import Highlight
from cohere_cli.render.ink import Ink, width_of
from cohere_cli.render.marks import Mark, marked, marker_line
from cohere_cli.render.odds import STEPS, step_of
from cohere_cli.render.reading import parser
from cohere_cli.terminal import Terminal, clean, clean_line

# The terminal's own sixteen colours, and its own background.
_THEME = "ansi_dark"
# Colouring costs 50 µs a line, and a lexer can be slow on what was made for it.
_LONGEST_COLOURED = 100_000
_LONGEST_LANGUAGE = 40
# From the likeliest on. The unlikely ones have a mark that is seen without colours.
_ODDS = ("green", "chartreuse3", "yellow", "dark_orange underline", "red reverse")


class Picture:
    """Draws the parts of a reply for one terminal, each as rows."""

    def __init__(self, terminal: Terminal) -> None:
        self._ink = Ink(terminal)
        self._markdown = _Markdown()
        self._theme = Syntax.get_theme(_THEME)
        self._highlight = Highlight(Fence("```"))

    def answer(
        self, block: Block, marks: Sequence[Mark], width: int, *, cut: bool = False
    ) -> list[str]:
        """Draw a block of the answer; with *cut* no row is wider than *width*.

        Lines of code are rows as long as they are, so that they copy as they are.
        """
        most = width if cut else None
        match block.kind:
            case "code line":
                return [self._ink.row(self._coloured(block), most)]
            case "code":
                code = [self._ink.row([(line, None)], most) for line in _plain(block)]
                return code + self.markdown(marker_line(marks), width)
            case "fence":
                return self.markdown(marker_line(marks), width)
            case "text" | "item" | "line":
                return self.markdown(marked(block.text, marks), width)

    def _coloured(self, block: Block) -> Iterator[tuple[str, Style | None]]:
        """Yield the pieces of a line of fenced code, each in its style."""
        if block.fence and block.fence is not self._highlight.fence:
            self._highlight = Highlight(block.fence)
        for kind, piece in self._highlight.line(block.line, block.text):
            yield piece, self._theme.get_style_for_token(kind)

    def markdown(self, source: str, width: int) -> list[str]:
        """Draw *source*, which was cleaned, without blank rows around it."""
        return _trimmed(self._ink.rows(self._markdown.of(source), width))

    def title(self, name: str) -> list[str]:
        """Draw the line above thinking or a plan."""
        return [self._ink.styled(name, "bold dim")]

    def aside(self, text: str, width: int) -> list[str]:
        """Draw thinking, or a plan: not the answer, and seen to be so."""
        bar = self._ink.styled("│ ", "dim")
        drawn = self._ink.rows(Text(clean(text.rstrip()), "dim italic"), width - 2)
        return [f"{bar}{row}" for row in drawn]

    def call(self, name: str, arguments: str, width: int, *, done: bool) -> list[str]:
        """Draw a tool call, its arguments laid out once they are *done*."""
        told = arguments.strip()
        if done:
            told = _laid_out(told, width - width_of(name) - len("→ ()"))
        text = Text.assemble(("→ ", "cyan"), (clean_line(name), "bold"))
        text.append(f"({clean(told)})")
        return self._ink.rows(text, width)

    def piece(self, text: str, likely: float | None) -> str:
        """Draw a piece of the answer in the colour of its probability, if known."""
        if likely is None:
            return clean(text)
        style = _ODDS[step_of(likely)]
        # A line end stands outside: it would colour the rest of the row.
        return "\n".join(self._ink.styled(line, style) for line in text.split("\n"))

    def legend(self) -> str:
        """Draw the line that tells the colours of probabilities."""
        names = [f"≥ {least:.0%}" for least in STEPS] + [f"< {STEPS[-1]:.0%}"]
        drawn = map(self._ink.styled, names, _ODDS)
        return "  ".join([self._ink.styled("token probability", "bold dim"), *drawn])

    def sources(
        self,
        sources: Sequence[Listed],
        width: int,
        links: Mapping[int, Address | None],
    ) -> list[str]:
        """Draw the list of what was cited, and for which words.

        *links* leads from the numbers of sources to where they can be opened.
        """
        return self.title("Sources") + [
            row
            for source in sources
            for row in self._source(source, width, links.get(source.number))
        ]

    def _source(self, source: Listed, width: int, link: Address | None) -> list[str]:
        number = f"[{source.number}] "
        text = _linked(source.title, link)
        text.append(f"  {clean_line(source.quotes)}", "dim")
        first, *others = self._ink.rows(text, max(width - len(number), 1))
        blank = " " * len(number)
        return [
            self._ink.styled(number, "bold cyan") + first,
            *(f"{blank}{row}" for row in others),
        ]


def _linked(title: str, link: Address | None) -> Text:
    """Return *title* as a link beside which people see where it leads."""
    text = Text(overflow="fold")
    if link is None:
        return text.append(clean_line(title))
    is_told = link.is_file and link.place in title
    told = title if is_told else f"{title} ({link.place})"
    return text.append(clean_line(told), Style(link=link.uri))


class _Code(markdown.CodeBlock):
    """Code within a list or a quotation."""

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> RenderResult:
        yield _coloured(str(self.text).rstrip("\n"), self.lexer_name)


class _Heading(markdown.Heading):
    """A heading at the left, whatever its level."""

    LEVEL_ALIGN: ClassVar = {}


class _Rule(markdown.HorizontalRule):
    """A rule as fine as a table's."""

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> RenderResult:
        yield Rule(characters="─", style="dim")


class _Markdown(markdown.Markdown):
    """Markdown of which nothing is lost or hidden: links show where they lead."""

    elements: ClassVar = {
        **markdown.Markdown.elements,
        "fence": _Code,
        "code_block": _Code,
        "heading_open": _Heading,
        "hr": _Rule,
    }

    def __init__(self) -> None:
        super().__init__("", hyperlinks=False)
        self._parser = parser()

    def of(self, source: str) -> Self:
        """Return itself, with *source* to draw: a parser takes longer to make."""
        self.parsed = self._parser.parse(source)
        return self


def _coloured(code: str, language: str) -> Text:
    lexer = language if len(code) <= _LONGEST_COLOURED else ""
    syntax = Syntax(
        "",
        lexer[:_LONGEST_LANGUAGE] or "text",
        theme=_THEME,
    )
    text = syntax.highlight(clean(code.expandtabs(4)))
    text.style = "none"
    # The highlighter ends the last line.
    text.rstrip()
    text.no_wrap, text.overflow = False, "fold"
    return text


def _plain(block: Block) -> Iterator[str]:
    """Yield the lines of an indented block, without its indent."""
    for line in block.text.expandtabs(4).rstrip().split("\n"):
        yield clean(line[4:])


def _laid_out(arguments: str, width: int) -> str:
    """Return a call's arguments as people write them, if they are an object."""
    try:
        given = json.loads(arguments or "null")
        pairs = [
            f"{name}={_told(value)}"
            for name, value in ({} if given is None else given).items()
        ]
    except (ValueError, RecursionError, AttributeError):
        return arguments
    line = ", ".join(pairs)
    return line if width_of(line) <= width else _broken(pairs)


def _told(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _broken(pairs: Sequence[str]) -> str:
    lines = "".join(f"    {pair},\n" for pair in pairs)
    return f"\n{lines}"


def _trimmed(rows: list[str]) -> list[str]:
    """Drop the blank rows around."""
    drawn = [at for at, row in enumerate(rows) if row]
    return rows[drawn[0] : drawn[-1] + 1] if drawn else []
