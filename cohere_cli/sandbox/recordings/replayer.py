"""Replays a folder of recordings: requests to files, and files to replies."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock

from cohere_cli.api.playback import parse_recording
from cohere_cli.api.recorder import FORMAT, ResponseHead
from cohere_cli.errors import InputProblem
from cohere_cli.sandbox.messages import (
    EVENTS,
    JSON,
    ApiError,
    Disconnect,
    Request,
    Response,
)
from cohere_cli.strict_json import loads
from cohere_cli.text import is_folder

RECORDING_HEADER = "x-co-recording"
"""The header in which a request names the file to replay."""

_DIGITS = 16


class Replayer:
    """Replays the recordings in *folder*; raises `InputProblem` if it is not a folder.

    Several recordings of one request are replayed in order; then the last repeats.
    """

    def __init__(self, folder: Path) -> None:
        if not is_folder(str(folder)):
            raise _no_recordings("is not a recordings folder", folder)
        self._folder = folder
        self._lock = Lock()
        self._request_counts: Counter[str] = Counter()

    def respond(self, request: Request) -> Response:
        """Return the reply to *request*; raises `ApiError` if it was not recorded."""
        try:
            recording = read_recording(self._file(request))
        except InputProblem as exc:
            raise ApiError(500, f"cannot replay the recording: {exc}") from exc
        return recording.respond(request.digest[32:])

    def _file(self, request: Request) -> Path:
        name = request.headers.get(RECORDING_HEADER, "")
        if name:
            return self._find_named(name)
        stem = recording_stem(request)
        with self._lock:
            nth = self._request_counts[stem] + 1
            for number in range(nth, 0, -1):
                path = self._folder / recording_name(stem, number)
                if path.is_file():
                    self._request_counts[stem] = number
                    return path
        raise ApiError(404, f"no recording of this request: {recording_name(stem, 1)}")

    def _find_named(self, name: str) -> Path:
        # Only files directly in the folder: a name is not a path.
        if name in {path.name for path in _entries(self._folder) if path.is_file()}:
            return self._folder / name
        raise ApiError(404, f"no recording named {name!r}")


def require_recordings(folder: Path) -> None:
    """Raise `InputProblem` if *folder* is not a folder with at least one file."""
    Replayer(folder)
    if not any(map(Path.is_file, _entries(folder))):
        raise _no_recordings("has no recordings", folder)


def _no_recordings(what: str, folder: Path) -> InputProblem:
    hint = "first record replies: co sandbox serve --record DIR -p PROFILE"
    return InputProblem(what, where=str(folder), hint=hint)


def _entries(folder: Path) -> list[Path]:
    try:
        return [*folder.iterdir()]
    except OSError as exc:
        reason = (exc.strerror or str(exc)).lower()
        raise InputProblem(f"cannot be read: {reason}", where=str(folder)) from exc


def recording_stem(request: Request) -> str:
    """Return the common prefix of the names of a request's recordings.

    It depends on method, path, query and body, but not on the order of the keys in
    a JSON body.
    """
    query = json.dumps(sorted(request.query.items()))
    head = f"{request.method} {request.path} {query}\n".encode()
    digest = sha256(head + _canonical(request.body)).hexdigest()[:_DIGITS]
    words = "".join(c if c.isascii() and c.isalnum() else "-" for c in request.path)
    return f"{words.strip('-')[-40:]}-{digest}"


def recording_name(stem: str, number: int) -> str:
    """Return the name of the *number*th recording of a request, from 1."""
    return f"{stem}-{number}.jsonl"


def _canonical(body: bytes) -> bytes:
    try:
        return json.dumps(loads(body), sort_keys=True).encode()
    except ValueError:
        return body


_LOWEST_STATUS, _HIGHEST_STATUS = 200, 599
_EVENT = re.compile(rb".+?(?:\r\n\r\n|\n\n|\r\r|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Recording:
    """A reply's status, type and body; `is_whole` if the server completed it."""

    status: int
    content_type: str
    body: bytes
    is_whole: bool = True

    def respond(self, trace: str) -> Response:
        """Return the same reply, byte for byte; a stream is sent event by event."""
        streams = self.content_type.startswith(EVENTS) or not self.is_whole
        body = self._events() if streams else self.body
        return Response(self.status, trace, body, self.content_type)

    def _events(self) -> Iterator[bytes]:
        yield from _EVENT.findall(self.body)
        if not self.is_whole:
            raise Disconnect("close")


def read_recording(path: Path, where: str = "") -> Recording:
    """Read the file *path*; raises `InputProblem`, which names *where* or the file."""
    data = _read(path, where or str(path))
    if b'"%b"' % FORMAT.encode() in data.partition(b"\n")[0]:
        return _parse(data, str(path))
    if data.lstrip().startswith((b"{", b"[")):
        return Recording(200, JSON, data)
    return Recording(200, EVENTS, data)


def _read(path: Path, where: str) -> bytes:
    try:
        if path.exists() and not path.is_file():
            # Reading a pipe or a device could block forever.
            raise InputProblem(f"{path} is not a regular file", where=where)
        return path.read_bytes()
    except (OSError, ValueError) as exc:
        reason = getattr(exc, "strerror", None) or str(exc)
        what = f"{path} cannot be read: {reason.lower()}"
        raise InputProblem(what, where=where) from exc


def _parse(data: bytes, source: str) -> Recording:
    try:
        head, moments = parse_recording(data.decode(), source)
    except UnicodeDecodeError as exc:
        raise InputProblem("is not UTF-8 text", where=source) from exc
    if not _can_be_sent(head):
        what = "the header has an invalid status or content-type"
        raise InputProblem(what, where=f"{source}:1")
    body = b"".join(moment.chunk for moment in moments)
    is_whole = bool(moments) and moments[-1].is_server_end
    return Recording(head.status, head.content_type, body, is_whole=is_whole)


def _can_be_sent(head: ResponseHead) -> bool:
    """Whether *head* is a valid HTTP head: a line feed would inject a header."""
    kind = head.content_type
    is_status = _LOWEST_STATUS <= head.status <= _HIGHEST_STATUS
    return is_status and kind.isascii() and kind.isprintable()
