"""Runs the user's editor on a file."""

import shlex
import subprocess
from pathlib import Path

from cohere_cli.errors import ConfigProblem
from cohere_cli.terminal import Terminal
from cohere_cli.text import os_reason


def run_editor(file: Path, terminal: Terminal) -> None:
    """Run VISUAL or EDITOR on *file* and wait; raises `ConfigProblem` if it fails."""
    environ = terminal.environ
    editor = environ.get("VISUAL") or environ.get("EDITOR") or "vi"
    try:
        words = [*shlex.split(editor), str(file)]
        code = subprocess.call(words)  # noqa: S603 - the user's own
    except (OSError, ValueError) as exc:
        hint = "set EDITOR to the command of an editor"
        problem = f"cannot run the editor: {os_reason(exc)}"
        raise ConfigProblem(problem, where=editor, hint=hint) from exc
    if code:
        what = f"the editor failed with exit code {code}"
        raise ConfigProblem(what, where=editor, hint="nothing was changed")
