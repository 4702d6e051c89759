"""Markdown as Rich draws it, but for what it would hide or spread over the page.

Loaded only where something is drawn: Rich costs 60 to 120 ms to import.
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

# The terminal's own sixteen colours, and its own background.
THEME = "ansi_dark"
"""The colours of code."""

# Colouring costs 50 µs a line, and a lexer can be slow on what was made for it.
_LONGEST_COLOURED = 100_000
_LONGEST_LANGUAGE = 40


class _Code(markdown.CodeBlock):
    """Code within a list or a quotation."""

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> RenderResult:
        yield highlight_code(str(self.text).rstrip("\n"), self.lexer_name)


class _Heading(markdown.Heading):
    """A heading at the left, whatever its level."""

    LEVEL_ALIGN: ClassVar = {}


class _Rule(markdown.HorizontalRule):
    """A rule as fine as a table's."""

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> RenderResult:
        yield Rule(characters="─", style="dim")


class RichMarkdown(markdown.Markdown):
    """Markdown of which nothing is lost or hidden: links show where they lead."""

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
        """Return itself, with *source* to draw: a parser takes longer to make."""
        self.parsed = list(self.parse(source))
        for token in self.parsed:
            for part in token.children or ():
                part.content = MARKER_PATTERN.sub(self._sign, part.content)
        return self

    def _sign(self, markers: re.Match[str]) -> str:
        numbers = map(int, re.findall("[0-9]+", markers[0]))
        return with_joiners(citation_sign(numbers, raised=self._raised))


def highlight_code(code: str, language: str) -> Text:
    """Return *code*, cleaned, in the colours of its language."""
    lexer = language if len(code) <= _LONGEST_COLOURED else ""
    syntax = Syntax(
        "",
        lexer[:_LONGEST_LANGUAGE] or "text",
        theme=THEME,
    )
    text = syntax.highlight(clean(code.expandtabs(4)))
    text.style = "none"
    # The highlighter ends the last line.
    text.rstrip()
    text.no_wrap, text.overflow = False, "fold"
    return text
