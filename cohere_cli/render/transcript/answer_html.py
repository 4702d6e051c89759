"""An answer as HTML: its Markdown, with links from citations to their sources.

All text is escaped, and cleaned as for a terminal; HTML of the model stays text. Links
lead to http, https and mailto alone, and images are links.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from html import escape
from typing import Any, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from cohere_cli.api.protocol.reply import Reply
from cohere_cli.characters.cleaner import clean_pieces
from cohere_cli.errors import ServerFault
from cohere_cli.record import EMPTY
from cohere_cli.render.markdown.citations import (
    MARKER_PATTERN,
    Mark,
    marker_line,
    place_markers,
)
from cohere_cli.render.markdown.parser import create_parser
from cohere_cli.render.sources import CallTitles, CitedSources, ListedSource
from cohere_cli.terminal import clean, clean_line

_SAFE_LINK = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
_CODE = ("code_inline", "code_block", "fence")
# The page has headings above those of an answer.
_OUTER_HEADINGS = 2
_LAST_HEADING = 6


class CitedAnswer(NamedTuple):
    """An answer as HTML, and its sources in the order of their numbers.

    `is_placed` is False if the citations have too many wrong offsets for any to be
    placed.
    """

    html: str
    sources: Sequence[ListedSource]
    is_placed: bool = True


def answer_html(
    reply: Reply,
    prefix: str,
    *,
    calls: CallTitles = EMPTY,
    places: Mapping[str, str] = EMPTY,
) -> CitedAnswer:
    """Return the answer of *reply*.

    A citation links to `#{prefix}s1` for the first source; the first one of it has the
    id `{prefix}c1`. A source whose id is in *places* is there instead. *calls* are
    those whose rows may be cited.
    """
    sources, marks, is_placed = (
        CitedSources(calls=calls),
        dict[int, list[Mark]](),
        False,
    )
    with suppress(ServerFault):
        marks = _marks(reply, sources)
        is_placed = True
    renderer = _AnswerRenderer(prefix, sources.listed, places)
    texts = (
        renderer.html(str(block.text), marks.get(index, []))
        for index, block in sorted(reply.content.items())
        if block.type == "text"
    )
    return CitedAnswer("".join(texts), sources.listed, is_placed)


def escaped(text: str) -> str:
    """Return *text*, cleaned, for HTML and for the value of an attribute."""
    return escape(clean(text))


def _marks(reply: Reply, sources: CitedSources) -> dict[int, list[Mark]]:
    """Return the ends of the cited spans by content block; fill *sources*."""
    marks: dict[int, list[Mark]] = {}
    for citation in reply.citations:
        if span := sources.add(reply, citation):
            blanks = len(span.citation.text) - len(span.citation.text.rstrip())
            mark = (span.citation.end - blanks, sources.numbers(citation))
            marks.setdefault(span.index, []).append(mark)
    return marks


class _AnswerRenderer(RendererHTML):
    """Renders the content blocks of one answer."""

    def __init__(
        self, prefix: str, sources: Sequence[ListedSource], places: Mapping[str, str]
    ) -> None:
        super().__init__()
        self._prefix = prefix
        self._titles = {one.number: one.title for one in sources}
        self._places = {
            one.number: places.get(one.source.id, f"{prefix}s{one.number}")
            for one in sources
        }
        self._cited: set[int] = set()
        self._parser = _parser()

    def html(self, source: str, marks: Sequence[Mark]) -> str:
        """Return the HTML of a content block, with a link for each of *marks*."""
        marked, unplaced = place_markers(source, marks, self._parser.parse)
        if unplaced:
            marked = f"{marked.rstrip()}\n\n{marker_line(unplaced)}"
        tokens = self._parser.parse(marked)
        _adapt(tokens)
        html: str = self.render(tokens, self._parser.options, {})
        return html

    def text(
        self,
        tokens: Sequence[Token],
        idx: int,
        options: OptionsDict,
        env: Mapping[str, Any],
    ) -> str:
        """Return a text with links in place of its markers."""
        content = tokens[idx].content
        pieces = clean_pieces(MARKER_PATTERN.split(content))
        links = map(self._links, MARKER_PATTERN.findall(content))
        first, *others = map(escape, pieces)
        return first + "".join(
            f"{link}{piece}" for link, piece in zip(links, others, strict=True)
        )

    def _links(self, markers: str) -> str:
        return f"<sup>{' '.join(map(self._link, _numbers(markers)))}</sup>"

    def _link(self, number: int) -> str:
        own = "" if number in self._cited else f' id="{self._prefix}c{number}"'
        self._cited.add(number)
        title = escape(clean_line(self._titles[number]))
        place = escape(self._places[number])
        return f'<a{own} class="cite" href="#{place}" title="{title}">{number}</a>'


def _numbers(markers: str) -> Iterator[int]:
    return map(int, re.findall("[0-9]+", markers))


def _parser() -> MarkdownIt:
    parser = create_parser()
    parser.validateLink = lambda url: bool(_SAFE_LINK.match(url))  # type: ignore[method-assign]
    return parser


def _adapt(tokens: Iterable[Token]) -> None:
    """Clean what the renderer does not, and fit *tokens* into a page."""
    for token in tokens:
        if token.type in _CODE:
            token.content, token.info = clean(token.content), clean_line(token.info)
        elif token.type in ("heading_open", "heading_close"):
            level = int(token.tag[1:]) + _OUTER_HEADINGS
            token.tag = f"h{min(level, _LAST_HEADING)}"
        elif token.type == "link_open":
            # The text of a link may name another place.
            token.attrs = {
                "href": token.attrs.get("href", ""),
                "rel": "noopener noreferrer",
            }
        _adapt(token.children or ())
