"""The longest that a whole call may take."""

import socket
import threading
import time
import weakref
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from cohere_cli.errors import TimedOut


class Deadline:
    """A point in time, *seconds* from now, or never.

    A connection is not asked to look at the clock: when the time is up, its socket is
    shut down from beside, and whatever hangs on it ends.
    """

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._end = None if seconds is None else time.monotonic() + seconds

    @property
    def has_passed(self) -> bool:
        return self._end is not None and time.monotonic() >= self._end

    def cap(self, seconds: float) -> float:
        """Return *seconds*, or what is left if that is less; at least a moment."""
        if self._end is None:
            return seconds
        return max(0.001, min(seconds, self._end - time.monotonic()))

    def check(self) -> None:
        """Raise `TimedOut` when the time is up."""
        if self.has_passed:
            raise TimedOut(f"the call took longer than {self._seconds:g} s")

    @contextmanager
    def ending(self, connections: Iterable[socket.socket]) -> Iterator[None]:
        """Shut down what is in *connections* should the time be up in this block."""
        if self._end is None:
            yield
            return
        timer = threading.Timer(self.cap(float("inf")), _shut, [connections])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


class OpenSockets:
    """The sockets that requests have opened, as far as they are still in use.

    httpcore tells a request's `trace` of each step; a reply has a socket only once
    its head has come, which may take for ever.
    """

    def __init__(self) -> None:
        self._opened: list[weakref.ref[socket.socket]] = []

    def __iter__(self) -> Iterator[socket.socket]:
        found = (reference() for reference in tuple(self._opened))
        return (one for one in found if one is not None)

    def hear(self, step: str, told: Mapping[str, Any]) -> None:
        """Take note of a new connection, and of TLS that took one over."""
        if step.endswith(("connect_tcp.complete", "start_tls.complete")):
            opened = told["return_value"].get_extra_info("socket")
            self._opened.append(weakref.ref(opened))


def _shut(connections: Iterable[socket.socket]) -> None:
    for connection in connections:
        # The base class's method: an SSLSocket's own would first forget its TLS state
        # under the reader's feet.
        with suppress(OSError):
            socket.socket.shutdown(connection, socket.SHUT_RDWR)
