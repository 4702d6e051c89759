"""Runs the user's editor on a file."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import ENOENT
from pathlib import Path
from typing import TextIO

from cohere_cli.errors import CoError, ConfigProblem, UsageProblem
from cohere_cli.system import keyboard as system_keyboard
from cohere_cli.system.programs import EDITOR, words_of
from cohere_cli.terminal import Terminal
from cohere_cli.text import os_reason, valid_unicode


def run_editor(file: Path, terminal: Terminal) -> None:
    """Run VISUAL or EDITOR on *file* and wait; raises `ConfigProblem` if it fails."""
    environ = terminal.environ
    editor = environ.get("VISUAL") or environ.get("EDITOR") or EDITOR
    try:
        words = [*words_of(editor), str(file)]
        with _keyboard(terminal) as keyboard, _leaving_interrupts():
            code = subprocess.call(words, stdin=keyboard)  # noqa: S603 - the user's own
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
        data = f"{valid_unicode(text)}\n" if text else ""
        file.write_text(data, encoding="utf-8")
        run_editor(file, terminal)
        try:
            # Another kind of file might never end.
            if not file.is_file():
                raise FileNotFoundError(ENOENT, os.strerror(ENOENT))
            edited = file.read_text(encoding="utf-8", errors="replace")
        except OSError as exc:
            what = f"the prompt cannot be read from the editor's file: {os_reason(exc)}"
            raise ConfigProblem(what, hint="nothing was sent") from exc
        return edited.strip("\r\n")


def written_prompt(text: str, terminal: Terminal) -> str:
    """Return the prompt that the user writes in the editor; it begins as *text*.

    Without a text it begins as the draft that was not answered, if there is one.
    Raises `UsageProblem` for a prompt without words.
    """
    prompt = edited_text(text or _draft(terminal), terminal)
    if not prompt.strip():
        raise UsageProblem("the prompt is empty", hint="nothing was sent")
    return prompt


@contextmanager
def keeping_draft(prompt: str, terminal: Terminal) -> Iterator[None]:
    """Keep *prompt* in a file, of which a note is printed, if the block fails."""
    from cohere_cli.config.secure_files import lock, write

    file = draft_path(terminal)
    try:
        yield
    except BaseException:
        with suppress(CoError):
            with lock(file.parent, own=True):
                write(file, f"{prompt}\n".encode(errors="replace"))
            terminal.note(f"co: the prompt is in {file}; the next --editor opens it")
        raise
    with suppress(OSError):
        file.unlink(missing_ok=True)


def draft_path(terminal: Terminal) -> Path:
    """Return the path of the prompt that was not answered."""
    from cohere_cli.config.paths import data_directory

    return data_directory(terminal.environ) / "drafts" / "prompt.md"


def _draft(terminal: Terminal) -> str:
    from cohere_cli.config.secure_files import read

    with suppress(CoError):
        return read(draft_path(terminal)).data.decode(errors="replace").rstrip("\n")
    return ""


@contextmanager
def _keyboard(terminal: Terminal) -> Iterator[TextIO | None]:
    """Yield what the editor reads: the keyboard, also if the input is a pipe."""
    try:
        keyboard = None
        if not terminal.stdin.isatty():
            keyboard = Path(system_keyboard.PATH).open(encoding="utf-8")  # noqa: SIM115 - closed below
    except OSError:  # an editor that is a script needs none
        keyboard = None
    try:
        yield keyboard
    finally:
        if keyboard:
            keyboard.close()


@contextmanager
def _leaving_interrupts() -> Iterator[None]:
    """Leave Ctrl-C to the editor, which may have a use for it."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
