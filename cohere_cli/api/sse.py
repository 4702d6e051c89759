"""Parses server-sent events, and limits the size of lines, events and streams."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from itertools import chain

from cohere_cli.api.network.httpx_import import httpx, httpx_sse
from cohere_cli.errors import ServerFault
from cohere_cli.strict_json import MAX_VALUES, has_too_many_values

Burst = Callable[[], AbstractContextManager[None]]
"""A context in which all happens at once, without waiting for the network."""

# Events as the API sends them: a line of data each, after its name or without. They
# are nearly all, and a pattern reads them in a tenth of httpx-sse's time.
_EVENT = r"(?:event: .*\n)?data: .*"
_PLAIN = re.compile(rf"{_EVENT}(?:\n\n{_EVENT})*")
_DATA = re.compile(r"^data: (.*)$", re.MULTILINE)


def iter_data(chunks: Iterable[bytes]) -> Iterator[str]:
    """Yield the data of each event, unless it is empty; see `iter_batches`."""
    return chain.from_iterable(iter_batches(chunks))


def iter_batches(chunks: Iterable[bytes]) -> Iterator[list[str]]:
    """Yield the data of the events that each of *chunks* ends, unless it is empty.

    Server-sent events are UTF-8 whatever the charset parameter (WHATWG HTML 9.2.5);
    invalid UTF-8 becomes U+FFFD. Raises `ServerFault` for a stream, event or line that
    is too long, or for too many values.
    """
    # Not bytes: a long event may come as single bytes.
    newlines, held = _Newlines(), bytearray()
    for chunk in limit_size(chunks):
        begun = max(0, len(held) - 1)
        held += newlines.read(chunk)
        end = held.rfind(b"\n\n", begun)
        if end >= 0:
            events = held[:end].decode("utf-8", "replace")
            held = held[end + 2 :]
            yield from _batches(events)


def _batches(events: str) -> Iterator[list[str]]:
    """Yield the data of *events*: in one list, or up to one of too many values."""
    datas = _DATA.findall(events) if _PLAIN.fullmatch(events) else _parsed(events)
    if len(events) > MAX_VALUES:
        for at, data in enumerate(datas):
            if has_too_many_values(data):
                yield datas[:at]
                message = f"the stream has an event of more than {MAX_VALUES:,} values"
                raise ServerFault(message)
    yield [data for data in datas if data]


def _parsed(events: str) -> list[str]:
    """Return the data of *events* as httpx-sse reads them."""
    response = httpx.Response(
        200,
        headers={"content-type": "text/event-stream"},
        content=f"{events}\n\n".encode(),
    )
    return [event.data for event in httpx_sse.EventSource(response).iter_sse()]


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


class _Newlines:
    """Returns chunks with every line end (CR, LF, CRLF) as LF."""

    def __init__(self) -> None:
        self._after_return = False

    def read(self, chunk: bytes) -> bytes:
        """Return the next chunk; a CRLF that it continues was returned before."""
        if not chunk:
            return chunk
        if self._after_return:
            chunk = chunk.removeprefix(b"\n")
        self._after_return = chunk.endswith(b"\r")
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


class _Meter:
    """Counts the bytes of the stream, the current event and the current line.

    The result does not depend on how the stream is split into chunks.
    """

    def __init__(self) -> None:
        self._newlines = _Newlines()
        self._line = 0
        self._event = 0
        self._total = 0

    def read(self, chunk: bytes) -> None:
        """Count *chunk*; raise `ServerFault` if a limit is exceeded."""
        self._total += len(chunk)
        first, *others = self._unsure(self._newlines.read(chunk)).split(b"\n")
        self._grow(len(first))
        for line in others:
            if not self._line:
                self._event = 0
            self._line = 0
            self._grow(len(line))
        if self._total > LONGEST_STREAM:
            raise ServerFault("the stream is longer than 12 MiB")

    def _unsure(self, text: bytes) -> bytes:
        """Return what of *text* to count: all, or what follows its last whole event.

        No limit is exceeded before, if all of it together does not.
        """
        end = text.rfind(b"\n\n")
        if end < 0 or self._event + len(text) > min(LONGEST_LINE, LONGEST_EVENT):
            return text
        self._line = self._event = 0
        return text[end + 2 :]

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
