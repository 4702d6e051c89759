"""A source that is read in a thread of its own, and no further than is allowed."""

from collections.abc import Callable, Iterable
from queue import SimpleQueue
from threading import Thread
from typing import Generic, NamedTuple, TypeVar

ItemT = TypeVar("ItemT")


class FeedEnd(NamedTuple):
    """The end of a source, and the exception that ended it; None for its own end."""

    error: Exception | None


class Feed(Generic[ItemT]):
    """Hands each of *items* to *put*, then a `FeedEnd`.

    It reads one item more than was granted. The thread is a daemon, so that the
    program can end while a read hangs. Nothing here blocks the caller or can be broken
    by a signal: queues instead of events and conditions.
    """

    def __init__(
        self, items: Iterable[ItemT], put: Callable[[ItemT | FeedEnd], None]
    ) -> None:
        self._items = items
        self._put = put
        self._grants: SimpleQueue[bool] = SimpleQueue()
        self._is_stopped = False

    def start(self) -> None:
        """Begin to read."""
        Thread(target=self._read, name="co-reader", daemon=True).start()

    def grant(self, number: int) -> None:
        """Allow *number* more items."""
        for _ in range(number):
            self._grants.put(True)

    def stop(self) -> None:
        """Let the thread end, without another item or the end."""
        self._is_stopped = True
        self._grants.put(False)

    def _read(self) -> None:
        error: Exception | None = None
        try:
            for item in self._items:
                self._grants.get()
                if self._is_stopped:
                    return
                self._put(item)
        except Exception as exc:  # noqa: BLE001 - it is raised in the caller's thread
            error = exc
        self._put(FeedEnd(error))
