"""`co lab`: compares rerank models on the user's own judgements."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import typer

from cohere_cli.commands.call import replies
from cohere_cli.commands.call.session import (
    call_budget,
    open_batch_client,
    presented,
    resolve_settings,
)
from cohere_cli.commands.flags.lab import LabFlags
from cohere_cli.errors import UsageProblem
from cohere_cli.jobs.cost import MAX_UNCONFIRMED, confirm_requests
from cohere_cli.ranking.evaluation.dataset import Dataset, DatasetSource, read_dataset
from cohere_cli.terminal import Terminal
from cohere_cli.text import STDIN, plural

if TYPE_CHECKING:
    from cohere_cli.config.settings import Settings
    from cohere_cli.jobs.budget import Budget
    from cohere_cli.jobs.journal import Journal
    from cohere_cli.ranking.batching import RecordBatch
    from cohere_cli.ranking.evaluation.comparison import ModelComparison
    from cohere_cli.ranking.evaluation.experiment import Experiment
    from cohere_cli.ranking.evaluation.measures import Measure


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

    $ co lab docs.jsonl --queries queries.jsonl --labels qrels.tsv -m rerank-v3.5
    -m rerank-v4.0-pro

    $ co lab tickets.jsonl -q "payment trouble" --label-field relevant

    $ cd examples/lab; co lab documents.jsonl --queries queries.jsonl
    --labels qrels.tsv --baseline input -p sandbox    # works without a key
    """
    with presented(flags) as terminal:
        run(tuple(files or ()), flags, terminal)


def run(files: tuple[str, ...], flags: LabFlags, terminal: Terminal) -> None:
    """Read the dataset, run the experiment, and write the report to *terminal*."""
    from cohere_cli.ranking.evaluation.measures import DEFAULT_MEASURES, parse_measure

    terminal = replace(terminal, quiet=flags.quiet, verbose=flags.verbose)
    names = dict.fromkeys(flags.measure or DEFAULT_MEASURES)
    measures = [parse_measure(name) for name in names]
    if flags.run and not _names_records(files, flags, terminal):
        _check_run_flags(flags)
        dataset = read_dataset((), _dataset_source(flags), terminal)
        comparison = _comparison(dataset, measures, flags, terminal)
        comparison.note_gaps()
        comparison.write({})
        return
    sources = _sources(files, flags, terminal)
    settings = resolve_settings(
        flags, terminal, model=None, rerank=True, rerank_path=flags.rerank_path
    )
    models = _models(flags, settings)
    dataset = read_dataset(sources, _dataset_source(flags, models), terminal)
    comparison = _comparison(dataset, measures, flags, terminal)
    batches = _batches(dataset, models[0], flags)
    trials = _Trials(comparison, batches, models, flags, settings)
    comparison.note_gaps()
    if flags.curl:
        trials.preview()
    elif flags.dry_run:
        terminal.write(f"{trials.cost}\n")
    else:
        trials.run()


