"""From the bytes of an event stream to the data of its events."""

from collections.abc import Iterable, Iterator
from itertools import chain

import httpx_sse

from cohere_cli.api.httpx_import import httpx
from cohere_cli.errors import ServerFault
from cohere_cli.strict_json import MAX_VALUES, has_too_many_values


def iter_data(chunks: Iterable[bytes]) -> Iterator[str]:
    """Yield the data of each event that has some.

    Server-sent events are UTF-8 whatever a charset says (WHATWG HTML 9.2.5), so
    the decoder is given a response of our own making; bytes that are not UTF-8
    become U+FFFD. Raises `ServerFault` for what is too long, or holds too much.
    """
    response = httpx.Response(
        200,
        headers={"content-type": "text/event-stream"},
        stream=_Chunks(limit_size(chunks)),
    )
    for event in httpx_sse.EventSource(response).iter_sse():
        if has_too_many_values(event.data):
            said = f"the stream has an event of more than {MAX_VALUES:,} values"
            raise ServerFault(said)
        if event.data:
            yield event.data


class _Chunks(httpx.SyncByteStream):
    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks


LONGEST_LINE = 1 << 20
"""Bytes. A delta has some hundred, a citation with its document some thousand."""

LONGEST_EVENT = 4 << 20
"""Bytes, all lines of an event together, without their ends."""

LONGEST_STREAM = 12 << 20
"""Bytes. An answer has some hundred thousand; `-o json` keeps it four times over."""

_BOM = b"\xef\xbb\xbf"


def limit_size(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield *chunks* without a byte order mark, and with the last event closed.

    Raises `ServerFault` when a line, an event or all of it is longer than it may be.
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
    """How long the stream is, and the line and the event that it is in the midst of.

    Counted line by line: how the stream was cut into chunks makes no difference.
    """

    def __init__(self) -> None:
        self._line = 0
        self._event = 0
        self._whole = 0
        self._after_return = False

    def read(self, chunk: bytes) -> None:
        self._whole += len(chunk)
        first, *others = self._with_newlines(chunk).split(b"\n")
        self._grow(len(first))
        for line in others:
            if not self._line:
                self._event = 0
            self._line = 0
            self._grow(len(line))
        if self._whole > LONGEST_STREAM:
            raise ServerFault("the stream is longer than 12 MiB")

    def _with_newlines(self, chunk: bytes) -> bytes:
        """Return *chunk* with each kind of line end as one newline."""
        if not chunk:
            return chunk
        if self._after_return:
            chunk = chunk.removeprefix(b"\n")
        self._after_return = chunk.endswith(b"\r")
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _grow(self, size: int) -> None:
        self._line += size
        self._event += size
        if self._line > LONGEST_LINE or self._event > LONGEST_EVENT:
            raise self._problem()

    def _problem(self) -> ServerFault:
        # The greater excess is of the limit that was passed first.
        if self._line - LONGEST_LINE >= self._event - LONGEST_EVENT:
            return ServerFault("the stream has a line of over 1 MiB")
        return ServerFault("the stream has an event of over 4 MiB")
