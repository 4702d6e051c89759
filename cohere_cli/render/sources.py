"""The sources of an answer's citations: their numbers, titles and quotes."""

import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from cohere_cli.api.protocol.events import Citation, Source
from cohere_cli.api.protocol.reply import Reply
from cohere_cli.render.spans import CitedSpans

# Quotes per source; `-o json` has all of them.
_QUOTES = 4
_QUOTE_LENGTH = 60
_LINES = re.compile(r":[0-9]+(?:-[0-9]+)?(?:#[0-9]+)?$")
_TITLES = ("title", "name", "url", "path")
UNNAMED_SOURCE = "unnamed source"


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
    quoted: set[tuple[int, str]] = set()
    for citation in citations:
        sources = {source_key(one): one for one in citation.sources}
        for number, source in zip(numbers.of(citation), sources.values(), strict=True):
            if number not in found:
                found[number] = _entry(number, source)
            quote = (number, citation.text)
            if quote not in quoted and citation.text.strip():
                quoted.add(quote)
                found[number].words.append(citation.text)
    return list(found.values())


def cited_sources(
    reply: Reply, channels: Collection[str] = ("answer",)
) -> list[ListedSource]:
    """Return the sources of the citations in *channels*; quotes are the answer's."""
    cited = CitedSpans()
    spans = (cited.of(reply, citation) for citation in reply.citations)
    return list_sources(
        one.citation if one.channel == "answer" else one.citation.replace(text="")
        for one in spans
        if one.channel in channels
    )


def source_title(source: Source) -> str:
    """Return the title or name in the fields of *source*, or an empty string."""
    fields = (source.content.get(name) for name in _TITLES)
    return next((text for text in fields if isinstance(text, str) and text), "")


def _entry(number: int, source: Source) -> ListedSource:
    title, place = source_title(source), source.id
    parts = [place] if _is_named_in(title, place) else [title, place]
    label = " · ".join(filter(None, parts)) or source.type or UNNAMED_SOURCE
    return ListedSource(number, label, [], source)


def _is_named_in(title: str, place: str) -> bool:
    """Whether *place*, such as `docs/a.md:3-9`, is or ends with the name *title*."""
    path = _LINES.sub("", place)
    return title in (place, path) or path.endswith(f"/{title}")


def _shorten(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _QUOTE_LENGTH else f"{line[: _QUOTE_LENGTH - 1]}…"
