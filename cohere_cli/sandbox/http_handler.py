"""One connection: requests read from the socket, replies written to it."""

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
_IDLE_TIMEOUT = 60.0  # seconds of silence after which a connection is given up
_DRAIN_SECONDS = 2.0  # seconds to read on what a refused client still sends
_CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]{1,16}")
_UNAUTHORIZED = 401  # the API gives such a reply no id
# SO_LINGER, on, for 0 seconds: what is closed so is reset.
LINGER_RESET = struct.pack("ii", 1, 0)
_MAX_LINE = 4096  # bytes of a chunk's size, or of a trailer

Log = Callable[[str], None]
Watch = Callable[[str, bytes], None]


class HttpHandler(BaseHTTPRequestHandler):
    """Speaks HTTP/1.1 for one connection; says nothing on standard error."""

    protocol_version = "HTTP/1.1"
    # The base class takes what it cannot read for HTTP/0.9, and answers without
    # a status.
    default_request_version = "HTTP/1.1"
    server_version = "co-sandbox"
    sys_version = ""
    timeout = _IDLE_TIMEOUT
    # An event is worth nothing while it waits for others to fill a packet.
    disable_nagle_algorithm = True
    log: Log | None = None
    watch: Watch | None = None
    respond: Callable[[Request], Response]

    def __getattr__(self, name: str) -> Callable[[], None]:
        # The base class looks for do_GET, do_POST...: routes decide on methods.
        if not name.startswith("do_"):
            raise AttributeError(name)
        return self._handle_request

    def handle(self) -> None:
        """Serve the connection; a client that disconnects is not an error."""
        with contextlib.suppress(OSError):
            super().handle()

    def finish(self) -> None:
        """Close both files, whatever became of the socket below them."""
        with contextlib.suppress(OSError):
            super().finish()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name
        """Keep the base class from writing to standard error."""

    def send_error(
        self, code: int, message: str | None = None, explain: str | None = None
    ) -> None:
        """Refuse a malformed HTTP request, as JSON; the base class would write HTML."""
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
        """Return what was asked for; empty if that is not a URL."""
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
            """Trailers say nothing that matters here."""

    def _read_chunk_size(self) -> int:
        line = self.rfile.readline(_MAX_LINE).partition(b";")[0].strip()
        if not _CHUNK_SIZE.fullmatch(line):
            raise ApiError(400, "invalid chunked body")
        return int(line, 16)

    def _read_exactly(self, length: int) -> bytes:
        data = self.rfile.read(length)
        if len(data) < length:
            raise ConnectionResetError("the client hung up inside its request")
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
            # A recording ends with its reply, though the client hung up.
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

    def _disconnect(self, hang_up: Disconnect) -> None:
        """Go without a word, as a fault wants it."""
        self.close_connection = True
        if hang_up.how == "reset":
            self.connection.setsockopt(SOL_SOCKET, SO_LINGER, LINGER_RESET)
        elif hang_up.how == "stall":
            self._drain(hang_up.seconds)

    def _log_request(self, response: Response) -> None:
        """Log before the reply: who has the reply can rely on the line."""
        if self.log:
            asked = f"{self.command or '-'} {self._target().path or '-'}"
            self.log(clean_line(f"{asked} {response.status} {response.trace}"))

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
        # An empty chunk would be the end of all.
        for event in filter(None, events):
            self.wfile.write(b"%x\r\n%b\r\n" % (len(event), event))
        self.wfile.write(b"0\r\n\r\n")

    def _drain(self, seconds: float) -> None:
        """Read on for a while: closing now would reset the unread reply away."""
        self.connection.settimeout(seconds)
        while self.rfile.read1(MAX_BODY):
            """Thrown away."""
