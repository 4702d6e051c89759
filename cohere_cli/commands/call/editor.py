"""Runs the user's editor on a file."""

import shlex
import subprocess
import tempfile
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


def edited_text(text: str, terminal: Terminal) -> str:
    """Return *text* as the user leaves it in the editor, without blank lines around.

    Raises `ConfigProblem` if the editor fails.
    """
    with tempfile.TemporaryDirectory(prefix="co-") as folder:
        # Markdown, for editors that mark it; readable for the user alone.
        file = Path(folder) / "prompt.md"
        file.write_text(f"{text}\n" if text else "", encoding="utf-8")
        run_editor(file, terminal)
        return file.read_text(encoding="utf-8", errors="replace").strip("\r\n")
