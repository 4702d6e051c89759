"""A server that answers with exactly the bytes that a test gives it."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Request:
    """What a server of ours was sent, and when, in seconds of a steady clock."""

    head: str
    body: bytes
    at: float = field(default_factory=time.monotonic)

    def header(self, name: str) -> str | None:
        for line in self.head.split("\r\n")[1:]:
            key, _, value = line.partition(":")
            if key.lower() == name.lower():
                return value.strip()
        return None


@dataclass
class RawServer:
    """Sends the bytes it was given, one reply a request, and closes each time."""

    url: str
    requests: list[Request] = field(default_factory=list)


Serve = Callable[..., RawServer]


def _read_request(connection: socket.socket) -> Request | None:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return None
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    request = Request(head.decode("latin-1"), body)
    length = int(request.header("content-length") or 0)
    while len(request.body) < length:
        piece = connection.recv(65536)
        if not piece:
            return None
        request.body += piece
    return request


def _answer(listener: socket.socket, server: RawServer, replies: list[object]) -> None:
    for reply in replies:
        with suppress(OSError):
            connection, _ = listener.accept()
            with connection:
                request = _read_request(connection)
                if request is not None:
                    server.requests.append(request)
                for piece in reply if isinstance(reply, list) else [reply]:
                    if callable(piece):
                        piece(connection)
                    else:
                        connection.sendall(piece)


@contextmanager
def serving() -> Iterator[Serve]:
    """Yield a function that starts a server; all of them end with the block.

    Each of its arguments answers one connection: bytes, a function of the socket,
    or a list of both.
    """
    listeners = []

    def start(*replies: object) -> RawServer:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        server = RawServer(f"http://127.0.0.1:{listener.getsockname()[1]}")
        given = (listener, server, list(replies))
        threading.Thread(target=_answer, args=given, daemon=True).start()
        return server

    yield start
    for listener in listeners:
        listener.close()


def http(
    body: bytes, status: str = "200 OK", kind: str = "text/event-stream", *extra: str
) -> bytes:
    """A reply whose body ends where the connection ends."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", "Connection: close", *extra]
    return "\r\n".join([*lines, "", ""]).encode() + body
