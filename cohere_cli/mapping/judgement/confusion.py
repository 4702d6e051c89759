"""Counts which label was expected and which was answered, in bounded memory."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from cohere_cli.mapping.judgement.label import Label, NoLabel

MOST_CLASSES = 30
"""With more, a table of classes says nothing."""

_MOST_LABELS = 1000  # that are counted each
_MOST_PAIRS = 10_000


class ClassScore(NamedTuple):
    """How one class was answered.

    `support` records have the label, of which `right` were answered so and `failed`
    have no answer; `answered` is how often the label was answered.
    """

    label: Label
    support: int
    right: int
    failed: int
    answered: int

    @property
    def precision(self) -> float | None:
        """The share of its answers that are right; None if it was never answered."""
        return self.right / self.answered if self.answered else None

    @property
    def recall(self) -> float:
        """The share of its records that were answered right."""
        return self.right / self.support

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall, in [0, 1]; 0 if none is right."""
        return 2 * self.right / (self.answered + self.support)


class Confusion:
    """Counts pairs of labels. With few classes all counts but rare answers are exact.

    `records` is the number of pairs, `right` that of equal ones, `failed` that of
    records without an answer. Beyond 10,000 different pairs, an answer that is not a
    label of the records is `NoLabel.OTHER`. Beyond 1,000 labels, `is_whole` is False:
    then pairs of further labels are in these three numbers alone.
    """

    def __init__(self) -> None:
        self.records = self.right = self.failed = 0
        self.is_whole = True
        self.pairs: Counter[tuple[Label, Label]] = Counter()
        self.support: Counter[Label] = Counter()

    def add(self, expected: Label, answered: Label) -> None:
        """Count a record whose label is *expected*, and its answer."""
        self.records += 1
        self.right += expected == answered
        self.failed += answered is NoLabel.FAILED
        if expected not in self.support and len(self.support) >= _MOST_LABELS:
            self.is_whole = False
            return
        self.support[expected] += 1
        self.pairs[self._counted(expected, answered)] += 1

    def _counted(self, expected: Label, answered: Label) -> tuple[Label, Label]:
        pair = expected, answered
        if pair in self.pairs or len(self.pairs) < _MOST_PAIRS:
            return pair
        is_class = answered in self.support and len(self.support) <= MOST_CLASSES
        is_kept = is_class or expected == answered or answered is NoLabel.FAILED
        return pair if is_kept else (expected, NoLabel.OTHER)

    def answered(self) -> Mapping[Label, int]:
        """Return how often each label was answered."""
        counts: Counter[Label] = Counter()
        for (_, answered), count in self.pairs.items():
            counts[answered] += count
        return counts

    def classes(self) -> list[ClassScore]:
        """Return a score for each label of the records: numbers by value, else by size.

        Complete only if `is_whole`.
        """
        answered, pairs = self.answered(), self.pairs
        scores = (
            ClassScore(
                label,
                support,
                pairs[label, label],
                pairs[label, NoLabel.FAILED],
                answered.get(label, 0),
            )
            for label, support in self.support.items()
        )
        if all(_as_number(label) is not None for label in self.support):
            return sorted(scores, key=lambda one: _as_number(one.label) or 0)
        return sorted(scores, key=lambda one: (-one.support, str(one.label)))

    def mistakes(self) -> Iterator[tuple[Label, Label, int]]:
        """Yield the pairs of different labels and their numbers, most frequent first.

        Failures are not among them.
        """
        for (expected, answered), count in self.pairs.most_common():
            if expected != answered and answered is not NoLabel.FAILED:
                yield expected, answered, count


def macro_f1(classes: list[ClassScore]) -> float:
    """Return the mean F1 of *classes*, those that records have; each counts the same.

    An answer that is no label of the records is a mistake, not a class.
    """
    return sum(one.f1 for one in classes) / len(classes)


def weighted_f1(classes: list[ClassScore]) -> float:
    """Return the mean F1 of *classes*, weighted by their support."""
    total = sum(one.support for one in classes)
    return sum(one.f1 * one.support for one in classes) / total


def _as_number(label: Label) -> float | None:
    try:
        return float(label) if isinstance(label, str) else None
    except ValueError:
        return None
