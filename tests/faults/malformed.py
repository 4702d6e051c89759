"""Replies of a hostile server, by parts: status line, headers, content coding, framing, body."""

import gzip
import html
import json
import socket
import zlib
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote

from tests.faults.rows import CANARY
from tests.faults.troubles import END, HI, START, Piece, data, end, text

_MIB = 1 << 20


def _unicode(secret: str) -> str:
    return "".join(f"\\u{ord(char):04x}" for char in secret)


def _twice(secret: str) -> str:
    return json.dumps(_unicode(secret))[1:-1]


KEYS = {
    "plain": CANARY,
    "\\u": _unicode(CANARY),
    "\\u, twice": _twice(CANARY),
    "\\u, three times": json.dumps(_twice(CANARY))[1:-1],
    "\\/": CANARY.replace("/", "\\/"),
    "percent": quote(CANARY, safe=""),
    "percent, all of it": "".join(f"%{ord(char):02x}" for char in CANARY),
    "percent, twice": quote(quote(CANARY, safe=""), safe=""),
    "base64": b64encode(f"Bearer {CANARY}".encode()).decode(),
    "base64 of a URL": urlsafe_b64encode(f"x={CANARY}&y".encode()).decode(),
    "base64, percent": quote(b64encode(f"{CANARY}!".encode()), safe=""),
    "decimal entities": "".join(f"&#{ord(char)};" for char in CANARY),
    "hexadecimal entities": "".join(f"&#x{ord(char):x};" for char in CANARY),
    "entities, twice": html.escape("".join(f"&#{ord(char)};" for char in CANARY)),
    "named entities": CANARY.replace("+", "&plus;").replace("/", "&sol;"),
}
"""The key, as a server may send it back."""

STATUSES = {
    "HTTP/1.1 200 OK": 0,
    "HTTP/1.1 200": 0,
    "HTTP/1.1 200 ": 0,
    "HTTP/1.0 200 OK": 0,
    "HTTP/1.1 201 Created": 0,
    f"HTTP/1.1 200 {CANARY}": 0,
    "HTTP/1.1 204 No Content": 18,
    "HTTP/1.1 304 Not Modified": 8,
    "HTTP/1.1 301 Moved": 8,
    "HTTP/1.1 308 ": 8,
    "HTTP/1.1 101 Switching Protocols": 8,
    "HTTP/1.1 400 Bad Request": 5,
    f"HTTP/1.1 401 {CANARY}": 4,
    "HTTP/1.1 404 Not Found": 5,
    "HTTP/1.1 429 Slow": 6,
    "HTTP/1.1 500 No": 8,
    "HTTP/1.1 600 What": 8,
    "HTTP/1.1 999 Request denied": 8,
    "HTTP/1.1 000 None": 8,
    "HTTP/1.1 20 OK": 8,
    "HTTP/1.1 2000 OK": 8,
    "HTTP/1.1 -200 OK": 8,
    "HTTP/9.9 200 OK": 0,
    "HTTP/2 200": 8,
    "ICY 200 OK": 8,
    f"Bearer {CANARY} closed connection": 8,
    "<html>": 8,
    "": 8,
    "HTTP/1.1 200 O\0K": 8,
    "HTTP/1.1 200 \xc3\xa9": 0,
    "HTTP/1.1 200 " + "x" * 200_000: 8,
}
"""Status lines, and the exit code of an answer below each of them."""

