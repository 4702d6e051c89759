from fractions import Fraction
from math import comb

import pytest

from cohere_cli.mapping.judgement.statistics import (
    cohen_kappa,
    mcnemar_p,
    wilson_interval,
)


@pytest.mark.parametrize(
    ("right", "total", "low", "high"),
    [
        # Newcombe (1998), table I, method 3, four decimals.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        # The mirror image of 0 of 20.
        (20, 20, 0.8389, 1.0),
    ],
)
def test_wilsons_interval_is_that_of_the_literature(right, total, low, high):
    assert wilson_interval(right, total) == pytest.approx((low, high), abs=5.1e-5)


def test_the_interval_of_nothing_is_everything():
    assert wilson_interval(0, 0) == (0, 1)


@pytest.mark.parametrize(
    ("one", "other", "p_value"),
    [
        (0, 0, 1.0),
        (1, 0, 1.0),
        (0, 5, 2 / 32),
        (1, 8, 2 * (1 + 9) / 512),
        (2, 6, 2 * (1 + 8 + 28) / 256),
        (4, 4, 1.0),
        (3, 4, 1.0),
    ],
)
def test_mcnemars_p_is_that_of_a_sum_by_hand(one, other, p_value):
    assert mcnemar_p(one, other) == pytest.approx(p_value, rel=1e-12)
    assert mcnemar_p(other, one) == mcnemar_p(one, other)


@pytest.mark.parametrize(("one", "other"), [(480, 520), (10, 90), (1500, 1600)])
def test_mcnemars_p_of_many_is_that_of_exact_fractions(one, other):
    total = one + other
    tail = sum(comb(total, k) for k in range(one + 1))
    exact = float(Fraction(2 * tail, 2**total))
    assert mcnemar_p(one, other) == pytest.approx(exact, rel=1e-9)


def test_mcnemars_p_of_half_a_million_is_a_number():
    assert 0 < mcnemar_p(250_000, 251_500) < 0.05
    assert mcnemar_p(0, 500_000) == 0


def test_kappa_is_that_of_a_sum_by_hand():
    # 20 yes of both, 15 no of both, 5 and 10 apart: 0.7 agree, 0.5 by chance.
    one, other = {"yes": 25, "no": 25}, {"yes": 30, "no": 20}
    assert cohen_kappa(35, one, other) == pytest.approx(0.4)


def test_kappa_is_unknown_where_all_answers_are_the_same_or_none_is_there():
    assert cohen_kappa(9, {"yes": 9}, {"yes": 9}) is None
    assert cohen_kappa(0, {}, {}) is None
    assert cohen_kappa(0, {"yes": 9}, {"no": 9}) == 0
