"""A journal of finished requests, in a file, from which a killed job is resumed.

It holds hashes of requests and the server's replies to them.
"""

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from hashlib import sha256
from io import BufferedReader, BytesIO, FileIO
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Self

from cohere_cli.documents.blocks import NEWLINE
from cohere_cli.errors import ConfigProblem
from cohere_cli.jobs.places import PlaceIndex
from cohere_cli.terminal import Terminal
from cohere_cli.text import os_reason

_SUFFIX = ".jsonl"
_MAX_AGE = 30 * 24 * 3600.0  # seconds
_KEY = b'{"key":"'
_REPLY = b'","response":'
_FAILED = b'","failed":'
_BLOCK_BYTES = 1 << 14
_WHOLE = b'\n{"whole":true}\n'
"""The last line of a journal that is kept, after a run that left nothing out."""


class Journal:
    """Replies by the keys of their requests.

    One line per request, appended in a single unbuffered write: any number of jobs
    can write at once, and a kill costs at most the last line; an incomplete line is
    skipped. (SQLite would need a lock and leave side files behind.) The file is
    deleted when the block ends normally, unless it *is_kept*, and kept after an
    exception if it holds anything. Without a *path* it lasts for this run only.
    Several threads may use it. `is_continued` is whether an earlier run that used it
    left something out.
    """

    def __init__(
        self,
        file: FileIO | BytesIO,
        path: Path | None = None,
        *,
        is_kept: bool = False,
        is_indexed: bool = True,
    ) -> None:
        self._file = file
        self._path = path
        self._lock = Lock()
        self.is_continued = False
        self._is_kept = is_kept
        self._places = PlaceIndex()
        self._finished = 0
        for key, place, is_reply in _index(file) if is_indexed else ():
            self._places.add(key, place)
            self._finished += is_reply

    @classmethod
    def in_memory(cls) -> Self:
        """Return a journal that no later run can find."""
        return cls(BytesIO())

    @classmethod
    def at(cls, directory: Path, job: str) -> Self:
        """Open the journal of *job* in *directory*.

        Raises `ConfigProblem` if the directory is not writable.
        """
        with _opened(directory, job) as (file, path):
            return cls(file, path)

    @classmethod
    def kept_at(cls, directory: Path, job: str, *, resume: bool) -> Self:
        """Open the journal of *job*, which is kept for 30 days after the run.

        Unless *resume*, nothing that is in it is found; and if the run before left
        nothing out, it begins empty. Raises `ConfigProblem`.
        """
        with _opened(directory, job) as (file, path):
            is_whole = _is_whole(file)
            if not resume and is_whole:
                file.truncate(0)
            journal = cls(file, path, is_kept=True, is_indexed=resume)
            journal.is_continued = not is_whole
            return journal

    @classmethod
    def of_run(cls) -> Self:
        """Return a journal in a file without a name, for this run only."""
        from tempfile import TemporaryFile

        # Not in memory: a run may have a million replies.
        # On Windows what has the methods of a file.
        file: Any = TemporaryFile(buffering=0)  # noqa: SIM115 - it is closed with the journal
        return cls(file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # A kept one may hold replies of earlier runs, which this one did not look at.
        is_needed = self._holds_any if self._is_kept else self._finished and error
        self._file.close()
        if self._path and not is_needed:
            # If it cannot be deleted, the same job finds it, or its age deletes it.
            with suppress(OSError):
                self._path.unlink()

    @property
    def _holds_any(self) -> bool:
        try:
            return self._file.seek(0, os.SEEK_END) > 0
        except OSError:
            return True

    def mark_whole(self) -> None:
        """Note that the run has left nothing out, in a journal that is kept."""
        if self._is_kept:
            # Without the note, the next run only appends to it.
            with suppress(OSError):
                self._file.write(_WHOLE)

    @property
    def finished(self) -> int:
        """The number of requests that a later run can find."""
        return self._finished if self._path else 0

    def find(self, key: str) -> Mapping[str, Any] | None:
        """Return the latest reply that is stored for *key*, also before a failure.

        It was paid for; the failure may be that of a run that did not look for it.
        """
        replies = (one.get("response") for one in self._stored(key))
        return next((one for one in replies if isinstance(one, dict)), None)

    def has_failed(self, key: str) -> bool:
        """Whether the latest that is stored for *key* is a failure."""
        return "failed" in next(self._stored(key), {})

    @property
    def has_failures(self) -> bool:
        """Whether the latest that is stored for any request is a failure."""
        self._file.seek(0)
        lines = BufferedReader(self._file)
        found = {_key_of(data) for data in lines if _FAILED in data[:_BLOCK_BYTES]}
        lines.detach()  # else it would close the file
        return any(key is not None and self.has_failed(key) for key in found)

    def _stored(self, key: str) -> Iterator[dict[str, Any]]:
        """Yield what is stored for *key*, the latest first."""
        # What cannot be read is sent again.
        with suppress(OSError):
            for place in self._places.find(key):
                line = _line(self._line_at(place))
                if line.get("key") == key:
                    yield line

    def _line_at(self, place: int) -> bytes:
        if isinstance(self._file, BytesIO):
            self._file.seek(place)
            return self._file.readline()
        from cohere_cli.system.open_files import read_at

        data = b""
        while NEWLINE not in data:
            with self._lock:  # Windows moves the file's position meanwhile
                more = read_at(self._file.fileno(), _BLOCK_BYTES, place + len(data))
            if not more:
                break
            data += more
        return data.partition(NEWLINE)[0]

    def add(self, key: str, reply: Mapping[str, Any]) -> None:
        """Store *reply* for *key*; raises `OSError`."""
        self._append(key, {"key": key, "response": reply})

    def fail(self, key: str, reason: str) -> None:
        """Store that the request of *key* has failed; raises `OSError`."""
        self._append(key, {"key": key, "failed": reason})

    def _append(self, key: str, entry: Mapping[str, Any]) -> None:
        if isinstance(self._file, BytesIO):
            return
        line = json.dumps(entry, separators=(",", ":"))
        # A newline before it, because a kill may have left an incomplete line.
        data = f"\n{line}\n".encode()
        with self._lock:
            self._file.write(data)
            # Where it is in the file, also if other runs append to it.
            self._places.add(key, self._file.tell() - len(data) + 1)
            self._finished += "response" in entry


@contextmanager
def _opened(directory: Path, job: str) -> Iterator[tuple[FileIO, Path]]:
    """Open the file of *job*, a new one if there is none; close it after an error.

    Raises `ConfigProblem` for what the system refuses, also in the block.
    """
    from cohere_cli.config.secure_files import make_private
    from cohere_cli.system.open_files import NO_LINK, PLAIN, require_no_link
    from cohere_cli.system.private_files import make_private as make_private_file

    name = sha256(job.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    path = directory / f"{name}{_SUFFIX}"
    # In append mode, because the same job may run twice at once.
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | NO_LINK | PLAIN
    try:
        make_private(directory, own=True)
        _delete_old(directory)
        require_no_link(path)
        with ExitStack() as undo:
            file = FileIO(os.open(path, flags, 0o600), "r+")
            undo.callback(file.close)
            # The umask may have removed even the owner's bits.
            make_private_file(file.fileno())
            yield file, path
            undo.pop_all()
    except OSError as exc:
        what = f"cannot record finished requests for --resume: {os_reason(exc)}"
        hint = "name another directory with CO_DATA_DIR"
        raise ConfigProblem(what, where=str(directory), hint=hint) from exc


def open_journal(terminal: Terminal, *job: str) -> Journal:
    """Open the journal of the job that the strings *job* identify.

    If that is not possible, a note is printed on standard error, and the job runs
    without one.
    """
    try:
        return Journal.at(_directory(terminal, "rankings"), "\n".join(job))
    except ConfigProblem as exc:
        terminal.note(f"co: {exc}")
        return Journal.in_memory()


def open_kept_journal(terminal: Terminal, *job: str, resume: bool) -> Journal:
    """Open the journal of a job that is kept after it, as `open_journal` does.

    Without one, the replies of this run are found again in this run alone.
    """
    try:
        directory = _directory(terminal, "maps")
        return Journal.kept_at(directory, "\n".join(job), resume=resume)
    except ConfigProblem as exc:
        terminal.note(f"co: {exc}")
        return Journal.of_run()


def _directory(terminal: Terminal, name: str) -> Path:
    from cohere_cli.config.paths import data_directory

    return data_directory(terminal.environ) / name


def _delete_old(directory: Path) -> None:
    oldest = time.time() - _MAX_AGE
    for path in directory.glob(f"*{_SUFFIX}"):
        with suppress(FileNotFoundError):  # another run may have deleted it
            if path.stat().st_mtime < oldest:
                path.unlink()


def _index(file: FileIO | BytesIO) -> Iterator[tuple[str, int, bool]]:
    """Yield the key of each complete line, its offset in bytes, and whether it replies.

    Other lines are of requests that failed.
    """
    file.seek(0)
    lines = BufferedReader(file)
    start = 0
    for data in lines:
        if (key := _key_of(data)) is not None:
            yield key, start, data.startswith(_REPLY, len(_KEY) + len(key))
        start += len(data)
    lines.detach()  # else it would close the file


def _key_of(data: bytes) -> str | None:
    """Return the key of a line; that it is valid JSON is found when it is read."""
    end = data.find(b'"', len(_KEY))
    if data.startswith(_KEY) and data.endswith(b"}\n") and end > 0:
        return data[len(_KEY) : end].decode("ascii", "replace")
    key = _line(data).get("key")
    return key if isinstance(key, str) else None


def _is_whole(file: FileIO) -> bool:
    """Whether the last run that wrote *file*, if any, came to its end."""
    size = file.seek(0, os.SEEK_END)
    if not size:
        return True
    file.seek(max(0, size - len(_WHOLE)))
    return file.read() == _WHOLE


def _line(data: bytes) -> dict[str, Any]:
    try:
        line = json.loads(data)
    except ValueError:
        return {}
    return line if isinstance(line, dict) else {}
