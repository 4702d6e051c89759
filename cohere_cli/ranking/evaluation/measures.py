"""The measures of one ranking: nDCG, reciprocal rank, recall, precision, AP.

They are those of trec_eval (https://github.com/usnistgov/trec_eval): a document
without a judgement is not relevant, and a grade above 0 is. Of documents with equal
scores trec_eval takes the last id in the alphabet first; here a ranking is measured
in the order that people see. Each value is in [0, 1]. A ranking holds no id twice.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from itertools import count
from math import fsum, log2

from cohere_cli.errors import UsageProblem
from cohere_cli.ranking.evaluation.judgements import Judgements

RankedIds = Sequence[str]
"""Ids of documents, best first."""

DEFAULT_MEASURES = ("ndcg@10", "mrr@10", "recall@10")

_NAME = re.compile(r"([a-z]+)(?:@([1-9]\d{0,5}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure by its name, as in "ndcg@10"; without a number all ranks count."""

    name: str
    of: Callable[[RankedIds, Judgements], float]


def parse_measure(name: str) -> Measure:
    """Return the measure of that *name*; raises `UsageProblem` for an unknown one."""
    named = _NAME.fullmatch(name.strip().lower())
    formula = _FORMULAS.get(named[1]) if named else None
    if not named or not formula:
        near = get_close_matches(name.lower().partition("@")[0], _FORMULAS, 1)
        hint = f"did you mean {near[0]}@10?" if near else f"choose from {_KNOWN}"
        raise UsageProblem(f"there is no measure {name!r}", hint=hint)
    k = int(named[2]) if named[2] else None
    return Measure(named[0], partial(formula, k=k))


def has_relevant(judgements: Judgements) -> bool:
    """Whether there is something to find: without it no measure says anything."""
    return any(grade > 0 for grade in judgements.values())


def ndcg(ranking: RankedIds, judgements: Judgements, k: int | None = None) -> float:
    """Discounted gain up to rank *k*, as a part of the best that there can be.

    The gain is the grade itself (Järvelin and Kekäläinen, 2002). Others, as LightGBM,
    take 2^grade - 1: the same where grades are 0 and 1, else not to be compared.
    """
    best = sorted(judgements.values(), reverse=True)
    ideal = _discounted(best[:k])
    found = [judgements.get(document, 0) for document in ranking[:k]]
    return _discounted(found) / ideal if ideal else 0.0


def reciprocal_rank(
    ranking: RankedIds, judgements: Judgements, k: int | None = None
) -> float:
    """1 / the first relevant document's rank; 0 where it comes after *k*."""
    return 1 / next(_relevant_ranks(ranking[:k], judgements), float("inf"))


def recall(ranking: RankedIds, judgements: Judgements, k: int | None = None) -> float:
    """The part of all relevant documents that the first *k* hold."""
    relevant = _relevant(judgements)
    found = sum(1 for _ in _relevant_ranks(ranking[:k], judgements))
    return found / relevant if relevant else 0.0


def precision(
    ranking: RankedIds, judgements: Judgements, k: int | None = None
) -> float:
    """The part of the first *k* that is relevant; missing ranks are not."""
    depth = k or len(ranking)
    found = sum(1 for _ in _relevant_ranks(ranking[:k], judgements))
    return found / depth if depth else 0.0


def average_precision(
    ranking: RankedIds, judgements: Judgements, k: int | None = None
) -> float:
    """The mean, over all relevant documents, of precision at their ranks.

    One that is not among the first *k* adds 0.
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
