"""A connection that speaks HTTP/1.1, with one request at a time, by h11."""

import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, TypeGuard

import h11
import httpcore

from cohere_cli.api.network.httpx_import import httpx
from cohere_cli.api.network.transport import ReadLimit

_LONGEST_IDLE = 5.0  # seconds, as in httpx: servers close idle connections, too
_LONGEST_HEAD = 100 << 10  # bytes, as in httpcore
_READ_BYTES = 1 << 16
_END = h11.EndOfMessage()
_CLOSED = "Server disconnected without sending a response."


class RequestHead:
    """The head of requests as bytes, up to the length of their bodies.

    h11 checks and writes the headers of the first one, and those of the others are the
    same. That saves a fifth of the CPU of a small request. Of *request* only its
    method, URL and headers are used. Raises `h11.LocalProtocolError`.
    """

    def __init__(self, request: httpx.Request) -> None:
        request.headers.pop("Content-Length", None)
        self.request = request
        # As h11 knows it, a request has no body: it reads what comes after it.
        self.event = h11.Request(
            method=request.method,
            target=request.url.raw_path,
            headers=[*request.headers.raw, (b"Content-Length", b"0")],
        )
        written = h11.Connection(h11.CLIENT).send(self.event) or b""
        self._start = written.removesuffix(b"0\r\n\r\n")

    def followed_by(self, content: bytes) -> bytes:
        """Return a whole request with *content* as its body."""
        return b"%b%d\r\n\r\n%b" % (self._start, len(content), content)


class Http11Connection:
    """A connection over *stream*, for one request after the other.

    Its methods raise errors of httpcore, h11 and httpx, and `ServerFault` for a reply
    that is too long. Times are in seconds without data; None is no limit.
    """

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self.stream = stream
        self._protocol = h11.Connection(h11.CLIENT, _LONGEST_HEAD)
        self._limit = ReadLimit()
        self._idle_since = 0.0

    @property
    def is_usable(self) -> bool:
        """Whether it may be used again: the server has sent nothing, nor its end."""
        is_old = time.monotonic() - self._idle_since > _LONGEST_IDLE
        return not (is_old or self.stream.get_extra_info("is_readable"))

    def send(self, head: RequestHead, content: bytes, seconds: float | None) -> None:
        """Send a request with the body *content*."""
        self._protocol.send(head.event)
        self._protocol.send(_END)
        # A server may answer before it has read all, and close the connection.
        with suppress(httpcore.WriteError):
            self.stream.write(head.followed_by(content), seconds)

    def read_head(
        self, seconds: float | None
    ) -> h11.Response | h11.InformationalResponse:
        """Return the head of the response; interim ones are passed over."""
        self._limit.begin_head()
        while not _is_final(event := self._next_event(seconds)):
            pass
        self._limit.begin_body(event.headers)
        return event

    def read_body(self, seconds: float | None) -> Iterator[bytes]:
        """Yield the body in pieces."""
        while isinstance(event := self._next_event(seconds), h11.Data):
            yield bytes(event.data)

    def renew(self) -> bool:
        """Be ready for another request; False if there cannot be one."""
        rest, _ = self._protocol.trailing_data
        if rest:
            return False  # it would be taken for the reply to the next request
        try:
            self._protocol.start_next_cycle()
        except h11.LocalProtocolError:
            return False
        self._idle_since = time.monotonic()
        return True

    def _next_event(self, seconds: float | None) -> Any:
        while (event := self._protocol.next_event()) is h11.NEED_DATA:
            data = self.stream.read(_READ_BYTES, seconds)
            if not data and self._protocol.their_state is h11.SEND_RESPONSE:
                raise httpx.RemoteProtocolError(_CLOSED)
            self._protocol.receive_data(self._limit.count(data))
        return event


def _is_final(
    event: object,
) -> TypeGuard[h11.Response | h11.InformationalResponse]:
    """Whether *event* is a head after which no other comes."""
    if isinstance(event, h11.InformationalResponse):
        # The connection leaves HTTP.
        return event.status_code == httpx.codes.SWITCHING_PROTOCOLS
    return isinstance(event, h11.Response)
