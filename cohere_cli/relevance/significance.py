"""Whether two models differ by more than chance: a paired randomisation test."""

from collections.abc import Iterable, Iterator
from itertools import compress

MOST_EXACT = 12
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
    if len(signed) <= MOST_EXACT:
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
