"""A comparison: rankings of one dataset are measured, and the report is written."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from cohere_cli.documents.record_text import location
from cohere_cli.errors import CoError, InputProblem
from cohere_cli.ranking.evaluation.dataset import BASELINE, ONLY_QUERY
from cohere_cli.ranking.evaluation.measures import Measure
from cohere_cli.ranking.evaluation.report import (
    ExclusionReason,
    Report,
    build_report,
    summary_rows,
)
from cohere_cli.ranking.evaluation.runs import (
    Run,
    check_trec_ids,
    in_trec_order,
    share_of_ties,
    without_self,
)
from cohere_cli.terminal import Terminal
from cohere_cli.text import plural

if TYPE_CHECKING:
    from cohere_cli.ranking.evaluation.dataset import Dataset


@dataclass(frozen=True, slots=True)
class ModelComparison:
    """The dataset, and how rankings of it are compared and written as `output`.

    With `baseline`, the order of the input is the first of them. With `drop_self`,
    the record with the query's own id is left out of all. `has_ids`: the queries have
    ids, which they need in a run.
    """

    dataset: "Dataset"
    measures: Sequence[Measure]
    terminal: Terminal
    output: str = "table"
    baseline: bool = False
    drop_self: bool = False
    has_ids: bool = True

    def note_gaps(self) -> None:
        """Note what cannot be measured; raises the error for what cannot be written."""
        if self.output == "trec":
            self._check_trec_ids()
        _note_excluded(self.dataset.left_out, self.terminal)
        missing, relevant = self.dataset.missing
        if missing and self.dataset.records:
            documents = plural(relevant, "relevant document")
            what = f"{missing:,} of {documents} not among the records"
            self.terminal.note(f"co: {what}")

    def write(self, runs: Mapping[str, Run], problem: CoError | None = None) -> None:
        """Compare *runs*, by model, with the others, and write the report.

        Raises *problem*, what failed of the runs, if nothing can be compared.
        """
        from cohere_cli.render.tables.comparison import Comparison, write_comparison

        ordered = self._ordered(runs)
        try:
            report = build_report(
                ordered, self.dataset.qrels, self.measures, self.dataset.queries
            )
        except InputProblem as exc:
            raise problem or exc from exc
        _note_excluded(report.left_out, self.terminal)
        _note_ties(ordered, self.terminal)
        report = self._completed(report)
        comparison = Comparison(
            summary_rows(report), asdict(report), self._for_trec(ordered)
        )
        write_comparison(self.terminal, self.output, comparison)
        if self.output in ("table", "markdown"):
            _note_legend(report, self.terminal)

    def _ordered(self, runs: Mapping[str, Run]) -> dict[str, Run]:
        """Return all rankings in order: the input's and those of files come first."""
        runs = {**self._baseline(), **self.dataset.runs, **runs}
        if self.drop_self:
            runs = {model: without_self(run) for model, run in runs.items()}
        return {
            model: {query: in_trec_order(scored) for query, scored in run.items()}
            for model, run in runs.items()
        }

    def _baseline(self) -> dict[str, Run]:
        if not self.baseline:
            return {}
        ids = [record.id for record in self.dataset.records]
        order = [(id_, float(len(ids) - at)) for at, id_ in enumerate(ids)]
        return {BASELINE: dict.fromkeys(self.dataset.queries, order)}

    def _completed(self, report: Report) -> Report:
        """Return *report* with all queries left out, and no cutoff of the baseline.

        Its scores are places in the input.
        """
        results = [
            replace(one, cut=None) if one.model == BASELINE else one
            for one in report.results
        ]
        left_out = {**self.dataset.left_out, **report.left_out}
        return replace(report, results=tuple(results), left_out=left_out)

    def _check_trec_ids(self) -> None:
        queries = self.dataset.queries if self.has_ids else ()
        records = ((one.id, location(one)) for one in self.dataset.records)
        check_trec_ids(chain(((query, "") for query in queries), records))

    def _for_trec(self, runs: Mapping[str, Run]) -> dict[str, Run]:
        """Return *runs* with an id for the only query, if it has none."""
        if self.has_ids:
            return {**runs}
        ids = dict.fromkeys(self.dataset.queries, ONLY_QUERY)
        return {
            model: {ids.get(query, query): scored for query, scored in run.items()}
            for model, run in runs.items()
        }


_MAX_NAMED = 5
_SIGNIFICANT = 0.05
_MANY_TIES = 0.5  # of all ranked records
_EXCLUSIONS: Mapping[ExclusionReason, str] = {
    "unjudged": "without a judgement",
    "irrelevant": "without a relevant document",
    "unranked": "not ranked by every model",
}


def _note_excluded(
    left_out: Mapping[ExclusionReason, Sequence[str]], terminal: Terminal
) -> None:
    """Note which queries do not count, and why."""
    for reason, queries in left_out.items():
        more = ["…"] if len(queries) > _MAX_NAMED else []
        names = ", ".join([*queries[:_MAX_NAMED], *more])
        number = plural(len(queries), "query", "queries")
        terminal.note(f"co: {number} {_EXCLUSIONS[reason]} left out: {names}")


def _note_ties(runs: Mapping[str, Run], terminal: Terminal) -> None:
    """Note which models rank most records by their ids, as the scores are equal."""
    for model, run in runs.items():
        if (share := share_of_ties(run)) > _MANY_TIES:
            how = "ties rank by id, the last id first, as in trec_eval"
            terminal.note(f"co: {model}: {share:.0%} of its scores are ties; {how}")


def _note_legend(report: Report, terminal: Terminal) -> None:
    """Explain the table's numbers and their limits."""
    terminal.note("co: keep from: the score with the best F1, for rerank --min-score")
    first, *others = report.results
    if not others:
        return
    queries = len(report.queries)
    number = plural(queries, "query", "queries")
    terminal.note(f"co: differences from {first.model}, over {number}")
    terminal.note("co: p: the probability of such a difference by chance alone")
    # All signs alike, or all reversed: 2 of the 2^n possibilities.
    if (least := 2 / 2**queries) > _SIGNIFICANT:
        what = (
            f"too few queries for significance: the smallest possible p is {least:.2g}"
        )
        terminal.note(f"co: {what}")
