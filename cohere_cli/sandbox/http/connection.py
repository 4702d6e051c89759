"""One connection: reads requests, refuses or answers them, closes in order."""

import contextlib
import struct
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field, replace
from socket import (
    IPPROTO_TCP,
    SHUT_RDWR,
    SHUT_WR,
    SO_LINGER,
    SOL_SOCKET,
    TCP_NODELAY,
    socket,
)
from threading import Semaphore
from time import monotonic

from cohere_cli.sandbox.http.body import read_body
from cohere_cli.sandbox.http.budget import Budget, Share
from cohere_cli.sandbox.http.head import Head, parse_head
from cohere_cli.sandbox.http.incoming import Incoming
from cohere_cli.sandbox.http.limits import Limits
from cohere_cli.sandbox.http.reply import CONTINUE, encode_chunks, encode_head
from cohere_cli.sandbox.messages import (
    ApiError,
    Disconnect,
    Request,
    Response,
    error_response,
)

# SO_LINGER, on, 0 seconds: closing the socket resets the connection.
_RESET = struct.pack("ii", 1, 0)
_NO_DIGEST = "0" * 64  # of a request that could not be parsed

Log = Callable[[str], None]
Watch = Callable[[str, bytes], None]


@dataclass(slots=True)
class Service:
    """What all connections of a sandbox share.

    `admit` raises `ApiError` for a request whose body is not to be read; `respond`
    answers a complete one.
    """

    admit: Callable[[Request], None]
    respond: Callable[[Request], Response]
    log: Log | None
    watch: Watch | None
    limits: Limits
    budget: Budget = field(init=False)
    lingering: Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self.budget = Budget(self.limits)
        self.lingering = Semaphore(self.limits.lingering)


class Connection:
    """Serves HTTP/1.1 on one socket; writes nothing to standard error.

    `is_busy` while it receives or answers an admitted request, `is_known` from the
    first such request on. `since` is when it was opened, in seconds of `monotonic`.
    """

    def __init__(self, opened: socket, service: Service) -> None:
        self.is_busy = False
        self.is_known = False
        self.since = monotonic()
        self._socket = opened
        self._service = service
        self._incoming = Incoming(opened, service.limits)
        self._head: Head | None = None

    def serve(self) -> None:
        """Serve the connection; raises `OSError` if the client disconnects."""
        # Events must not wait for others to fill a packet.
        self._socket.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        while self._serve_request():
            self.is_busy = False

    def abort(self) -> None:
        """End the connection from another thread."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(SHUT_RDWR)

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def _serve_request(self) -> bool:
        """Serve one request; return whether another may follow."""
        self._head = None
        with self._service.budget.share() as share:
            try:
                request = self._read_request(share)
            except ApiError as exc:
                refusal = exc
            else:
                return self._answer(request)
        return self._refuse(refusal)

    def _read_request(self, share: Share) -> Request:
        """Read the head, check it, and only then the body; raises `ApiError`."""
        limits = self._service.limits
        self._head = head = parse_head(self._incoming.read_head(), most=limits.body)
        self._service.admit(head.request)
        self.is_busy = self.is_known = True
        share.grow_to(head.length or 0)
        if head.expects_continue:
            self._write(CONTINUE)
        return replace(
            head.request, body=read_body(head, self._incoming, share, limits)
        )

    def _answer(self, request: Request) -> bool:
        if self._service.watch:
            self._service.watch(request.path, request.body)
        is_last = self._head is None or self._head.is_last
        return self._send(self._service.respond(request), is_last=is_last)

    def _refuse(self, error: ApiError) -> bool:
        """Answer without reading the body; if there is one, end the connection."""
        head = self._head
        digest = head.request.digest if head else _NO_DIGEST
        is_last = head is None or head.has_body or head.is_last
        self._send(error_response(error, digest), is_last=is_last)
        if is_last:
            self._linger()
        return not is_last

    def _linger(self) -> None:
        """Discard what the client still sends: closing now could discard the reply."""
        self._socket.shutdown(SHUT_WR)
        limits = self._service.limits
        if self._service.lingering.acquire(blocking=False):
            try:
                self._incoming.discard(limits.body, limits.linger_seconds)
            finally:
                self._service.lingering.release()

    def _send(self, response: Response, *, is_last: bool) -> bool:
        """Send *response*; return whether another request may follow."""
        takes_chunks = self._head is None or not self._head.is_http_1_0
        is_last = is_last or not (takes_chunks or isinstance(response.body, bytes))
        self._log_request(response)
        try:
            response.begin()
            self._write(
                encode_head(response, takes_chunks=takes_chunks, is_last=is_last)
            )
            self._write_body(response.body, takes_chunks=takes_chunks)
        except Disconnect as exc:
            self._disconnect(exc)
            return False
        finally:
            # Close the recording, even if the client disconnected.
            if isinstance(response.body, Generator):
                response.body.close()
        return not is_last

    def _write_body(self, body: bytes | Iterator[bytes], *, takes_chunks: bool) -> None:
        if self._head and self._head.request.method == "HEAD":
            return
        if isinstance(body, bytes):
            self._write(body)
            return
        for part in encode_chunks(body) if takes_chunks else body:
            self._write(part)

    def _write(self, data: bytes) -> None:
        """Send *data*; raises `TimeoutError` if the client does not read it."""
        self._socket.settimeout(self._service.limits.write_seconds)
        self._socket.sendall(data)

    def _disconnect(self, fault: Disconnect) -> None:
        """Drop the connection, as the injected fault requires."""
        if fault.how == "reset":
            self._socket.setsockopt(SOL_SOCKET, SO_LINGER, _RESET)
        elif fault.how == "stall":
            self._incoming.discard(self._service.limits.body, fault.seconds)

    def _log_request(self, response: Response) -> None:
        """Log before replying, so that a client with the reply can rely on the line."""
        if self._service.log:
            request = self._head.request if self._head else Request("", "", {})
            target = f"{request.method or '-'} {request.path or '-'}"
            self._service.log(f"{target} {response.status} {response.trace}")
