"""`co lab`: compares rerank models on the user's own judgements."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Annotated

import typer

from cohere_cli.commands.call import replies
from cohere_cli.commands.call.session import open_batch_client, resolve_settings
from cohere_cli.commands.flags.lab import LabFlags
from cohere_cli.errors import InputProblem, UsageProblem
from cohere_cli.jobs.cost import MAX_UNCONFIRMED, confirm_requests
from cohere_cli.ranking.evaluation.dataset import Dataset, DatasetSource, read_dataset
from cohere_cli.terminal import Terminal
from cohere_cli.text import STDIN, plural

if TYPE_CHECKING:
    from cohere_cli.config.settings import Settings
    from cohere_cli.jobs.journal import Journal
    from cohere_cli.ranking.batching import RecordBatch
    from cohere_cli.ranking.evaluation.experiment import Experiment
    from cohere_cli.ranking.evaluation.measures import Measure
    from cohere_cli.ranking.evaluation.report import ExclusionReason, Report, Run


_BASELINE = "input order"
_HOW_TO_JUDGE = "give --queries and --labels, or -q and --label-field"


def lab(
    flags: LabFlags,
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE",
            help="Records: files, folders or patterns; without any, standard input.",
        ),
    ] = None,
) -> None:
    """Compare rerank models on your own queries, records and judgements.

    Each model ranks all records for each query. The table shows the quality of
    the rankings, whether differences are significant, and which score to give
    to co rerank --min-score.

    co lab docs.jsonl --queries queries.jsonl --labels qrels.tsv -m rerank-v3.5
    -m rerank-v4.0-pro

    co lab tickets.jsonl -q "payment trouble" --label-field relevant

    Without a key: cd examples/lab; co lab documents.jsonl --queries queries.jsonl
    --labels qrels.tsv --baseline input -p sandbox
    """
    run(tuple(files or ()), flags, Terminal.system())


def run(files: tuple[str, ...], flags: LabFlags, terminal: Terminal) -> None:
    """Read the dataset, run the experiment, and write the report to *terminal*."""
    from cohere_cli.ranking.evaluation.measures import DEFAULT_MEASURES, parse_measure

    terminal = replace(terminal, quiet=flags.quiet, verbose=flags.verbose)
    names = dict.fromkeys(flags.measure or DEFAULT_MEASURES)
    measures = [parse_measure(name) for name in names]
    sources = _sources(files, flags, terminal)
    settings = resolve_settings(
        flags, terminal, model=None, rerank_path=flags.rerank_path
    )
    models = _models(flags, settings)
    dataset = read_dataset(sources, _dataset_source(flags), terminal)
    batches = _batches(dataset, models[0], flags)
    comparison = _Comparison(
        dataset, batches, models, measures, flags, settings, terminal
    )
    comparison.note_gaps()
    if flags.curl:
        comparison.preview()
    elif flags.dry_run:
        terminal.write(f"{comparison.cost}\n")
    else:
        comparison.run()


@dataclass(frozen=True, slots=True)
class _Comparison:
    """One run of the command: the dataset, its batches and the models compared."""

    dataset: Dataset
    batches: "Sequence[RecordBatch]"
    models: Sequence[str]
    measures: "Sequence[Measure]"
    flags: LabFlags
    settings: "Settings"
    terminal: Terminal

    def note_gaps(self) -> None:
        """Note the queries and documents that cannot be measured."""
        note_excluded(self.dataset.left_out, self.terminal)
        missing, relevant = self.dataset.missing
        if missing:
            documents = plural(relevant, "relevant document")
            what = f"{missing:,} of {documents} not among the records"
            self.terminal.note(f"co: {what}")

    def preview(self) -> None:
        """Print the first request instead of sending any."""
        self.terminal.note(f"co: the first request of {self.cost}")
        url = f"{self.settings.base_url}{self.settings.rerank_path}"
        replies.preview(self.batches[0].body, self.flags, self.terminal, url=url)

    @property
    def cost(self) -> str:
        """The factors of the cost, and the search units that they come to."""
        from cohere_cli.ranking.cost import search_units

        models, queries = len(self.models), len(self.dataset.queries)
        units = models * queries * sum(map(search_units, self.batches))
        factors = (
            plural(models, "model"),
            plural(queries, "query", "queries"),
            plural(len(self.dataset.records), "document"),
        )
        return f"{' x '.join(factors)}: {plural(units, 'search unit')}"

    def run(self) -> None:
        """Rank everything and write the report; raises the error for what failed."""
        from cohere_cli.jobs.journal import open_journal
        from cohere_cli.ranking.evaluation.experiment import Experiment

        experiment = Experiment(self.batches, self.dataset.queries, self.models)
        self._confirm(experiment.requests)
        job = (*self.models, *self.dataset.queries.values())
        with open_journal(
            self.terminal, "lab", self.settings.base_url, *job
        ) as journal:
            self._send(experiment, journal)
            for failure in experiment.failures:
                self.terminal.say(f"co: {failure}")
            self._write(self._report(experiment))
            if problem := experiment.problem:
                raise problem

    def _confirm(self, requests: int) -> None:
        if requests <= MAX_UNCONFIRMED or self.settings.sandbox or self.flags.yes:
            return
        confirm_requests(self.cost, self.terminal)

    def _send(self, experiment: "Experiment", journal: "Journal") -> None:
        from cohere_cli.ranking.job import rerank_job
        from cohere_cli.render.progress import Progress

        flags, dataset, settings = self.flags, self.dataset, self.settings
        total = len(self.models) * len(dataset.queries) * len(dataset.records)
        rate = flags.rate or settings.rate
        with (
            Progress(self.terminal, total) as progress,
            open_batch_client(settings, self.terminal, progress.note, rate) as client,
        ):
            job = rerank_job(client, journal, progress.note, resume=flags.resume)
            at_once = flags.concurrency or settings.concurrency
            experiment.run(job, progress, concurrency=at_once)

    def _report(self, experiment: "Experiment") -> "Report":
        """Measure the rankings; raises the first error if there is nothing to compare.

        The scores of the baseline are all equal: it has no cutoff.
        """
        from cohere_cli.ranking.evaluation.report import build_report

        dataset, runs = self.dataset, self._runs(experiment)
        try:
            report = build_report(runs, dataset.qrels, self.measures, dataset.queries)
        except InputProblem as exc:
            raise experiment.problem or exc from exc
        results = [
            replace(one, cut=None) if one.model == _BASELINE else one
            for one in report.results
        ]
        left_out = {**dataset.left_out, **report.left_out}
        note_excluded(report.left_out, self.terminal)
        return replace(report, results=tuple(results), left_out=left_out)

    def _runs(self, experiment: "Experiment") -> "dict[str, Run]":
        """Return all rankings by model: the records' own order, if wanted, first."""
        runs = experiment.runs
        if not runs or self.flags.baseline is None:
            return runs
        order = [(record.id, 0.0) for record in self.dataset.records]
        return {_BASELINE: dict.fromkeys(self.dataset.queries, order), **runs}

    def _write(self, report: "Report") -> None:
        from cohere_cli.ranking.evaluation.report import summary_rows
        from cohere_cli.render.tables.comparison import Comparison, write_comparison

        output = "json" if self.flags.json else self.flags.output
        comparison = Comparison(summary_rows(report), asdict(report))
        write_comparison(self.terminal, output, comparison)
        if output in ("table", "markdown"):
            note_legend(report, self.terminal)


