"""The judging of a run: what its flags need, and where its report goes."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cohere_cli.commands.flags.map import MapFlags
from cohere_cli.errors import CoError, NothingFound, OutputUnwritable, UsageProblem
from cohere_cli.terminal import Terminal
from cohere_cli.text import os_reason

if TYPE_CHECKING:
    from cohere_cli.commands.map.request import MapRequest
    from cohere_cli.mapping.judgement.judge import Judge


def check_judging(flags: MapFlags) -> None:
    """Raise `UsageProblem` for flags that need another one."""
    hint = "add --expect COLUMN"
    if flags.min_accuracy is not None and flags.expect is None:
        raise UsageProblem("--min-accuracy needs --expect", hint=hint)
    if flags.report and not (flags.expect or flags.compare):
        what = "--report needs --expect or --compare"
        raise UsageProblem(what, hint=hint)


@contextmanager
def opened_judge(flags: MapFlags, request: "MapRequest") -> "Iterator[Judge | None]":
    """Yield what judges the results; None if nothing is to be judged.

    Raises `UsageProblem` and `InputProblem` for flags and files that are wrong.
    """
    if not (flags.expect or flags.compare):
        yield None
        return
    from cohere_cli.mapping.judgement.judge import Judge
    from cohere_cli.mapping.output.answer_columns import schema_fields

    if flags.report:
        _require_writable(flags.report)
    fields = schema_fields(request.schema)
    with Judge(flags.expect, fields, request.models, flags.compare) as judge:
        yield judge


def _require_writable(name: str) -> None:
    try:
        with Path(name).open("a", encoding="utf-8"):
            pass
    except OSError as exc:
        raise _unwritable(name, exc) from exc


def _unwritable(name: str, exc: OSError) -> OutputUnwritable:
    return OutputUnwritable(f"cannot write the report: {os_reason(exc)}", where=name)


def report_judgement(
    judge: "Judge", flags: MapFlags, terminal: Terminal
) -> CoError | None:
    """Write the report to standard error, and to --report; return what falls short."""
    from cohere_cli.mapping.judgement.drawing import report_lines
    from cohere_cli.mapping.judgement.report import report_object

    report = judge.report()
    for line in report_lines(report, min(terminal.width, 100)):
        terminal.say(line)
    if flags.report:
        text = json.dumps(report_object(report), indent=2, ensure_ascii=False)
        try:
            Path(flags.report).write_bytes(f"{text}\n".encode())
        except OSError as exc:
            raise _unwritable(flags.report, exc) from exc
    least = flags.min_accuracy
    if least is None or report.accuracy >= least:
        return None
    what = f"the accuracy {report.accuracy:.3f} is below --min-accuracy {least:g}"
    return NothingFound(what)
