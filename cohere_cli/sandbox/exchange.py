"""One connection: requests read from the socket, replies written to it."""

import contextlib
import re
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import urlsplit

from cohere_cli.sandbox.refusals import Refused
from cohere_cli.terminal import clean_line

LARGEST_BODY = 64 * 1024 * 1024  # bytes
_IDLE = 60.0  # seconds of silence after which a connection is given up
_LINGER = 2.0  # seconds to read on what a refused client still sends
_SIZE = re.compile(rb"[0-9A-Fa-f]{1,16}")
_LINE = 4096  # bytes of a chunk's size, or of a trailer

Log = Callable[[str], None]
Watch = Callable[[str, bytes], None]


class Exchange(BaseHTTPRequestHandler):
    """Speaks HTTP/1.1 for one connection; says nothing on standard error."""

    protocol_version = "HTTP/1.1"
    # The base class takes what it cannot read for HTTP/0.9, and answers without
    # a status.
    default_request_version = "HTTP/1.1"
    server_version = "co-sandbox"
    sys_version = ""
    timeout = _IDLE
    # An event is worth nothing while it waits for others to fill a packet.
    disable_nagle_algorithm = True
    log: Log | None = None
    watch: Watch | None = None

    def __getattr__(self, name: str) -> Callable[[], None]:
        # The base class looks for do_GET, do_POST...: routes decide on methods.
        if not name.startswith("do_"):
            raise AttributeError(name)
        return self._exchange

    def handle(self) -> None:
        """Serve the connection; a client that hangs up is no event at all."""
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
        """Refuse what is no HTTP, as JSON; the base class would write HTML."""
        from cohere_cli.sandbox.routes import refusal

        self.close_connection = True
        self._write(
            refusal(Refused(code, (message or "bad request").lower()), "0" * 64)
        )

    def _exchange(self) -> None:
        from cohere_cli.sandbox.routes import Request, refusal, respond

        headers = {name.lower(): value for name, value in self.headers.items()}
        path = urlsplit(self.path).path
        try:
            body = b"".join(self._body())
        except Refused as exc:
            self.close_connection = True
            self._write(refusal(exc, Request(self.command, path, {}).digest))
            self._linger()
            return
        if self.watch:
            self.watch(path, body)
        self._write(respond(Request(self.command, path, headers, body)))

    def _body(self) -> Iterator[bytes]:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            yield from self._chunks()
            return
        length = self.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdigit()):
            raise Refused(400, "invalid content length")
        if len(length) > len(str(LARGEST_BODY)) or int(length) > LARGEST_BODY:
            raise Refused(413, "request body too large")
        yield self._exactly(int(length))

    def _chunks(self) -> Iterator[bytes]:
        total = 0
        while size := self._chunk_size():
            total += size
            if total > LARGEST_BODY:
                raise Refused(413, "request body too large")
            yield self._exactly(size)
            self.rfile.readline(_LINE)
        while self.rfile.readline(_LINE).strip():
            """Trailers say nothing that matters here."""

    def _chunk_size(self) -> int:
        line = self.rfile.readline(_LINE).partition(b";")[0].strip()
        if not _SIZE.fullmatch(line):
            raise Refused(400, "invalid chunked body")
        return int(line, 16)

    def _exactly(self, length: int) -> bytes:
        data = self.rfile.read(length)
        if len(data) < length:
            raise ConnectionResetError("the client hung up inside its request")
        return data

    def _write(self, response: Any) -> None:
        self._note(response)
        self._head(response)
        body = response.body
        if isinstance(body, bytes):
            if self.command != "HEAD":
                self.wfile.write(body)
        elif self._chunks_allowed:
            self._stream(body)
        else:
            self.wfile.writelines(body)

    def _note(self, response: Any) -> None:
        """Log before the reply: who has the reply can rely on the line."""
        if self.log:
            path = urlsplit(self.path).path
            line = f"{self.command} {path} {response.status} {response.trace}"
            self.log(clean_line(line))

    def _head(self, response: Any) -> None:
        self.send_response(response.status)
        self.send_header("content-type", response.content_type)
        self.send_header("x-debug-trace-id", response.trace)
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

    def _stream(self, events: Iterator[bytes]) -> None:
        for event in events:
            self.wfile.write(b"%x\r\n%b\r\n" % (len(event), event))
        self.wfile.write(b"0\r\n\r\n")

    def _linger(self) -> None:
        """Read on for a while: closing now would reset the unread refusal away."""
        self.connection.settimeout(_LINGER)
        while self.rfile.read1(LARGEST_BODY):
            """Thrown away."""
