"""The wire format of `/v2/rerank`: decodes and checks its responses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from reprlib import repr as short
from sys import float_info
from typing import Any

from cohere_cli.errors import ServerFault

# Rejects infinity and integers too large for a float; NaN compares false.
_MAX_SCORE = float_info.max
_LISTS = ("results", "data")
"""The names of a reply's list of results."""


# Not frozen: a reply has thousands, and a frozen one takes four times as long.
@dataclass(slots=True)
class RankedDocument:
    """A document of the request, by its 0-based `index`, and its relevance.

    Cohere's scores are in [0, 1]; other servers send logits. Only their order is
    meaningful.
    """

    index: int
    relevance_score: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """Documents, best first, and the server's object."""

    results: tuple[RankedDocument, ...]
    response: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def search_units(self) -> float | None:
        """Billed search units, None if the server does not report them.

        One is a query with up to 100 documents.
        """
        meta = self.response.get("meta")
        billed = meta.get("billed_units") if isinstance(meta, dict) else None
        units = billed.get("search_units") if isinstance(billed, dict) else None
        return units if type(units) in (int, float) else None

    @property
    def has_logits(self) -> bool:
        """Whether a score is outside [0, 1]; the results are sorted by score."""
        ends = (*self.results[:1], *self.results[-1:])
        return not all(0 <= one.relevance_score <= 1 for one in ends)


class InvalidRanking(ServerFault):
    """An invalid ranking; the server's other rankings cannot be trusted either."""


def parse_ranking(
    response: object, documents: int, top_n: int | None = None, *, ordered: bool = True
) -> Ranking:
    """Decode the response to a request with *documents* documents.

    Raises `InvalidRanking` unless it has the *top_n* best documents, by default all,
    each once, with a finite score, best first, as the API promises: a result must never
    be paired with the wrong document. More than *top_n* are cut: LiteLLM in front of
    TEI sends all. If not *ordered*, the server may send any order; they are then sorted
    here.
    """
    response = _with_results(response)
    results = tuple([_decode_result(item, documents) for item in response["results"]])
    expected = documents if top_n is None else min(top_n, documents)
    _check_places(results, expected)
    if not ordered:
        return _sorted(results, response, expected)
    for better, worse in pairwise(results):
        if better.relevance_score < worse.relevance_score:
            message = f"the reply ranks document {worse.index} below a worse one"
            raise InvalidRanking(message)
    if len(results) > expected:
        response = {**response, "results": response["results"][:expected]}
    return Ranking(results[:expected], response)


def _with_results(response: object) -> dict[str, Any]:
    """Return *response* with its list in `results`, wherever the server has it.

    TEI sends the list alone, Voyage sends it as `data`.
    """
    reply = response if isinstance(response, dict) else {"results": response}
    name = next((name for name in _LISTS if isinstance(reply.get(name), list)), None)
    if name == "results":
        return reply
    if name is None:
        raise InvalidRanking("the reply has no list of results")
    rest = {key: value for key, value in reply.items() if key not in _LISTS}
    return {**rest, "results": reply[name]}


def _sorted(
    results: tuple[RankedDocument, ...], response: dict[str, Any], most: int
) -> Ranking:
    """Return the best *most* results, sorted; ties keep their order."""
    places = range(len(results))
    order = sorted(places, key=lambda at: -results[at].relevance_score)[:most]
    sorted_response = {**response, "results": [response["results"][at] for at in order]}
    return Ranking(tuple(results[at] for at in order), sorted_response)


def _decode_result(item: object, documents: int) -> RankedDocument:
    if not isinstance(item, dict):
        raise InvalidRanking("the reply has a result that is not an object")
    index: Any = item.get("index")
    score: Any = item.get("relevance_score")
    if score is None:
        score = item.get("score")
    if type(index) is float and index.is_integer():
        index = int(index)
    if type(index) is not int or not 0 <= index < documents:
        raise InvalidRanking(f"the reply ranks document {short(index)} of {documents}")
    if type(score) not in (float, int) or not -_MAX_SCORE <= score <= _MAX_SCORE:
        message = f"the reply gives document {index} the score {short(score)}"
        raise InvalidRanking(message)
    return RankedDocument(index, score)


def _check_places(results: tuple[RankedDocument, ...], least: int) -> None:
    if len({one.index for one in results}) != len(results):
        raise InvalidRanking("the reply ranks a document twice")
    if len(results) < least:
        ranked = len(results)
        raise InvalidRanking(f"the reply ranks {ranked} documents instead of {least}")
