"""The files that a run writes: none of them is one that it reads."""

import os
import stat
from collections.abc import Iterable
from typing import TextIO

from cohere_cli.errors import InputProblem
from cohere_cli.terminal import Terminal
from cohere_cli.text import STDIN, shown_source


def require_other_files(
    sources: Iterable[str], report: str | None, terminal: Terminal
) -> None:
    """Raise `InputProblem` if the output or *report* is a file among *sources*.

    For `>`, a shell has emptied that file; with `>>`, each answer would be one more
    record, without an end.
    """
    written = {"the output": _status(terminal.stdout), "the report": _status(report)}
    files = {what: status for what, status in written.items() if status}
    if not files:
        return
    for source in sources:
        read = _status(terminal.stdin if source == STDIN else source)
        for what, status in files.items():
            if read and os.path.samestat(read, status):
                problem = f"{what} goes to a file that is read"
                hint = "write to another file, and rename it at the end"
                raise InputProblem(problem, where=shown_source(source), hint=hint)


def _status(file: TextIO | str | None) -> os.stat_result | None:
    """Return what identifies *file*, a stream or a path; None unless it is regular."""
    if file is None:
        return None
    try:
        name = file if isinstance(file, str) else file.fileno()
        status = os.stat(name)  # noqa: PTH116 - Path("") is the current folder
    except (OSError, ValueError):
        return None
    return status if stat.S_ISREG(status.st_mode) else None