HEADERS: dict[str, tuple[list[str], int]] = {
    "none": ([], 0),
    "the key in each that is shown": (
        [
            f"{name}: {key}"
            for name in (
                "X-Request-Id",
                "Server",
                "Via",
                "X-Ratelimit",
                "X-Api-Warning",
            )
            for key in KEYS.values()
        ],
        0,
    ),
    "the key as a date": ([f"Retry-After: {CANARY}", f"Date: {CANARY}"], 0),
    "a date without end": (["Retry-After: " + "9" * 5000, "Date: " + "1" * 9000], 0),
    "the key as an id": ([f"X-Debug-Trace-Id: {KEYS['percent']}"], 0),
    "the key as a place": ([f"Location: http://a.invalid/{KEYS['percent']}"], 0),
    "the key as a place, in base64": ([f"Location: /{KEYS['base64 of a URL']}"], 0),
    "a place of nowhere": (["Location: //["], 0),
    "a place of any size": (["Location: /" + "x" * 60_000], 0),
    "the key behind others": (
        [
            f"{name}: {'x' * before}{CANARY}"
            for before in (390, 990, 1900)
            for name in ("X-Request-Id", "Location")
        ],
        0,
    ),
    "an id of any size": (["X-Request-Id: " + "x" * 60_000], 0),
    "a folded line": (["X-A: b", "\tc", "  d"], 0),
    "a folded first line": ([" X-A: b"], 0),
    "NUL": (["X-A: b\0c"], 8),
    "an escape": (["Server: \x1b[2J", "Via: \x07"], 0),
    "Latin-1": (["Server: caf\xe9"], 0),
    "UTF-8": (["Server: caf\xc3\xa9 \xe2\x80\xae"], 0),
    "a bare return": (["X-A: b\rX-B: c"], 8),
    "no colon": (["X-A"], 8),
    "no name": ([": b"], 8),
    "a blank before the colon": (["X-A : b"], 8),
    "no value": (["X-A:"], 0),
    "two types": (["Content-Type: text/html"], 0),
    "a cookie": ([f"Set-Cookie: a={CANARY}; Path=/"], 0),
    "another version": ([f"Upgrade: {CANARY}", "Connection: upgrade, close"], 0),
    "a thousand": ([f"X-{at}: {at}" for at in range(1000)], 0),
    "ten thousand": ([f"X-{at}: {'x' * 20}" for at in range(10_000)], 8),
}
"""Headers besides those of the body, and the exit code of an answer with them."""

CODINGS = {
    (): 0,
    ("identity",): 0,
    ("",): 0,
    ("gzip",): 8,
    ("GZIP",): 8,
    ("x-gzip",): 8,
    ("gzip,gzip",): 8,
    ("gzip", "gzip"): 8,
    ("identity", "gzip"): 8,
    ("identity, gzip",): 8,
    ("gzip;q=1",): 8,
    (" , gzip , ",): 8,
    ("deflate",): 8,
    ("br",): 8,
    ("zstd",): 8,
    (f"x-{CANARY}",): 8,
    ("x" * 1930 + CANARY,): 8,
    ("x" * 50_000,): 8,
}
"""Values of Content-Encoding, one for each header."""


@dataclass(frozen=True, slots=True)
class Framing:
    """How a body is sent: the headers that say so, and its *pieces*.

    *code* is the exit code of a stream that is sent so.
    """

    headers: Callable[[bytes], list[str]]
    pieces: Callable[[bytes], list[Piece]]
    code: int


def _as_it_is(body: bytes) -> list[Piece]:
    return [body]


def _length(*values: str, code: int, plus: int = 0) -> Framing:
    def headers(body: bytes) -> list[str]:
        filled = (one.replace("N", str(len(body) + plus)) for one in values)
        return [f"Content-Length: {one}" for one in filled]

    return Framing(headers, _as_it_is, code)


def _chunked(
    pieces: Callable[[bytes], list[Piece]], code: int, *headers: str
) -> Framing:
    lines = ["Transfer-Encoding: chunked", *headers]
    return Framing(lambda _: lines, pieces, code)


def _in_chunks(body: bytes, size: int = 0, more: bytes = b"") -> list[Piece]:
    size = size or len(body) or 1
    parts = (body[at : at + size] for at in range(0, len(body), size))
    return [b"%x%s\r\n%s\r\n" % (len(one), more, one) for one in parts]


_LAST = b"0\r\n\r\n"


def until_closed(piece: bytes) -> Piece:
    """Send *piece* until the other side leaves; it is killed after some seconds."""

    def send(connection: socket.socket) -> None:
        while True:
            connection.sendall(piece)

    return send


