"""Forwards requests to a real server and records its replies, without any key."""

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
_SHORTEST_SECRET = 8  # characters; shorter header values occur in ordinary words


@dataclass(frozen=True, slots=True)
class RecordingTarget:
    """The server to forward to, and the folder for the recordings of its replies.

    *warn* is called with a message if a recording is incomplete.
    """

    connection: Connection
    folder: Path
    warn: Callable[[str], None]


@dataclass(slots=True)
class RecordingProxy:
    """Forwards and records; raises `InputProblem` if the folder cannot be created."""

    target: RecordingTarget
    _forwarder: Forwarder = field(init=False)
    _lock: Lock = field(default_factory=Lock)
    _counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        folder = self.target.folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            what = f"cannot be created: {exc.strerror}".lower()
            raise InputProblem(what, where=str(folder)) from exc
        self._forwarder = Forwarder(self.target.connection)

    def close(self) -> None:
        """Close all connections to the server."""
        self._forwarder.close()

    def respond(self, request: Request) -> Response:
        """Return the server's reply to *request*, recorded while it arrives."""
        forwarded = self._forward(request)
        try:
            reply = next(forwarded)
        except ForwardError as exc:
            raise ApiError(502, f"no reply to record: {exc}") from exc
        except InputProblem as exc:
            raise ApiError(500, f"cannot record: {exc}") from exc
        if not isinstance(reply, ForwardedResponse):
            raise TypeError(reply)
        trace = reply.headers.pop("x-debug-trace-id", request.digest[32:])
        return Response(
            reply.status, trace, _body(forwarded), reply.content_type, reply.headers
        )

    def _forward(self, request: Request) -> Iterator[ForwardedResponse | bytes]:
        """Yield the reply's head, then the chunks of its body."""
        path = request.path
        if request.query:
            path += f"?{urlencode(request.query)}"
        with ExitStack() as stack:
            name = str(self._file(request))
            recorder = stack.enter_context(open_recorder(name, self.target.warn))
            recorder.start_timer()
            headers = dict(request.headers)
            exchange = self._forwarder.send(request.method, path, headers, request.body)
            reply = stack.enter_context(exchange)
            yield reply
            head = ResponseHead(reply.url, reply.status, reply.content_type)
            chunks = reply.chunks
            for secret in _secrets(self.target.connection):
                chunks = mask_secret(chunks, secret.encode())
            with recorder.record(head, chunks) as recorded:
                yield from recorded

    def _file(self, request: Request) -> Path:
        stem = recording_stem(request)
        with self._lock:
            self._counts[stem] += 1
            return self.target.folder / recording_name(stem, self._counts[stem])


def _secrets(connection: Connection) -> list[str]:
    """Return the values to mask, longest first, since one may contain another."""
    headers = connection.route.headers.values()
    long = [value for value in headers if len(value) >= _SHORTEST_SECRET]
    return sorted(filter(None, [connection.key, *long]), key=len, reverse=True)


def mask_secret(chunks: Iterator[bytes], key: bytes) -> Iterator[bytes]:
    """Replace *key* by `***` in *chunks*, even where it spans two of them.

    Only bytes that may be the beginning of the key are delayed.
    """
    held = b""
    for chunk in chunks:
        text = (held + chunk).replace(key, _MASK)
        held = _partial_match(key, text)
        if clean := text[: len(text) - len(held)]:
            yield clean
    if held:
        yield held


def _partial_match(key: bytes, text: bytes) -> bytes:
    """Return the longest suffix of *text* that is a proper prefix of *key*."""
    for size in range(min(len(key) - 1, len(text)), 0, -1):
        if text.endswith(key[:size]):
            return text[-size:]
    return b""


def _body(forwarded: Iterator[ForwardedResponse | bytes]) -> Iterator[bytes]:
    try:
        for chunk in forwarded:
            if isinstance(chunk, bytes):
                yield chunk
    except ForwardError as exc:
        raise Disconnect("close") from exc