@dataclass(frozen=True, slots=True)
class _Trials:
    """The models compared, and the requests that rank all records with each."""

    comparison: "ModelComparison"
    batches: "Sequence[RecordBatch]"
    models: Sequence[str]
    flags: LabFlags
    settings: "Settings"

    def preview(self) -> None:
        """Print the first request instead of sending any."""
        terminal = self.comparison.terminal
        terminal.note(f"co: the first request of {self.cost}")
        url = f"{self.settings.base_url}{self.settings.rerank_path}"
        replies.preview(self.batches[0].body, self.flags, terminal, url=url)

    @property
    def cost(self) -> str:
        """The factors of the cost, and the search units that they come to."""
        dataset = self.comparison.dataset
        models, queries = len(self.models), len(dataset.queries)
        units = models * self.units_of_model
        factors = (
            plural(models, "model"),
            plural(queries, "query", "queries"),
            plural(len(dataset.records), "document"),
        )
        return f"{' x '.join(factors)}: {plural(units, 'search unit')}"

    @property
    def units_of_model(self) -> int:
        """The search units of all queries with one model."""
        from cohere_cli.ranking.cost import search_units

        queries = len(self.comparison.dataset.queries)
        return queries * sum(map(search_units, self.batches))

    def run(self) -> None:
        """Rank everything and write the report; raises the error for what failed."""
        from cohere_cli.jobs.journal import open_journal
        from cohere_cli.ranking.evaluation.experiment import Experiment

        terminal, queries = self.comparison.terminal, self.comparison.dataset.queries
        experiment = Experiment(self.batches, queries, self.models)
        job = ("lab", self.settings.base_url, *self.models, *queries.values())
        with open_journal(terminal, *job) as journal:
            finished = journal.finished if self.flags.resume else 0
            budget = self._check_cost(experiment.requests, finished)
            self._send(experiment, journal, budget)
            for failure in experiment.failures:
                terminal.fail(str(failure))
            if not experiment.runs and experiment.problem:
                raise experiment.problem
            self.comparison.write(experiment.runs, experiment.problem)
            if problem := experiment.problem:
                raise problem

    def _check_cost(self, requests: int, finished: int) -> "Budget | None":
        """Refuse an experiment above a limit; ask about a large one without a limit."""
        from cohere_cli.jobs.estimate import rerank_cost

        flags, settings = self.flags, self.settings
        if budget := call_budget(flags, settings, self.comparison.terminal):
            left = max(requests - finished, 0) / requests
            units, each = left * self.units_of_model, requests // len(self.models)
            prices = budget.prices
            costs = (rerank_cost(one, units, prices, each) for one in self.models)
            budget.require(*costs)
        is_agreed = settings.sandbox or flags.yes or flags.max_cost is not None
        if requests > MAX_UNCONFIRMED and not is_agreed:
            confirm_requests(self.cost, self.comparison.terminal)
        return budget

    def _send(
        self, experiment: "Experiment", journal: "Journal", budget: "Budget | None"
    ) -> None:
        from cohere_cli.ranking.job import rerank_job
        from cohere_cli.render.progress import Progress
        from cohere_cli.render.waiting import working_line

        flags, settings = self.flags, self.settings
        dataset, terminal = self.comparison.dataset, self.comparison.terminal
        total = len(self.models) * len(dataset.queries) * len(dataset.records)
        rate = flags.rate or settings.rate
        with (
            Progress(terminal, total) as progress,
            working_line(terminal, "reranking"),
            open_batch_client(settings, terminal, progress.note, rate) as client,
        ):
            job = rerank_job(
                client, journal, progress.note, resume=flags.resume, budget=budget
            )
            at_once = flags.concurrency or settings.concurrency
            experiment.run(job, progress, concurrency=at_once)


def _comparison(
    dataset: Dataset, measures: "Sequence[Measure]", flags: LabFlags, terminal: Terminal
) -> "ModelComparison":
    from cohere_cli.ranking.evaluation.comparison import ModelComparison

    return ModelComparison(
        dataset,
        measures,
        terminal,
        output=flags.output or "table",
        baseline=flags.baseline is not None,
        drop_self=flags.drop_self,
        has_ids=flags.query is None,
    )


def _sources(
    files: Sequence[str], flags: LabFlags, terminal: Terminal
) -> Sequence[str]:
    """Return where the records are; raises `UsageProblem` for missing flags."""
    _check_judgement_flags(flags)
    sources = files or (STDIN,)
    _check_standard_input(sources, flags)
    if STDIN in sources and not terminal.has_piped_input:
        hint = "name files, or pipe records in"
        raise UsageProblem("there are no records to rank", hint=hint)
    return sources


def _check_standard_input(sources: Sequence[str], flags: LabFlags) -> None:
    if [*sources, *flags.input_files()].count(STDIN) > 1:
        hint = "write one of them to a file"
        raise UsageProblem("standard input (-) is named twice", hint=hint)


def _names_records(files: tuple[str, ...], flags: LabFlags, terminal: Terminal) -> bool:
    """Whether there are records to rank; otherwise only runs are compared.

    Queries are for models: with them, records are expected in a pipe.
    """
    asks = flags.queries or flags.query
    return bool(files or flags.model or (asks and terminal.has_piped_input))


def _check_run_flags(flags: LabFlags) -> None:
    """Require what a comparison of runs alone needs: judgements, but no records."""
    _check_standard_input((), flags)
    if flags.labels is None:
        what = "--run without records needs --labels"
        raise UsageProblem(what, hint="name the records, or give --labels")
    needs_records = {
        "-q": flags.query,
        "--label-field": flags.label_field,
        "--baseline": flags.baseline,
        "--curl": flags.curl,
        "--dry-run": flags.dry_run,
    }
    if name := next((name for name, value in needs_records.items() if value), None):
        hint = "name the records to rank, or leave it out"
        raise UsageProblem(f"{name} needs records, and none are named", hint=hint)


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


def _dataset_source(flags: LabFlags, models: Sequence[str] = ()) -> DatasetSource:
    return DatasetSource(
        queries=flags.queries,
        labels=flags.labels,
        query=flags.query,
        label_field=flags.label_field,
        input=flags.input,
        records=flags.records or "",
        runs=tuple(dict.fromkeys(flags.run or ())),
        models=models,
        drop_self=flags.drop_self,
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
