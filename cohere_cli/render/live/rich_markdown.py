"""Rich's Markdown with compact headings and rules, visible URLs and citation markers.

Imported only to draw, because Rich takes 60 to 120 ms to import.
"""

import re
from typing import ClassVar, Self

from rich import markdown
from rich.console import Console, ConsoleOptions, RenderResult
from rich.rule import Rule
from rich.syntax import Syntax
from rich.text import Text

from cohere_cli.render.markdown.citations import (
    MARKER_PATTERN,
    Parser,
    citation_sign,
    with_joiners,
)
from cohere_cli.render.markdown.parser import create_parser
from cohere_cli.terminal import clean

# Uses the terminal's sixteen colours and its background.
THEME = "ansi_dark"
"""The colour theme of code."""

# Characters. Highlighting takes 50 µs per line; hostile input can make a lexer slow.
_LONGEST_COLOURED = 100_000
_LONGEST_LANGUAGE = 40


class _Code(markdown.CodeBlock):
    """Code in a list or a block quote."""

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> RenderResult:
        yield highlight_code(str(self.text).rstrip("\n"), self.lexer_name)


class _Heading(markdown.Heading):
    """A left-aligned heading, at every level."""

    LEVEL_ALIGN: ClassVar = {}


class _Rule(markdown.HorizontalRule):
    """A thin rule, like those of tables."""

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> RenderResult:
        yield Rule(characters="─", style="dim")


class RichMarkdown(markdown.Markdown):
    """Markdown that hides nothing: links are shown with their URLs."""

    elements: ClassVar = {
        **markdown.Markdown.elements,
        "fence": _Code,
        "code_block": _Code,
        "heading_open": _Heading,
        "hr": _Rule,
    }

    def __init__(self, *, raised: bool) -> None:
        super().__init__("", hyperlinks=False)
        self._raised = raised
        self.parse: Parser = create_parser().parse

    def of(self, source: str) -> Self:
        """Parse *source* and return itself; reuse saves creating a parser."""
        self.parsed = list(self.parse(source))
        for token in self.parsed:
            for part in token.children or ():
                part.content = MARKER_PATTERN.sub(self._sign, part.content)
        return self

    def _sign(self, markers: re.Match[str]) -> str:
        numbers = map(int, re.findall("[0-9]+", markers[0]))
        return with_joiners(citation_sign(numbers, raised=self._raised))


def highlight_code(code: str, language: str) -> Text:
    """Return *code*, cleaned, with syntax highlighting for *language*."""
    lexer = language if len(code) <= _LONGEST_COLOURED else ""
    syntax = Syntax(
        "",
        lexer[:_LONGEST_LANGUAGE] or "text",
        theme=THEME,
    )
    text = syntax.highlight(clean(code.expandtabs(4)))
    text.style = "none"
    # The highlighter adds a newline.
    text.rstrip()
    text.no_wrap, text.overflow = False, "fold"
    return text
