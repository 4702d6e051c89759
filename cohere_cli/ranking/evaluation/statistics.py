"""A paired randomisation test, and the score cutoff with the best F1."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import compress, groupby
from math import inf
from operator import itemgetter

MAX_EXACT = 12
"""With up to so many queries that differ, all 2^n assignments of signs are computed."""

SAMPLES = 10_000
"""With more, a sample of them: the error of p = 0.05 is then about 0.004."""

_UNIT = 10**12
_BITS = bytes.maketrans(b"01", b"\0\1")


def p_value(differences: Iterable[float]) -> float:
    """Return the probability, in (0, 1], of a mean as far from 0 by chance alone.

    *differences* are one measure's between two models, one per query. If the models
    were equal, each could equally have the other sign: Fisher's randomisation test,
    two-sided (https://doi.org/10.1145/1321440.1321528 compares it with others). The
    result is deterministic.
    """
    # Integers, because sums of floats depend on the order.
    whole = [round(difference * _UNIT) for difference in differences]
    signed = [difference for difference in whole if difference]
    if len(signed) <= MAX_EXACT:
        sums = _all_sums(signed)
        return _count_extreme(sums, signed) / len(sums)
    # The observation itself counts (Phipson and Smyth, 2010): p is never 0.
    return (_count_extreme(_some_sums(signed), signed) + 1) / (SAMPLES + 1)


def _count_extreme(sums: Iterable[int], observed: list[int]) -> int:
    distance = abs(sum(observed))
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
        # Ten times as fast as a sum of signed numbers.
        yield 2 * sum(compress(differences, bits)) - total


@dataclass(frozen=True, slots=True)
class Cutoff:
    """The `kept` documents that have a score of `threshold` or more.

    `threshold` is their lowest score, rounded as far as it keeps the same documents.
    `precision` is the share of them that is relevant, `recall` the share of the
    relevant ones that is among them, `f1` their harmonic mean; all in [0, 1].
    """

    threshold: float
    kept: int
    precision: float
    recall: float
    f1: float


def best_cutoff(scored: Iterable[tuple[float, bool]]) -> Cutoff | None:
    """Return the cutoff with the best F1, the highest of several; see `Cutoff`.

    *scored* has finite scores, each with whether its document is relevant, in any
    order, of any number of queries. Documents of one score are kept or dropped
    together. None if nothing is relevant: then all cutoffs are equal.
    """
    ordered = sorted(scored, key=itemgetter(0), reverse=True)
    relevant = sum(is_relevant for _, is_relevant in ordered)
    if not relevant:
        return None
    # The first of equals is the highest.
    best = max(_cuts(ordered, relevant), key=lambda cut: cut.f1)
    below = ordered[best.kept][0] if best.kept < len(ordered) else -inf
    return replace(best, threshold=_rounded(best.threshold, below))


def _cuts(ordered: list[tuple[float, bool]], relevant: int) -> Iterator[Cutoff]:
    kept = found = 0
    for score, group in groupby(ordered, key=itemgetter(0)):
        for _, is_relevant in group:
            kept += 1
            found += is_relevant
        # From counts, not from the two rates, so that equal fractions are equal floats.
        f1 = 2 * found / (kept + relevant)
        yield Cutoff(score, kept, found / kept, found / relevant, f1)


def _rounded(score: float, below: float) -> float:
    """Round *score* down to the fewest digits that keep it above *below*.

    It is typed: 0.41 rather than 0.41562304.
    """
    shorter = (float(f"{score:.{digits}g}") for digits in range(1, 17))
    return next((one for one in shorter if below < one <= score), score)
