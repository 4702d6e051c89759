"""Keeps a reply in a file, byte for byte and with its times, while it comes.

The file is JSON lines: a heading, the chunks of the body, and how the body ended.
It never holds a key, a header of the request, or the request's body.

    {"co-recording": 1, "url": …, "status": …, "content-type": …, "started": …}
    {"at": seconds since the request, "data": "text"}    or "base64": "bytes"
    {"at": seconds since the request, "end": "complete"}
"""

import json
import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import FileIO
from typing import Any, Protocol

from cohere_cli.errors import CoError, InputProblem, UsageProblem

FORMAT = "co-recording"
VERSION = 1

_BEGINNING = f'{{"{FORMAT}":'.encode()
# Without O_TRUNC: until a reply comes, an older recording is as it was. O_NONBLOCK:
# a pipe that took the file's place after the first look cannot hold us.
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY


@dataclass(frozen=True, slots=True)
class ResponseHead:
    """What is known of a reply before its body comes."""

    url: str
    status: int
    content_type: str


class Recorder(Protocol):
    """Is told of every request, and of every body that may be an answer."""

    def asked(self) -> None:
        """Take note that a request goes out: times count from here."""

    def record(
        self, heading: ResponseHead, chunks: Iterator[bytes]
    ) -> AbstractContextManager[Iterator[bytes]]:
        """Hand *chunks* on, to be read before the block is left."""
        ...


class FileRecorder:
    """A tape that is a file. Of several attempts it keeps the last.

    A file that takes no more costs the rest of the recording, never the answer:
    `failure` says why, and is empty while all is well. *clock* counts seconds,
    *now* tells the time of day.
    """

    def __init__(
        self,
        file: FileIO,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.failure = ""
        self._file = file
        self._clock = clock
        self._now = now
        self._running = False
        self.asked()

    def asked(self) -> None:
        """Take note that a request goes out: times count from here."""
        self._asked = self._clock()
        self._started = self._now()

    @contextmanager
    def record(
        self, heading: ResponseHead, chunks: Iterator[bytes]
    ) -> Iterator[Iterator[bytes]]:
        """Hand *chunks* on, each written first, and write how the block ends."""
        self._begin(heading)
        try:
            yield map(self._kept, chunks)
        except BaseException as exc:
            self._end(_end_of(exc))
            raise
        self._end("complete")

    def close(self) -> None:
        """Close the file, also in the midst of a reply that nobody reads on."""
        self._end("stopped")
        with suppress(OSError):
            self._file.close()

    def _begin(self, heading: ResponseHead) -> None:
        with self._writing():
            self._file.seek(0)
            self._file.truncate()
        self._running = not self.failure
        started = self._started.isoformat(timespec="milliseconds")
        self._write(
            {
                FORMAT: VERSION,
                "url": heading.url,
                "status": heading.status,
                "content-type": heading.content_type,
                "started": started,
            }
        )

    def _kept(self, chunk: bytes) -> bytes:
        self._write({"at": self._at(), **_as_json(chunk)})
        return chunk

    def _end(self, how: str) -> None:
        self._write({"at": self._at(), "end": how})
        self._running = False

    def _at(self) -> float:
        return round(self._clock() - self._asked, 6)

    def _write(self, line: dict[str, Any]) -> None:
        if not self._running:
            return
        rest = memoryview(json.dumps(line).encode() + b"\n")
        with self._writing():
            while rest:
                rest = rest[self._file.write(rest) :]

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as exc:
            self.failure = exc.strerror or str(exc)
            self._running = False


@contextmanager
def open_recorder(path: str, tell: Callable[[str], None]) -> Iterator[FileRecorder]:
    """Give a recording in the file *path*, which is new, empty or a recording.

    Nothing is changed before a reply comes, and no empty file is left behind.
    *tell* gets a line for people, at the end, if the file took not all of it.
    Raises `UsageProblem` for "-" and `InputProblem` for any other file.
    """
    where = os.fsencode(path).decode("utf-8", "replace")
    if path == "-":
        hint = "standard output is the answer's: name a file"
        raise UsageProblem("--record takes no -", hint=hint)
    is_new = not os.path.lexists(path)
    try:
        file = _opened(path, where)
    except (OSError, ValueError) as exc:
        reason = getattr(exc, "strerror", None) or str(exc)
        said = f"cannot be recorded to: {reason.lower()}"
        raise InputProblem(said, where=where) from exc
    recording = FileRecorder(file)
    try:
        with closing(recording):
            yield recording
    finally:
        if is_new:
            _remove_empty(path)
        if recording.failure:
            tell(f"the recording is not whole: {recording.failure.lower()} ({where})")


def _opened(path: str, where: str) -> FileIO:
    # Before it is opened: opening alone makes some devices act.
    with suppress(FileNotFoundError):
        _refuse_unless_regular(os.stat(path), where)  # noqa: PTH116 - Path("") is "."
    # As open to others as any file that the user makes: their umask decides.
    file = FileIO(os.open(path, _FLAGS, 0o666), "r+")
    try:
        _refuse_unless_regular(os.fstat(file.fileno()), where)
        _refuse_unless_recording(file, where)
    except (OSError, InputProblem):
        file.close()
        raise
    return file


def _refuse_unless_regular(status: os.stat_result, where: str) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise InputProblem("cannot be recorded to: not a regular file", where=where)


def _refuse_unless_recording(file: FileIO, where: str) -> None:
    if file.read(len(_BEGINNING)) not in (b"", _BEGINNING):
        hint = "name a new file: only a recording is written over"
        raise InputProblem("is no recording, and is kept", where=where, hint=hint)


def _remove_empty(path: str) -> None:
    with suppress(OSError):
        if os.stat(path).st_size == 0:  # noqa: PTH116 - as above
            os.unlink(path)  # noqa: PTH108 - as above


def _as_json(chunk: bytes) -> dict[str, str]:
    try:
        return {"data": chunk.decode()}
    except UnicodeDecodeError:
        from base64 import b64encode

        return {"base64": b64encode(chunk).decode()}


def _end_of(problem: BaseException) -> str:
    match problem:
        case CoError():
            return "incomplete"
        case Exception():
            # What the connection itself says: it is translated further out.
            return "lost"
        case _:
            # A signal, or nobody who reads on.
            return "stopped"
