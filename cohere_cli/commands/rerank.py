"""`co rerank`: reads records and writes them in the order of their relevance."""

import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain, count, islice, starmap
from typing import TYPE_CHECKING, Annotated

import typer

from cohere_cli.commands.call import replies
from cohere_cli.commands.call.prompt import (
    announce_input,
    read_argument,
    require_text,
)
from cohere_cli.commands.call.session import (
    call_budget,
    naming_models,
    open_batch_client,
    presented,
    resolve_settings,
)
from cohere_cli.commands.flags.rerank import RerankFlags, check_min_score
from cohere_cli.documents.skipped import BadRecords
from cohere_cli.errors import InputProblem, NothingFound, UsageProblem
from cohere_cli.jobs.cost import MAX_UNCONFIRMED
from cohere_cli.terminal import Terminal
from cohere_cli.text import STDIN, is_file, plural, shown_source

if TYPE_CHECKING:
    from cohere_cli.config.settings import Settings
    from cohere_cli.documents.document import Document
    from cohere_cli.jobs.budget import Budget
    from cohere_cli.jobs.journal import Journal
    from cohere_cli.ranking.batching import RecordBatch
    from cohere_cli.ranking.job import RerankJob
    from cohere_cli.ranking.merge import SpilledRecords, TopRecords


_MAX_IN_MEMORY = 10_000
"""The largest --top-n for which the best records are kept in memory."""

_MAX_SAMPLE = 100
"""Records that are looked at for names of files."""


def rerank(
    flags: RerankFlags,
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE",
            help="Files, folders or patterns; without any, standard input.",
        ),
    ] = None,
) -> None:
    """Rank lines of text, or records of JSON, YAML or CSV, by a query.

    In a pipe the original records are written, best first, byte for byte.

    $ co rerank -q "capital of the United States" capitals.txt --top-n 3

    $ git grep -n timeout | co rerank -q "where are retries decided" -n 5

    $ git ls-files -z | co rerank -q "release notes" --input files -0 -o paths -n 5
    """
    with presented(flags) as terminal:
        run(tuple(files or ()), flags, terminal)


def run(files: tuple[str, ...], flags: RerankFlags, terminal: Terminal) -> None:
    """Read the records, rank them, and write the ranking to *terminal*."""
    terminal = replace(terminal, quiet=flags.quiet, verbose=flags.verbose)
    query = _query(files, flags, terminal)
    sources = files or _standard_input(terminal)
    settings = resolve_settings(
        flags, terminal, model=None, rerank=True, rerank_path=flags.rerank_path
    )
    check_min_score(flags.min_score, settings.rerank_path)
    announce_input(sources, terminal)
    bad = BadRecords(flags.bad, lambda one: terminal.detail(f"co: bad record: {one}"))
    ranking = _RerankRun(query, sources, flags, settings, terminal, bad)
    batches = ranking.batches()
    # A small input is read to its end before any of it is sent.
    ahead = list(islice(batches, MAX_UNCONFIRMED + 1))
    ranking.check(ahead)
    if replies.is_preview(flags):
        ranking.preview(ahead)
    else:
        with naming_models(ahead[0].body.model, "rerank"):
            ranking.rank(ahead, chain(_drain(ahead), batches))
    if bad.problem:
        raise bad.problem


