"""The bytes that a client sends: read in pieces, within a time, never too many."""

import re
from socket import socket
from time import monotonic

from cohere_cli.sandbox.http.limits import Limits
from cohere_cli.sandbox.messages import ApiError

_PIECE = 64 * 1024  # bytes
_HEAD_END = re.compile(rb"\n\r?\n")
_DISCARDED = bytearray(256 * 1024)
"""All connections write here what they discard: its content has no meaning."""


class Deadline:
    """A moment, this many *seconds* from now."""

    def __init__(self, seconds: float) -> None:
        self._end = monotonic() + seconds

    def left(self) -> float:
        """Return the remaining seconds; raises `TimeoutError` if there are none."""
        left = self._end - monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class Incoming:
    """Reads from one connection.

    Every method but `discard` raises `ConnectionResetError` at the end of the data,
    and `OSError` if the connection is lost.
    """

    def __init__(self, connection: socket, limits: Limits) -> None:
        self._connection = connection
        self._limits = limits
        self._data = bytearray()

    def read_head(self) -> bytes:
        """Return all lines to the first empty one; raises `ApiError` (408, 414, 431).

        Empty lines before it are ignored (RFC 9112, 2.2).
        """
        if not self._data:
            self._receive(Deadline(self._limits.idle_seconds))
        deadline = Deadline(self._limits.head_seconds)
        searched = 0
        while not (end := self._find_head_end(searched)):
            self._check_head(len(self._data))
            searched = len(self._data)
            self._receive(deadline, "the head did not arrive in time")
        self._check_head(end)
        return self.read(end, deadline)

    def _find_head_end(self, searched: int) -> int:
        """Return where the head ends, or 0; the first *searched* bytes were seen."""
        if self._data.startswith((b"\r", b"\n")):
            self._data = self._data.lstrip(b"\r\n")
        found = _HEAD_END.search(self._data, max(searched - 2, 0))
        return found.end() if found else 0

    def _check_head(self, size: int) -> None:
        if size <= self._limits.head:
            return
        if b"\n" in self._data[: self._limits.head]:
            raise ApiError(431, "the headers are too large")
        raise ApiError(414, "the request target is too long")

    def read(self, most: int, deadline: Deadline) -> bytes:
        """Return from 1 to *most* bytes; raises `ApiError` (408)."""
        if not self._data:
            self._receive(deadline, "the body did not arrive in time")
        data = bytes(self._data[:most])
        del self._data[:most]
        return data

    def read_line(self, most: int, deadline: Deadline) -> bytes:
        """Return a line without its end; raises `ApiError` (400, 408)."""
        while (end := self._data.find(b"\n")) < 0 and len(self._data) <= most:
            self._receive(deadline, "the body did not arrive in time")
        if not 0 <= end <= most:
            raise ApiError(400, "invalid chunked body")
        return self.read(end + 1, deadline).rstrip(b"\r\n")

    def discard(self, most: int, seconds: float) -> None:
        """Read and discard at most *most* bytes, until the client closes."""
        deadline = Deadline(seconds)
        self._data.clear()
        while most > 0:
            self._connection.settimeout(deadline.left())
            count = self._connection.recv_into(_DISCARDED)
            if not count:
                return
            most -= count

    def _receive(self, deadline: Deadline, reason: str = "") -> None:
        """Wait for data; with a *reason*, raises `ApiError` (408) if it is too late."""
        try:
            self._connection.settimeout(deadline.left())
            data = self._connection.recv(_PIECE)
        except TimeoutError as exc:
            if not reason:
                raise
            raise ApiError(408, reason) from exc
        if not data:
            raise ConnectionResetError("the client closed the connection")
        self._data += data
