"""`POST /v2/rerank`: documents ranked by their BM25 score."""

import math
import struct
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import pairwise
from math import log
from typing import Any

from cohere_cli.api.protocol.models import RERANK_DOCUMENTS
from cohere_cli.api.protocol.requests import RerankBody
from cohere_cli.record import value_class
from cohere_cli.sandbox.answers.text import content_words, stems
from cohere_cli.sandbox.messages import ApiError, invalid

MAX_DOCUMENTS = RERANK_DOCUMENTS
_DOCUMENTS_PER_UNIT = 100  # documents per search unit
_DEFAULT_MAX_TOKENS = 4096  # default of max_tokens_per_doc


def rerank(body: RerankBody, name: str) -> Mapping[str, Any]:
    """Return the reply to *body*; *name* becomes its id.

    BM25 weighs a word by the number of the request's documents that contain it, so
    scores of different requests are not comparable. A token is a word.
    """
    _check(body)
    read = body.max_tokens_per_doc or _DEFAULT_MAX_TOKENS
    found = bm25_scores(body.query, (stems(text)[:read] for text in body.documents))
    ranked = sorted(enumerate(map(_relevance, found)), key=lambda each: -each[1])
    return {
        "id": name,
        "results": [
            {"index": index, "relevance_score": score, **_document(body, index)}
            for index, score in ranked[: body.top_n]
        ],
        "meta": {
            "api_version": {"version": "2"},
            "billed_units": {
                "search_units": math.ceil(len(body.documents) / _DOCUMENTS_PER_UNIT)
            },
        },
    }


def _document(body: RerankBody, index: int) -> Mapping[str, Any]:
    if not body.return_documents:
        return {}
    return {"document": {"text": body.documents[index]}}


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
    """Map a BM25 score to a relevance score between 0 and 1, both exclusive.

    A logistic curve: no word of the query gives 0.007, half of them 0.27, all 0.95.
    """
    return _float32(1 / (1 + math.exp(5 - 8 * score)))


def _float32(number: float) -> float:
    """Return the shortest decimal that is the same 32-bit float as *number*."""
    packed = struct.pack("f", number)
    (exact,) = struct.unpack("f", packed)
    shorter = (float(f"{exact:.{digits}g}") for digits in range(5, 9))
    same = (each for each in shorter if struct.pack("f", each) == packed)
    return next(same, float(f"{exact:.9g}"))


# Usual values (Robertson and Zaragoza, 2009): term frequency saturation and
# document length normalization.
_K1 = 1.2
_B = 0.75
# Weight of two words that are adjacent in the text as in the query.
_PAIR_WEIGHT = 0.5

Weights = Mapping[Hashable, float]


@value_class
class _TermCounts:
    counts: Counter[Hashable]
    length: int


def bm25_scores(
    query: str, texts: Iterable[Sequence[str]], *, pair: float = _PAIR_WEIGHT
) -> list[float]:
    """Return a score from 0 up to `1 + _K1` for each of *texts*, given as stems.

    A text of average length with each word of the query once has the score 1. The
    weight of a word in n of N texts is `log(1 + (N - n + 0.5) / (n + 0.5))`, which
    is never negative. Stop words count only in pairs: "capital of the" is distinct
    from "capital punishment". *pair* is the weight of a pair and an extension; with
    0, this is Lucene's BM25.
    """
    terms = _query_terms(query, pair)
    counted = [_count_terms(text, terms) for text in texts]
    weights = _term_weights(terms, counted)
    best = sum(weights.values()) or 1.0
    average = sum(text.length for text in counted) / (len(counted) or 1) or 1.0
    return [_score(text, weights, average) / best for text in counted]


def _query_terms(query: str, pair: float) -> Weights:
    """Return the words and pairs of words to search for, with their weights."""
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
    frequencies = Counter(term for text in counted for term in text.counts)
    return {
        term: weight * _idf(frequencies[term], len(counted))
        for term, weight in terms.items()
    }


def _idf(frequency: int, total: int) -> float:
    return log(1 + (total - frequency + 0.5) / (frequency + 0.5))


def _score(text: _TermCounts, weights: Weights, average: float) -> float:
    saturation = _K1 * (1 - _B + _B * text.length / average)
    # The last bit of a sum depends on its order, and the order of a set on the
    # process: sort, so that the same request gets the same bytes.
    parts = sorted(
        weights[term] * count * (_K1 + 1) / (count + saturation)
        for term, count in text.counts.items()
    )
    return sum(parts)
