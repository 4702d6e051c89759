"""`co rerank`: records in, the same records out, the most relevant first."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain, islice, starmap
from math import isnan
from typing import TYPE_CHECKING, Annotated

import typer

from cohere_cli.commands import replies
from cohere_cli.commands.flags.rerank import RerankFlags
from cohere_cli.commands.session import open_batch_client, resolve_settings
from cohere_cli.errors import ConfigProblem, InputProblem, UsageProblem
from cohere_cli.ranking.cost import MAX_UNCONFIRMED, confirm_cost
from cohere_cli.terminal import Terminal
from cohere_cli.text import STDIN

if TYPE_CHECKING:
    from cohere_cli.config.settings import Settings
    from cohere_cli.documents.document import Document
    from cohere_cli.ranking.batching import RecordBatch
    from cohere_cli.ranking.job import RerankJob
    from cohere_cli.ranking.journal import Journal
    from cohere_cli.ranking.merge import Merge


_MOST_IN_MEMORY = 10_000
"""Records that are kept in memory while any number of others come."""


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
    """Rank records by a query: lines of text, or records of JSON, YAML, CSV.

    In a pipe the original records come out, best first, byte for byte.

    co rerank -q "capital of the United States" capitals.txt --top-n 3

    git grep -n timeout | co rerank -q "where are retries decided" -n 5

    git ls-files -z | co rerank -q "release notes" --input files -0 -o paths -n 5
    """
    run(tuple(files or ()), flags, Terminal.system())


def run(files: tuple[str, ...], flags: RerankFlags, terminal: Terminal) -> None:
    """Read the records, have them ranked, and show the ranking on *terminal*."""
    terminal = replace(terminal, quiet=flags.quiet, verbose=flags.verbose)
    query = _query_of(flags, terminal)
    sources = files or _standard_input(terminal)
    settings = resolve_settings(
        flags, terminal, model=None, rerank_path=flags.rerank_path
    )
    ranking = _RerankRun(query, sources, flags, settings, terminal)
    portions = ranking.portions()
    # A small input is read to its end before anything of it is sent.
    ahead = list(islice(portions, MAX_UNCONFIRMED + 1))
    ranking.check(ahead)
    if replies.is_preview(flags):
        ranking.preview(ahead)
    else:
        ranking.rank(ahead, chain(_drained(ahead), portions))


@dataclass(frozen=True, slots=True)
class _RerankRun:
    """All that a ranking needs to know: what is asked, of what, and for whom."""

    query: str
    sources: Sequence[str]
    flags: RerankFlags
    settings: "Settings"
    terminal: Terminal

    def portions(self) -> "Iterator[RecordBatch[Document]]":
        """Yield the records as requests, as they are read."""
        from cohere_cli.ranking.batching import Batcher, RerankParameters

        question = RerankParameters(
            query=self.query,
            model=self.flags.model or self.settings.rerank_model,
            top_n=self.flags.top_n,
            max_tokens_per_doc=self.flags.max_tokens_per_doc,
            priority=self.flags.priority,
        )
        portioning = Batcher(
            question=question,
            fields=tuple(self.flags.field or ()),
            size=self.flags.batch_size,
            long=self.flags.long,
        )
        return portioning.of(self._records())

    def check(self, ahead: "Sequence[RecordBatch[Document]]") -> None:
        """Refuse what there is no ranking of."""
        if not ahead:
            names = ("stdin" if name == STDIN else name for name in self.sources)
            raise InputProblem("there are no records to rank", where=", ".join(names))
        if self.flags.output == "paths" and ahead[0].records[0].source == STDIN:
            hint = "name files, or say --input files or grep"
            raise UsageProblem("records of standard input have no paths", hint=hint)
        if isnan(self.flags.min_score or 0):
            raise UsageProblem("--min-score must be a number")

    def preview(self, ahead: "Sequence[RecordBatch[Document]]") -> None:
        """Print the first request instead of sending any."""
        if len(ahead) > 1:
            many = (
                len(ahead)
                if len(ahead) <= MAX_UNCONFIRMED
                else f"over {MAX_UNCONFIRMED}"
            )
            self.terminal.note(f"co: the first of {many} requests")
        url = f"{self.settings.base_url}{self.settings.rerank_path}"
        replies.preview(ahead[0].body, self.flags, self.terminal, url=url)

    def rank(
        self,
        ahead: "Sequence[RecordBatch[Document]]",
        portions: "Iterable[RecordBatch[Document]]",
    ) -> None:
        """Have *portions* ranked and show the ranking; they begin with *ahead*."""
        from cohere_cli.documents.totals import total_file_size
        from cohere_cli.ranking.job import RerankJob
        from cohere_cli.render.progress import Progress
        from cohere_cli.render.tables.ranking import ranking_writer
        from cohere_cli.render.tables.record import RankedRecord

        flags, settings, terminal = self.flags, self.settings, self.terminal
        show = ranking_writer(
            terminal,
            "json" if flags.json else flags.output,
            query=self.query,
            scores=flags.scores,
            null=flags.null,
        )
        total = total_file_size(self.sources)
        with self._journal(ahead) as journal, self._merge(ahead) as merge:
            if not (settings.sandbox or flags.yes):
                finished = journal.kept if flags.resume else 0
                confirm_cost(ahead, total, finished, terminal)
            with (
                Progress(terminal, total) as progress,
                open_batch_client(
                    settings, terminal, progress.note, flags.rate or settings.rate
                ) as client,
            ):
                ranking = RerankJob(
                    merge, journal, progress, least=flags.min_score, resume=flags.resume
                )
                at_once = flags.concurrency or settings.concurrency
                ranking.run(client, portions, concurrency=at_once)
            self._tell(ranking)
            best = islice(merge.best(), flags.top_n or None)
            show(starmap(RankedRecord, best), ranking.response)
            if problem := ranking.problem:
                raise problem

    def _records(self) -> "Iterator[Document]":
        from cohere_cli.documents.reader import read_records

        return read_records(
            self.sources,
            self.terminal.stdin.buffer,
            self.flags.input,
            null=self.flags.null,
            at=self.flags.records or "",
            notify=lambda line: self.terminal.note(f"co: {line}"),
        )

    def _journal(self, ahead: "Sequence[RecordBatch[Document]]") -> "Journal":
        """Open the journal of this ranking: a run of many requests can be resumed."""
        from cohere_cli.config.paths import data_directory
        from cohere_cli.ranking.journal import Journal

        if len(ahead) == 1:
            return Journal.in_memory()
        model = ahead[0].body.model
        # With the sources: runs side by side do not clear away each other's.
        job = (self.settings.base_url, model, self.query, *self.sources)
        try:
            directory = data_directory(self.terminal.environ)
            return Journal.at(directory / "rankings", "\n".join(job))
        except ConfigProblem as exc:
            self.terminal.note(f"co: {exc}")
            return Journal.in_memory()

    @contextmanager
    def _merge(
        self, ahead: "Sequence[RecordBatch[Document]]"
    ) -> "Iterator[Merge[Document]]":
        """Open what the records go into: memory, unless they may be too many."""
        from cohere_cli.ranking.merge import DocumentSpool, SpilledRecords, TopRecords

        most = self.flags.top_n or None
        if len(ahead) <= MAX_UNCONFIRMED or (most and most <= _MOST_IN_MEMORY):
            yield TopRecords(most)
        else:
            with DocumentSpool() as spool:
                yield SpilledRecords(spool)

    def _tell(self, ranking: "RerankJob") -> None:
        """Say what was not ranked as it stands, and what was not ranked at all."""
        if ranking.long and self.flags.long != "refuse":
            how = "by its best part" if self.flags.long == "split" else "by its start"
            said = f"longer than the model reads, and ranked {how}"
            self.terminal.note(f"co: {said}: {ranking.long:,} of the records")
        for missed in ranking.missed:
            self.terminal.say(f"co: {missed}")


def _drained(items: "list[RecordBatch[Document]]") -> "Iterator[RecordBatch[Document]]":
    """Yield *items* and let go of each, so that nobody holds what is done."""
    while items:
        yield items.pop(0)


def _query_of(flags: RerankFlags, terminal: Terminal) -> str:
    if flags.query is None:
        raise UsageProblem("there is no query", hint="say what to look for with -q")
    if not flags.query.startswith("@"):
        return flags.query
    from cohere_cli.documents.reader import read_text

    return read_text(flags.query[1:], terminal.stdin.buffer).strip()


def _standard_input(terminal: Terminal) -> tuple[str]:
    if not terminal.has_piped_input:
        hint = "name files, or pipe records in"
        raise UsageProblem("there are no records to rank", hint=hint)
    return (STDIN,)
