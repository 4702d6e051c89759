"""The sources of an answer's citations: their numbers, titles and quotes."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from cohere_cli.api.protocol.events import Citation, Source
from cohere_cli.api.protocol.reply import Reply
from cohere_cli.record import EMPTY
from cohere_cli.render.spans import CitedSpan, CitedSpans

# Quotes per source; `-o json` has all of them.
_QUOTES = 4
_QUOTE_LENGTH = 60
_ROW_LENGTH = 40  # characters of the text of a tool's row
_PLACE = re.compile(r":(?:p|slide|ch|cell)?[0-9]+(?:-[0-9]+)?(?:#[0-9]+)?$")
_TITLES = ("title", "name", "url", "path")
UNNAMED_SOURCE = "unnamed source"

CallTitles = Mapping[str, str]
"""What `call_titles` returns: calls by what the ids of their rows begin with."""


def source_key(source: Source) -> str:
    """Return a key that identifies *source*: its id, or its content without one."""
    return source.id or json.dumps(source.data, sort_keys=True, default=str)


@dataclass(slots=True)
class ListedSource:
    """An entry of the list of sources: number, title or id, and the cited spans.

    The title of a row of a tool's result has the call, the id of the row in it, and the
    beginning of its text; `is_row` says that it is so.
    """

    number: int
    title: str
    words: list[str]
    source: Source = field(default=Source({}), compare=False, repr=False)
    is_row: bool = False

    @property
    def quotes(self) -> str:
        """The first few cited spans in quotation marks, on one line."""
        shown = [f"“{_shorten(words)}”" for words in self.words[:_QUOTES]]
        more = len(self.words) - len(shown)
        return ", ".join(shown) + (f" and {more} more" if more else "")


class CitedSources:
    """The distinct sources of citations, from 1 in the order of their first citation.

    Only citations of text in *channels* count; the quotes are the answer's. *calls* are
    those whose rows may be cited.
    """

    def __init__(
        self, channels: Collection[str] = ("answer",), calls: CallTitles = EMPTY
    ) -> None:
        self._channels = channels
        self._calls = calls
        self._spans = CitedSpans()
        self._listed: dict[str, ListedSource] = {}
        self._quoted: set[tuple[int, str]] = set()
        self._unplaced: list[Citation] = []

    @property
    def listed(self) -> list[ListedSource]:
        """The sources in the order of their numbers."""
        return list(self._listed.values())

    def add(self, reply: Reply, citation: Citation) -> CitedSpan | None:
        """Add a citation of *reply*; return what it covers, None if it does not count.

        Raises `ServerFault` if the offsets of too many citations are wrong.
        """
        span = self._spans.of(reply, citation)
        if not span.citation.text:
            self._unplaced.append(citation)
        if span.channel not in self._channels:
            return None
        self._list(span)
        return span

    def numbers(self, citation: Citation) -> list[int]:
        """Return the numbers of the sources of *citation*, each once."""
        keys = dict.fromkeys(map(source_key, citation.sources))
        return [self._listed[key].number for key in keys]

    def place_again(self, reply: Reply) -> None:
        """Find the words of citations that came before their text."""
        spans = CitedSpans()
        for citation in self._unplaced:
            span = spans.of(reply, citation)
            if span.channel in self._channels:
                self._list(span)

    def _list(self, span: CitedSpan) -> None:
        citation = span.citation
        words = citation.text if span.channel == "answer" else ""
        for source in citation.sources:
            key = source_key(source)
            if key not in self._listed:
                number = len(self._listed) + 1
                self._listed[key] = _entry(number, source, self._calls)
            entry = self._listed[key]
            quote = (entry.number, words)
            if quote not in self._quoted and words.strip():
                self._quoted.add(quote)
                entry.words.append(words)


def cited_sources(reply: Reply, calls: CallTitles = EMPTY) -> list[ListedSource]:
    """Return the sources of the citations of the answer of a whole *reply*."""
    sources = CitedSources(calls=calls)
    for citation in reply.citations:
        sources.add(reply, citation)
    return sources.listed


def source_title(source: Source) -> str:
    """Return the title or name in the fields of *source*, or an empty string."""
    fields = (source.content.get(name) for name in _TITLES)
    return next((text for text in fields if isinstance(text, str) and text), "")


def _entry(number: int, source: Source, calls: CallTitles) -> ListedSource:
    if calls and (label := _row_title(source, calls)):
        return ListedSource(number, label, [], source, is_row=True)
    title, place = source_title(source), source.id
    parts = [place] if _is_named_in(title, place) else [title, place]
    label = " · ".join(filter(None, parts)) or source.type or UNNAMED_SOURCE
    return ListedSource(number, label, [], source)


def _row_title(source: Source, calls: CallTitles) -> str:
    """Return the title of a row of one of *calls*, "" if *source* is not one."""
    from cohere_cli.render.tables.tool_calls import call_of
    from cohere_cli.render.tables.tool_results import row_name, row_summary

    call, row = call_of(source.id, calls)
    if not call:
        return ""
    text = source_title(source) or row_summary(source.content)
    parts = (call, row_name(row), _shorten(text, _ROW_LENGTH))
    return " · ".join(filter(None, parts))


def _is_named_in(title: str, place: str) -> bool:
    """Whether *place*, such as `docs/a.md:3-9`, is or ends with the name *title*."""
    path = _PLACE.sub("", place)
    return title in (place, path) or path.endswith(f"/{title}")


def _shorten(words: str, longest: int = _QUOTE_LENGTH) -> str:
    line = " ".join(words.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"
