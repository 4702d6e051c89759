"""From which score on documents are worth keeping: the cut with the best F1."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from math import inf
from operator import itemgetter


@dataclass(frozen=True, slots=True)
class Cut:
    """What is kept with a score of `threshold` or more: `kept` documents.

    `threshold` is the lowest score of theirs, rounded as far as it keeps the same.
    `precision` is the part of them that is relevant, `recall` the part of the
    relevant that is among them, `f1` the harmonic mean of the two; all in [0, 1].
    """

    threshold: float
    kept: int
    precision: float
    recall: float
    f1: float


def best_cut(scored: Iterable[tuple[float, bool]]) -> Cut | None:
    """Return the cut with the best F1, the strictest of several; see `Cut`.

    *scored* are finite scores, each with whether its document is relevant, in any
    order and of any number of queries. Documents of one score are kept or dropped
    together. None where nothing is relevant: then no cut is better than another.
    """
    ordered = sorted(scored, key=itemgetter(0), reverse=True)
    relevant = sum(is_relevant for _, is_relevant in ordered)
    if not relevant:
        return None
    # The first of equals is the strictest.
    best = max(_cuts(ordered, relevant), key=lambda cut: cut.f1)
    below = ordered[best.kept][0] if best.kept < len(ordered) else -inf
    return replace(best, threshold=_rounded(best.threshold, below))


def _cuts(ordered: list[tuple[float, bool]], relevant: int) -> Iterator[Cut]:
    kept = found = 0
    for score, group in groupby(ordered, key=itemgetter(0)):
        for _, is_relevant in group:
            kept += 1
            found += is_relevant
        # From counts, not from the two rates: equal fractions are equal floats.
        f1 = 2 * found / (kept + relevant)
        yield Cut(score, kept, found / kept, found / relevant, f1)


def _rounded(score: float, below: float) -> float:
    """Round *score* to the fewest digits that leave it above *below*, and not higher.

    People type it: 0.41 rather than 0.41562304.
    """
    shorter = (float(f"{score:.{digits}g}") for digits in range(1, 17))
    return next((one for one in shorter if below < one <= score), score)
