"""A report: each model's measures, and the significance of their differences."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import chain
from math import fsum
from typing import Literal

from cohere_cli.errors import InputProblem
from cohere_cli.ranking.evaluation.judgements import Qrels
from cohere_cli.ranking.evaluation.measures import Measure, has_relevant
from cohere_cli.ranking.evaluation.runs import Run, ScoredIds, in_trec_order
from cohere_cli.ranking.evaluation.statistics import Cutoff, best_cutoff, p_value

ExclusionReason = Literal["unjudged", "irrelevant", "unranked"]
"""Why a query does not count: it has no judgements, or no relevant document, or one of
the models has no ranking for it."""

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class MeasureResult:
    """A measure's mean, and its value for each query.

    `difference` is from the mean of the first model; `p_value` is the probability of
    one as large by chance alone, without a correction for multiple comparisons. Both
    are None for the first model.
    """

    mean: float
    queries: Mapping[str, float]
    difference: float | None = None
    p_value: float | None = None


@dataclass(frozen=True, slots=True)
class ModelResult:
    """One model's results. `cut` is over the documents of all queries."""

    model: str
    measures: Mapping[str, MeasureResult]
    cut: Cutoff | None


@dataclass(frozen=True, slots=True)
class Report:
    """All models, in the order given, over the same `queries`."""

    queries: tuple[str, ...]
    left_out: Mapping[ExclusionReason, tuple[str, ...]]
    results: tuple[ModelResult, ...]


def build_report(
    runs: Mapping[str, Run],
    qrels: Qrels,
    measures: Sequence[Measure],
    queries: Iterable[str] = (),
) -> Report:
    """Measure the *runs*, by model, against *qrels*; ties are ordered as by trec_eval.

    *queries* are those of the experiment; some may be in none of the runs.

    Only queries that every model ranked and that have a relevant document count, so
    that the means are comparable. (trec_eval leaves out those without any judgement,
    but counts one without a relevant document as 0.) Raises `InputProblem` if none is
    left, and for a document that is ranked twice.
    """
    asked = dict.fromkeys(chain(queries, *runs.values()))
    reasons = {query: _reason(query, runs.values(), qrels) for query in asked}
    counting = tuple(query for query, reason in reasons.items() if reason is None)
    if not (runs and counting):
        raise _nothing_counts(reasons.values())
    judged = {query: qrels[query] for query in counting}
    results: list[ModelResult] = []
    for model, run in runs.items():
        first = results[0].measures if results else {}
        results.append(_result(model, run, judged, measures, first))
    return Report(counting, _by_reason(reasons), tuple(results))


def select_queries(
    queries: Iterable[str], qrels: Qrels, runs: Collection[Run] = ()
) -> tuple[list[str], dict[ExclusionReason, tuple[str, ...]]]:
    """Return those of *queries* that can count beside *runs*, and why others cannot.

    Ranking the others would be paid for in vain. Raises `InputProblem` if none can
    count.
    """
    reasons = {query: _reason(query, runs, qrels) for query in queries}
    selected = [query for query, reason in reasons.items() if reason is None]
    if not selected:
        raise _nothing_counts(reasons.values())
    return selected, _by_reason(reasons)


def summary_rows(report: Report) -> list[dict[str, Cell]]:
    """Return a row per model, for a table: names of columns to plain values."""
    return [dict(_cells(result, len(report.queries))) for result in report.results]


def _reason(query: str, runs: Iterable[Run], qrels: Qrels) -> ExclusionReason | None:
    if not qrels.get(query):
        return "unjudged"
    if not has_relevant(qrels[query]):
        return "irrelevant"
    return None if all(query in run for run in runs) else "unranked"


def _by_reason(
    reasons: Mapping[str, ExclusionReason | None],
) -> dict[ExclusionReason, tuple[str, ...]]:
    found: dict[ExclusionReason, list[str]] = {}
    for query, reason in reasons.items():
        if reason:
            found.setdefault(reason, []).append(query)
    return {reason: tuple(queries) for reason, queries in found.items()}


def _nothing_counts(reasons: Collection[ExclusionReason | None]) -> InputProblem:
    if "unranked" in reasons:
        hint = "models are compared on the queries that all of them ranked"
        return InputProblem("no judged query was ranked by every model", hint=hint)
    hint = "check that both files use the same query ids"
    if set(reasons) == {"irrelevant"}:
        hint = "a grade above 0 means that a document is relevant"
    return InputProblem("no query has a relevant document", hint=hint)


def _result(
    model: str,
    run: Run,
    judged: Qrels,
    measures: Sequence[Measure],
    first: Mapping[str, MeasureResult],
) -> ModelResult:
    measured = {}
    rankings = {query: _ids(query, run[query]) for query in judged}
    for measure in measures:
        values = {query: measure.of(rankings[query], judged[query]) for query in judged}
        measured[measure.name] = _compared(values, first.get(measure.name))
    return ModelResult(model, measured, best_cutoff(_scores(run, judged)))


def _ids(query: str, scored: ScoredIds) -> list[str]:
    ids = [document for document, _ in in_trec_order(scored)]
    if len(set(ids)) == len(ids):
        return ids
    twice = next(document for document in ids if ids.count(document) > 1)
    what = f"document {twice!r} is ranked twice for query {query!r}"
    raise InputProblem(what, hint="give each record an id of its own")


def _compared(
    values: Mapping[str, float], first: MeasureResult | None
) -> MeasureResult:
    mean = fsum(values.values()) / len(values)
    if first is None:
        return MeasureResult(mean, values)
    differences = [value - first.queries[query] for query, value in values.items()]
    return MeasureResult(mean, values, mean - first.mean, p_value(differences))


def _scores(run: Run, judged: Qrels) -> Iterator[tuple[float, bool]]:
    for query, judgements in judged.items():
        for document, score in run[query]:
            yield score, judgements.get(document, 0) > 0


def _cells(result: ModelResult, queries: int) -> Iterator[tuple[str, Cell]]:
    yield "model", result.model
    yield "queries", queries
    for name, measured in result.measures.items():
        yield name, measured.mean
        yield f"{name}.difference", measured.difference
        yield f"{name}.p_value", measured.p_value
    for field in fields(Cutoff):
        yield f"cut.{field.name}", getattr(result.cut, field.name, None)
