"""A thread with an event loop: the `mcp` package is asynchronous, `co` is not."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Event, Thread
from time import monotonic
from typing import Any, TypeVar

T = TypeVar("T")

_POLL = 0.05  # seconds between looks at whether to stop
_END = 2.0  # seconds for tasks that are cancelled


class Stopped(Exception):
    """What was waited for was stopped."""


class LoopThread:
    """Runs coroutines for threads that have no event loop."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        # What goes wrong in a task is reported by who waits for it.
        self._loop.set_exception_handler(lambda *_: None)
        self._thread = Thread(target=self._loop.run_forever, name="co-mcp", daemon=True)
        self._thread.start()

    def submit(self, work: Coroutine[Any, Any, T]) -> "Future[T]":
        """Start *work*, and return its future."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def close(self) -> None:
        """Cancel what still runs, and end the thread."""
        with suppress(TimeoutError, CancelledError):
            self.submit(_cancel_others()).result(_END)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_END)
        if not self._thread.is_alive():
            self._loop.close()


def wait_for(future: "Future[T]", seconds: float, stop: Event | None = None) -> T:
    """Return the result of *future*, which is cancelled where that ends early.

    Raises `TimeoutError` after *seconds*, and `Stopped` soon after *stop* is set.
    """
    # Not by `future.result`: a signal within that may leave the future locked, and with
    # it the loop, for ever.
    done: SimpleQueue[object] = SimpleQueue()
    future.add_done_callback(done.put)
    deadline = monotonic() + seconds
    try:
        while True:
            left = deadline - monotonic()
            with suppress(Empty):
                done.get(timeout=max(min(left, _POLL if stop else left), 0))
                return future.result()
            if stop is not None and stop.is_set():
                raise Stopped
            if left <= 0:
                raise TimeoutError
    finally:
        future.cancel()


async def _cancel_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