def _sources(
    files: Sequence[str], flags: LabFlags, terminal: Terminal
) -> Sequence[str]:
    """Return where the records are; raises `UsageProblem` for missing flags."""
    _check_judgement_flags(flags)
    sources = files or (STDIN,)
    named = [*sources, flags.queries, flags.labels, flags.key_file]
    if named.count(STDIN) > 1:
        hint = "write one of them to a file"
        raise UsageProblem("standard input (-) is named twice", hint=hint)
    if STDIN in sources and not terminal.has_piped_input:
        hint = "name files, or pipe records in"
        raise UsageProblem("there are no records to rank", hint=hint)
    return sources


def _check_judgement_flags(flags: LabFlags) -> None:
    """Require --queries and --labels, or -q and --label-field, and nothing else."""
    by_files = (flags.queries, flags.labels)
    by_field = (flags.query, flags.label_field)
    if None not in by_files and by_field == (None, None):
        return
    if None not in by_field and by_files == (None, None):
        return
    if by_files == by_field == (None, None):
        raise UsageProblem("there are no judgements", hint=_HOW_TO_JUDGE)
    what = "--queries needs --labels, and -q needs --label-field"
    raise UsageProblem(what, hint=_HOW_TO_JUDGE)


def _dataset_source(flags: LabFlags) -> DatasetSource:
    return DatasetSource(
        queries=flags.queries,
        labels=flags.labels,
        query=flags.query,
        label_field=flags.label_field,
        input=flags.input,
        records=flags.records or "",
    )


def _models(flags: LabFlags, settings: "Settings") -> list[str]:
    names = [" ".join(name.split()) for name in flags.model or ()]
    if "" in names:
        raise UsageProblem("a model name is blank", hint="give one with -m NAME")
    return list(dict.fromkeys(names)) or [settings.rerank_model]


def _batches(dataset: Dataset, model: str, flags: LabFlags) -> "list[RecordBatch]":
    """Return the requests about the first query; all queries are of all records."""
    from cohere_cli.ranking.batching import Batcher, RerankParameters

    parameters = RerankParameters(
        query=next(iter(dataset.queries.values())),
        model=model,
        max_tokens_per_doc=flags.max_tokens_per_doc,
    )
    batcher = Batcher(
        parameters=parameters,
        fields=tuple(flags.field or ()),
        size=flags.batch_size,
        long=flags.long,
    )
    return list(batcher.batches(dataset.records))


_MAX_NAMED = 5
_SIGNIFICANT = 0.05
_EXCLUSIONS: "Mapping[ExclusionReason, str]" = {
    "unjudged": "without a judgement",
    "irrelevant": "without a relevant document",
    "unranked": "not ranked by every model",
}


def note_excluded(
    left_out: "Mapping[ExclusionReason, Sequence[str]]", terminal: Terminal
) -> None:
    """Note which queries do not count, and why."""
    for reason, queries in left_out.items():
        more = ["…"] if len(queries) > _MAX_NAMED else []
        names = ", ".join([*queries[:_MAX_NAMED], *more])
        number = plural(len(queries), "query", "queries")
        terminal.note(f"co: {number} {_EXCLUSIONS[reason]} left out: {names}")


def note_legend(report: "Report", terminal: Terminal) -> None:
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
