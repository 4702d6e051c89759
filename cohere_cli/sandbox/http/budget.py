"""The memory that all request bodies share."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

from cohere_cli.sandbox.http.limits import Limits
from cohere_cli.sandbox.messages import ApiError

_RETRY_AFTER = {"retry-after": "1"}  # seconds


class Budget:
    """Lends memory to the bodies of requests; safe to use from several threads."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._free = limits.bodies
        self._changed = Condition()

    @contextmanager
    def share(self) -> "Iterator[Share]":
        """Return an empty share, which is given back at the end of the block."""
        share = Share(self)
        try:
            yield share
        finally:
            self._give(share.counted)

    def counted(self, size: int) -> int:
        """Return how much of a body of *size* bytes counts."""
        return size if size > self._limits.small else 0

    def take(self, size: int) -> None:
        """Wait for *size* bytes; raises `ApiError` if others use them for too long."""
        with self._changed:
            if not self._changed.wait_for(
                lambda: self._free >= size, self._limits.queue_seconds
            ):
                reason = "other requests use all memory for bodies, please try again"
                raise ApiError(503, reason, headers=_RETRY_AFTER)
            self._free -= size

    def _give(self, size: int) -> None:
        with self._changed:
            self._free += size
            self._changed.notify_all()


class Share:
    """The part of a budget that one body uses."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self.counted = 0

    def grow_to(self, size: int) -> None:
        """Make room for a body of *size* bytes; raises `ApiError` (503)."""
        more = self._budget.counted(size) - self.counted
        if more > 0:
            self._budget.take(more)
            self.counted += more
