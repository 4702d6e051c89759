"""`co lab`: rerank models compared on the user's own judgements."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Annotated

import typer

from cohere_cli.commands import replies
from cohere_cli.commands.flags.lab import LabFlags
from cohere_cli.commands.session import open_batch_client, resolve_settings
from cohere_cli.errors import ConfigProblem, InputProblem, UsageProblem
from cohere_cli.ranking.cost import MAX_UNCONFIRMED, confirm, search_units
from cohere_cli.ranking.evaluation.dataset import Dataset, DatasetSource, judged
from cohere_cli.terminal import Terminal
from cohere_cli.text import STDIN

if TYPE_CHECKING:
    from cohere_cli.config.settings import Settings
    from cohere_cli.ranking.batching import RecordBatch
    from cohere_cli.ranking.evaluation.dataset import Candidate
    from cohere_cli.ranking.evaluation.experiment import Experiment
    from cohere_cli.ranking.evaluation.measures import Measure
    from cohere_cli.ranking.evaluation.report import ExclusionReason, Report, Run
    from cohere_cli.ranking.journal import Journal


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

    Each model ranks all records for each query. The table says how good the
    rankings are, whether a difference is more than chance, and which score to
    give to co rerank --min-score.

    co lab docs.jsonl --queries queries.jsonl --labels qrels.tsv -m rerank-v3.5
    -m rerank-v4.0-pro

    co lab tickets.jsonl -q "payment trouble" --label-field relevant

    Without a key: cd examples/lab; co lab documents.jsonl --queries queries.jsonl
    --labels qrels.tsv --baseline input -p sandbox
    """
    run(tuple(files or ()), flags, Terminal.system())


def run(files: tuple[str, ...], flags: LabFlags, terminal: Terminal) -> None:
    """Read what there is to compare by, compare, and show it on *terminal*."""
    from cohere_cli.ranking.evaluation.measures import DEFAULT_MEASURES, parse_measure

    terminal = replace(terminal, quiet=flags.quiet, verbose=flags.verbose)
    measures = [
        parse_measure(name) for name in dict.fromkeys(flags.measure or DEFAULT_MEASURES)
    ]
    sources = _sources_of(files, flags, terminal)
    settings = resolve_settings(
        flags, terminal, model=None, rerank_path=flags.rerank_path
    )
    models = _models(flags, settings)
    selection = DatasetSource(
        queries=flags.queries,
        labels=flags.labels,
        query=flags.query,
        label_field=flags.label_field,
        input=flags.input,
        records=flags.records or "",
    )
    subject = judged(sources, selection, terminal)
    portions = _portions(subject, models[0], flags)
    comparison = _Comparison(
        subject, portions, models, measures, flags, settings, terminal
    )
    comparison.tell()
    if flags.curl:
        comparison.preview()
    elif flags.dry_run:
        terminal.write(f"{comparison.cost}\n")
    else:
        comparison.run()


@dataclass(frozen=True, slots=True)
class _Comparison:
    """All that a comparison needs to know."""

    judged: Dataset
    portions: "Sequence[RecordBatch[Candidate]]"
    models: Sequence[str]
    measures: "Sequence[Measure]"
    flags: LabFlags
    settings: "Settings"
    terminal: Terminal

    def tell(self) -> None:
        """Say what cannot be measured, or only in part."""
        note_excluded(self.judged.left_out, self.terminal)
        absent, relevant = self.judged.absent
        if absent:
            said = f"{absent:,} of {relevant:,} relevant documents"
            self.terminal.note(f"co: {said} are not among the records")

    def preview(self) -> None:
        """Print the first request instead of sending any."""
        self.terminal.note(f"co: the first request of {self.cost}")
        url = f"{self.settings.base_url}{self.settings.rerank_path}"
        replies.preview(self.portions[0].body, self.flags, self.terminal, url=url)

    @property
    def cost(self) -> str:
        """What is multiplied, and what it comes to."""
        models, queries = len(self.models), len(self.judged.queries)
        units = models * queries * sum(map(search_units, self.portions))
        factors = (
            counted(models, "model", "models"),
            counted(queries, "query", "queries"),
            counted(len(self.judged.candidates), "document", "documents"),
        )
        return f"{' x '.join(factors)}: {counted(units, 'search unit', 'search units')}"

    def run(self) -> None:
        """Have everything ranked, and show how good it is."""
        from cohere_cli.ranking.evaluation.experiment import Experiment

        trials = Experiment(self.portions, self.judged.queries, self.models)
        self._confirm(trials.requests)
        with self._journal() as journal:
            self._send(trials, journal)
            for line in trials.missed:
                self.terminal.say(f"co: {line}")
            self._show(self._report(trials))
            if problem := trials.problem:
                raise problem

    def _confirm(self, requests: int) -> None:
        """Say what it costs and ask, where it is much."""
        if requests <= MAX_UNCONFIRMED or self.settings.sandbox or self.flags.yes:
            return
        confirm(self.cost, self.terminal)

    def _send(self, trials: "Experiment", journal: "Journal") -> None:
        from cohere_cli.render.progress import Progress

        flags, judged, settings = self.flags, self.judged, self.settings
        total = len(self.models) * len(judged.queries) * len(judged.candidates)
        with (
            Progress(self.terminal, total) as progress,
            open_batch_client(
                settings, self.terminal, progress.note, flags.rate or settings.rate
            ) as client,
        ):
            trials.run(
                client,
                journal,
                progress,
                concurrency=flags.concurrency or settings.concurrency,
                resume=flags.resume,
            )

    def _journal(self) -> "Journal":
        """Open the journal of this comparison, so that it can be resumed."""
        from cohere_cli.config.paths import data_directory
        from cohere_cli.ranking.journal import Journal

        asked = (*self.models, *self.judged.queries.values())
        job = "\n".join(("lab", self.settings.base_url, *asked))
        try:
            return Journal.at(data_directory(self.terminal.environ) / "rankings", job)
        except ConfigProblem as exc:
            self.terminal.note(f"co: {exc}")
            return Journal.in_memory()

    def _report(self, trials: "Experiment") -> "Report":
        """Measure what was ranked; without anything to compare, say why not."""
        from cohere_cli.ranking.evaluation.report import build_report

        subject, runs = self.judged, self._runs(trials)
        try:
            report = build_report(runs, subject.qrels, self.measures, subject.queries)
        except InputProblem as exc:
            raise trials.problem or exc from exc
        results = [
            replace(one, cut=None) if one.model == _BASELINE else one
            for one in report.results
        ]
        left_out = {**subject.left_out, **report.left_out}
        note_excluded(report.left_out, self.terminal)
        return replace(report, results=tuple(results), left_out=left_out)

    def _runs(self, trials: "Experiment") -> "dict[str, Run]":
        """Return all rankings by model: the records' own order, if wanted, first."""
        runs = trials.runs
        if not runs or self.flags.baseline is None:
            return runs
        order = [(candidate.id, 0.0) for candidate in self.judged.candidates]
        return {_BASELINE: dict.fromkeys(self.judged.queries, order), **runs}

    def _show(self, report: "Report") -> None:
        from cohere_cli.ranking.evaluation.report import summary_rows
        from cohere_cli.render.tables.comparison import write_comparison

        output = "json" if self.flags.json else self.flags.output
        write_comparison(self.terminal, output, summary_rows(report), asdict(report))
        if output in ("table", "markdown"):
            note_legend(report, self.terminal)


