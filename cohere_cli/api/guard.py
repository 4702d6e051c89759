"""Stands before the SSE decoder: what a server may send, and how much at a time.

httpx-sse decodes well but trusts its input: it keeps a byte order mark, buffers a
line without end, and drops an event that the end of the stream left open.
"""

from collections.abc import Iterable, Iterator
from itertools import chain

from cohere_cli.errors import ServerFault

LONGEST_LINE = 1 << 20
"""Bytes. A delta has some hundred, a citation with its document some thousand."""

LONGEST_EVENT = 4 << 20
"""Bytes, all lines of an event together."""

_BOM = b"\xef\xbb\xbf"
_BLANK_LINES = (b"\n\n", b"\r\r", b"\r\n\r\n")


def guarded(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield *chunks* without a byte order mark, and with the last event closed.

    Raises `ServerFault` when a line or an event is longer than it may be.
    """
    meter = _Meter()
    for chunk in chain(_without_mark(chunks), [b"\n\n"]):
        meter.read(chunk)
        yield chunk


def _without_mark(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = iter(chunks)
    start = b""
    for chunk in rest:
        start += chunk
        if len(start) >= len(_BOM):
            break
    yield start.removeprefix(_BOM)
    yield from rest


class _Meter:
    """How long the line and the event are that the stream is in the midst of."""

    def __init__(self) -> None:
        self._line = 0
        self._event = 0
        self._tail = b""

    def read(self, chunk: bytes) -> None:
        self._read_line(chunk)
        self._read_event(chunk)

    def _read_line(self, chunk: bytes) -> None:
        if self._line + len(chunk) > LONGEST_LINE:
            first, *others = chunk.replace(b"\r", b"\n").split(b"\n")
            if max(self._line + len(first), *map(len, others), 0) > LONGEST_LINE:
                raise ServerFault("the stream has a line of over 1 MiB")
        end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        self._line = len(chunk) - end - 1 + (self._line if end < 0 else 0)

    def _read_event(self, chunk: bytes) -> None:
        # A blank line may be split over chunks: look at the end of the last one.
        seen = self._tail + chunk
        end = max(seen.rfind(blank) for blank in _BLANK_LINES)
        self._event = len(seen) - end if end >= 0 else self._event + len(chunk)
        self._tail = seen[-3:]
        if self._event > LONGEST_EVENT:
            raise ServerFault("the stream has an event of over 4 MiB")
