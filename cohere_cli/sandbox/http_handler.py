"""The HTTP/1.1 side of one connection: reads requests, writes replies."""

import contextlib
import re
import struct
from collections.abc import Callable, Generator, Iterator
from http.server import BaseHTTPRequestHandler
from socket import SO_LINGER, SOL_SOCKET
from typing import Any
from urllib.parse import SplitResult, parse_qsl, urlsplit

from cohere_cli.sandbox.messages import (
    ApiError,
    Disconnect,
    Request,
    Response,
    error_response,
)
from cohere_cli.terminal import clean_line

MAX_BODY = 64 * 1024 * 1024  # bytes
_IDLE_TIMEOUT = 60.0  # seconds without data after which a connection is closed
_DRAIN_SECONDS = 2.0  # seconds to read what a rejected client still sends
_CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]{1,16}")
_UNAUTHORIZED = 401  # the API sends no trace id with this status
# SO_LINGER, on, 0 seconds: closing the socket resets the connection.
LINGER_RESET = struct.pack("ii", 1, 0)
_MAX_LINE = 4096  # bytes of a chunk-size line or a trailer

Log = Callable[[str], None]
Watch = Callable[[str, bytes], None]


class HttpHandler(BaseHTTPRequestHandler):
    """Serves HTTP/1.1 on one connection; writes nothing to standard error."""

    protocol_version = "HTTP/1.1"
    # The base class treats a malformed request line as HTTP/0.9 and answers it
    # without a status.
    default_request_version = "HTTP/1.1"
    server_version = "co-sandbox"
    sys_version = ""
    timeout = _IDLE_TIMEOUT
    # Events must not wait for others to fill a packet.
    disable_nagle_algorithm = True
    log: Log | None = None
    watch: Watch | None = None
    respond: Callable[[Request], Response]

    def __getattr__(self, name: str) -> Callable[[], None]:
        # The base class looks up do_GET, do_POST...; `endpoints` checks the method.
        if not name.startswith("do_"):
            raise AttributeError(name)
        return self._handle_request

    def handle(self) -> None:
        """Serve the connection; a client that disconnects is not an error."""
        with contextlib.suppress(OSError):
            super().handle()

    def finish(self) -> None:
        """Close both files, even if the socket below them is already closed."""
        with contextlib.suppress(OSError):
            super().finish()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name
        """Keep the base class from writing to standard error."""

    def send_error(
        self, code: int, message: str | None = None, explain: str | None = None
    ) -> None:
        """Reject a malformed request with JSON; the base class would write HTML."""
        self.close_connection = True
        self._send_response(
            error_response(ApiError(code, (message or "bad request").lower()), "0" * 64)
        )

    def _handle_request(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        address = self._target()
        try:
            body = b"".join(self._read_body())
        except ApiError as exc:
            self.close_connection = True
            digest = Request(self.command, address.path, {}).digest
            self._send_response(error_response(exc, digest))
            self._drain(_DRAIN_SECONDS)
            return
        if self.watch:
            self.watch(address.path, body)
        query = dict(parse_qsl(address.query, keep_blank_values=True))
        request = Request(self.command, address.path, headers, body, query)
        self._send_response(self.respond(request))

    def _target(self) -> SplitResult:
        """Return the request target; empty if it is not a valid URL."""
        path: str = vars(self).get("path", "")
        try:
            return urlsplit(path)
        except ValueError:
            return urlsplit("")

    def _read_body(self) -> Iterator[bytes]:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            yield from self._read_chunks()
            return
        length = self.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdigit()):
            raise ApiError(400, "invalid content length")
        if len(length) > len(str(MAX_BODY)) or int(length) > MAX_BODY:
            raise ApiError(413, "request body too large")
        yield self._read_exactly(int(length))

    def _read_chunks(self) -> Iterator[bytes]:
        total = 0
        while size := self._read_chunk_size():
            total += size
            if total > MAX_BODY:
                raise ApiError(413, "request body too large")
            yield self._read_exactly(size)
            self.rfile.readline(_MAX_LINE)
        while self.rfile.readline(_MAX_LINE).strip():
            """Discard the trailers."""

    def _read_chunk_size(self) -> int:
        line = self.rfile.readline(_MAX_LINE).partition(b";")[0].strip()
        if not _CHUNK_SIZE.fullmatch(line):
            raise ApiError(400, "invalid chunked body")
        return int(line, 16)

    def _read_exactly(self, length: int) -> bytes:
        data = self.rfile.read(length)
        if len(data) < length:
            raise ConnectionResetError("the client disconnected during its request")
        return data

    def _send_response(self, response: Response) -> None:
        self._log_request(response)
        try:
            response.begin()
            self._send_head(response)
            self._send_body(response.body)
        except Disconnect as exc:
            self._disconnect(exc)
        finally:
            # Close the recording, even if the client disconnected.
            if isinstance(response.body, Generator):
                response.body.close()

    def _send_body(self, body: bytes | Iterator[bytes]) -> None:
        if self.command == "HEAD":
            return
        if isinstance(body, bytes):
            self.wfile.write(body)
        elif self._chunks_allowed:
            self._send_chunks(body)
        else:
            self.wfile.writelines(body)

    def _disconnect(self, fault: Disconnect) -> None:
        """Drop the connection, as the injected fault requires."""
        self.close_connection = True
        if fault.how == "reset":
            self.connection.setsockopt(SOL_SOCKET, SO_LINGER, LINGER_RESET)
        elif fault.how == "stall":
            self._drain(fault.seconds)

    def _log_request(self, response: Response) -> None:
        """Log before replying, so that a client with the reply can rely on the line."""
        if self.log:
            target = f"{self.command or '-'} {self._target().path or '-'}"
            self.log(clean_line(f"{target} {response.status} {response.trace}"))

    def _send_head(self, response: Response) -> None:
        self.send_response(response.status)
        self.send_header("content-type", response.content_type)
        self.send_header("cache-control", "no-cache, no-store, no-transform, private")
        if response.status != _UNAUTHORIZED:
            self.send_header("x-debug-trace-id", response.trace)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if isinstance(response.body, bytes):
            self.send_header("content-length", str(len(response.body)))
        elif self._chunks_allowed:
            self.send_header("transfer-encoding", "chunked")
        else:
            self.close_connection = True
        if self.close_connection:
            self.send_header("connection", "close")
        self.end_headers()

    @property
    def _chunks_allowed(self) -> bool:
        return self.request_version != "HTTP/1.0"

    def _send_chunks(self, events: Iterator[bytes]) -> None:
        # An empty chunk would end the body.
        for event in filter(None, events):
            self.wfile.write(b"%x\r\n%b\r\n" % (len(event), event))
        self.wfile.write(b"0\r\n\r\n")

    def _drain(self, seconds: float) -> None:
        """Read for *seconds* first: closing now could discard the unread reply."""
        self.connection.settimeout(seconds)
        while self.rfile.read1(MAX_BODY):
            """Discard the data."""
