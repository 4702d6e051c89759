"""Faults of the content: events that are wrong, and bodies that are too much."""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice

from cohere_cli.sandbox.faults.heads import with_header
from cohere_cli.sandbox.faults.parts import parts
from cohere_cli.sandbox.response import Response
from cohere_cli.sandbox.wire import DONE

_MIB = 1 << 20
_GZIP = 31  # the window of zlib, with gzip's head and foot
_UNKNOWN = b'event: future-event\ndata: {"type":"future-event","delta":{}}\n\n'
_WHY = (
    b"your request resulted in an invalid tool generation. "
    b"Try updating the messages or tool definitions"
)
_FAILED = (
    b'event: message-end\ndata: {"type":"message-end","delta":{"finish_reason":"ERROR",'
    b'"usage":{},"error":"%b","error_type":"INVALID_TOOL_GENERATION"}}\n\n' % _WHY
)
_FAILED_COMPAT = b'data: {"error":{"message":"%b","code":500}}\n\n' % _WHY


def garbage(response: Response, events: float) -> Response:
    """Send an event that is no JSON after some *events*, then go on."""
    broken = b'data: {"type":"content-delta","index":0,"delta":{"mess\n\n'
    return _inserted(response, events, (broken,))


def unknown_event(response: Response, events: float) -> Response:
    """Send an event that nobody knows after some *events*, then go on."""
    return _inserted(response, events, (_UNKNOWN,))


def huge_line(response: Response, mebibytes: float) -> Response:
    """Send a line of so many *mebibytes* after the first event, then go on."""
    line = (b"x" * _MIB for _ in range(int(mebibytes)))
    return _inserted(response, 1, chain((b"data: ",), line, (b"\n\n",)))


def failed(response: Response, events: float) -> Response:
    """Let the generation fail after some *events*, as the API tells it: by an event."""

    def failing() -> Iterator[bytes]:
        coming = parts(response)
        first = next(coming, b"")
        yield from islice(chain((first,), coming), int(events))
        is_compat = first.startswith(b"data:")
        yield from (_FAILED_COMPAT if is_compat else _FAILED, DONE)

    return replace(response, body=failing())


def gzip_bomb(response: Response, mebibytes: float) -> Response:
    """Send so many *mebibytes* of blanks, a thousandth of that once compressed."""
    bomb = replace(response, body=_compressed(int(mebibytes)))
    return with_header(bomb, "content-encoding", "gzip")


def _compressed(mebibytes: int) -> Iterator[bytes]:
    packer, blanks = zlib.compressobj(wbits=_GZIP), b" " * _MIB
    for _ in range(mebibytes):
        yield packer.compress(blanks)
    yield packer.flush()


def _inserted(response: Response, events: float, more: Iterable[bytes]) -> Response:
    def spoilt() -> Iterator[bytes]:
        coming = parts(response)
        yield from islice(coming, int(events))
        yield from more
        yield from coming

    return replace(response, body=spoilt())
