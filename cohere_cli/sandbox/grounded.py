"""An answer made of quotations: the sentences that share most with the question."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from cohere_cli.api.events import Citation, Source
from cohere_cli.sandbox.answer import Answer
from cohere_cli.sandbox.bm25 import scores
from cohere_cli.sandbox.evidence import Evidence, Quote
from cohere_cli.sandbox.sentences import CLOSERS, ENDS
from cohere_cli.sandbox.words import telling, words

_FEWEST = 2
_MOST = 4
_CLOSE = 0.35  # of the best score: what is further off is not worth quoting
_SAME_SOURCE = 0.75  # what another quotation of a source counts, so that all speak
_LEADING = 3
_SUMMARY = telling(
    "summarise summarize summary sum recap overview outline gist digest tldr"
)

NO_MATCH = "No word of the question occurs in the sources. The closest there is:"
NOTHING = "The sources hold no text that can be quoted."


@dataclass(frozen=True, slots=True)
class _Candidate:
    quote: Quote
    sources: tuple[Source, ...]
    holder: int  # which source said it first
    words: Sequence[str]


def quoted(
    question: str, evidence: Sequence[Evidence], *, excuse: str = NO_MATCH
) -> Answer:
    """Answer *question* by citing two to four sentences of *evidence*.

    They stand with the source that knows most first, and within one source in its
    own order. Where no word matches, each source's beginning has to do: *excuse*
    says so, unless a summary was wanted.
    """
    candidates = _candidates(evidence)
    if not candidates:
        return Answer(NOTHING)
    found = scores(question, (candidate.words for candidate in candidates))
    if any(found):
        return _written("", _chosen(candidates, found))
    lead = "" if telling(question) & _SUMMARY else excuse
    return _written(lead, _leading(candidates))


def _candidates(evidence: Sequence[Evidence]) -> list[_Candidate]:
    """Return each different quotation once, with all the sources that have it."""
    found: dict[Quote, _Candidate] = {}
    for holder, each in enumerate(evidence):
        heading = words(each.heading)
        for quote in dict.fromkeys(each.quotes):
            if known := found.get(quote):
                sources = (*known.sources, each.source)
                found[quote] = replace(known, sources=sources)
            else:
                said = words("".join(map("".join, quote))) + heading
                found[quote] = _Candidate(quote, (each.source,), holder, said)
    return list(found.values())


def _chosen(candidates: Sequence[_Candidate], found: list[float]) -> list[_Candidate]:
    """Choose the best ones and put them in the order in which they are read."""
    enough = max(found) * _CLOSE
    left = {at: score for at, score in enumerate(found) if score > 0}
    chosen: list[int] = []
    while left and len(chosen) < _MOST:
        held = Counter(candidates[at].holder for at in chosen)
        worth = {
            at: score * _SAME_SOURCE ** held[candidates[at].holder]
            for at, score in left.items()
        }
        best = max(worth, key=lambda at: (worth[at], -at))
        if len(chosen) >= _FEWEST and worth[best] < enough:
            break
        chosen.append(best)
        del left[best]
    holders = [candidates[at].holder for at in chosen]
    chosen.sort(key=lambda at: (holders.index(candidates[at].holder), at))
    return [candidates[at] for at in chosen]


def _leading(candidates: Iterable[_Candidate]) -> list[_Candidate]:
    first: dict[int, _Candidate] = {}
    for candidate in candidates:
        first.setdefault(candidate.holder, candidate)
    return list(first.values())[:_LEADING]


def _written(lead: str, chosen: Iterable[_Candidate]) -> Answer:
    text = lead
    citations: list[Citation] = []
    for candidate in chosen:
        text += " " if text else ""
        for before, words_of_it in candidate.quote:
            start = len(text) + len(before)
            text += before + words_of_it
            cited = Citation(start, len(text), words_of_it, candidate.sources)
            citations.append(cited)
        text += "" if _is_complete(text) else "."
    return Answer(text, tuple(citations))


def _is_complete(text: str) -> bool:
    return text.rstrip(CLOSERS).endswith((*ENDS, ":", ";"))