@dataclass(frozen=True, slots=True)
class _RerankRun:
    """One run of the command: the query, the sources and how they are ranked."""

    query: str
    sources: Sequence[str]
    flags: RerankFlags
    settings: "Settings"
    terminal: Terminal
    bad: BadRecords

    def batches(self) -> "Iterator[RecordBatch]":
        """Yield the records as requests, as they are read."""
        from cohere_cli.ranking.batching import Batcher, RerankParameters

        flags = self.flags
        parameters = RerankParameters(
            query=self.query,
            model=flags.model or self.settings.rerank_model,
            top_n=flags.top_n,
            max_tokens_per_doc=flags.max_tokens_per_doc,
            priority=flags.priority,
        )
        batcher = Batcher(
            parameters=parameters,
            fields=tuple(flags.field or ()),
            size=flags.batch_size,
            long=flags.long,
            bad=self.bad,
        )
        return batcher.batches(self._records())

    def check(self, ahead: "Sequence[RecordBatch]") -> None:
        """Raise the error for records or flags that no ranking can be made of."""
        if not ahead:
            self.bad.raise_first()
            where = ", ".join(map(shown_source, self.sources))
            hint = "no line has text: did the command before it find nothing?"
            is_piped = STDIN in self.sources
            raise InputProblem(
                "there are no records to rank",
                where=where,
                hint=hint if is_piped else "name files that have lines with text",
            )
        if self.flags.output == "paths" and ahead[0].records[0].source == STDIN:
            hint = "name files, or use --input files or --input grep"
            raise UsageProblem("records of standard input have no paths", hint=hint)
        self._note_file_names(ahead[0].records[:_MAX_SAMPLE])

    def _note_file_names(self, sample: "Sequence[Document]") -> None:
        """Print a hint if each line of standard input is the name of a file."""
        lines = [each.data for each in sample if each.source == STDIN]
        is_text = self.flags.input == "auto" and len(lines) == len(sample)
        if is_text and all(isinstance(one, str) and is_file(one) for one in lines):
            self.terminal.note(
                "hint: the records are names of files; --input files ranks their texts"
            )

    def preview(self, ahead: "Sequence[RecordBatch]") -> None:
        """Print the first request instead of sending any."""
        if len(ahead) > 1:
            many = len(ahead) if len(ahead) <= MAX_UNCONFIRMED else "more than 10"
            self.terminal.note(f"co: the first of {many} requests")
        url = f"{self.settings.base_url}{self.settings.rerank_path}"
        replies.preview(ahead[0].body, self.flags, self.terminal, url=url)

    def rank(
        self, ahead: "Sequence[RecordBatch]", batches: "Iterable[RecordBatch]"
    ) -> None:
        """Rank *batches*, which begin with *ahead*, and write the ranking."""
        from cohere_cli.documents.totals import total_file_size
        from cohere_cli.ranking.job import RerankJob
        from cohere_cli.render.progress import Progress
        from cohere_cli.render.waiting import working_line

        flags, terminal = self.flags, self.terminal
        total = total_file_size(self.sources)
        sample = ahead[0].records
        with self._journal(ahead) as journal, self._merge(ahead) as merge:
            finished = journal.finished if flags.resume else 0
            budget = self._check_cost(ahead, total, finished)
            what = "waiting" if len(ahead) == 1 else "reranking"
            with (
                Progress(terminal, total) as progress,
                working_line(terminal, what),
            ):
                ranking = RerankJob(merge, progress, flags.min_score)
                self._send(ranking, batches, journal, progress.note, budget)
            self._report_problems(ranking)
            self._write(ranking, merge, sample)

    def _check_cost(
        self, ahead: "Sequence[RecordBatch]", total: int | None, finished: int
    ) -> "Budget | None":
        """Refuse a ranking above a limit; ask about a large one without a limit."""
        from cohere_cli.ranking.cost import confirm_cost, expected_units

        flags, settings, terminal = self.flags, self.settings, self.terminal
        if budget := call_budget(flags, settings, terminal):
            requests, units = expected_units(ahead, total, finished)
            budget.require_rerank(ahead[0].body.model, units, requests)
        if not (settings.sandbox or flags.yes or flags.max_cost is not None):
            confirm_cost(ahead, total, finished, terminal)
        return budget

    def _send(
        self,
        ranking: "RerankJob",
        batches: "Iterable[RecordBatch]",
        journal: "Journal",
        note: Callable[[str], None],
        budget: "Budget | None",
    ) -> None:
        from cohere_cli.ranking.job import rerank_job

        flags, settings = self.flags, self.settings
        rate = flags.rate or settings.rate
        with open_batch_client(settings, self.terminal, note, rate) as client:
            job = rerank_job(client, journal, note, resume=flags.resume, budget=budget)
            at_once = flags.concurrency or settings.concurrency
            ranking.run(job, batches, concurrency=at_once)

    def _write(
        self,
        ranking: "RerankJob",
        merge: "TopRecords | SpilledRecords",
        sample: "Sequence[Document]",
    ) -> None:
        """Write the ranking; raises the error for what was not ranked."""
        from cohere_cli.render.tables.ranking import write_ranking
        from cohere_cli.render.tables.ranking_rows import RankingStyle
        from cohere_cli.render.tables.record import RankedRecord

        flags = self.flags
        style = RankingStyle(
            query=self.query,
            scores=flags.scores,
            null=flags.null,
            response=ranking.response,
            sample=sample,
        )
        output = flags.output
        written = count()
        best = starmap(RankedRecord, islice(merge.best(), flags.top_n or None))
        counted = (one for one, _ in zip(best, written, strict=False))
        write_ranking(self.terminal, output, counted, style)
        if problem := ranking.problem:
            if self.bad.problem:
                self.terminal.fail(str(self.bad.problem))
            raise problem
        if flags.exit_status and not next(written) and not self.bad.problem:
            hint = "lower --min-score, or leave out --exit-status"
            raise NothingFound("no record is written", hint=hint)

    def _records(self) -> "Iterator[Document]":
        from cohere_cli.documents.reader import read_records

        return read_records(
            self.sources,
            self.terminal.stdin.buffer,
            self.flags.input,
            null=self.flags.null,
            at=self.flags.records or "",
            notify=lambda line: self.terminal.note(f"co: {line}"),
            bad=self.bad,
        )

    def _journal(self, ahead: "Sequence[RecordBatch]") -> "Journal":
        """Open the journal of this ranking, if it has several requests."""
        from cohere_cli.jobs.journal import Journal, open_journal

        if len(ahead) == 1:
            return Journal.in_memory()
        # With the sources: parallel runs do not delete each other's.
        job = (self.settings.base_url, ahead[0].body.model, self.query, *self.sources)
        return open_journal(self.terminal, *job)

    @contextmanager
    def _merge(
        self, ahead: "Sequence[RecordBatch]"
    ) -> "Iterator[TopRecords | SpilledRecords]":
        """Open what collects the records: memory, unless they may be too many."""
        from cohere_cli.ranking.merge import SpilledRecords, TopRecords

        limit = self.flags.top_n or None
        if len(ahead) <= MAX_UNCONFIRMED or (limit and limit <= _MAX_IN_MEMORY):
            yield TopRecords(limit)
        else:
            with SpilledRecords() as records:
                yield records

    def _report_problems(self, ranking: "RerankJob") -> None:
        """Report the records ranked only in part or not at all, and unusual scores."""
        if ranking.long_records and self.flags.long != "refuse":
            part = "best passage" if self.flags.long == "split" else "beginning"
            records = plural(ranking.long_records, "record")
            what = "longer than the model's limit, ranked by the"
            self.terminal.note(f"co: {records} {what} {part}")
        if ranking.has_logits:
            self._report_logits()
        least, best = self.flags.min_score, ranking.best_score
        if least is not None and best is not None and best < least:
            what = f"no record scores {least:g} or more (best {best:.3g})"
            self.terminal.note(f"co: {what}")
        for failed in ranking.failed:
            self.terminal.fail(str(failed))

    def _report_logits(self) -> None:
        """Note that scores are outside 0 to 1; with --min-score, as a warning."""
        what = "scores are not between 0 and 1; only their order has a meaning"
        if (least := self.flags.min_score) is None:
            self.terminal.note(f"co: {what}")
        else:
            self.terminal.say(
                f"co: warning: {what}, --min-score {least:g} may have none"
            )


def _drain(items: "list[RecordBatch]") -> "Iterator[RecordBatch]":
    """Yield *items* and remove each, so that it can be freed once it is ranked."""
    while items:
        yield items.pop(0)


def _query(files: Sequence[str], flags: RerankFlags, terminal: Terminal) -> str:
    if flags.query is None:
        words = list(files)
        if words and not is_file(words[0]):
            words[0] = shlex.quote(words[0])
        else:
            words.insert(0, "TEXT")
        hint = f"name it with -q: `co rerank -q {' '.join(words)}`"
        raise UsageProblem("there is no query", hint=hint)
    require_text("the query", flags.query)
    return read_argument(flags.query, terminal)


def _standard_input(terminal: Terminal) -> tuple[str]:
    if not terminal.has_piped_input:
        hint = "name files, or pipe records in"
        raise UsageProblem("there are no records to rank", hint=hint)
    return (STDIN,)
