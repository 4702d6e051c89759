"""Asks a real server, and keeps what it says in a folder, without any key."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from urllib.parse import urlencode

from cohere_cli.api.connection import Connection
from cohere_cli.api.forward import ForwardedResponse, Forwarder, ForwardError
from cohere_cli.api.recorder import ResponseHead, open_recorder
from cohere_cli.errors import InputProblem
from cohere_cli.sandbox.messages import ApiError, Disconnect, Request, Response
from cohere_cli.sandbox.recordings.replayer import recording_name, recording_stem

_MASK = b"***"
_SHORTEST_SECRET = 8  # characters; shorter headers stand in harmless words, too


@dataclass(frozen=True, slots=True)
class RecordingTarget:
    """A server to ask, and the folder to keep its replies in.

    *tell* gets a line for people about a recording that is not whole.
    """

    connection: Connection
    folder: Path
    tell: Callable[[str], None]


@dataclass(slots=True)
class RecordingProxy:
    """A recorder at work; raises `InputProblem` where the folder cannot be made."""

    recorder: RecordingTarget
    _forwarder: Forwarder = field(init=False)
    _lock: Lock = field(default_factory=Lock)
    _counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        folder = self.recorder.folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            what = f"cannot be made: {exc.strerror}".lower()
            raise InputProblem(what, where=str(folder)) from exc
        self._forwarder = Forwarder(self.recorder.connection)

    def close(self) -> None:
        """End all connections to the server."""
        self._forwarder.close()

    def asked(self, request: Request) -> Response:
        """Return what the server says to *request*, kept as it comes."""
        coming = self._forward(request)
        try:
            reply = next(coming)
        except ForwardError as exc:
            raise ApiError(502, f"no reply to record: {exc}") from exc
        except InputProblem as exc:
            raise ApiError(500, f"no recording can be made: {exc}") from exc
        if not isinstance(reply, ForwardedResponse):
            raise TypeError(reply)
        trace = reply.headers.pop("x-debug-trace-id", request.digest[32:])
        return Response(
            reply.status, trace, _body(coming), reply.content_type, reply.headers
        )

    def _forward(self, request: Request) -> Iterator[ForwardedResponse | bytes]:
        """Yield the reply's head, then its bytes, while both ends are held open."""
        path = request.path
        if request.query:
            path += f"?{urlencode(request.query)}"
        with ExitStack() as stack:
            name = str(self._file(request))
            tape = stack.enter_context(open_recorder(name, self.recorder.tell))
            tape.start_timer()
            headers = dict(request.headers)
            sending = self._forwarder.send(request.method, path, headers, request.body)
            reply = stack.enter_context(sending)
            yield reply
            heading = ResponseHead(reply.url, reply.status, reply.content_type)
            chunks = reply.chunks
            for secret in _secrets(self.recorder.connection):
                chunks = mask_secret(chunks, secret.encode())
            with tape.record(heading, chunks) as recorded:
                yield from recorded

    def _file(self, request: Request) -> Path:
        stem = recording_stem(request)
        with self._lock:
            self._counts[stem] += 1
            return self.recorder.folder / recording_name(stem, self._counts[stem])


def _secrets(connection: Connection) -> list[str]:
    """Return what no recording may hold; longer ones first: they may hold others."""
    headers = connection.route.headers.values()
    long = [value for value in headers if len(value) >= _SHORTEST_SECRET]
    return sorted(filter(None, [connection.key, *long]), key=len, reverse=True)


def mask_secret(chunks: Iterator[bytes], key: bytes) -> Iterator[bytes]:
    """Hide *key* wherever a server repeats it, also where chunks part it.

    Nothing is held back but what may be the beginning of the key.
    """
    held = b""
    for chunk in chunks:
        text = (held + chunk).replace(key, _MASK)
        held = _partial_match(key, text)
        if sure := text[: len(text) - len(held)]:
            yield sure
    if held:
        yield held


def _partial_match(key: bytes, text: bytes) -> bytes:
    """Return the end of *text* that is the longest beginning of *key*."""
    for size in range(min(len(key) - 1, len(text)), 0, -1):
        if text.endswith(key[:size]):
            return text[-size:]
    return b""


def _body(coming: Iterator[ForwardedResponse | bytes]) -> Iterator[bytes]:
    try:
        for piece in coming:
            if isinstance(piece, bytes):
                yield piece
    except ForwardError as exc:
        raise Disconnect("close") from exc
