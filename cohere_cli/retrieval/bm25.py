"""BM25 over one or two indexes, of which some passages no longer count.

FTS5 ranks by all that was ever added. The number of times that a passage has a term is
computed back from its rank, which is exact because columns have whole weights; then
the passages that count are ranked among themselves. So an index with replaced files
gives the same scores as a new one.
"""

from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from heapq import nsmallest
from itertools import pairwise
from math import log
from typing import NamedTuple

from cohere_cli.retrieval.full_text import FullText, Hit
from cohere_cli.retrieval.query import QueryTerms, Term

# FTS5's constants.
_FTS_K1, _FTS_B, _FTS_LEAST = 1.2, 0.75, 1e-6
# Ours, and the rest below: the best on manual pages and documented functions
# (`python -m benchmarks.retrieval`).
_K1, _B = 1.6, 0.8
_PAIR_WEIGHT = 0.3
# A word in more than this share of many passages says too little for what it costs.
_COMMON, _FEW = 0.25, 1000
# Of a query that is a page of text: the rarest ones.
_MOST_TERMS = 100


class Part(NamedTuple):
    """An index, and the files in it that count: their ids, passages and tokens."""

    full_text: FullText
    files: Container[int]
    passages: int
    tokens: int
    has_others: bool


class Ranked(NamedTuple):
    """A passage of the index at `part`, and its score."""

    score: float
    part: int
    passage: int
    file: int


def rank(parts: Sequence[Part], terms: QueryTerms) -> list[Ranked]:
    """Return all passages that hold a term that is not in most, in no order.

    If all terms are that common, so are the passages that hold any of them.
    """
    ranking = _Ranking(parts)
    counts = {term: ranking.count(term) for term in terms.terms}
    most = ranking.most
    rare = {term for term, number in counts.items() if 0 < number <= most}
    kept = rare or {term for term, number in counts.items() if number}
    if len(kept) > _MOST_TERMS:
        in_order = [term for term in terms.terms if term in kept]
        kept = set(nsmallest(_MOST_TERMS, in_order, key=counts.__getitem__))
    for term in terms.terms:
        if term in kept:
            ranking.add(term)
    for pair in _pairs(terms.terms, kept):
        ranking.add(pair)
    return [Ranked(score, *at) for at, score in ranking.scores.items()]


def _pairs(terms: Sequence[Term], kept: Container[Term]) -> Iterator[Term]:
    """Yield neighbouring words of the query as phrases that weigh a little.

    Two common words are no phrase to look for: it would take longest of all.
    """
    for one, other in pairwise(terms):
        is_rare = one in kept or other in kept
        if is_rare and len(one.words) == len(other.words) == 1:
            yield Term((*one.words, *other.words), _PAIR_WEIGHT)


class _Ranking:
    """The scores of passages by part, passage and file."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts
        self._totals = [part.full_text.totals() for part in parts]
        self.passages = sum(part.passages for part in parts)
        tokens = sum(part.tokens for part in parts)
        self._average = tokens / self.passages if self.passages else 1.0
        self.most = max(_COMMON * self.passages, _FEW)
        self._fetched: dict[Term, list[list[tuple[Hit, float]]]] = {}
        self.scores: defaultdict[tuple[int, int, int], float] = defaultdict(float)

    def count(self, term: Term) -> int:
        """Return how many passages hold *term*."""
        if not any(part.has_others for part in self._parts):
            number = sum(part.full_text.count(term.match) for part in self._parts)
            if number > self.most:
                return number
        return sum(map(len, self._hits(term)))

    def add(self, term: Term) -> None:
        """Add what *term* gives to the passages that hold it."""
        hits = self._hits(term)
        number = sum(map(len, hits))
        if not number:
            return
        idf = log(1 + (self.passages - number + 0.5) / (number + 0.5))
        gain = term.weight * idf * (_K1 + 1)
        base, slope = _K1 * (1 - _B), _K1 * _B / self._average
        scores = self.scores
        for at, part in enumerate(hits):
            for (passage, _, tokens, file), times in part:
                score = gain * times / (times + base + slope * tokens)
                scores[at, passage, file] += score

    def _hits(self, term: Term) -> list[list[tuple[Hit, float]]]:
        if term not in self._fetched:
            self._fetched[term] = [
                list(_counted(part, totals, part.full_text.hits(term.match)))
                for part, totals in zip(self._parts, self._totals, strict=True)
            ]
        return self._fetched[term]


def _counted(
    part: Part, totals: tuple[int, int], hits: list[Hit]
) -> Iterator[tuple[Hit, int]]:
    """Yield the hits that count, each with how many times it has the term."""
    rows, tokens = totals
    if not hits:
        return
    idf = log((rows - len(hits) + 0.5) / (len(hits) + 0.5))
    scale = -1 / (idf if idf > 0 else _FTS_LEAST)
    base, slope = _FTS_K1 * (1 - _FTS_B), _FTS_K1 * _FTS_B * rows / tokens
    for hit in hits:
        if hit[3] in part.files:
            ratio = hit[1] * scale
            length = base + slope * hit[2]
            yield hit, round(ratio * length / (_FTS_K1 + 1 - ratio))
