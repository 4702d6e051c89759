"""The report of a run: each model's accuracy, and what a comparison found."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from cohere_cli.mapping.judgement.confusion import (
    MOST_CLASSES,
    ClassScore,
    Confusion,
    macro_f1,
    weighted_f1,
)
from cohere_cli.mapping.judgement.label import Label, NoLabel, Spellings
from cohere_cli.mapping.judgement.statistics import (
    cohen_kappa,
    mcnemar_p,
    wilson_interval,
)

_MOST_CONFUSIONS = 50  # in the object; a table of 30 classes has 870
_Object = dict[str, Any]


class ModelScore(NamedTuple):
    """How one model answered the records that have a label."""

    model: str
    confusion: Confusion

    @property
    def accuracy(self) -> float:
        """The share of right answers; failures are wrong. 0 of no records."""
        records = self.confusion.records
        return self.confusion.right / records if records else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The accuracy's 95 % interval."""
        return wilson_interval(self.confusion.right, self.confusion.records)

    @property
    def f1(self) -> tuple[float, float] | None:
        """The macro and the weighted F1; None with more than 1,000 labels."""
        classes = self.confusion.classes()
        if not classes or not self.confusion.is_whole:
            return None
        return macro_f1(classes), weighted_f1(classes)

    @property
    def classes(self) -> Sequence[ClassScore]:
        """The scores of the classes; none if there are more than 30."""
        return self.confusion.classes() if self.has_few_classes else ()

    @property
    def has_few_classes(self) -> bool:
        """Whether each class is reported."""
        return len(self.confusion.support) <= MOST_CLASSES


class Pairing:
    """Counts what two runs, or two models, have right of the same records."""

    def __init__(self) -> None:
        self.both = self.only_one = self.only_other = self.neither = 0
        self.differing = 0

    def add(self, expected: Label, one: Label, other: Label) -> None:
        """Count a record by its label and the two answers."""
        self.differing += one != other
        match one == expected, other == expected:
            case True, True:
                self.both += 1
            case True, False:
                self.only_one += 1
            case False, True:
                self.only_other += 1
            case _:
                self.neither += 1

    @property
    def records(self) -> int:
        """How many were counted."""
        return self.both + self.only_one + self.only_other + self.neither

    @property
    def accuracies(self) -> tuple[float, float]:
        """The share that each has right; 0 of no records."""
        records = self.records or 1
        one, other = self.both + self.only_one, self.both + self.only_other
        return one / records, other / records

    @property
    def p_value(self) -> float:
        """The probability of such a difference by chance alone: McNemar's, exact."""
        return mcnemar_p(self.only_one, self.only_other)


class ModelPair(NamedTuple):
    """Two models of this run."""

    one: str
    other: str
    pairing: Pairing


class Agreement:
    """Counts how often a model answers as another run did.

    `failed` records have no answer in one of the two; the others are in `confusion`.
    """

    def __init__(self) -> None:
        self.failed = 0
        self.confusion = Confusion()

    def add(self, one: Label, other: Label) -> None:
        """Count a record by its two answers."""
        if NoLabel.FAILED in (one, other):
            self.failed += 1
        else:
            self.confusion.add(one, other)

    @property
    def share(self) -> float:
        """The share of equal answers among the records that both answered."""
        return self.confusion.right / (self.confusion.records or 1)

    @property
    def kappa(self) -> float | None:
        """Cohen's kappa; None if both answer the same everywhere, or too diversely."""
        counts = self.confusion
        if not counts.is_whole or not counts.records:
            return None
        return cohen_kappa(counts.right, counts.support, counts.answered())


class Comparison(NamedTuple):
    """This run against that of the file *name*, by this run's models.

    `absent` records are not in the file; `extra` lines of it are not in this run.
    There are `pairings` if something is expected, else `agreements`.
    """

    name: str
    absent: int
    extra: int
    pairings: Mapping[str, Pairing]
    agreements: Mapping[str, Agreement]


