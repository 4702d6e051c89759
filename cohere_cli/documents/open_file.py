"""Opens what the user named: regular files, and pipes that a shell has opened."""

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from cohere_cli.errors import InputProblem


class UnreadableFile(InputProblem):
    """This file cannot be read as text.

    *reason* is the same in one word or two, for the count of what was skipped.
    """

    def __init__(
        self, what: str, *, reason: str, where: str = "", hint: str = ""
    ) -> None:
        super().__init__(what, where=where, hint=hint)
        self.reason = reason


STDIN = "-"

# O_NONBLOCK: a pipe that took the file's place after the first look cannot hold us.
_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
# `<(command)` in a shell: a pipe that is open already, so somebody writes to it.
_OPEN_ALREADY = re.compile(r"/dev/(?:fd/[0-9]+|stdin)|/proc/(?:self|[0-9]+)/fd/[0-9]+")
# Enough for any folder that people type names from.
_MAX_SIBLINGS = 2000
_FILE_TYPES = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


@contextmanager
def open_source(source: str, stdin: BinaryIO) -> Iterator[BinaryIO]:
    """Give the bytes of the file *source*, or *stdin* for "-".

    Raises `UnreadableFile` for whatever is no regular file that can be read, nor `<(command)`.
    """
    if source == STDIN:
        # Some parents leave it non-blocking: there a pause would look like the end.
        with suppress(OSError, ValueError):
            os.set_blocking(stdin.fileno(), True)
        yield stdin
        return
    with open_regular_file(source) as stream:
        yield stream


def open_regular_file(path: str) -> BinaryIO:
    """Open the file *path*; raises `UnreadableFile` for what is no regular one, as `open_source`."""
    return os.fdopen(_descriptor(path), "rb")


def shown(source: str) -> str:
    """Return the name of *source* for ids and messages: always valid Unicode."""
    if source == STDIN:
        return "stdin"
    return os.fsencode(source).decode("utf-8", "replace")


def _descriptor(path: str) -> int:
    try:
        # Before it is opened: opening alone makes some devices act.
        mode = os.stat(path).st_mode  # noqa: PTH116 - Path("") is the current folder
        _refuse_unless_regular(mode, path)
        descriptor = os.open(path, _FLAGS)
    except FileNotFoundError as exc:
        hint = _nearest(Path(path))
        what = "no such file"
        raise UnreadableFile(
            what, reason="unreadable", where=_where(path), hint=hint
        ) from exc
    except (OSError, ValueError) as exc:
        raise read_error(exc, _where(path)) from exc
    try:
        _refuse_unless_regular(os.fstat(descriptor).st_mode, path)
    except UnreadableFile:
        os.close(descriptor)
        raise
    # A pipe's writer is waited for; for files it makes no difference.
    os.set_blocking(descriptor, True)
    return descriptor


def read_error(exc: OSError | ValueError, where: str) -> UnreadableFile:
    """Return, for the caller to raise, what the system said against reading."""
    says = getattr(exc, "strerror", None) or str(exc)
    what = f"cannot be read: {says.lower()}"
    return UnreadableFile(what, reason="unreadable", where=where)


def _refuse_unless_regular(mode: int, path: str) -> None:
    is_pipe = stat.S_ISFIFO(mode) and _OPEN_ALREADY.fullmatch(path)
    if stat.S_ISREG(mode) or is_pipe:
        return
    kind = _FILE_TYPES.get(stat.S_IFMT(mode), "no regular file")
    hint = "pipe it in and name it `-`"
    if stat.S_ISDIR(mode):
        hint = "name the files in it"
    what = f"is {kind}, not a file"
    raise UnreadableFile(what, reason="special", where=_where(path), hint=hint)


def _where(path: str) -> str:
    return shown(path) or "an empty name"


def _nearest(path: Path) -> str:
    """Suggest what the folder of *path* has of a similar name."""
    try:
        with os.scandir(path.parent) as entries:
            names = [entry.name for entry in islice(entries, _MAX_SIBLINGS)]
    except OSError:
        return ""
    near = get_close_matches(path.name, names, 1)
    return f"did you mean {shown(str(path.with_name(near[0])))}?" if near else ""
