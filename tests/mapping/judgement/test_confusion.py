import pytest

from cohere_cli.mapping.judgement.confusion import (
    ClassScore,
    Confusion,
    macro_f1,
    weighted_f1,
)
from cohere_cli.mapping.judgement.label import NoLabel

FAILED = NoLabel.FAILED


def confusion(*pairs):
    counts = Confusion()
    for expected, answered in pairs:
        counts.add(expected, answered)
    return counts


def test_a_class_has_precision_recall_and_f1():
    counts = confusion(*["aa"] * 6, *["ab"] * 2, *["bb"] * 3, "ba", ("b", FAILED))
    one, other = counts.classes()
    assert one == ClassScore("a", support=8, right=6, failed=0, answered=7)
    assert other == ClassScore("b", support=5, right=3, failed=1, answered=5)
    assert (one.precision, one.recall) == (6 / 7, 6 / 8)
    assert one.f1 == pytest.approx(12 / 15)
    assert macro_f1([one, other]) == pytest.approx((12 / 15 + 6 / 10) / 2)
    assert weighted_f1([one, other]) == pytest.approx((8 * 0.8 + 5 * 0.6) / 13)


def test_a_failure_is_wrong_and_no_answer():
    counts = confusion("aa", ("a", FAILED))
    assert (counts.records, counts.right, counts.failed) == (2, 1, 1)
    assert counts.classes()[0].precision == 1
    assert [*counts.mistakes()] == []


def test_a_class_that_was_never_answered_has_no_precision():
    [one] = confusion("ab").classes()
    assert (one.precision, one.recall, one.f1) == (None, 0, 0)


def test_an_answer_that_is_no_label_is_a_mistake_and_not_a_class():
    counts = confusion("aa", "ax")
    assert [one.label for one in counts.classes()] == ["a"]
    assert [*counts.mistakes()] == [("a", "x", 1)]


@pytest.mark.parametrize(
    ("labels", "order"),
    [("bba", ["b", "a"]), ("abb", ["b", "a"]), (["10", "9", "9"], ["9", "10"])],
)
def test_classes_are_ordered_by_size_and_numbers_by_value(labels, order):
    counts = confusion(*((label, label) for label in labels))
    assert [one.label for one in counts.classes()] == order


def test_the_most_frequent_mistake_is_first():
    counts = confusion("ab", "ac", "ac", "bb")
    assert [*counts.mistakes()] == [("a", "c", 2), ("a", "b", 1)]


def test_any_number_of_answers_takes_bounded_memory_and_classes_stay_exact():
    counts = confusion(*(("a", f"rare {number}") for number in range(20_000)))
    for pair in ("aa", "bb", "ba", ("b", FAILED)):
        counts.add(*pair)
    assert len(counts.pairs) < 10_010
    assert counts.is_whole
    assert (counts.records, counts.right, counts.failed) == (20_004, 2, 1)
    one, other = counts.classes()
    assert one == ClassScore("a", support=20_001, right=1, failed=0, answered=2)
    assert other == ClassScore("b", support=3, right=1, failed=1, answered=1)


def test_any_number_of_labels_takes_bounded_memory_and_the_accuracy_stays_exact():
    labels = [f"label {number}" for number in range(5_000)]
    counts = confusion(*((label, label) for label in labels), ("x", "y"))
    assert (counts.records, counts.right) == (5_001, 5_000)
    assert len(counts.pairs) == len(counts.support) == 1_000
    assert not counts.is_whole
