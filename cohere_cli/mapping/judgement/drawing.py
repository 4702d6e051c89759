"""The report as lines of plain text: the accuracy first, then what explains it."""

from collections.abc import Iterator, Sequence

from cohere_cli.mapping.judgement.aligned import aligned, filled
from cohere_cli.mapping.judgement.figures import (
    count_text,
    difference_text,
    interval_text,
    p_text,
    share_text,
)
from cohere_cli.mapping.judgement.label import Spellings
from cohere_cli.mapping.judgement.report import (
    Agreement,
    Comparison,
    ModelPair,
    ModelScore,
    Pairing,
    Report,
)
from cohere_cli.mapping.judgement.score_lines import (
    MOST_MISTAKES,
    pair_lines,
    score_lines,
)
from cohere_cli.text import plural

_Rows = list[list[str]]
_ANY_WIDTH = 1_000_000


def report_lines(report: Report, width: int = 80) -> Iterator[str]:
    """Yield the lines of *report*, at most *width* columns wide if that is 80 or more.

    They have no colour and no line ends, and nothing that can control a terminal.
    """
    if report.column:
        yield from _judged(report, width)
    if report.comparison:
        if report.column:
            yield ""
        yield from _compared(report.comparison, report.spellings, width)


def _judged(report: Report, width: int) -> Iterator[str]:
    has_several = len(report.models) > 1
    if has_several:
        yield from aligned(_model_rows(report.models), width)
        yield ""
        yield from _pairs(report.pairs, width)
    for score in report.models:
        if has_several:
            yield ""
            yield from aligned([[f"{score.model}:"]], width)
        yield from score_lines(score, report.spellings, width)
    yield from _remarks(report, width)


def _model_rows(scores: Sequence[ModelScore]) -> _Rows:
    rows = [["model", "accuracy", "95 %", "macro F1", "right", "failed"]]
    for one in scores:
        shares = [share_text(one.accuracy), interval_text(one.interval)]
        macro = share_text(one.f1[0] if one.f1 else None)
        counts = map(count_text, (one.confusion.right, one.confusion.failed))
        rows.append([one.model, *shares, macro, *counts])
    return rows


def _pairs(pairs: Sequence[ModelPair], width: int) -> Iterator[str]:
    """Yield the table of *pairs*; names too wide for one line are below each other."""
    from cohere_cli.render.widths import display_width

    rows = _pair_rows(pairs)
    if any(display_width(line) > width for line in aligned(rows, _ANY_WIDTH, names=2)):
        rows = [row for one in rows for row in _below_each_other(one)]
        yield from aligned(rows, width)
    else:
        yield from aligned(rows, width, names=2)


def _below_each_other(row: list[str]) -> _Rows:
    model, other, *numbers = row
    return [[model, *numbers], [f"  {other}", *("" for _ in numbers)]]


def _pair_rows(pairs: Sequence[ModelPair]) -> _Rows:
    rows = [["model A", "model B", "only A right", "only B right", "differ", "p"]]
    for one, other, counts in pairs:
        numbers = (counts.only_one, counts.only_other, counts.differing)
        rows.append([one, other, *map(count_text, numbers), p_text(counts.p_value)])
    return rows


def _remarks(report: Report, width: int) -> Iterator[str]:
    if report.unlabelled:
        yield ""
        records = plural(report.unlabelled, "record")
        parts = [f"{records} without a value in {report.column}", "not judged"]
        yield from filled(parts, width)
    if merged := report.spellings.merged():
        yield ""
        parts = [" = ".join(ways) for ways in merged[:MOST_MISTAKES]]
        yield from filled([f"counted as one class: {parts[0]}", *parts[1:]], width)


def _compared(
    comparison: Comparison, spellings: Spellings, width: int
) -> Iterator[str]:
    yield from aligned([[f"compared with {comparison.name}:"]], width)
    has_several = len(comparison.pairings) + len(comparison.agreements) > 1
    for model, pairing in comparison.pairings.items():
        yield from _paired(pairing, f"{model}: " if has_several else "", width)
    for model, agreement in comparison.agreements.items():
        prefix = f"{model}: " if has_several else ""
        yield from _agreed(agreement, prefix, spellings, width)
    yield from filled([*_outside(comparison)], width)


def _outside(comparison: Comparison) -> Iterator[str]:
    if comparison.absent:
        yield f"{plural(comparison.absent, 'record')} only in this run"
    if comparison.extra:
        yield f"{plural(comparison.extra, 'record')} only in the other"


def _paired(counts: Pairing, prefix: str, width: int) -> Iterator[str]:
    if not counts.records:
        yield from filled([f"{prefix}no record was judged in both"], width)
        return
    one, other = counts.accuracies
    p_value = p_text(counts.p_value)
    sign = "" if p_value.startswith("<") else "= "
    yield from filled(
        [
            f"{prefix}accuracy {share_text(one)}, other {share_text(other)}",
            f"difference {difference_text(one - other)}",
            f"p {sign}{p_value} (McNemar, exact)",
        ],
        width,
    )
    yield from filled(
        [
            f"{counts.only_one:,} right only in this run",
            f"{counts.only_other:,} only in the other",
            f"{counts.differing:,} of {plural(counts.records, 'answer')} differ",
        ],
        width,
    )


def _agreed(
    counts: Agreement, prefix: str, spellings: Spellings, width: int
) -> Iterator[str]:
    both = counts.confusion
    if not both.records:
        yield from filled([f"{prefix}no record has an answer in both"], width)
        return
    parts = [f"{prefix}agreement {share_text(counts.share)}"]
    parts.append(f"{both.right:,} of {plural(both.records, 'answer')} are the same")
    if (kappa := counts.kappa) is not None:
        parts.append(f"Cohen's kappa {share_text(kappa)}")
    yield from filled(parts, width)
    if counts.failed:
        yield f"{plural(counts.failed, 'record')} without an answer in one of the two"
    if both.records > both.right:
        yield ""
        headings = ("this run", "the other")
        yield from pair_lines(headings, both.mistakes(), spellings, width)
