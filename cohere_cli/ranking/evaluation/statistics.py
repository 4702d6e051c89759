"""Whether two models differ by more than chance: a paired randomisation test."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import compress, groupby
from math import inf
from operator import itemgetter

MAX_EXACT = 12
"""With so many queries that differ, each of the 2^12 ways of chance is looked at."""

SAMPLES = 10_000
"""With more, so many of them: p = 0.05 is then known to about 0.004."""

_UNIT = 10**12
_BITS = bytes.maketrans(b"01", b"\0\1")


def p_value(differences: Iterable[float]) -> float:
    """Return how often chance alone gives a mean as far from 0 as this, in (0, 1].

    *differences* are one measure's, model against model, a query each. If the models
    were equal, each could as well have the other sign: Fisher's randomisation test,
    two-sided (https://doi.org/10.1145/1321440.1321528 compares it with others). The
    same differences give the same value in each run.
    """
    # Whole numbers, so that sums which are equal are equal in any order.
    whole = [round(difference * _UNIT) for difference in differences]
    signed = [difference for difference in whole if difference]
    if len(signed) <= MAX_EXACT:
        sums = _all_sums(signed)
        return _as_far(sums, signed) / len(sums)
    # What was seen is one of the ways (Phipson and Smyth, 2010): p is never 0.
    return (_as_far(_some_sums(signed), signed) + 1) / (SAMPLES + 1)


def _as_far(sums: Iterable[int], seen: list[int]) -> int:
    distance = abs(sum(seen))
    return sum(abs(one) >= distance for one in sums)


def _all_sums(differences: list[int]) -> list[int]:
    sums = [0]
    for difference in differences:
        sums = [one + sign for one in sums for sign in (difference, -difference)]
    return sums


def _some_sums(differences: list[int]) -> Iterator[int]:
    from random import Random

    chance = Random(0)  # noqa: S311 - a sample, not a secret
    total, size = sum(differences), len(differences)
    for _ in range(SAMPLES):
        bits = f"{chance.getrandbits(size):0{size}b}".encode().translate(_BITS)
        # Ten times as quick as a sum of signed numbers.
        yield 2 * sum(compress(differences, bits)) - total


@dataclass(frozen=True, slots=True)
class Cutoff:
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


def best_cutoff(scored: Iterable[tuple[float, bool]]) -> Cutoff | None:
    """Return the cut with the best F1, the strictest of several; see `Cutoff`.

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


def _cuts(ordered: list[tuple[float, bool]], relevant: int) -> Iterator[Cutoff]:
    kept = found = 0
    for score, group in groupby(ordered, key=itemgetter(0)):
        for _, is_relevant in group:
            kept += 1
            found += is_relevant
        # From counts, not from the two rates: equal fractions are equal floats.
        f1 = 2 * found / (kept + relevant)
        yield Cutoff(score, kept, found / kept, found / relevant, f1)


def _rounded(score: float, below: float) -> float:
    """Round *score* to the fewest digits that leave it above *below*, and not higher.

    People type it: 0.41 rather than 0.41562304.
    """
    shorter = (float(f"{score:.{digits}g}") for digits in range(1, 17))
    return next((one for one in shorter if below < one <= score), score)
