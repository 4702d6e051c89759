"""The wire of `/v2/rerank`: from its response to pairs of place and score."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cohere_cli.errors import ServerFault


@dataclass(frozen=True, slots=True)
class Ranked:
    """Document number `index` of the request, from 0, and how relevant it is.

    Cohere's scores lie in [0, 1]; other servers give logits. Only their order
    means something.
    """

    index: int
    relevance_score: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """Documents best first, and the server's own object."""

    results: tuple[Ranked, ...]
    response: Mapping[str, Any] = field(default_factory=dict, repr=False)


def ranking_of(response: object, documents: int) -> Ranking:
    """Read a response to a request with that many *documents*.

    Raises `ServerFault` for an index that is out of range or comes twice, and for
    a score that is no number: a result must never be paired with a wrong document.
    """
    if not isinstance(response, Mapping) or not isinstance(
        response.get("results"), list
    ):
        raise ServerFault("the reply has no list of results")
    results = tuple(_ranked(item, documents) for item in response["results"])
    if len({ranked.index for ranked in results}) != len(results):
        raise ServerFault("the reply ranks a document twice")
    ordered = sorted(results, key=lambda one: -one.relevance_score)
    return Ranking(tuple(ordered), response)


def _ranked(item: object, documents: int) -> Ranked:
    if not isinstance(item, Mapping):
        raise ServerFault("the reply has a result that is no object")
    index, score = item.get("index"), item.get("relevance_score", item.get("score"))
    if type(index) is not int or not 0 <= index < documents:
        raise ServerFault(f"the reply ranks document {index!r} of {documents}")
    if type(score) not in (int, float) or not math.isfinite(score):
        raise ServerFault(f"the reply gives document {index} the score {score!r}")
    return Ranked(index, score)
