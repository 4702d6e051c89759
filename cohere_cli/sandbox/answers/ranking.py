"""`POST /v2/rerank`: documents in the order of their BM25 score."""

import math
import struct
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log
from typing import Any

from cohere_cli.api.protocol.model_facts import RERANK_DOCUMENTS
from cohere_cli.api.protocol.requests import RerankBody
from cohere_cli.sandbox.answers.text import content_words, stems
from cohere_cli.sandbox.messages import ApiError, invalid

MAX_DOCUMENTS = RERANK_DOCUMENTS
_DOCUMENTS_PER_UNIT = 100  # documents that one search unit pays for
_DEFAULT_MAX_TOKENS = 4096  # read of a document, unless the body says otherwise


def rerank(body: RerankBody, name: str) -> Mapping[str, Any]:
    """Return the reply to *body*; *name* becomes its id.

    BM25 weighs a word by how many of this request's documents have it, so scores
    of two requests cannot be compared. A token is a word.
    """
    _check(body)
    read = body.max_tokens_per_doc or _DEFAULT_MAX_TOKENS
    found = bm25_scores(body.query, (stems(text)[:read] for text in body.documents))
    ranked = sorted(enumerate(map(_relevance, found)), key=lambda each: -each[1])
    return {
        "id": name,
        "results": [
            {"index": index, "relevance_score": score}
            for index, score in ranked[: body.top_n]
        ],
        "meta": {
            "api_version": {"version": "2"},
            "billed_units": {
                "search_units": math.ceil(len(body.documents) / _DOCUMENTS_PER_UNIT)
            },
        },
    }


def _check(body: RerankBody) -> None:
    if not body.documents:
        raise invalid("list of documents must not be empty")
    if not body.query.strip():
        raise invalid("query must not be empty or be only whitespace")
    if len(body.documents) > MAX_DOCUMENTS:
        raise ApiError(
            400,
            f"invalid request: too many documents: {len(body.documents)}, "
            f"the maximum is {MAX_DOCUMENTS}",
        )


def _relevance(score: float) -> float:
    """Map a BM25 score to what a reranker says, between 0 and 1 without the ends.

    A logistic curve: 0 becomes 0.007, half of the query's words 0.27, all of them
    0.95.
    """
    return _float32(1 / (1 + math.exp(5 - 8 * score)))


def _float32(number: float) -> float:
    """Return the shortest decimal that is the same 32-bit float as *number*."""
    packed = struct.pack("f", number)
    (exact,) = struct.unpack("f", packed)
    shorter = (float(f"{exact:.{digits}g}") for digits in range(5, 9))
    same = (each for each in shorter if struct.pack("f", each) == packed)
    return next(same, float(f"{exact:.9g}"))


# Usual values (Robertson and Zaragoza, 2009): how soon a repeated word stops to
# count, and how much a long text is held to have repeated itself.
_K1 = 1.2
_B = 0.75
# What two words side by side, as in the query, count beside the words themselves.
_PAIR_WEIGHT = 0.5

Weights = Mapping[Hashable, float]


@dataclass(frozen=True, slots=True)
class _TermCounts:
    counts: Counter[Hashable]
    length: int


def bm25_scores(
    query: str, texts: Iterable[Sequence[str]], *, pair: float = _PAIR_WEIGHT
) -> list[float]:
    """Return a score from 0 up to `1 + _K1` for each of *texts*, given as stems.

    1 means: all of the query's words, once each, in a text of average length.
    A word's worth is `log(1 + (N - n + 0.5) / (n + 0.5))`, which is never below
    zero, for n of N texts that have it. Stop words do not count by themselves, but
    do in pairs: "capital of the" tells a capital from "capital punishment". What a
    *pair* counts beside its words is ours; without it, this is Lucene's BM25.
    """
    terms = _query_terms(query, pair)
    counted = [_count_terms(text, terms) for text in texts]
    worth = _term_weights(terms, counted)
    best = sum(worth.values()) or 1.0
    average = sum(text.length for text in counted) / (len(counted) or 1) or 1.0
    return [_score(text, worth, average) / best for text in counted]


def _query_terms(query: str, pair: float) -> Weights:
    """Return what to look for, words and pairs of words, with its weight."""
    wanted = content_words(query)
    terms: dict[Hashable, float] = dict.fromkeys(wanted, 1.0)
    if pair:
        pairs = (two for two in pairwise(stems(query)) if wanted & {*two})
        terms |= dict.fromkeys(pairs, pair)
    return terms


def _count_terms(text: Sequence[str], terms: Weights) -> _TermCounts:
    counts: Counter[Hashable] = Counter(word for word in text if word in terms)
    if len(counts) > 1:
        counts.update(pair for pair in pairwise(text) if pair in terms)
    return _TermCounts(counts, len(text))


def _term_weights(terms: Weights, counted: Sequence[_TermCounts]) -> Weights:
    holders = Counter(term for text in counted for term in text.counts)
    return {
        term: weight * _idf(holders[term], len(counted))
        for term, weight in terms.items()
    }


def _idf(holders: int, total: int) -> float:
    return log(1 + (total - holders + 0.5) / (holders + 0.5))


def _score(text: _TermCounts, worth: Weights, average: float) -> float:
    held_back = _K1 * (1 - _B + _B * text.length / average)
    # Sorted, because a sum's last bit depends on its order, and a set's order on
    # the process: the same request must get the same bytes.
    parts = sorted(
        worth[term] * count * (_K1 + 1) / (count + held_back)
        for term, count in text.counts.items()
    )
    return sum(parts)
