"""The sources that citations name: numbered, titled and quoted."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from cohere_cli.api.protocol.events import Citation, Source

# Of each source: more would bury the answer, and `-o json` has them all.
_QUOTES = 4
_QUOTE_LENGTH = 60
_TITLES = ("title", "name", "url", "path")
UNNAMED_SOURCE = "a source without a name"


def source_key(source: Source) -> str:
    """Return what tells *source* from others: its id, or else all that it holds."""
    return source.id or json.dumps(source.data, sort_keys=True, default=str)


class SourceNumbers:
    """Gives each distinct source a number, from 1, in the order of their citing."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def of(self, citation: Citation) -> list[int]:
        """Return the numbers of what *citation* rests on, each once."""
        keys = dict.fromkeys(source_key(source) for source in citation.sources)
        return [self._numbers.setdefault(k, len(self._numbers) + 1) for k in keys]


@dataclass(slots=True)
class ListedSource:
    """A source as it is listed: its number, its title or id, the words citing it."""

    number: int
    title: str
    words: list[str]
    source: Source = field(default=Source({}), compare=False, repr=False)

    @property
    def quotes(self) -> str:
        """The cited words in quotation marks, on one line, the first few of them."""
        shown = [f"“{_short(words)}”" for words in self.words[:_QUOTES]]
        more = len(self.words) - len(shown)
        return ", ".join(shown) + (f" and {more} more" if more else "")


def list_sources(citations: Iterable[Citation]) -> list[ListedSource]:
    """Return the distinct sources of *citations*, numbered as `SourceNumbers` does."""
    numbers = SourceNumbers()
    found: dict[int, ListedSource] = {}
    for citation in citations:
        sources = {source_key(one): one for one in citation.sources}
        for number, source in zip(numbers.of(citation), sources.values(), strict=True):
            one = found.setdefault(number, _listed(number, source))
            if citation.text not in one.words:
                one.words.append(citation.text)
    return list(found.values())


def source_title(source: Source) -> str:
    """Return what *source* calls itself in one of its fields, or nothing."""
    named = (source.content.get(name) for name in _TITLES)
    return next((name for name in named if isinstance(name, str) and name), "")


def _listed(number: int, source: Source) -> ListedSource:
    parts = [part for part in (source_title(source), source.id) if part]
    title = " · ".join(parts) or source.type or UNNAMED_SOURCE
    return ListedSource(number, title, [], source)


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _QUOTE_LENGTH else f"{line[: _QUOTE_LENGTH - 1]}…"
