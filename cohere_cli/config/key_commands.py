"""Keys that a command prints, such as `pass show cohere`: run without a shell."""

import shlex
from collections.abc import Callable
from io import BufferedReader
from pathlib import Path
from typing import IO

from cohere_cli.errors import NotAuthenticated

PATIENCE = 60.0
"""Seconds: whoever is asked for a passphrase needs some."""

_MOST_READ = 1 << 16


def key_from(command: str, profile: str) -> str:
    """Return what *command* prints; its words are split as a shell would.

    It gets no input, and runs in the root directory: nothing of the current one has
    a say. Raises `NotAuthenticated` with the last line that it wrote on standard
    error.
    """
    import subprocess

    words = shlex.split(command)
    words[0] = str(Path(words[0]).expanduser())
    whose = f"the key command of profile {profile!r}"
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's own, without a shell
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd="/",
        )
    except (OSError, ValueError) as exc:
        reason = (getattr(exc, "strerror", None) or str(exc)).lower()
        said = f"{whose} cannot be run: {words[0]}: {reason}"
        raise NotAuthenticated(said, hint=_SET) from exc
    printed, told = _start_of(process.stdout), _start_of(process.stderr)
    try:
        code = process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        said = f"{whose} did not end in {PATIENCE:g} s"
        raise NotAuthenticated(said, hint=_SET) from None
    finally:
        process.kill()
        process.wait()
    if code:
        last = told().rpartition("\n")[2] or f"exit code {code}"
        raise NotAuthenticated(f"{whose} failed: {last}", hint=_SET)
    return printed().partition("\n")[0]


def _start_of(pipe: IO[bytes] | None) -> Callable[[], str]:
    """Begin to read *pipe*; what is returned waits for the text at its start.

    Whoever writes without end meets a closed pipe.
    """
    from threading import Thread

    start = bytearray()

    def read() -> None:
        if isinstance(pipe, BufferedReader):
            with pipe:
                while len(start) < _MOST_READ and (piece := pipe.read1(_MOST_READ)):
                    start.extend(piece)

    thread = Thread(target=read, daemon=True)
    thread.start()

    def text() -> str:
        # What the command has left running may keep the pipe open.
        thread.join(1)
        return start.decode(errors="replace").strip()

    return text


_SET = "see it with `co config get key_command`"
