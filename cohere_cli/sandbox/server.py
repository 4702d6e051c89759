"""The sandbox's TCP server: a listening socket and one thread per connection."""

import contextlib
import socket
from collections.abc import Iterator
from os import urandom
from selectors import EVENT_READ, DefaultSelector
from threading import Semaphore, Thread
from time import sleep

from cohere_cli.errors import UsageProblem
from cohere_cli.record import value_class
from cohere_cli.sandbox.http.connection import Connection, Log, Service, Watch
from cohere_cli.sandbox.http.limits import Limits
from cohere_cli.sandbox.pipeline import Pipeline, Setup
from cohere_cli.system.limits import most_open_files
from cohere_cli.system.signals import leave_to_main_thread


@value_class
class Sandbox:
    """A running sandbox: its base URL and the key that it accepts."""

    url: str
    key: str


_LOOPBACK = "127.0.0.1"
_BACKLOG = 128
_EVICTION_SECONDS = 1.0  # for the thread of an evicted connection to end
_NO_DESCRIPTOR_SECONDS = 0.05  # until the next attempt to accept a connection
_BUSY = (
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\nconnection: close\r\n"
    b"content-type: application/json\r\ncontent-length: 34\r\n\r\n"
    b'{"message":"too many connections"}'
)


@contextlib.contextmanager
def run_server(
    port: int,
    log: Log | None,
    watch: Watch | None,
    setup: Setup,
    limits: Limits | None = None,
) -> Iterator[Sandbox]:
    """Serve while the block runs; then close every connection and the socket."""
    # The prefix identifies a leaked key; each start generates a new one.
    key = f"sandbox-{urandom(12).hex()}"
    with contextlib.closing(Pipeline(setup, None if setup.any_key else key)) as stage:
        service = Service(stage.admit, stage.respond, log, watch, limits or Limits())
        listener = _listen(port)
        server = _Server(listener, service)
        server.start()
        try:
            yield Sandbox(f"http://{_LOOPBACK}:{listener.getsockname()[1]}", key)
        finally:
            server.stop()


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((_LOOPBACK, port))
        listener.listen(_BACKLOG)
    except (OSError, OverflowError) as exc:
        listener.close()
        reason = getattr(exc, "strerror", None) or str(exc)
        raise UsageProblem(
            f"the sandbox cannot listen on port {port}: {reason}".lower(),
            hint="choose another port, or 0 for any free one",
        ) from exc
    return listener


class _Server:
    def __init__(self, listener: socket.socket, service: Service) -> None:
        # A client that is gone before it is accepted must not block the loop.
        listener.setblocking(False)
        self._listener = listener
        self._service = service
        self._open: set[Connection] = set()
        self._slots = Semaphore(_most_connections(service.limits.connections))
        self._awake, self._waker = socket.socketpair()
        self._loop = Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._loop.start()

    def stop(self) -> None:
        self._waker.close()
        self._loop.join()
        self._awake.close()
        self._listener.close()
        for connection in tuple(self._open):
            connection.abort()

    def _run(self) -> None:
        leave_to_main_thread()  # and so does each connection's thread
        with DefaultSelector() as selector:
            selector.register(self._listener, EVENT_READ)
            selector.register(self._awake, EVENT_READ)
            while all(key.fileobj is self._listener for key, _ in selector.select()):
                self._accept()

    def _accept(self) -> None:
        try:
            opened, _ = self._listener.accept()
        except BlockingIOError:
            return
        except OSError:
            # The process has no file descriptor left.
            self._evict()
            sleep(_NO_DESCRIPTOR_SECONDS)
            return
        if self._take_slot():
            self._start(Connection(opened, self._service))
        else:
            _turn_away(opened)

    def _take_slot(self) -> bool:
        if self._slots.acquire(blocking=False):
            return True
        return self._evict() and self._slots.acquire(timeout=_EVICTION_SECONDS)

    def _evict(self) -> bool:
        """End a connection that serves no request, best one that never did."""
        waiting = [each for each in tuple(self._open) if not each.is_busy]
        if not waiting:
            return False
        min(waiting, key=lambda each: (each.is_known, each.since)).abort()
        return True

    def _start(self, connection: Connection) -> None:
        self._open.add(connection)
        try:
            Thread(target=self._serve, args=(connection,), daemon=True).start()
        except RuntimeError:  # the system allows no further thread
            self._end(connection)

    def _serve(self, connection: Connection) -> None:
        # Write nothing: standard error belongs to the program around it.
        with contextlib.suppress(Exception):
            connection.serve()
        self._end(connection)

    def _end(self, connection: Connection) -> None:
        self._open.discard(connection)
        connection.close()
        self._slots.release()


def _most_connections(most: int) -> int:
    """Return *most*, or fewer to leave the program half of its file descriptors."""
    files = most_open_files()
    return most if files is None else max(min(most, files // 2), 1)


def _turn_away(opened: socket.socket) -> None:
    with opened, contextlib.suppress(OSError):
        opened.setblocking(False)
        opened.send(_BUSY)
