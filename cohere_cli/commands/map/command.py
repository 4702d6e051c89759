"""`co map`: sends one request for each record, and writes the answers in order."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain, islice
from typing import TYPE_CHECKING, Annotated, BinaryIO, cast

import typer

from cohere_cli.commands.call.prompt import (
    announce_input,
    require_one_stdin,
    require_text,
)
from cohere_cli.commands.call.session import open_batch_client, presented
from cohere_cli.commands.flags.map import MapFlags
from cohere_cli.documents.skipped import BadRecords
from cohere_cli.errors import BatchesFailed, CoError, InputProblem, UsageProblem
from cohere_cli.terminal import Terminal
from cohere_cli.text import STDIN, is_file, plural, shown_source

if TYPE_CHECKING:
    from cohere_cli.commands.map.request import MapRequest
    from cohere_cli.documents.document import Document
    from cohere_cli.jobs.journal import Journal
    from cohere_cli.mapping.job import MapJob
    from cohere_cli.mapping.result import Result

_MOST_LOOKED_AT = 100
"""Records that are read for a field before anything is sent."""


def map_records(
    flags: MapFlags,
    prompt: Annotated[
        str | None,
        typer.Argument(
            metavar="PROMPT",
            help="Prompt with slots such as {field}; @FILE reads it from a file.",
        ),
    ] = None,
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE",
            help="Files, folders or patterns; without any, standard input.",
        ),
    ] = None,
) -> None:
    """Send one request for each record; write the answers in order.

    A slot of the prompt, of --system or of a message of -f is a field of the record,
    {field} or {a.b}, or one of {record}, {text}, {path}, {line}, {n}; {{ and }} are
    braces. Without a slot, the record follows the prompt. Answers are lines of JSON.
    --resume sends only what is missing.

    $ co map "Translate to French: {text}" phrases.txt > french.jsonl

    $ co map "Classify: {text}" tickets.csv --schema 'label billing|bug, urgent bool'

    $ git log --format=%s | co map "Is this a fix? Answer yes or no." --only
    """
    with presented(flags) as terminal:
        run(prompt, tuple(files or ()), flags, terminal)


def run(
    prompt: str | None, files: tuple[str, ...], flags: MapFlags, terminal: Terminal
) -> None:
    """Read the records, send a request for each, and write the results."""
    from cohere_cli.commands.map.request import map_request

    terminal = replace(terminal, quiet=flags.quiet, verbose=flags.verbose)
    prompt, files = _arguments(prompt, files, flags)
    sources = files or _standard_input(flags, terminal)
    texts = (one[1:] for one in (prompt, flags.system) if one and one.startswith("@"))
    require_one_stdin([*flags.input_files(), *texts, *sources])
    require_text("--system", flags.system)
    require_text("the prompt", prompt)
    announce_input(sources, terminal)
    request = map_request(prompt, flags, terminal)
    _MapRun(request, sources, flags, terminal).run()


def _arguments(
    prompt: str | None, files: tuple[str, ...], flags: MapFlags
) -> tuple[str | None, tuple[str, ...]]:
    """Return the prompt and the files; with a body file there need be no prompt."""
    has_body = bool(flags.file or flags.preset)
    if prompt is None:
        if not has_body:
            hint = 'write one with slots: `co map "Summarize: {text}" FILE`'
            raise UsageProblem("there is no prompt", hint=hint)
        return None, files
    if not is_file(prompt):
        return prompt, files
    if has_body:
        return None, (prompt, *files)
    what = f"the first word is the prompt, and {shown_source(prompt)} is a file"
    raise UsageProblem(what, hint=f"`co map PROMPT {shown_source(prompt)}`, or @FILE")


def _standard_input(flags: MapFlags, terminal: Terminal) -> tuple[str]:
    is_taken = STDIN in flags.input_files()
    if is_taken or not terminal.has_piped_input:
        hint = "name files, or pipe records in"
        raise UsageProblem("there are no records", hint=hint)
    return (STDIN,)


class _MapRun:
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
        self._bad = BadRecords(flags.bad, self._report_bad)

    def run(self) -> None:
        """Send all requests and write the results; raises for what is missing."""
        records = self._records()
        first = self._first(records)
        if self._flags.dry_run or self._flags.curl:
            self._preview(first[0])
            return
        with self._journal() as journal, self._opened_job(journal) as job:
            self._write(job, first, chain(first, records))
        self._raise_problem(job)

    def _records(self) -> "Iterator[Document]":
        from cohere_cli.documents.reader import read_records

        return read_records(
            self._sources,
            self._input(),
            self._flags.input,
            null=self._flags.null,
            at=self._flags.records or "",
            notify=self._note,
            bad=self._bad,
        )

    def _input(self) -> BinaryIO:
        """Return standard input as a stream of what has arrived."""
        from cohere_cli.documents.blocks import PipeStream

        stdin = self._terminal.stdin
        try:
            return cast("BinaryIO", PipeStream(stdin.fileno()))
        except (OSError, ValueError):
            return stdin.buffer

    def _note(self, line: str) -> None:
        """Write a note about the input, which a thread of its own may read."""
        if self._job is None:
            self._terminal.note(f"co: {line}")
        else:
            self._job.tell(line)

    def _report_bad(self, problem: InputProblem) -> None:
        if self._flags.verbose:
            self._note(f"bad record: {problem}")

    def _first(self, records: "Iterator[Document]") -> "list[Document]":
        """Read as many records as show that each slot has a field in some of them."""
        from cohere_cli.mapping.template import lacking_slots, missing_everywhere

        lacking = set(self._request.slots)
        first: list[Document] = []
        for record in islice(records, _MOST_LOOKED_AT):
            first.append(record)
            lacking &= lacking_slots([*lacking], record)
            if not lacking:
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

    def _journal(self) -> "Journal":
        from cohere_cli.jobs.journal import Journal, open_kept_journal

        flags, request = self._flags, self._request
        if not flags.journal:
            return Journal.of_run()
        job = (request.settings.base_url, request.template.identity)
        resume = flags.resume or flags.retry_failed
        return open_kept_journal(self._terminal, *job, resume=resume)

    @contextmanager
    def _opened_job(self, journal: "Journal") -> "Iterator[MapJob]":
        from cohere_cli.mapping.job import FetchChat, JobRules, MapJob
        from cohere_cli.request.schema.validate import answer_check

        flags, request, terminal = self._flags, self._request, self._terminal
        settings, schema = request.settings, request.schema
        rate = flags.rate or settings.rate

        def note(line: str) -> None:
            terminal.note(line)

        with open_batch_client(settings, terminal, note, rate) as client:
            check = None if schema is None else answer_check(schema)
            rules = JobRules(
                concurrency=flags.concurrency or settings.concurrency,
                resume=flags.resume,
                only_failed=flags.retry_failed,
                is_ordered=not flags.unordered,
                max_time=client.max_time,
                models=request.models,
            )
            fetch = FetchChat(client.fetch_chat, check, flags.retries_schema)
            self._job = MapJob(fetch, journal, rules, note)
            yield self._job

    def _write(
        self,
        job: "MapJob",
        first: "list[Document]",
        records: "Iterator[Document]",
    ) -> None:
        """Write each result as soon as it is due."""
        from cohere_cli.jobs.whole_writes import write_whole
        from cohere_cli.mapping.output.writer import create_writer

        flags, request = self._flags, self._request
        writer = create_writer(
            flags.output,
            models=request.models,
            schema=request.schema,
            has_json=request.schema is not None,
            only=flags.only,
            null=flags.null,
            first=first,
        )
        if head := writer.head():
            write_whole(self._terminal, head)
        requests = (
            request.template.request(index, record)
            for index, record in enumerate(records)
        )
        try:
            for results in job.results(requests):
                self._log_errors(results)
                write_whole(self._terminal, b"".join(map(writer.row, results)))
        except BrokenPipeError:
            raise  # the reader has enough
        except BaseException:
            job.note_finished()
            raise

    def _log_errors(self, results: "list[Result]") -> None:
        for result in results:
            if result.error:
                number = result.index + 1
                self._terminal.detail(f"co: record {number:,}: {result.error}")

    def _raise_problem(self, job: "MapJob") -> None:
        """Raise the error for what was not read, not sent or not answered."""
        problems = [*self._problems(job)]
        for problem in problems[:-1]:
            self._terminal.fail(str(problem))
        if problems:
            raise problems[-1]

    def _problems(self, job: "MapJob") -> "Iterator[CoError]":
        again = "--resume sends only what is missing"
        if self._bad.problem:
            yield self._bad.problem
        if job.error:
            yield job.error
        failure = job.last_failure
        if failure is None:
            return
        if job.reason and not job.answered:
            yield failure
        elif job.reason:
            yield BatchesFailed(f"{job.reason}; nothing more was sent", hint=again)
        else:
            of = plural(job.failed + job.answered, "record")
            what = f"{job.failed:,} of {of} failed, the last: {failure}"
            yield BatchesFailed(what, hint=again)
