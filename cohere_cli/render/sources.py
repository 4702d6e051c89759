"""The sources of an answer's citations: their numbers, titles, quotes and spans."""

import json
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from cohere_cli.api.protocol.events import Channel, Citation, Source
from cohere_cli.api.protocol.reply import Content, Reply

# Quotes per source; `-o json` has all of them.
_QUOTES = 4
_QUOTE_LENGTH = 60
_TITLES = ("title", "name", "url", "path")
UNNAMED_SOURCE = "unnamed source"
# Units in which servers count offsets, besides code points: encoding and bytes.
_UNITS = (("utf-16-le", 2), ("utf-8", 1))


def source_key(source: Source) -> str:
    """Return a key that identifies *source*: its id, or its content without one."""
    return source.id or json.dumps(source.data, sort_keys=True, default=str)


class SourceNumbers:
    """Numbers the distinct sources from 1 in the order of their first citation."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def of(self, citation: Citation) -> list[int]:
        """Return the numbers of the sources of *citation*, each once."""
        keys = dict.fromkeys(source_key(source) for source in citation.sources)
        return [self._numbers.setdefault(k, len(self._numbers) + 1) for k in keys]


@dataclass(slots=True)
class ListedSource:
    """An entry of the list of sources: number, title or id, and the cited spans."""

    number: int
    title: str
    words: list[str]
    source: Source = field(default=Source({}), compare=False, repr=False)

    @property
    def quotes(self) -> str:
        """The first few cited spans in quotation marks, on one line."""
        shown = [f"“{_shorten(words)}”" for words in self.words[:_QUOTES]]
        more = len(self.words) - len(shown)
        return ", ".join(shown) + (f" and {more} more" if more else "")


def list_sources(citations: Iterable[Citation]) -> list[ListedSource]:
    """Return the distinct sources of *citations*, numbered as `SourceNumbers` does."""
    numbers = SourceNumbers()
    found: dict[int, ListedSource] = {}
    for citation in citations:
        sources = {source_key(one): one for one in citation.sources}
        for number, source in zip(numbers.of(citation), sources.values(), strict=True):
            entry = found.setdefault(number, _entry(number, source))
            if citation.text.strip() and citation.text not in entry.words:
                entry.words.append(citation.text)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class CitedSpan:
    """The text that a citation covers, and its citation with that text's own offsets.

    The citation's words are empty where the text does not contain them. `index` is
    the content block's; it is 0 for a plan.
    """

    channel: Channel
    index: int
    citation: Citation


def cited_span(reply: Reply, citation: Citation) -> CitedSpan:
    """Return what *citation* covers in *reply*.

    Servers count in code points, in UTF-16 units or in bytes; some offsets are wrong.
    """
    spans = list(_possible_spans(reply, citation))
    return next((one for one in spans if one.citation.text), spans[0])


def cited_sources(
    reply: Reply, channels: Collection[str] = ("answer",)
) -> list[ListedSource]:
    """Return the sources of the citations in *channels*; quotes are the answer's."""
    spans = (cited_span(reply, citation) for citation in reply.citations)
    return list_sources(
        one.citation if one.channel == "answer" else one.citation.replace(text="")
        for one in spans
        if one.channel in channels
    )


def _possible_spans(reply: Reply, citation: Citation) -> Iterator[CitedSpan]:
    if citation.channel == "plan":
        yield CitedSpan("plan", 0, _placed(citation, str(reply.tool_plan)))
        return
    for index in reply.content_indices_of(citation) or [0]:
        block = reply.content.get(index, Content())
        kind: Channel = "thinking" if block.type == "thinking" else "answer"
        # The block is missing where a citation comes before its text.
        channel = kind if index in reply.content else citation.channel
        yield CitedSpan(channel, index, _placed(citation, str(block.text)))


def _placed(citation: Citation, text: str) -> Citation:
    """Return *citation* with the offsets and words of its span in *text*."""
    if (span := _find(citation, text)) is None:
        return citation.replace(text="")
    start, end = span
    return citation.replace(start=start, end=end, text=text[start:end])


def _find(citation: Citation, text: str) -> tuple[int, int] | None:
    """Return the span of the cited words in *text*, in code points, if it has them."""
    start, end, words = citation.start, citation.end, citation.text
    if not words.strip():
        return (start, end) if start <= end <= len(text) else None
    if text[start:end] == words:
        return start, end
    for encoding, size in _UNITS:
        units = text.encode(encoding, "surrogatepass")[: start * size]
        at = len(units.decode(encoding, "ignore"))
        if text.startswith(words, at):
            return at, at + len(words)
    return _nearest(words, text, start)


def _nearest(words: str, text: str, start: int) -> tuple[int, int] | None:
    """Return the occurrence of *words* nearest to *start*, whole words before parts."""
    spaced = r"\s+".join(map(re.escape, words.split()))
    for pattern in (rf"(?<!\w){spaced}(?!\w)", spaced):
        found = [one.span() for one in re.finditer(pattern, text)]
        if found:
            return min(found, key=lambda span: abs(span[0] - start))
    return None


def source_title(source: Source) -> str:
    """Return the title or name in the fields of *source*, or an empty string."""
    fields = (source.content.get(name) for name in _TITLES)
    return next((text for text in fields if isinstance(text, str) and text), "")


def _entry(number: int, source: Source) -> ListedSource:
    parts = [part for part in (source_title(source), source.id) if part]
    title = " · ".join(parts) or source.type or UNNAMED_SOURCE
    return ListedSource(number, title, [], source)


def _shorten(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _QUOTE_LENGTH else f"{line[: _QUOTE_LENGTH - 1]}…"
