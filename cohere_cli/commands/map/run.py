"""One run of `co map`: from the records to the results, and what is reported of it."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, BinaryIO, cast

from cohere_cli.commands.call.session import (
    call_budget,
    open_batch_client,
    price_list,
)
from cohere_cli.commands.flags.map import MapFlags
from cohere_cli.commands.map.judgement import opened_judge, report_judgement
from cohere_cli.documents.skipped import BadRecords
from cohere_cli.errors import BatchesFailed, CoError, InputProblem, UsageProblem
from cohere_cli.mapping.body import RecordRequest
from cohere_cli.mapping.cost import MAX_UNCONFIRMED, JobSpending, estimate_job
from cohere_cli.terminal import Terminal
from cohere_cli.text import STDIN, plural, shown_source

if TYPE_CHECKING:
    from cohere_cli.commands.map.request import MapRequest
    from cohere_cli.documents.document import Document
    from cohere_cli.jobs.journal import Journal
    from cohere_cli.mapping.job import MapJob
    from cohere_cli.mapping.judgement.judge import Judge
    from cohere_cli.mapping.output.row_writer import Writer
    from cohere_cli.mapping.result import Result
    from cohere_cli.mapping.sample import Sample
    from cohere_cli.render.progress import Progress

_MOST_LOOKED_AT = 100
"""Records that are read for a field before anything is sent."""

_AGAIN = "--resume sends only what is missing"

_Numbered = tuple[int, "Document"]


class MapRun:
    """One run of the command."""

    def __init__(
        self,
        request: "MapRequest",
        sources: tuple[str, ...],
        flags: MapFlags,
        terminal: Terminal,
    ) -> None:
        self._request = request
        self._sources = sources
        self._flags = flags
        self._terminal = terminal
        self._job: MapJob | None = None
        self._sample: Sample | None = None
        self._bad = BadRecords(flags.bad, self._report_bad)
        self._prices = price_list(flags, request.settings, terminal)
        self._spending = JobSpending(self._prices)
        self._began = self._seconds = 0.0

    def run(self) -> None:
        """Send all requests and write the results; raises for what is missing."""
        from cohere_cli.mapping.output.headers import require_one_header

        flags = self._flags
        require_one_header(self._sources, flags.input)
        records = self._records()
        first = self._first(records)
        if flags.dry_run or flags.curl:
            self._preview(first[0])
            return
        with opened_judge(flags, self._request) as judge:
            if judge is not None:
                judge.require_column(first)
            self._send(judge, first, chain(first, records))

    def _send(
        self,
        judge: "Judge | None",
        first: "list[Document]",
        records: "Iterator[Document]",
    ) -> None:
        from cohere_cli.render.progress import Progress

        writer = self._writer(first)
        total = self._total_size()
        numbered: Iterable[_Numbered] = enumerate(records)
        if self._flags.sample:
            from cohere_cli.mapping.sample import draw_sample
            from cohere_cli.render.waiting import working_line

            with working_line(self._terminal, "reading records"):
                self._sample = draw_sample(records, self._flags.sample)
            numbered = self._sample.records
            total = sum(len(one.raw) + 1 for _, one in self._sample.records)
        requests = self._requests(numbered, writer, judge)
        ahead: list[RecordRequest] = []
        with (
            self._reported_totals(),
            self._journal() as journal,
            Progress(self._terminal, total, activity="mapping") as progress,
        ):
            self._require_failures(journal)
            if self._is_announced and total is not None:
                ahead = [*islice(requests, self._announced_at)]
                self._announce(ahead, total, journal)
            elif self._is_announced:
                requests = self._announced_later(requests, progress)
            with self._opened_job(journal, progress) as job:
                self._began = time.monotonic()
                self._write(job, chain(ahead, requests), writer, judge, progress)
                if job.is_whole and not (self._sample and self._sample.is_part):
                    journal.mark_whole()
        self._report_sample(job)
        self._raise_problem(job, judge)

    def _records(self) -> "Iterator[Document]":
        from cohere_cli.documents.reader import read_records

        def notify(line: str) -> None:
            self._note(f"co: {line}")

        flags = self._flags
        records = read_records(
            self._sources,
            self._input(),
            flags.input,
            null=flags.null,
            at=flags.records or "",
            notify=notify,
            bad=self._bad,
        )
        if flags.input != "auto" or flags.null:
            return records
        from cohere_cli.commands.map.lines import with_line_notes

        return with_line_notes(records, self._sources, self._request.slots, notify)

    def _input(self) -> BinaryIO:
        """Return standard input as a stream of what has arrived."""
        from cohere_cli.documents.blocks import PipeStream

        stdin = self._terminal.stdin
        try:
            return cast("BinaryIO", PipeStream(stdin.fileno()))
        except (OSError, ValueError):
            return stdin.buffer

    def _note(self, line: str) -> None:
        """Write a note, which may come from another thread."""
        if self._job is None:
            self._terminal.note(line)
        else:
            self._job.tell(line)

    def _report_bad(self, problem: InputProblem) -> None:
        if self._flags.verbose:
            self._note(f"co: bad record: {problem}")

    def _first(self, records: "Iterator[Document]") -> "list[Document]":
        """Read as many records as show that each slot has a field in some of them.

        New columns, and the column of --expect, are looked for in the first hundred.
        """
        from cohere_cli.mapping.template import lacking_slots, missing_everywhere

        flags = self._flags
        lacking = set(self._request.slots)
        first: list[Document] = []
        for record in islice(records, _MOST_LOOKED_AT):
            first.append(record)
            lacking &= lacking_slots([*lacking], record)
            names_columns = flags.output in ("csv", "tsv") and not record.table
            if not (lacking or names_columns or flags.expect):
                return first
        if not first:
            where = ", ".join(map(shown_source, self._sources))
            hint = "did the command before it find nothing?"
            is_piped = STDIN in self._sources
            raise InputProblem(
                "there are no records",
                where=where,
                hint=hint if is_piped else "name files that have lines with text",
            )
        names = [one for one in self._request.slots if one in lacking]
        if names:
            raise missing_everywhere(names, first)
        return first

    def _preview(self, record: "Document") -> None:
        import json

        from cohere_cli.commands.call import replies

        request = self._request.template.request(0, record)
        if request.error:
            raise request.error
        for body in request.bodies:
            url = f"{self._request.settings.base_url}/v2/chat"
            data = json.loads(body.content)
            replies.preview(data, self._flags, self._terminal, url=url)

    def _writer(self, first: "list[Document]") -> "Writer":
        from cohere_cli.mapping.output.writer import create_writer

        flags, request = self._flags, self._request
        return create_writer(
            flags.output,
            models=request.models,
            schema=request.schema,
            has_json=request.schema is not None,
            only=flags.only,
            null=flags.null,
            first=first,
            whole_files=flags.input == "files",
            shown=self._terminal.shows_output,
        )

    def _requests(
        self,
        records: Iterable[_Numbered],
        writer: "Writer",
        judge: "Judge | None",
    ) -> Iterator[RecordRequest]:
        """Yield the requests; a record that no row can hold has an error instead."""
        for index, record in records:
            if judge is not None:
                judge.require_same(index, record)
            if refusal := writer.refusal(record):
                yield RecordRequest(index, record, error=refusal)
            else:
                yield self._request.template.request(index, record)

    def _total_size(self) -> int | None:
        from cohere_cli.documents.totals import total_file_size

        return total_file_size(self._sources)

    @property
    def _is_announced(self) -> bool:
        """Whether the cost of many requests is announced before they are sent."""
        flags = self._flags
        is_answered = flags.yes or flags.max_cost is not None
        return not (self._request.settings.sandbox or is_answered)

    @property
    def _announced_at(self) -> int:
        """The number of records that have more requests than need no announcement."""
        return MAX_UNCONFIRMED // len(self._request.models) + 1

    def _announce(
        self, ahead: "list[RecordRequest]", total: int | None, journal: "Journal | None"
    ) -> None:
        """Say what many requests cost, and ask on a terminal."""
        from cohere_cli.jobs.cost import confirm_requests

        if sum(len(one.bodies) for one in ahead) <= MAX_UNCONFIRMED:
            return
        cost = str(estimate_job(ahead, total, self._prices))
        if journal is not None and self._flags.resume and journal.finished:
            cost = f"{cost}, less {journal.finished:,} finished before"
        if remedies := self._cheaper():
            cost = f"{cost} ({remedies})"
        refusal = "nothing was sent" if total is not None else "nothing more was sent"
        confirm_requests(cost, self._terminal, refusal)

    def _cheaper(self) -> str:
        """Return the flags that make an estimate smaller, or better."""
        bodies = self._request.bodies
        limit = "" if all(one.max_tokens for one in bodies) else "--max-tokens N limits"
        limit = limit and f"{limit} each answer"
        first = "" if self._flags.sample else "--sample 20 measures it by 20 records"
        return ", ".join(filter(None, (first, limit)))

    def _announced_later(
        self, requests: Iterator[RecordRequest], progress: "Progress"
    ) -> Iterator[RecordRequest]:
        """Yield *requests*; before many of them are sent, say what they cost.

        A pipe may be slow: its first records do not wait for the others.
        """
        ahead: list[RecordRequest] = []
        for request in requests:
            if len(ahead) < self._announced_at:
                ahead.append(request)
                if len(ahead) == self._announced_at:
                    # The line would hide the question.
                    with progress.paused():
                        self._announce(ahead, None, None)
            yield request

    def _journal(self) -> "Journal":
        from cohere_cli.jobs.journal import Journal, open_kept_journal

        flags, request = self._flags, self._request
        if not flags.journal:
            return Journal.of_run()
        job = (request.settings.base_url, request.template.identity)
        resume = flags.resume or flags.retry_failed
        journal = open_kept_journal(self._terminal, *job, resume=resume)
        if journal.is_continued and not resume:
            what = "an earlier run of this job is incomplete"
            self._terminal.note(f"co: {what}; --resume sends only the rest")
        return journal

    def _require_failures(self, journal: "Journal") -> None:
        """Raise `UsageProblem` where --retry-failed has nothing to send.

        After a run that left nothing out, its answers are written again all the same.
        """
        if not self._flags.retry_failed:
            return
        is_whole = journal.finished and not journal.is_continued
        if not (is_whole or journal.has_failures):
            what = "--retry-failed: no request of this job has failed before"
            hint = "--resume sends what is missing"
            raise UsageProblem(what, hint=hint)

    @contextmanager
    def _opened_job(
        self, journal: "Journal", progress: "Progress"
    ) -> "Iterator[MapJob]":
        from cohere_cli.mapping.job import FetchChat, JobRules, MapJob
        from cohere_cli.request.schema.validate import answer_check

        flags, request = self._flags, self._request
        settings, schema = request.settings, request.schema
        rate = flags.rate or settings.rate
        budget = call_budget(flags, settings, self._terminal)
        with open_batch_client(settings, self._terminal, self._note, rate) as client:
            check = None if schema is None else answer_check(schema)
            rules = JobRules(
                concurrency=flags.concurrency or settings.concurrency,
                resume=flags.resume,
                only_failed=flags.retry_failed,
                is_ordered=not flags.unordered,
                max_time=client.max_time,
                models=request.models,
            )
            send = client.fetch_chat
            fetch = FetchChat(
                budget.limited_fetch(send) if budget else send,
                check,
                flags.retries_schema,
            )
            self._job = MapJob(fetch, journal, rules, progress.note, self._spending.add)
            yield self._job

    def _write(
        self,
        job: "MapJob",
        requests: Iterable[RecordRequest],
        writer: "Writer",
        judge: "Judge | None",
        progress: "Progress",
    ) -> None:
        """Write each result as soon as it is due."""
        from cohere_cli.jobs.whole_writes import write_whole
        from cohere_cli.mapping.finish_counts import FinishCounts
        from cohere_cli.render.waiting import working_line

        terminal = self._terminal
        counts = FinishCounts(shows_calls=writer.shows_calls)
        if head := writer.head():
            write_whole(terminal, head)
        read = done = 0
        counted = partial(self._counted, job)
        try:
            with working_line(terminal, "mapping"):
                for results in job.results(requests):
                    self._log_errors(results)
                    if terminal.shows_output:
                        progress.erase()
                    write_whole(terminal, b"".join(map(writer.row, results)))
                    for result in results:
                        counts.add(result)
                        if judge is not None:
                            judge.add(result)
                        read += len(result.record.raw) + 1
                    done += len(results)
                    progress.update(read, records=done, more=counted)
        except BrokenPipeError:
            raise  # the reader has enough
        except BaseException:
            job.note_finished()
            raise
        progress.erase()
        for note in (*writer.notes(), *counts.notes()):
            terminal.note(f"co: {note}")

    def _counted(self, job: "MapJob") -> str:
        """Return the failures and the cost so far."""
        failed = f"{job.failed:,} failed" if job.failed else ""
        return "  ".join(filter(None, (failed, str(self._spending))))

    def _log_errors(self, results: "list[Result]") -> None:
        for result in results:
            if result.error:
                number = result.index + 1
                self._terminal.detail(f"co: record {number:,}: {result.error}")

    @contextmanager
    def _reported_totals(self) -> Iterator[None]:
        """Say at the end of the block, however it ends, what was done and paid."""
        flags, terminal = self._flags, self._terminal
        is_shown = flags.usage or flags.verbose or terminal.shows_notes
        try:
            yield
        finally:
            self._seconds = time.monotonic() - self._began
            if self._job is not None and is_shown:
                from cohere_cli.mapping.totals import totals_line

                resumed = flags.resume or flags.retry_failed
                line = totals_line(
                    self._job, self._spending, self._seconds, is_resumed=resumed
                )
                # --quiet does not silence what was asked for.
                write = terminal.say if flags.usage else terminal.note
                write(f"co: {line}")

    def _report_sample(self, job: "MapJob") -> None:
        if self._sample is not None:
            from cohere_cli.mapping.totals import sample_line

            models = len(self._request.models)
            line = sample_line(self._sample, models, job, self._spending, self._seconds)
            self._terminal.say(f"co: {line}")

    def _raise_problem(self, job: "MapJob", judge: "Judge | None") -> None:
        """Report the judgement; raise the error for what is missing, or falls short."""
        problems = [*self._problems(job)]
        if judge is not None and (
            short := report_judgement(judge, self._flags, self._terminal)
        ):
            problems.insert(0, short)
        for problem in problems[:-1]:
            self._terminal.fail(str(problem))
        if problems:
            raise problems[-1]

    def _problems(self, job: "MapJob") -> Iterator[CoError]:
        if self._bad.problem:
            yield self._bad.problem
        if job.error:
            self._add_again(job.error)
            yield job.error
        failure = job.last_failure
        if failure is None or job.is_limited:
            return
        if job.reason and not job.answered:
            yield failure
        elif job.reason:
            yield self._add_again(BatchesFailed(f"{job.reason}; nothing more was sent"))
        else:
            of = plural(job.failed + job.answered, "record")
            what = f"{job.failed:,} of {of} failed, the last: {failure}"
            yield self._add_again(BatchesFailed(what, hint=failure.hint))

    def _add_again(self, problem: CoError) -> CoError:
        """Add to the hint of *problem* how to resume, if replies were recorded."""
        if self._flags.journal:
            problem.hint = "; ".join(filter(None, (problem.hint, _AGAIN)))
        return problem
