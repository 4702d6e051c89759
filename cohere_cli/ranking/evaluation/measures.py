"""Measures of one ranking: nDCG, reciprocal rank, recall, precision, AP.

They are those of trec_eval (https://github.com/usnistgov/trec_eval): a document
without a judgement is not relevant, and one with a grade above 0 is. Each value is in
[0, 1]. The ids of a ranking are unique.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from math import fsum, log2

from cohere_cli.errors import UsageProblem
from cohere_cli.ranking.evaluation.judgements import Judgements
from cohere_cli.text import nearest

RankedIds = Sequence[str]
"""Ids of documents, best first."""

DEFAULT_MEASURES = ("ndcg@10", "mrr@10", "recall@10")

_NAME = re.compile(r"([a-z]+)(?:@([1-9]\d{0,5}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure and its name, such as "ndcg@10"; without @K all ranks count."""

    name: str
    of: Callable[[RankedIds, Judgements], float]


def parse_measure(name: str) -> Measure:
    """Return the measure called *name*; raises `UsageProblem` if it is unknown."""
    match = _NAME.fullmatch(name.strip().lower())
    formula = _FORMULAS.get(match[1]) if match else None
    if not match or not formula:
        near = nearest(name.lower().partition("@")[0], _FORMULAS)
        hint = f"did you mean {near}@10?" if near else f"choose from {_KNOWN}"
        raise UsageProblem(f"unknown measure {name!r}", hint=hint)
    k = int(match[2]) if match[2] else None
    return Measure(match[0], partial(formula, k=k))


def has_relevant(judgements: Judgements) -> bool:
    """Whether any document is relevant; without one no measure is defined."""
    return any(grade > 0 for grade in judgements.values())


def ndcg(ranking: RankedIds, judgements: Judgements, k: int | None = None) -> float:
    """Discounted cumulative gain up to rank *k*, normalised by the ideal ranking's.

    The gain is the grade itself (Järvelin and Kekäläinen, 2002). Others, such as
    LightGBM, use 2^grade - 1: the same for grades of 0 and 1, else not comparable.
    """
    best = sorted(judgements.values(), reverse=True)
    ideal = _discounted(best[:k])
    found = [judgements.get(document, 0) for document in ranking[:k]]
    return _discounted(found) / ideal if ideal else 0.0


def reciprocal_rank(
    ranking: RankedIds, judgements: Judgements, k: int | None = None
) -> float:
    """1 / the rank of the first relevant document; 0 if it comes after *k*."""
    return 1 / next(_relevant_ranks(ranking[:k], judgements), float("inf"))


def recall(ranking: RankedIds, judgements: Judgements, k: int | None = None) -> float:
    """The share of all relevant documents that is among the first *k*."""
    relevant = _relevant(judgements)
    found = sum(1 for _ in _relevant_ranks(ranking[:k], judgements))
    return found / relevant if relevant else 0.0


def precision(
    ranking: RankedIds, judgements: Judgements, k: int | None = None
) -> float:
    """The share of the first *k* that is relevant; missing ranks are not."""
    depth = k or len(ranking)
    found = sum(1 for _ in _relevant_ranks(ranking[:k], judgements))
    return found / depth if depth else 0.0


def average_precision(
    ranking: RankedIds, judgements: Judgements, k: int | None = None
) -> float:
    """The mean, over all relevant documents, of the precision at their ranks.

    A document that is not among the first *k* contributes 0.
    """
    relevant = _relevant(judgements)
    ranks = _relevant_ranks(ranking[:k], judgements)
    found = fsum(nth / rank for nth, rank in zip(count(1), ranks, strict=False))
    return found / relevant if relevant else 0.0


def _discounted(grades: Sequence[int]) -> float:
    gains = enumerate(grades, 2)
    return fsum(grade / log2(rank) for rank, grade in gains if grade > 0)


def _relevant_ranks(ranking: RankedIds, judgements: Judgements) -> Iterator[int]:
    return (
        rank
        for rank, document in enumerate(ranking, 1)
        if judgements.get(document, 0) > 0
    )


def _relevant(judgements: Judgements) -> int:
    return sum(grade > 0 for grade in judgements.values())


_FORMULAS = {
    "ndcg": ndcg,
    "mrr": reciprocal_rank,
    "recall": recall,
    "p": precision,
    "map": average_precision,
}
_KNOWN = "ndcg@K, mrr@K, recall@K, p@K and map@K"
