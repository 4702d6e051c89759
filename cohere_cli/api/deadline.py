"""The longest that a whole call may take."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from cohere_cli.errors import TimedOut


class Deadline:
    """A point in time, *seconds* from now, or never.

    A silent connection is not asked to look at the clock: when the time is up,
    its socket is shut down from beside, and the read that hangs on it ends.
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
    def ending(self, connection: socket.socket | None) -> Iterator[None]:
        """Shut *connection* down should the time be up while this block runs."""
        if self._end is None or connection is None:
            yield
            return
        timer = threading.Timer(self.cap(float("inf")), _shut, [connection])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def _shut(connection: socket.socket) -> None:
    # The base class's method: an SSLSocket's own would first forget its TLS state
    # under the reader's feet.
    with suppress(OSError):
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
