"""One model's score as lines: accuracy, classes, and which labels were confused."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from cohere_cli.mapping.judgement.aligned import aligned, filled, fits
from cohere_cli.mapping.judgement.confusion import ClassScore
from cohere_cli.mapping.judgement.figures import count_text, interval_text, share_text
from cohere_cli.mapping.judgement.label import Label, NoLabel, Spellings
from cohere_cli.mapping.judgement.report import ModelScore
from cohere_cli.text import plural

MOST_MISTAKES = 10
"""Lines of the most frequent ones."""

# With so few classes, the table of confusions is read at a glance.
_GLANCE = 5
_NONE = "·"
_Rows = list[list[str]]


def score_lines(score: ModelScore, spellings: Spellings, width: int) -> Iterator[str]:
    """Yield the lines of *score*, at most *width* columns wide."""
    counts = score.confusion
    if not counts.records:
        yield "accuracy: no record was judged"
        return
    yield from filled([*_accuracy(score)], width)
    if score.f1:
        macro, weighted = map(share_text, score.f1)
        classes = plural(len(counts.support), "class", "classes")
        yield f"macro F1 {macro}, weighted F1 {weighted}, {classes}"
    if score.has_few_classes:
        yield ""
        yield from aligned(_class_rows(score.classes, spellings), width)
    if counts.records > counts.right + counts.failed:
        yield from _mistakes(score, spellings, width)


def _accuracy(score: ModelScore) -> Iterator[str]:
    counts, interval = score.confusion, interval_text(score.interval)
    yield f"accuracy {share_text(score.accuracy)} (95 % {interval})"
    yield f"{counts.right:,} of {counts.records:,} right"
    wrong = f"{counts.records - counts.right:,} wrong"
    yield f"{wrong} ({counts.failed:,} failed)" if counts.failed else wrong


def _class_rows(classes: Sequence[ClassScore], spellings: Spellings) -> _Rows:
    rows = [["class", "precision", "recall", "F1", "records", "answered", "failed"]]
    for one in classes:
        shares = map(share_text, (one.precision, one.recall, one.f1))
        numbers = map(count_text, (one.support, one.answered, one.failed))
        rows.append([spellings.of(one.label), *shares, *numbers])
    if not any(one.failed for one in classes):
        rows = [row[:-1] for row in rows]
    return rows


def _mistakes(score: ModelScore, spellings: Spellings, width: int) -> Iterator[str]:
    table = [*_confusion_table(score, spellings, width)]
    if table:
        yield ""
        yield "rows: expected, columns: answered"
        yield from table
    if len(score.confusion.support) > _GLANCE or not table:
        yield ""
        pairs = score.confusion.mistakes()
        yield from pair_lines(("expected", "answered"), pairs, spellings, width)
        if not score.confusion.is_whole:
            yield f"(of the first {len(score.confusion.support):,} classes)"
    elif others := _unknown_answers(score):
        yield ""
        parts = [f"{spellings.of(label)} {count:,}" for label, count in others]
        yield from filled([f"answers that are no class: {parts[0]}", *parts[1:]], width)


def _confusion_table(
    score: ModelScore, spellings: Spellings, width: int
) -> Iterator[str]:
    """Yield a row per class with a column per answer; nothing where it does not fit."""
    counts = [_confusion_row(score, one) for one in score.classes]
    names = [spellings.of(one.label) for one in score.classes]
    numbers = [str(number) for number in range(1, len(names) + 1)]
    wide = len(numbers[-1]) if numbers else 0
    numbered = [
        f"{number:>{wide}} {name}" for number, name in zip(numbers, names, strict=True)
    ]
    # Closer together without names above the columns.
    for shown, headings, gap in ((names, names, 2), (numbered, numbers, 1)):
        rows = _used([["", *headings, "no class", "failed"]], shown, counts)
        if names and fits(rows, width, gap=gap):
            yield from aligned(rows, width, gap=gap)
            return


def _used(head: _Rows, names: Sequence[str], counts: Sequence[Sequence[int]]) -> _Rows:
    """Return rows below *head*, without a last column that has no counts."""
    classes = len(names)
    used = [True] * (classes + 1)
    used += [any(row[at] for row in counts) for at in (classes, classes + 1)]
    cells = ([count_text(count) if count else _NONE for count in row] for row in counts)
    rows = [*head, *([name, *row] for name, row in zip(names, cells, strict=True))]
    return [
        [cell for cell, is_used in zip(row, used, strict=True) if is_used]
        for row in rows
    ]


def _confusion_row(score: ModelScore, expected: ClassScore) -> list[int]:
    """Return how often each class was answered, then what is none, then failures."""
    pairs = score.confusion.pairs
    counts = [pairs[expected.label, one.label] for one in score.classes]
    unknown = expected.support - sum(counts) - expected.failed
    return [*counts, unknown, expected.failed]


def _unknown_answers(score: ModelScore) -> list[tuple[Label, int]]:
    """Return the most frequent answers that are no label of the records."""
    answered = score.confusion.answered().items()
    known = {*score.confusion.support, NoLabel.FAILED}
    unknown = [(label, count) for label, count in answered if label not in known]
    return sorted(unknown, key=lambda one: -one[1])[:MOST_MISTAKES]


def pair_lines(
    headings: tuple[str, str],
    pairs: Iterable[tuple[Label, Label, int]],
    spellings: Spellings,
    width: int,
) -> Iterator[str]:
    """Yield lines of the first *pairs* of labels, each with its number of records."""
    rows = [
        [spellings.of(one), spellings.of(other), count_text(count)]
        for one, other, count in islice(pairs, MOST_MISTAKES)
    ]
    yield from aligned([[*headings, "records"], *rows], width, names=2)
