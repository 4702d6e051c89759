"""The sandbox's TCP server: a listening socket and one thread per connection."""

import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from os import urandom
from socket import SO_LINGER, SOL_SOCKET
from socketserver import TCPServer, ThreadingMixIn
from threading import Thread
from typing import Any

from cohere_cli.errors import UsageProblem
from cohere_cli.sandbox.http_handler import LINGER_RESET, HttpHandler, Log, Watch
from cohere_cli.sandbox.pipeline import Pipeline, Setup


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A running sandbox: its base URL and the key that it accepts."""

    url: str
    key: str


_LOOPBACK = "127.0.0.1"
_MAX_CONNECTIONS = 512  # simultaneous connections, one thread each
_WAKE_ATTEMPTS = 100  # of 10 ms each: waking the loop must not block the program
_POLL_INTERVAL = 3600.0  # seconds between checks of the flag; `stop` wakes the loop


@contextlib.contextmanager
def run_server(
    port: int, log: Log | None, watch: Watch | None, setup: Setup
) -> Iterator[Sandbox]:
    """Serve while the block runs; then close every connection and the socket."""
    # The prefix identifies a leaked key; each start generates a new one.
    key = f"sandbox-{urandom(12).hex()}"
    with contextlib.closing(Pipeline(setup, None if setup.any_key else key)) as stage:
        server = _bind(port, log=log, watch=watch, respond=stage.respond)
        Thread(target=server.serve_forever, args=(_POLL_INTERVAL,), daemon=True).start()
        try:
            yield Sandbox(f"http://{_LOOPBACK}:{server.server_address[1]}", key)
        finally:
            server.stop()


class _Server(ThreadingMixIn, TCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, port: int, handler: type[HttpHandler]) -> None:
        self._open: set[Any] = set()
        super().__init__((_LOOPBACK, port), handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Return whether another connection is allowed."""
        return len(self._open) < _MAX_CONNECTIONS

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        # A connection to be reset must not be shut down cleanly first.
        if request.getsockopt(SOL_SOCKET, SO_LINGER, len(LINGER_RESET)) == LINGER_RESET:
            self.close_request(request)
        else:
            super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Write nothing: standard error belongs to the program around it."""

    def stop(self) -> None:
        stopping = Thread(target=self.shutdown, daemon=True)
        stopping.start()
        for _ in range(_WAKE_ATTEMPTS):
            if not stopping.is_alive():
                break
            # The loop checks its flag when a client connects, so connect to it.
            with contextlib.suppress(OSError):
                socket.create_connection(self.server_address, 1.0).close()  # type: ignore[arg-type]
            stopping.join(0.01)
        self.server_close()
        for connection in tuple(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


def _bind(port: int, **listeners: Any) -> _Server:
    methods = {name: staticmethod(call) for name, call in listeners.items() if call}
    handler = type("HttpHandler", (HttpHandler,), methods)
    try:
        return _Server(port, handler)
    except (OSError, OverflowError) as exc:
        reason = getattr(exc, "strerror", None) or str(exc)
        raise UsageProblem(
            f"the sandbox cannot listen on port {port}: {reason}".lower(),
            hint="choose another port, or 0 for any free one",
        ) from exc
