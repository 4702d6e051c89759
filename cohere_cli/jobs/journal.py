"""A journal of finished requests, in a file, from which a killed job is resumed.

It holds hashes of requests and the server's replies to them.
"""

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from io import BufferedReader, BytesIO, FileIO
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cohere_cli.errors import ConfigProblem
from cohere_cli.terminal import Terminal
from cohere_cli.text import os_reason

_SUFFIX = ".jsonl"
_MAX_AGE = 30 * 24 * 3600.0  # seconds


class Journal:
    """Replies by the keys of their requests.

    One line per request, appended in a single unbuffered write: any number of jobs
    can write at once, and a kill costs at most the last line; an incomplete line is
    skipped. (SQLite would need a lock and leave side files behind.) The file is
    deleted when the block ends normally, and kept after an exception if it holds
    anything. Without a *path* it lasts for this run only.
    """

    def __init__(self, file: FileIO | BytesIO, path: Path | None = None) -> None:
        self._file = file
        self._path = path
        self._places = dict(_index(file))
        self._finished = len(self._places)

    @classmethod
    def in_memory(cls) -> Self:
        """Return a journal that no later run can find."""
        return cls(BytesIO())

    @classmethod
    def at(cls, directory: Path, job: str) -> Self:
        """Open the journal of *job* in *directory*.

        Raises `ConfigProblem` if the directory is not writable.
        """
        from cohere_cli.config.secure_files import make_private

        name = sha256(job.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        path = directory / f"{name}{_SUFFIX}"
        try:
            make_private(directory, own=True)
            _delete_old(directory)
            # In append mode, because the same job may run twice at once.
            flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            file = FileIO(os.open(path, flags, 0o600), "r+")
            # The umask may have removed even the owner's bits.
            os.fchmod(file.fileno(), 0o600)
            return cls(file, path)
        except OSError as exc:
            what = f"cannot record finished requests for --resume: {os_reason(exc)}"
            hint = "name another directory with CO_DATA_DIR"
            raise ConfigProblem(what, where=str(directory), hint=hint) from exc

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
        if self._path and not (error and self._finished):
            # If it cannot be deleted, the same job finds it, or its age deletes it.
            with suppress(OSError):
                self._path.unlink()

    @property
    def finished(self) -> int:
        """The number of requests that a later run can find."""
        return self._finished if self._path else 0

    def find(self, key: str) -> Mapping[str, Any] | None:
        """Return the reply that an earlier run has stored for *key*."""
        if key not in self._places:
            return None
        start, size = self._places[key]
        self._file.seek(start)
        reply = _line(self._file.read(size)).get("response")
        return reply if isinstance(reply, dict) else None

    def add(self, key: str, reply: Mapping[str, Any]) -> None:
        """Store *reply* for *key*; raises `OSError`."""
        if self._path is None:
            return
        line = json.dumps({"key": key, "response": reply}, separators=(",", ":"))
        # A newline before it, because a kill may have left an incomplete line.
        self._file.write(f"\n{line}\n".encode())
        self._finished += 1


def open_journal(terminal: Terminal, *job: str) -> Journal:
    """Open the journal of the job that the strings *job* identify.

    If that is not possible, a note is printed on standard error, and the job runs
    without one.
    """
    from cohere_cli.config.paths import data_directory

    try:
        directory = data_directory(terminal.environ) / "rankings"
        return Journal.at(directory, "\n".join(job))
    except ConfigProblem as exc:
        terminal.note(f"co: {exc}")
        return Journal.in_memory()


def _delete_old(directory: Path) -> None:
    oldest = time.time() - _MAX_AGE
    for path in directory.glob(f"*{_SUFFIX}"):
        with suppress(FileNotFoundError):  # another run may have deleted it
            if path.stat().st_mtime < oldest:
                path.unlink()


def _index(file: FileIO | BytesIO) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield the key of each complete line, with its offset and size in bytes."""
    lines = BufferedReader(file)
    start = 0
    for data in lines:
        key = _line(data).get("key")
        if isinstance(key, str):
            yield key, (start, len(data))
        start += len(data)
    lines.detach()  # else it would close the file


def _line(data: bytes) -> dict[str, Any]:
    try:
        line = json.loads(data)
    except ValueError:
        return {}
    return line if isinstance(line, dict) else {}
