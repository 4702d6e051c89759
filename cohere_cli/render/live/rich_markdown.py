"""Rich's Markdown with compact headings and rules, visible URLs and citation markers.

Imported only to draw, because Rich takes 60 to 120 ms to import.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import ClassVar, Self, cast

from markdown_it.token import Token
from rich import markdown
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.containers import Renderables
from rich.segment import Segment
from rich.syntax import Syntax
from rich.text import Text

from cohere_cli.characters.cleaner import clean_pieces
from cohere_cli.render.links import web_target
from cohere_cli.render.live.table import FoldedTable
from cohere_cli.render.markdown.citations import (
    MARKER_PATTERN,
    Parser,
    citation_sign,
    with_joiners,
)
from cohere_cli.render.markdown.parser import create_parser
from cohere_cli.render.rich_rows import WholeUrls, room_of
from cohere_cli.render.widths import with_stand_ins
from cohere_cli.terminal import clean

# Uses the terminal's sixteen colours and its background.
THEME = "ansi_dark"
"""The colour theme of code."""

# Characters. Highlighting takes 50 µs per line; hostile input can make a lexer slow.
_LONGEST_COLOURED = 100_000
_LONGEST_LANGUAGE = 40
# Columns: text that would get fewer is not indented further.
_LEAST_TEXT = 10


_BREAK = re.compile(r" *<br ?/?> *", re.IGNORECASE)
_MARKERS = re.compile(f"({MARKER_PATTERN.pattern})")
# Tokens that are alike for all links.
_LINK_ON, _LINK_OFF = Token("style", "link", 1), Token("style", "link", -1)
_URL_ON, _URL_OFF = Token("style", "url", 1), Token("style", "url", -1)
_OPEN, _CLOSE = (Token("text", "", 0, content=one) for one in (" (", ")"))


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
        yield Text("─" * room_of(console, options), "dim")


class _Paragraph(markdown.Paragraph):
    """Text whose URLs are whole."""

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> RenderResult:
        # Each renderable in another costs time in every frame.
        if "://" in self.text.plain:
            yield from WholeUrls(self.text).__rich_console__(console, options)
        else:
            yield self.text


class _Quote(markdown.BlockQuote):
    """A quote with a bar, as far as there is room for it."""

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> RenderResult:
        bar = Segment("▌ ", console.get_style("dim"))
        yield from _indented(console, options, self.elements, bar, bar)


class _Item(markdown.ListItem):
    """A list item, which is indented as far as there is room for it."""

    def render_bullet(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from self._labelled(console, options, " • ", "bullet")

    def render_number(
        self, console: Console, options: ConsoleOptions, number: int, last_number: int
    ) -> RenderResult:
        label = f"{number}. ".rjust(len(str(last_number)) + 3)
        yield from self._labelled(console, options, label, "number")

    def _labelled(
        self, console: Console, options: ConsoleOptions, label: str, kind: str
    ) -> RenderResult:
        style = console.get_style(f"markdown.item.{kind}")
        if room_of(console, options) - len(label) < _LEAST_TEXT:
            yield from self._inline(Text(label.lstrip(), style))
        else:
            first, others = Segment(label, style), Segment(" " * len(label))
            yield from _indented(console, options, self.elements, first, others)

    def _inline(self, label: Text) -> RenderResult:
        """Yield the item without indentation, its label as part of its text."""
        elements = cast("Iterable[RenderableType]", self.elements)
        first, *others = list(elements) or [label]
        if isinstance(first, markdown.Paragraph):
            first.text = label + first.text
        elif first is not label:
            yield label
        yield first
        yield from others


def _indented(
    console: Console,
    options: ConsoleOptions,
    elements: Renderables,
    first: Segment,
    others: Segment,
) -> RenderResult:
    width = options.max_width - cell_len(others.text)
    if room_of(console, options) - cell_len(others.text) < _LEAST_TEXT:
        yield elements
        return
    lines = console.render_lines(elements, options.update(width=width), pad=False)
    for at, line in enumerate(lines):
        yield others if at else first
        yield from line
        yield Segment.line()


class RichMarkdown(markdown.Markdown):
    """Markdown that hides nothing: links are shown with their URLs."""

    inlines = {*markdown.Markdown.inlines, "link", "url"}  # noqa: RUF012 - as in Rich
    elements: ClassVar = {
        **markdown.Markdown.elements,
        "fence": _Code,
        "code_block": _Code,
        "heading_open": _Heading,
        "paragraph_open": _Paragraph,
        "blockquote_open": _Quote,
        "list_item_open": _Item,
        "table_open": FoldedTable,
        "hr": _Rule,
    }

    def __init__(self, *, raised: bool, linked: bool) -> None:
        super().__init__("")
        self._raised = raised
        self._linked = linked
        self.parse: Parser = create_parser().parse

    def of(self, source: str) -> Self:
        """Parse *source* and return itself; reuse saves creating a parser."""
        self.parsed = list(self.parse(source))
        for before, token in pairwise([Token("", "", 0), *self.parsed]):
            if before.type in ("td_open", "th_open"):
                _break_lines(token.children or ())
            if any(part.type == "link_open" for part in token.children or ()):
                token.children = list(self._with_urls(token.children or ()))
            self._clean(token.children or ())
        return self

    def _clean(self, tokens: Sequence[Token]) -> None:
        """Clean the text of *tokens* as a whole, and turn markers into signs."""
        split = [_MARKERS.split(_text_of(token)) for token in tokens]
        shown = iter(clean_pieces([text for parts in split for text in parts[::2]]))
        for token, parts in zip(tokens, split, strict=True):
            for at, part in enumerate(parts):
                parts[at] = self._sign(part) if at % 2 else with_stand_ins(next(shown))
            if token.content:
                token.content = "".join(parts)

    def _with_urls(self, tokens: Iterable[Token]) -> Iterator[Token]:
        """Yield *tokens* with the URL after each link, unless that is its text."""
        link, words = Token("", "", 0), ""
        for token in tokens:
            words += token.content
            match token.type:
                case "link_open":
                    link, words = token, ""
                    yield from (*self._target(link), _LINK_ON)
                case "link_close":
                    yield _LINK_OFF
                    yield from _url_after(link, words)
                    yield from [token] if self._target(link) else []
                case _:
                    yield token

    def _target(self, link: Token) -> list[Token]:
        """Return the token that begins a link of the terminal, if it has links."""
        target = web_target(str(link.attrs["href"])) if self._linked else None
        return [Token("link_open", "a", 1, {"href": target.uri})] if target else []

    def _sign(self, markers: str) -> str:
        numbers = map(int, re.findall("[0-9]+", markers))
        return with_joiners(citation_sign(numbers, raised=self._raised))


def _break_lines(tokens: Iterable[Token]) -> None:
    """Turn `<br>` in a cell of a table into a line break: Markdown has no other."""
    for token in tokens:
        if token.type == "text":
            token.content = _BREAK.sub("\n", token.content)


def _text_of(token: Token) -> str:
    return "\n" if token.type == "hardbreak" else token.content


def _url_after(link: Token, words: str) -> Iterator[Token]:
    """Yield the URL of *link* in brackets, unless its text *words* is the URL."""
    url = str(link.attrs["href"])
    if link.markup == "autolink" or url in (words, f"mailto:{words}"):
        return
    yield from (_OPEN, _URL_ON, Token("text", "", 0, content=url), _URL_OFF, _CLOSE)


def highlight_code(code: str, language: str) -> Text:
    """Return *code*, cleaned, with syntax highlighting for *language*."""
    lexer = language if len(code) <= _LONGEST_COLOURED else ""
    syntax = Syntax(
        "",
        lexer[:_LONGEST_LANGUAGE] or "text",
        theme=THEME,
    )
    text = syntax.highlight(with_stand_ins(clean(code.expandtabs(4))))
    text.style = "none"
    # The highlighter adds a newline.
    text.rstrip()
    text.no_wrap, text.overflow = False, "fold"
    return text
