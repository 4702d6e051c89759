"""Replies as a server in trouble sends them: cut, hostile, huge, slow, endless."""

import json
import socket
import struct
import time
import zlib
from collections.abc import Callable
from functools import cache

from tests.raw_server import http

Piece = bytes | Callable[[socket.socket], None]
Reply = bytes | list[Piece]

_MIB = 1 << 20
_BOMB = 256  # MiB: four times what a run may take
_KEEPS_OPEN = "HTTP/1.1 {}\r\nContent-Type: text/event-stream\r\n{}\r\n"


def data(event: object) -> bytes:
    """One event, as the real server frames it."""
    return b"data: " + json.dumps(event, ensure_ascii=False).encode() + b"\n\n"


def text(words: str) -> bytes:
    """One piece of an answer."""
    content = {"content": {"text": words}}
    return data({"type": "content-delta", "index": 0, "delta": {"message": content}})


def end(reason: str = "COMPLETE", **more: object) -> bytes:
    return data({"type": "message-end", "delta": {"finish_reason": reason, **more}})


START = data({"type": "message-start", "id": "r1"})
HI = text("Hi")
END = end()
HEAD = _KEEPS_OPEN.format("200 OK", "").encode()
CHUNKED = _KEEPS_OPEN.format("200 OK", "Transfer-Encoding: chunked\r\n").encode()


def stream(*pieces: bytes) -> bytes:
    """A stream that ends where the connection ends."""
    return http(b"".join(pieces))


WHOLE = stream(START, HI, END)


def chunk(piece: bytes) -> bytes:
    """A chunk of a chunked body."""
    return b"%x\r\n%s\r\n" % (len(piece), piece)


def noted(value: object, status: str = "200 OK", *headers: str) -> bytes:
    """A reply of JSON."""
    return http(json.dumps(value).encode(), status, "application/json", *headers)


def refusal(status: str, message: str, *headers: str) -> bytes:
    return noted({"message": message}, status, *headers)


def redirect(status: str, to: str) -> bytes:
    return http(b"", status, "text/plain", f"Location: {to}")


def ranking(*places: object, scores: tuple[object, ...] = ()) -> bytes:
    """A ranking of these *places*; the scores fall, unless others are given."""
    scores = scores or tuple(1 - at / 100 for at in range(len(places)))
    results = [
        {"index": place, "relevance_score": score}
        for place, score in zip(places, scores, strict=True)
    ]
    return noted({"id": "1", "results": results})


def hang(connection: socket.socket) -> None:
    """Say no more until the other side leaves."""
    connection.settimeout(30)
    connection.recv(1)


def reset(connection: socket.socket) -> None:
    """Close without a farewell: the other side's read fails."""
    # What was sent before is thrown away with the connection, unless it was read.
    time.sleep(0.3)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def byte_by_byte(message: bytes) -> Callable[[socket.socket], None]:
    """Send *message* so that no two bytes come together."""

    def send(connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for at in range(len(message)):
            connection.sendall(message[at : at + 1])

    return send


def endless(piece: bytes, pause: float = 0.0) -> Callable[[socket.socket], None]:
    """Send *piece* again and again, at most 400 times, *pause* seconds between."""

    def send(connection: socket.socket) -> None:
        for _ in range(400):
            connection.sendall(piece)
            time.sleep(pause)

    return send


MIB = b"x" * _MIB
HUGE_LINE: Reply = [HEAD, b"data: ", endless(MIB)]
HUGE_EVENT: Reply = [HEAD, endless(b"data: " + MIB[:-7] + b"\n")]


@cache
def bomb() -> bytes:
    """256 MiB in little more than one."""
    packer = zlib.compressobj(1, wbits=31)
    pieces = [packer.compress(b"[" + bytes(_MIB - 1)) for _ in range(_BOMB)]
    return b"".join([*pieces, packer.flush()])


def squeezed(status: str, kind: str) -> list[Piece]:
    """A reply that is small on the wire and huge when it is unpacked."""

    def send(connection: socket.socket) -> None:
        connection.sendall(http(bomb(), status, kind, "Content-Encoding: gzip"))

    return [send]