def _sources_of(
    files: Sequence[str], flags: LabFlags, terminal: Terminal
) -> Sequence[str]:
    """Return where the records are; raises `UsageProblem` for a lack of anything."""
    _check_ways(flags)
    sources = files or (STDIN,)
    named = [*sources, flags.queries, flags.labels, flags.key_file]
    if named.count(STDIN) > 1:
        hint = "write one of them to a file"
        raise UsageProblem("standard input (-) is named twice", hint=hint)
    if STDIN in sources and not terminal.has_piped_input:
        hint = "name files, or pipe records in"
        raise UsageProblem("there are no records to rank", hint=hint)
    return sources


def _check_ways(flags: LabFlags) -> None:
    """Refuse all but the two ways to say what is relevant to what."""
    by_files = (flags.queries, flags.labels)
    by_field = (flags.query, flags.label_field)
    if None not in by_files and by_field == (None, None):
        return
    if None not in by_field and by_files == (None, None):
        return
    is_any = any(said is not None for said in (*by_files, *by_field))
    what = "these are not queries and judgements of one kind"
    raise UsageProblem(
        what if is_any else "there are no judgements", hint=_HOW_TO_JUDGE
    )


def _models(flags: LabFlags, settings: "Settings") -> list[str]:
    names = [" ".join(name.split()) for name in flags.model or ()]
    if "" in names:
        raise UsageProblem("a model has no name", hint="say which with -m")
    return list(dict.fromkeys(names)) or [settings.rerank_model]


def _portions(
    judged: Dataset, model: str, flags: LabFlags
) -> "list[RecordBatch[Candidate]]":
    from cohere_cli.ranking.batching import Batcher, RerankParameters

    # The other queries and models are asked about the same documents.
    question = RerankParameters(
        query=next(iter(judged.queries.values())),
        model=model,
        max_tokens_per_doc=flags.max_tokens_per_doc,
    )
    portioning = Batcher(
        question=question,
        fields=tuple(flags.field or ()),
        size=flags.batch_size,
        long=flags.long,
    )
    return list(portioning.of(judged.candidates))


_MOST_NAMED = 5
_SURE = 0.05  # where people commonly stop to doubt
_WHY: "Mapping[ExclusionReason, str]" = {
    "unjudged": "without a judgement",
    "irrelevant": "without a relevant document",
    "unranked": "that not every model ranked",
}


def note_excluded(
    left_out: "Mapping[ExclusionReason, Sequence[str]]", terminal: Terminal
) -> None:
    """Say which queries do not count, and why."""
    for reason, queries in left_out.items():
        more = ["…"] if len(queries) > _MOST_NAMED else []
        names = ", ".join([*queries[:_MOST_NAMED], *more])
        number = counted(len(queries), "query", "queries")
        terminal.note(f"co: {number} {_WHY[reason]} left out: {names}")


def note_legend(report: "Report", terminal: Terminal) -> None:
    """Explain the table's numbers, and what they cannot say."""
    terminal.note("co: keep from: for co rerank --min-score, with the best F1")
    first, *others = report.results
    if not others:
        return
    queries = len(report.queries)
    number = counted(queries, "query", "queries")
    terminal.note(f"co: differences from {first.model}, over {number}")
    terminal.note("co: p: how often chance alone makes a difference as large")
    # All signs alike, or all turned: 2 of the 2^n ways.
    if (least := 2 / 2**queries) > _SURE:
        terminal.note(f"co: so few queries show nothing: p is {least:.2g} at least")


def counted(number: int, one: str, many: str) -> str:
    """Return *number* with its noun."""
    return f"{number:,} {one if number == 1 else many}"
