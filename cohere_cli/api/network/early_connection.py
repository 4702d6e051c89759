"""Connects to a server while the HTTP client is still imported."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from threading import Event, Lock, Thread
from typing import Generic, TypeVar
from urllib.parse import urlsplit

from cohere_cli.api.connection import CONNECT_TIMEOUT, Connection, Route, proxy_for
from cohere_cli.api.network.tls import tls_context

_PORT = 443
ValueT = TypeVar("ValueT")
SocketT = TypeVar("SocketT", bound=socket.socket)


@contextmanager
def connecting(connection: Connection) -> Iterator["EarlyConnection | None"]:
    """Begin to connect; at the end of the block, close what is not in use.

    None where the way to the server is another one: not TLS, or through a proxy.
    Raises `ConfigProblem` for an invalid proxy.
    """
    early = None
    # No port, or no thread: the client connects as usual, and reports what is wrong.
    with suppress(ValueError, RuntimeError):
        early = _begin(connection)
    try:
        yield early
    finally:
        if early is not None:
            early.close()


def _begin(connection: Connection) -> "EarlyConnection | None":
    to = urlsplit(connection.base_url)
    host = to.hostname or ""
    # httpx has its own way to encode other names.
    if to.scheme != "https" or not host.isascii() or proxy_for(connection):
        return None
    return EarlyConnection(host, to.port or _PORT, connection.route)


class Background(Generic[ValueT]):
    """What *work* returns or raises, in a thread of its own."""

    _value: ValueT
    _problem: Exception | None = None

    def __init__(self, work: Callable[[], ValueT]) -> None:
        self._work = work
        self._done = Event()
        Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        try:
            self._value = self._work()
        except Exception as exc:  # noqa: BLE001 - raised where the value is wanted
            self._problem = exc
        self._done.set()

    def result(self, timeout: float | None = None) -> ValueT:
        """Return the value; raise what *work* raised, or `TimeoutError`."""
        if not self._done.wait(timeout):
            raise TimeoutError("timed out")
        if self._problem is not None:
            raise self._problem
        return self._value


class EarlyConnection:
    """A connection that is made in the background: name, TCP and TLS.

    It takes two round trips to the server, in which httpx is imported. Nothing is
    sent but the handshake. `tcp` and `tls` are its socket before and after that.
    """

    def __init__(self, host: str, port: int, route: Route) -> None:
        self.address = host, port
        self._lock = Lock()
        self._open: list[socket.socket] | None = []  # None once all are closed
        self._in_handshake: socket.socket | None = None
        self.context = Background(partial(tls_context, route))
        self.tcp = Background(self._connect)
        self.tls = Background(self._secure)

    def close(self) -> None:
        """Close it, now or as soon as it is made; a client may have done so."""
        with self._lock:
            opened, self._open = self._open or [], None
            for one in opened:
                # Ends a handshake, whose thread then closes the socket itself.
                with suppress(OSError):
                    socket.socket.shutdown(one, socket.SHUT_RDWR)
                if one is not self._in_handshake:
                    one.close()

    def _connect(self) -> socket.socket:
        connected = self._kept(socket.create_connection(self.address, CONNECT_TIMEOUT))
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connected

    def _secure(self) -> ssl.SSLSocket:
        context = self.context.result()
        context.set_alpn_protocols(["http/1.1"])
        host, _ = self.address
        # The handshake is apart, so that it can be ended.
        secured = self._in_handshake = context.wrap_socket(
            self.tcp.result(), server_hostname=host, do_handshake_on_connect=False
        )
        try:
            self._kept(secured).do_handshake()
        except OSError:
            secured.close()
            raise
        with self._lock:
            self._in_handshake = None
            is_wanted = self._open is not None
        if not is_wanted:
            secured.close()
        return secured

    def _kept(self, opened: SocketT) -> SocketT:
        with self._lock:
            if self._open is not None:
                self._open.append(opened)
                return opened
        opened.close()
        raise OSError("closed")
