import random
from itertools import product

import pytest

from cohere_cli.ranking.evaluation.statistics import MAX_EXACT, SAMPLES, p_value


def by_hand(differences):
    seen = abs(sum(differences))
    ways = list(product((1, -1), repeat=len(differences)))
    sums = (sum(map(lambda x, y: x * y, way, differences)) for way in ways)
    return sum(abs(one) > seen - 1e-9 for one in sums) / len(ways)


@pytest.mark.parametrize("size", [1, 2, 5, 9])
def test_few_differences_are_tested_in_every_way(size):
    chance = random.Random(size)
    differences = [chance.uniform(-0.2, 0.5) for _ in range(size)]
    assert p_value(differences) == by_hand(differences)


def test_models_that_differ_nowhere_differ_by_chance():
    assert p_value([]) == 1.0
    assert p_value([0.0] * 50) == 1.0


def test_queries_without_a_difference_change_nothing():
    assert p_value([0.5, 0.0, 0.25, *[0.0] * 50]) == p_value([0.5, 0.25]) == 0.5


def test_which_model_is_the_better_changes_nothing():
    differences = [0.4, 0.3, -0.1, 0.2, 0.2]
    assert p_value(differences) == p_value([-one for one in differences])


def test_sums_that_are_equal_but_for_rounding_count_as_equal():
    # In floats 0.1 + 0.2 - 0.3 is not 0, but 1 + 2 - 3 is.
    assert p_value([0.1, 0.2, -0.3, 0.001]) == p_value([1 / 8, 2 / 8, -3 / 8, 1 / 64])


@pytest.mark.parametrize("queries", [1, 6, MAX_EXACT])
def test_always_the_same_winner_is_as_rare_as_two_ways_of_all(queries):
    assert p_value([0.125] * queries) == 2 / 2**queries


def test_many_differences_are_sampled_and_never_give_0():
    assert p_value([0.125] * 100) == 1 / (SAMPLES + 1)


def test_a_sample_comes_close_to_every_way():
    chance = random.Random(5)
    for _ in range(3):
        differences = [chance.uniform(-0.3, 0.4) for _ in range(MAX_EXACT + 1)]
        assert p_value(differences) == pytest.approx(by_hand(differences), abs=0.02)


def test_the_same_differences_give_the_same_value():
    chance = random.Random(6)
    differences = [chance.uniform(-0.3, 0.35) for _ in range(40)]
    assert p_value(differences) == p_value(differences)
    assert p_value(iter(differences)) == p_value(differences)


def test_of_models_that_are_equal_one_in_twenty_seems_to_differ():
    chance = random.Random(7)
    values = [p_value(chance.gauss() for _ in range(10)) for _ in range(300)]
    assert 0.02 < sum(value <= 0.05 for value in values) / len(values) < 0.09
