"""A deadline for a whole call: at its end, the call's sockets are shut down."""

import socket
import threading
import time
import weakref
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from cohere_cli.errors import TimedOut

_LIMIT = "--max-time, or max_time of the profile, sets the limit"


class Deadline:
    """A point in time, *seconds* from now, or never.

    Connections do not check the clock: a timer thread shuts their sockets down when
    the time is up, which ends any blocking read or write.
    """

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._end = None if seconds is None else time.monotonic() + seconds

    @property
    def has_passed(self) -> bool:
        return self._end is not None and time.monotonic() >= self._end

    def cap(self, seconds: float) -> float:
        """Return *seconds*, or the time left if that is less; at least 1 ms."""
        if self._end is None:
            return seconds
        return max(0.001, min(seconds, self._end - time.monotonic()))

    def check(self) -> None:
        """Raise `TimedOut` when the time is up."""
        if self.has_passed:
            what = f"the call took longer than {self._seconds:g} s"
            raise TimedOut(what, hint=_LIMIT)

    @contextmanager
    def enforce(self, connections: Iterable[socket.socket]) -> Iterator[None]:
        """Shut down *connections* if the time is up before the block ends."""
        if self._end is None:
            yield
            return
        timer = threading.Timer(self.cap(float("inf")), shut_down, [connections])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


class OpenSockets:
    """The open sockets of requests, as weak references.

    They are collected from httpcore's `trace` extension, because a response gives
    access to its socket only after its headers, which may never arrive.
    """

    def __init__(self) -> None:
        self._opened: list[weakref.ref[socket.socket]] = []
        self._adding = threading.Lock()

    def __iter__(self) -> Iterator[socket.socket]:
        found = (reference() for reference in tuple(self._opened))
        return (one for one in found if one is not None)

    def trace(self, step: str, info: Mapping[str, Any]) -> None:
        """Add the socket of a new TCP connection, or of TLS on top of one."""
        if step.endswith(("connect_tcp.complete", "start_tls.complete")):
            opened = info["return_value"].get_extra_info("socket")
            with self._adding:
                # Without those that were closed: a job may need a million.
                left = (one for one in self._opened if one() is not None)
                self._opened = [*left, weakref.ref(opened)]


def shut_down(connections: Iterable[socket.socket]) -> None:
    """End all reads and writes of *connections*, which other threads may wait for."""
    for connection in connections:
        # The base class's method: an SSLSocket's own drops the TLS state first, which
        # another thread may be reading.
        with suppress(OSError):
            socket.socket.shutdown(connection, socket.SHUT_RDWR)