FRAMINGS = {
    "to the end": Framing(lambda _: ["Connection: close"], _as_it_is, 0),
    "by length": _length("N", code=0),
    "by a length, twice": _length("N", "N", code=0),
    "by a list of one length": _length("N, N", code=0),
    "by a length that is too small": _length("N", code=18, plus=-9),
    "by a length that is too large": _length("N", code=0, plus=9),
    "by a length of 0": _length("0", code=18),
    "by a negative length": _length("-N", code=8),
    "by a length with a sign": _length("+N", code=8),
    "by a hexadecimal length": _length("0xN", code=8),
    "by a length of 5,000 digits": _length("9" * 5000, code=8),
    "by two lengths": _length("N", "3", code=8),
    "by a list of two lengths": _length("N, 3", code=8),
    "by no length": _length("", code=8),
    "in a chunk": _chunked(lambda body: [*_in_chunks(body), _LAST], 0),
    "in bytes": _chunked(lambda body: [*_in_chunks(body, 1), _LAST], 0),
    "in a chunk, with a length": _chunked(
        lambda body: [*_in_chunks(body), _LAST], 0, "Content-Length: 3"
    ),
    "with an extension": _chunked(
        lambda body: [*_in_chunks(body, 9, b';a="b"'), _LAST], 0
    ),
    "with an extension of 10 MB": _chunked(
        lambda body: [b"5;" + b"x" * 10_000_000, *_in_chunks(body), _LAST], 8
    ),
    "with trailers": _chunked(
        lambda body: [*_in_chunks(body), b"0\r\nX-A: b\r\n\r\n"], 0
    ),
    "with trailers without end": _chunked(
        lambda body: [*_in_chunks(body), b"0\r\n", until_closed(b"X-A: b\r\n" * 999)], 0
    ),
    "without the last chunk": _chunked(_in_chunks, 0),
    "in a chunk that is cut": _chunked(
        lambda body: [b"".join(_in_chunks(body))[:-9]], 18
    ),
    "in a chunk without an end": _chunked(
        lambda body: [b"%x\r\n%s" % (len(body), body), _LAST], 0
    ),
    "in a chunk of size zz": _chunked(lambda body: [b"zz\r\n", body], 8),
    "in a chunk of size -1": _chunked(lambda body: [b"-1\r\n", body], 8),
    "in a chunk of any size": _chunked(lambda body: [b"f" * 5000, b"\r\n", body], 8),
    "in a chunk of 2**79": _chunked(lambda body: [b"f" * 20 + b"\r\n", body], 0),
    "in gzip and chunks": Framing(
        lambda _: ["Transfer-Encoding: gzip, chunked"], _as_it_is, 8
    ),
    "in identity": Framing(lambda _: ["Transfer-Encoding: identity"], _as_it_is, 8),
    "in chunks, twice": _chunked(_in_chunks, 8, "Transfer-Encoding: chunked"),
    "in framing alone": _chunked(
        lambda _: [until_closed(b"1;" + b"x" * 60_000 + b"\r\n:\r\n")], 8
    ),
}


def _refusal(key: str) -> bytes:
    return b'{"message": "not %s", "detail": "%s"}' % ((key.encode(),) * 2)


def _event(key: str) -> bytes:
    return b'data: {"type": "error", "message": "not %s"}\n\n' % key.encode()


@cache
def bomb() -> bytes:
    """1 GiB of zeros in 1 MB: one part of it, again and again."""
    packer = zlib.compressobj(9, wbits=31)
    head = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    part = packer.compress(bytes(_MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + part * 1024 + packer.flush()


@cache
def nested_bomb() -> bytes:
    """1 GiB of zeros in 2 KB."""
    return gzip.compress(bomb())


def _bodies() -> Iterator[tuple[str, list[Piece], int]]:
    yield "a page", [b"<html><title>%s</title>" % CANARY.encode()], 18
    yield "nothing", [b""], 18
    yield "a cut answer", [START + HI], 18
    yield "zeros", [bytes(1000)], 18
    yield "a line without end", [b"data: ", until_closed(b"x" * _MIB)], 8
    yield "comments without end", [START + HI, until_closed(b": x\n" * 9999)], 8
    yield "a type of the key", [START, data({"type": CANARY}), HI, END], 0
    yield "a reason of the key", [START, HI, end(CANARY)], 18
    yield (
        "an id of the key",
        [data({"type": "message-start", "id": CANARY}), HI, END],
        0,
    )
    yield "an escape", [START, text("Hi"), _event("\\u001b[2J")], 18
    for name, key in KEYS.items():
        yield f"an error with the key, {name}", [START, HI, _event(key)], 18
        yield f"a refusal with the key, {name}", [_refusal(key)], 8


BODIES = {name: (pieces, code) for name, pieces, code in _bodies()}
"""Bodies in place of the answer, sent to the end."""
