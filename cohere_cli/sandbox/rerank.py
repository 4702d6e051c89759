"""`POST /v2/rerank`: documents in the order of their BM25 score."""

import math
import struct
from collections.abc import Mapping
from typing import Any

from cohere_cli.api.bodies import RerankBody
from cohere_cli.sandbox.bm25 import scores
from cohere_cli.sandbox.refusals import Refused, invalid
from cohere_cli.sandbox.words import words

MOST_DOCUMENTS = 10_000
_PER_UNIT = 100  # documents that one search unit pays for
_TOKENS = 4096  # read of a document, unless the body says otherwise


def reranked(body: RerankBody, name: str) -> Mapping[str, Any]:
    """Return the reply to *body*; *name* becomes its id.

    BM25 weighs a word by how many of this request's documents have it, so scores
    of two requests cannot be compared. A token is a word.
    """
    _check(body)
    read = body.max_tokens_per_doc or _TOKENS
    found = scores(body.query, (words(text)[:read] for text in body.documents))
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
                "search_units": math.ceil(len(body.documents) / _PER_UNIT)
            },
        },
    }


def _check(body: RerankBody) -> None:
    if not body.documents:
        raise invalid("list of documents must not be empty")
    if not body.query.strip():
        raise invalid("query must not be empty or be only whitespace")
    if len(body.documents) > MOST_DOCUMENTS:
        raise Refused(
            400,
            f"invalid request: too many documents: {len(body.documents)}, "
            f"the maximum is {MOST_DOCUMENTS}",
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