class Report(NamedTuple):
    """All that is known at the end of a run.

    `column` is what is expected, "" for nothing: then `models` and `pairs` are empty.
    `unlabelled` records have no value in the column; they are in no other number.
    """

    column: str
    field: str | None
    unlabelled: int
    models: Sequence[ModelScore]
    pairs: Sequence[ModelPair]
    comparison: Comparison | None
    spellings: Spellings

    @property
    def accuracy(self) -> float:
        """The lowest of the models' accuracies, in [0, 1]; 0 if nothing was judged."""
        return min((one.accuracy for one in self.models), default=0.0)


def report_object(report: Report) -> _Object:
    """Return *report* as an object of JSON; shares are in [0, 1]."""
    return dict(_members(report))


def _members(report: Report) -> Iterator[tuple[str, Any]]:
    spellings = report.spellings
    if report.column:
        yield "expect", {"column": report.column, "field": report.field}
        yield "accuracy", report.accuracy
        yield "unlabelled", report.unlabelled
        yield "same_labels", [list(ways) for ways in spellings.merged()]
        yield "models", [_model_object(one, spellings) for one in report.models]
        yield "pairs", [_pair_object(pair) for pair in report.pairs]
    if report.comparison:
        yield "compare", _comparison_object(report.comparison, spellings)


def _model_object(score: ModelScore, spellings: Spellings) -> _Object:
    counts, f1 = score.confusion, score.f1
    return {
        "model": score.model,
        "records": counts.records,
        "right": counts.right,
        "failed": counts.failed,
        "accuracy": score.accuracy,
        "interval": list(score.interval),
        "macro_f1": f1[0] if f1 else None,
        "weighted_f1": f1[1] if f1 else None,
        "classes": [_class_object(one, spellings) for one in score.classes],
        "confusions": _confusion_objects(counts, spellings),
    }


def _class_object(score: ClassScore, spellings: Spellings) -> _Object:
    return {
        "label": spellings.of(score.label),
        "support": score.support,
        "right": score.right,
        "failed": score.failed,
        "answered": score.answered,
        "precision": score.precision,
        "recall": score.recall,
        "f1": score.f1,
    }


def _confusion_objects(counts: Confusion, spellings: Spellings) -> list[_Object]:
    """Return all wrong answers of few classes, else the most frequent ones."""
    classes = len(counts.support)
    most = max(classes * classes, _MOST_CONFUSIONS)
    shown = islice(
        counts.mistakes(), most if classes <= MOST_CLASSES else _MOST_CONFUSIONS
    )
    return [
        {
            "expected": spellings.of(expected),
            "answered": None if answered is NoLabel.NOTHING else spellings.of(answered),
            "records": count,
        }
        for expected, answered, count in shown
    ]


def _pair_object(pair: ModelPair) -> _Object:
    counts = pair.pairing
    return {
        "models": [pair.one, pair.other],
        "both_right": counts.both,
        "only_first_right": counts.only_one,
        "only_second_right": counts.only_other,
        "different_answers": counts.differing,
        "p_value": counts.p_value,
    }


def _comparison_object(comparison: Comparison, spellings: Spellings) -> _Object:
    models = [
        *(_pairing_object(*item) for item in comparison.pairings.items()),
        *(
            _agreement_object(*item, spellings)
            for item in comparison.agreements.items()
        ),
    ]
    return {
        "file": comparison.name,
        "absent": comparison.absent,
        "extra": comparison.extra,
        "models": models,
    }


def _pairing_object(model: str, counts: Pairing) -> _Object:
    one, other = counts.accuracies
    return {
        "model": model,
        "records": counts.records,
        "accuracy": one,
        "other_accuracy": other,
        "difference": one - other,
        "both_right": counts.both,
        "only_this_right": counts.only_one,
        "only_other_right": counts.only_other,
        "different_answers": counts.differing,
        "p_value": counts.p_value,
    }


def _agreement_object(model: str, counts: Agreement, spellings: Spellings) -> _Object:
    return {
        "model": model,
        "records": counts.confusion.records,
        "failed": counts.failed,
        "agreement": counts.share,
        "kappa": counts.kappa,
        "differences": [
            {"this": spellings.of(one), "other": spellings.of(other), "records": count}
            for one, other, count in islice(
                counts.confusion.mistakes(), _MOST_CONFUSIONS
            )
        ],
    }
