"""The lines that were typed in earlier sessions, in a file of their owner."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from prompt_toolkit.history import FileHistory, History, InMemoryHistory

from cohere_cli.config.secure_files import lock, make_private, write
from cohere_cli.errors import CoError

_MOST, _KEPT = 1 << 18, 1 << 17  # bytes: the file is cut to its end when it is longer
_ENTRY = b"\n# "  # begins an entry, as prompt_toolkit writes it


def open_line_history(path: Path | None) -> History:
    """Return the lines of the file at *path*, to which each new line is added.

    Without a path, or where the file cannot be written, lines are kept until the
    session ends.
    """
    if path is None:
        return InMemoryHistory()
    try:
        _prepare(path)
    except (OSError, CoError):
        return InMemoryHistory()
    return _OwnHistory(path)


class _OwnHistory(FileHistory):
    """Lines in a file that may become unusable while the session lasts."""

    def load_history_strings(self) -> Iterable[str]:
        try:
            return super().load_history_strings()
        except OSError:
            return ()

    def store_string(self, string: str) -> None:
        with suppress(OSError):
            super().store_string(string)


def _prepare(path: Path) -> None:
    """Make *path* a file that only its owner can read, and not too long."""
    make_private(path.parent, own=True)
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    with os.fdopen(os.open(path, flags, 0o600), "rb") as file:
        os.fchmod(file.fileno(), 0o600)
        size = os.fstat(file.fileno()).st_size
        file.seek(max(size - _KEPT, 0))
        youngest = file.read(_KEPT)
    if size > _MOST:
        with lock(path.parent, own=True):
            write(path, youngest[max(youngest.find(_ENTRY), 0) :])
