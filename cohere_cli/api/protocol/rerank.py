"""The wire of `/v2/rerank`: from its response to pairs of place and score."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from reprlib import repr as short
from sys import float_info
from typing import Any

from cohere_cli.errors import ServerFault

# Beyond it lie infinity and whole numbers that are no float; NaN is on no side.
_MOST = float_info.max


# Not frozen: a reply has a thousand, and freezing makes each cost four times as much.
@dataclass(slots=True)
class RankedDocument:
    """Document number `index` of the request, from 0, and how relevant it is.

    Cohere's scores lie in [0, 1]; other servers give logits. Only their order
    means something.
    """

    index: int
    relevance_score: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """Documents best first, and the server's own object."""

    results: tuple[RankedDocument, ...]
    response: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def search_units(self) -> int:
        """What it was billed as: a unit is a query with up to 100 documents."""
        meta = self.response.get("meta")
        billed = meta.get("billed_units") if isinstance(meta, dict) else None
        units = billed.get("search_units") if isinstance(billed, dict) else None
        return units if type(units) is int else 0


class InvalidRanking(ServerFault):
    """A ranking that cannot be right: no other of this server's can be trusted."""


def parse_ranking(
    response: object, documents: int, top_n: int | None = None, *, ordered: bool = True
) -> Ranking:
    """Read a response to a request with that many *documents*.

    Raises `InvalidRanking` unless it ranks the *top_n* best, or all of them: each once,
    by a finite number, best first, as the API promises. A result must never be paired
    with a wrong document. Not *ordered*, the server promises no such order, nor to
    leave out what is not wanted: then that is done here.
    """
    if not isinstance(response, dict) or not isinstance(response.get("results"), list):
        raise InvalidRanking("the reply has no list of results")
    results = tuple([_ranked(item, documents) for item in response["results"]])
    expected = documents if top_n is None else min(top_n, documents)
    if not ordered:
        _check_places(results, max(expected, len(results)))
        return _sorted(results, response, expected)
    _check_places(results, expected)
    for better, worse in pairwise(results):
        if better.relevance_score < worse.relevance_score:
            said = f"the reply ranks document {worse.index} below a worse one"
            raise InvalidRanking(said)
    return Ranking(results, response)


def _sorted(
    results: tuple[RankedDocument, ...], response: dict[str, Any], most: int
) -> Ranking:
    """Return the best as if the server had sorted them; ties keep their order."""
    places = range(len(results))
    order = sorted(places, key=lambda at: -results[at].relevance_score)[:most]
    told = {**response, "results": [response["results"][at] for at in order]}
    return Ranking(tuple(results[at] for at in order), told)


def _ranked(item: object, documents: int) -> RankedDocument:
    if not isinstance(item, dict):
        raise InvalidRanking("the reply has a result that is no object")
    index: Any = item.get("index")
    score: Any = item.get("relevance_score", item.get("score"))
    if type(index) is not int or not 0 <= index < documents:
        raise InvalidRanking(f"the reply ranks document {short(index)} of {documents}")
    if type(score) not in (float, int) or not -_MOST <= score <= _MOST:
        said = f"the reply gives document {index} the score {short(score)}"
        raise InvalidRanking(said)
    return RankedDocument(index, score)


def _check_places(results: tuple[RankedDocument, ...], expected: int) -> None:
    if len({one.index for one in results}) != len(results):
        raise InvalidRanking("the reply ranks a document twice")
    if len(results) != expected:
        ranked = len(results)
        raise InvalidRanking(
            f"the reply ranks {ranked} documents instead of {expected}"
        )
