"""Wilson's interval of a share, McNemar's exact test, and Cohen's kappa."""

from collections.abc import Mapping
from math import exp, lgamma, log, sqrt

from cohere_cli.mapping.judgement.label import Label

_Z = 1.959963984540054
"""The standard normal distribution has 95 % between -Z and Z."""

_NEGLIGIBLE = 1e-17  # of a sum


def wilson_interval(right: int, total: int) -> tuple[float, float]:
    """Return the 95 % interval of the share *right* / *total*; (0, 1) of nothing.

    Wilson's score interval without continuity correction
    (https://doi.org/10.1080/01621459.1927.10502953): it stays in [0, 1], and holds
    for small numbers and shares near 1.
    """
    if not total:
        return 0.0, 1.0
    share, square = right / total, _Z * _Z / total
    centre = share + square / 2
    spread = _Z * sqrt(share * (1 - share) / total + square / (4 * total))
    low, high = (centre - spread) / (1 + square), (centre + spread) / (1 + square)
    # Rounding must not move the ends that are exact.
    return (low if right else 0.0), (high if right < total else 1.0)


def mcnemar_p(only_one: int, only_other: int) -> float:
    """Return the probability, in [0, 1], of so unequal numbers by chance alone.

    *only_one* and *only_other* are the records that one of two runs alone has right.
    If the runs were equally good, each such record could equally be the other's:
    McNemar's test, exact (binomial) and two-sided.
    """
    total, least = only_one + only_other, min(only_one, only_other)
    # From the largest term down: each is the one before times k / (n - k + 1).
    ways = lgamma(total + 1) - lgamma(least + 1) - lgamma(total - least + 1)
    largest = exp(ways - total * log(2))
    terms, term, k = 1.0, 1.0, least
    while k and term > _NEGLIGIBLE * terms:
        term *= k / (total - k + 1)
        terms += term
        k -= 1
    return min(2 * largest * terms, 1.0)


def cohen_kappa(
    agreed: int, one: Mapping[Label, int], other: Mapping[Label, int]
) -> float | None:
    """Return how far two runs agree beyond chance, in [-1, 1].

    *agreed* is the number of equal answers; *one* and *other* count each run's. None
    where chance alone agrees: there is no answer, or one answer everywhere.
    """
    total = sum(one.values())
    # Whole numbers: 1 - chance must be 0 exactly.
    chance = sum(count * other.get(label, 0) for label, count in one.items())
    if chance == total * total:
        return None
    return (agreed * total - chance) / (total * total - chance)
