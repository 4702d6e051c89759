"""Records a reply to a file, byte for byte and with times, while it arrives.

The file is JSON lines: a header, the chunks of the body, and how the body ended.
It never holds the key, request headers or the request body.

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
from cohere_cli.system.open_files import NO_WAIT, PLAIN

FORMAT = "co-recording"
VERSION = 1

_MAGIC = f'{{"{FORMAT}":'.encode()
# Without O_TRUNC, an older recording stays until a reply arrives. With NO_WAIT, a
# pipe that replaced the file after the first check cannot block.
_FLAGS = os.O_RDWR | os.O_CREAT | PLAIN | NO_WAIT


@dataclass(frozen=True, slots=True)
class ResponseHead:
    """What is known of a reply before its body arrives."""

    url: str
    status: int
    content_type: str


class Recorder(Protocol):
    """Records the body of each successful reply."""

    def start_timer(self) -> None:
        """Count times from now: a request is sent."""

    def record(
        self, head: ResponseHead, chunks: Iterator[bytes]
    ) -> AbstractContextManager[Iterator[bytes]]:
        """Yield *chunks* unchanged; they must be consumed within the block."""
        ...


class FileRecorder:
    """Records to a file; a retry overwrites the previous attempt.

    A write error ends the recording but not the answer; `failure` is its message,
    empty if there was none. *clock* returns seconds, *now* the time of day.
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
        self.start_timer()

    def start_timer(self) -> None:
        """Count times from now: a request is sent."""
        self._sent_at = self._clock()
        self._started = self._now()

    @contextmanager
    def record(
        self, head: ResponseHead, chunks: Iterator[bytes]
    ) -> Iterator[Iterator[bytes]]:
        """Yield *chunks*, each recorded first; record how the block ends."""
        self._begin(head)
        try:
            yield map(self._recorded, chunks)
        except BaseException as exc:
            self._end(_end_reason(exc))
            raise
        self._end("complete")

    def close(self) -> None:
        """Close the file, also in the middle of a reply that is not read further."""
        self._end("stopped")
        with suppress(OSError):
            self._file.close()

    def _begin(self, head: ResponseHead) -> None:
        with self._writing():
            self._file.seek(0)
            self._file.truncate()
        self._running = not self.failure
        started = self._started.isoformat(timespec="milliseconds")
        self._write(
            {
                FORMAT: VERSION,
                "url": head.url,
                "status": head.status,
                "content-type": head.content_type,
                "started": started,
            }
        )

    def _recorded(self, chunk: bytes) -> bytes:
        self._write({"at": self._at(), **_as_json(chunk)})
        return chunk

    def _end(self, reason: str) -> None:
        self._write({"at": self._at(), "end": reason})
        self._running = False

    def _at(self) -> float:
        return round(self._clock() - self._sent_at, 6)

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
def open_recorder(path: str, notify: Callable[[str], None]) -> Iterator[FileRecorder]:
    """Yield a recorder to the file *path*, which is new, empty or a recording.

    The file is unchanged until a reply arrives; a new file that stays empty is
    removed. *notify* gets a line at the end if the recording is incomplete. Raises
    `UsageProblem` for "-" and `InputProblem` for any other kind of file.
    """
    where = os.fsencode(path).decode("utf-8", "replace")
    if path == "-":
        hint = "standard output is for the answer; name a file"
        raise UsageProblem("--record cannot write to standard output", hint=hint)
    is_new = not os.path.lexists(path)
    try:
        file = _open(path, where)
    except (OSError, ValueError) as exc:
        reason = getattr(exc, "strerror", None) or str(exc)
        message = f"cannot be recorded to: {reason.lower()}"
        hint = "create the folder first" if isinstance(exc, FileNotFoundError) else ""
        raise InputProblem(message, where=where, hint=hint) from exc
    recorder = FileRecorder(file)
    try:
        with closing(recorder):
            yield recorder
    finally:
        if is_new:
            _remove_empty(path)
        if recorder.failure:
            reason = recorder.failure.lower()
            notify(f"the recording is incomplete: {reason} ({where})")


def _open(path: str, where: str) -> FileIO:
    # Before opening it, because opening some devices has side effects.
    with suppress(FileNotFoundError):
        _require_regular(os.stat(path), where)  # noqa: PTH116 - Path("") is "."
    # Readable by others as the user's umask allows.
    file = FileIO(os.open(path, _FLAGS, 0o666), "r+")
    try:
        _require_regular(os.fstat(file.fileno()), where)
        _require_recording(file, where)
    except (OSError, InputProblem):
        file.close()
        raise
    return file


def _require_regular(status: os.stat_result, where: str) -> None:
    if not stat.S_ISREG(status.st_mode):
        what, hint = "cannot be recorded to: not a regular file", "name a new file"
        raise InputProblem(what, where=where, hint=hint)


def _require_recording(file: FileIO, where: str) -> None:
    if file.read(len(_MAGIC)) not in (b"", _MAGIC):
        hint = "name a new file; only recordings are overwritten"
        raise InputProblem("not a recording; not overwritten", where=where, hint=hint)


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


def _end_reason(problem: BaseException) -> str:
    match problem:
        case CoError():
            return "incomplete"
        case Exception():
            # An error of httpx, which is mapped by the caller.
            return "lost"
        case _:
            # A signal, or a caller that stopped reading.
            return "stopped"
