"""Parses server-sent events, and limits the size of lines, events and streams."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from itertools import chain

from cohere_cli.api.httpx_import import httpx, httpx_sse
from cohere_cli.errors import ServerFault
from cohere_cli.strict_json import MAX_VALUES, has_too_many_values

Burst = Callable[[], AbstractContextManager[None]]
"""A context in which all happens at once, without waiting for the network."""


def iter_data(chunks: Iterable[bytes]) -> Iterator[str]:
    """Yield the data of each event, unless it is empty.

    Server-sent events are UTF-8 whatever the charset parameter (WHATWG HTML 9.2.5),
    so httpx-sse reads a response built here; invalid UTF-8 becomes U+FFFD. Raises
    `ServerFault` for a stream, event or line that is too long, or for too many values.
    """
    response = httpx.Response(
        200,
        headers={"content-type": "text/event-stream"},
        stream=_Chunks(limit_size(chunks)),
    )
    for event in httpx_sse.EventSource(response).iter_sse():
        if has_too_many_values(event.data):
            message = f"the stream has an event of more than {MAX_VALUES:,} values"
            raise ServerFault(message)
        if event.data:
            yield event.data


class UntilStopped:
    """Yields *chunks*, and reads no more of them once it is stopped.

    What the last of them has is read on: a server may not close the connection. All
    that comes of a chunk, up to the next read, is within a *burst*.
    """

    def __init__(self, chunks: Iterable[bytes], burst: Burst = nullcontext) -> None:
        self._chunks = chunks
        self._burst = burst
        self._is_stopped = False

    def stop(self) -> None:
        """Read no more chunks."""
        self._is_stopped = True

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            with self._burst():
                yield chunk
            if self._is_stopped:
                return


class _Chunks(httpx.SyncByteStream):
    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks


LONGEST_LINE = 1 << 20
"""Bytes. Typical: hundreds for a delta, thousands for a citation with a document."""

LONGEST_EVENT = 4 << 20
"""Bytes of all lines of an event together, without line ends."""

LONGEST_STREAM = 12 << 20
"""Bytes. Typical: a few 100,000; `-o json` holds a stream four times in memory."""

_BOM = b"\xef\xbb\xbf"


def limit_size(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield *chunks* without a byte order mark, then a blank line to end an open event.

    Raises `ServerFault` if a line, an event or the stream exceeds its limit.
    """
    meter = _Meter()
    for chunk in chain(_without_bom(chunks), [b"\n\n"]):
        meter.read(chunk)
        yield chunk


def _without_bom(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = iter(chunks)
    start = b""
    for chunk in rest:
        start += chunk
        if len(start) >= len(_BOM):
            break
    yield start.removeprefix(_BOM)
    yield from rest


class _Meter:
    """Counts the bytes of the stream, the current event and the current line.

    The result does not depend on how the stream is split into chunks.
    """

    def __init__(self) -> None:
        self._line = 0
        self._event = 0
        self._total = 0
        self._after_return = False

    def read(self, chunk: bytes) -> None:
        self._total += len(chunk)
        first, *others = self._with_newlines(chunk).split(b"\n")
        self._grow(len(first))
        for line in others:
            if not self._line:
                self._event = 0
            self._line = 0
            self._grow(len(line))
        if self._total > LONGEST_STREAM:
            raise ServerFault("the stream is longer than 12 MiB")

    def _with_newlines(self, chunk: bytes) -> bytes:
        """Return *chunk* with every line end (CR, LF, CRLF) as LF."""
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
        # The limit with the larger excess was exceeded first.
        if self._line - LONGEST_LINE >= self._event - LONGEST_EVENT:
            return ServerFault("the stream has a line of over 1 MiB")
        return ServerFault("the stream has an event of over 4 MiB")
