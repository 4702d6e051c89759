"""`co map`: sends one request for each record, and writes the answers in order."""

from dataclasses import replace
from typing import Annotated

import typer

from cohere_cli.commands.call.prompt import (
    announce_input,
    require_one_stdin,
    require_text,
)
from cohere_cli.commands.call.session import presented
from cohere_cli.commands.flags.map import MapFlags
from cohere_cli.errors import UsageProblem
from cohere_cli.terminal import Terminal
from cohere_cli.text import STDIN, is_file, shown_source


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

    A slot in the prompt, in --system or in a message of -f is replaced by a field of
    the record, {field} or {a.b}, or by {text}, the line or file of a record without
    fields; {record}, the whole record; {path}, its file; {line}, its line number; {n},
    its number. Write {{ and }} for braces. Without a slot, the record follows the
    prompt. A table comes out as a table with more columns, anything else as lines of
    JSON; -o text writes the answers alone.

    $ co map "Translate to French: {text}" phrases.txt -o text > french.txt

    $ co map "Classify: {title}" tickets.csv --schema 'label billing|bug, urgent bool'

    $ git log --format=%s | co map "Is this a fix? Answer yes or no." -o text
    """
    with presented(flags) as terminal:
        run(prompt, tuple(files or ()), flags, terminal)


def run(
    prompt: str | None, files: tuple[str, ...], flags: MapFlags, terminal: Terminal
) -> None:
    """Read the records, send a request for each, and write the results."""
    from cohere_cli.commands.map.judgement import check_judging
    from cohere_cli.commands.map.output_file import require_other_files
    from cohere_cli.commands.map.request import map_request
    from cohere_cli.commands.map.run import MapRun

    terminal = replace(terminal, quiet=flags.quiet, verbose=flags.verbose)
    prompt, files = _arguments(prompt, files, flags)
    sources = files or _standard_input(flags, terminal)
    texts = (one[1:] for one in (prompt, flags.system) if one and one.startswith("@"))
    require_one_stdin([*flags.input_files(), *texts, *sources])
    require_text("--system", flags.system)
    require_text("the prompt", prompt)
    if not (flags.dry_run or flags.curl):
        read = (*sources, flags.compare) if flags.compare else sources
        require_other_files(read, flags.report, terminal)
    announce_input(sources, terminal)
    check_judging(flags)
    _require_journal(flags)
    request = map_request(prompt, flags, terminal)
    MapRun(request, sources, flags, terminal).run()


def _arguments(
    prompt: str | None, files: tuple[str, ...], flags: MapFlags
) -> tuple[str | None, tuple[str, ...]]:
    """Return the prompt and the files; a body file or --system may replace a prompt."""
    is_optional = bool(flags.file or flags.preset or flags.system)
    if prompt is None:
        if not is_optional:
            hint = 'write one with slots: `co map "Summarize: {text}" FILE`'
            raise UsageProblem("there is no prompt", hint=hint)
        return None, files
    if not (prompt.strip() or is_optional):
        hint = "was it a variable of the shell that is not set?"
        raise UsageProblem("the prompt is empty", hint=hint)
    if not is_file(prompt):
        return prompt, files
    if is_optional:
        return None, (prompt, *files)
    what = f"the first word is the prompt, and {shown_source(prompt)} is a file"
    raise UsageProblem(what, hint=f"`co map PROMPT {shown_source(prompt)}`, or @FILE")


def _require_journal(flags: MapFlags) -> None:
    """Raise `UsageProblem` for a run that is to be resumed without its replies."""
    if flags.journal or not (flags.resume or flags.retry_failed):
        return
    flag = "--resume" if flags.resume else "--retry-failed"
    what = f"{flag} needs the recorded replies, which --no-journal leaves out"
    raise UsageProblem(what, hint="remove one of them, or add --journal")


def _standard_input(flags: MapFlags, terminal: Terminal) -> tuple[str]:
    is_taken = STDIN in flags.input_files()
    if is_taken or not terminal.has_piped_input:
        hint = "name files, or pipe records in"
        raise UsageProblem("there are no records", hint=hint)
    return (STDIN,)
