import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohere_cli.ranking.merge import SpilledRecords, TopRecords

SCORES = st.lists(st.sampled_from([0.1, 0.25, 0.5, 0.9]), max_size=40)


class Shelf:
    """A store in a list."""

    def __init__(self):
        self._records = []

    def put(self, record):
        self._records.append(record)
        return len(self._records) - 1

    def get(self, place):
        return self._records[place]


def expected(scores):
    order = sorted(range(len(scores)), key=lambda at: (-scores[at], at))
    return [(at, scores[at], f"record {at}") for at in order]


def filled(merge, scores, arrival):
    for at in arrival:
        merge.add(at, scores[at], f"record {at}")
    return list(merge.best())


@given(SCORES, st.randoms(use_true_random=False), st.integers(1, 10))
def test_the_best_come_out_in_order_however_they_came_in(scores, random, most):
    arrival = random.sample(range(len(scores)), len(scores))
    assert filled(TopRecords(most), scores, arrival) == expected(scores)[:most]


@given(SCORES, st.randoms(use_true_random=False))
@pytest.mark.parametrize(
    "merge", [lambda: TopRecords(None), lambda: SpilledRecords(Shelf())]
)
def test_all_come_out_and_ties_in_the_order_of_the_input(merge, scores, random):
    arrival = random.sample(range(len(scores)), len(scores))
    assert filled(merge(), scores, arrival) == expected(scores)


def test_records_need_not_be_comparable():
    best = TopRecords(1)
    best.add(0, 0.5, {"a": 1})
    best.add(1, 0.5, {"b": 2})
    assert list(best.best()) == [(0, 0.5, {"a": 1})]
