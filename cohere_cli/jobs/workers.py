"""A worker pool that sends requests concurrently, with one deadline for all of them.

Reading, sending and showing overlap. The number of requests in memory is bounded, so
memory does not grow with the input.
"""

from collections.abc import Callable, Iterable, Iterator
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Generic, NamedTuple, TypeVar

from cohere_cli.api.deadline import Deadline
from cohere_cli.api.responses import InvalidJsonReply
from cohere_cli.errors import (
    BatchesFailed,
    CoError,
    RequestRefused,
    ServerFault,
    TimedOut,
    Unreachable,
)
from cohere_cli.record import value_class

MAX_FAILURES = 3
"""Consecutive requests that may fail in the network or the server, or be refused for
the same reason, such as an unknown model; after that nothing more is sent."""

ItemT = TypeVar("ItemT")
RequestT = TypeVar("RequestT")
ReplyT = TypeVar("ReplyT")


class NotSent(BatchesFailed):
    """A request that was never sent, because those before it failed."""


_FAILURES = (ServerFault, Unreachable, TimedOut)


class Task(NamedTuple, Generic[ItemT, RequestT]):
    """A request to send, and what the caller knows it by."""

    item: ItemT
    request: RequestT


Outcome = tuple[Task[ItemT, RequestT], ReplyT | CoError]


@value_class
class Sender(Generic[RequestT, ReplyT]):
    """How a request is sent.

    `send` takes it and the deadline of all tasks. `max_time` is in seconds; None is
    no limit. An error of the classes `fatal` ends all tasks: after it, no reply of
    this server can be trusted.
    """

    send: Callable[[RequestT, Deadline], ReplyT]
    max_time: float | None = None
    fatal: tuple[type[CoError], ...] = (InvalidJsonReply,)
    max_failures: int = MAX_FAILURES


def send_all(
    sender: Sender[RequestT, ReplyT],
    tasks: Iterable[Task[ItemT, RequestT]],
    *,
    concurrency: int,
) -> Iterator[Outcome[ItemT, RequestT, ReplyT]]:
    """Send *tasks*, *concurrency* (1 to 100) at a time; yield each as it completes.

    *tasks* is read in the caller's thread, never further ahead than twice
    *concurrency*.

    A task that was refused, or that failed after its retries, is yielded with its
    error. After the sender's `max_failures` consecutive failures, every task that was
    not sent yet is yielded with `NotSent`. What concerns all tasks is raised: a
    rejected key, a rate limit that waiting does not lift, a configuration error, an
    error of the classes `fatal`, the deadline, and whatever reading *tasks* raises.
    After that, and when the iterator is closed, nothing more is sent, and requests in
    flight are not waited for.
    """
    pool: WorkerPool[ItemT, RequestT, ReplyT] = WorkerPool(sender, concurrency)
    try:
        for task in tasks:
            pool.submit(task)
            yield from pool.outcomes(left=2 * concurrency - 1)
        yield from pool.outcomes(left=0)
    finally:
        pool.cancel()


class _Cancelled(Exception):
    """The reply is no longer wanted."""


class _CancellableDeadline(Deadline):
    """The deadline of all tasks, which can be brought forward to now."""

    def __init__(self, seconds: float | None) -> None:
        super().__init__(seconds)
        # No Event: a signal that interrupts its `set` leaves it locked.
        self._is_cancelled = False

    def cancel(self) -> None:
        """Let nothing more be sent."""
        self._is_cancelled = True

    def check(self) -> None:
        """Raise `_Cancelled` or `TimedOut` if there is no time left."""
        if self._is_cancelled:
            raise _Cancelled
        super().check()


class WorkerPool(Generic[ItemT, RequestT, ReplyT]):
    """Threads that send tasks from a queue.

    They are daemons, so that the program can end while one hangs in a read;
    `concurrent.futures` waits for its threads. *put* gets the outcome of each task, in
    the thread that sent it; an exception by itself concerns all tasks.
    """

    def __init__(
        self,
        sender: Sender[RequestT, ReplyT],
        size: int,
        put: Callable[[Outcome[ItemT, RequestT, ReplyT] | Exception], None]
        | None = None,
    ) -> None:
        self._sender = sender
        self._size = size
        self._threads = 0
        self._pending = 0
        self._tasks: SimpleQueue[Task[ItemT, RequestT] | None] = SimpleQueue()
        self._done: SimpleQueue[Outcome[ItemT, RequestT, ReplyT] | Exception]
        self._done = SimpleQueue()
        self._put = put or self._done.put
        self._deadline = _CancellableDeadline(sender.max_time)
        self._breaker = _CircuitBreaker(sender.max_failures)

    @property
    def reason(self) -> str:
        """Why nothing more is sent; "" as long as it is."""
        return self._breaker.reason

    def submit(self, task: Task[ItemT, RequestT]) -> None:
        """Queue *task* for the next free thread."""
        self._pending += 1
        self._tasks.put(task)
        if self._threads < self._size:
            self._threads += 1
            Thread(target=self._work, name="co-worker", daemon=True).start()

    def outcomes(self, left: int) -> Iterator[Outcome[ItemT, RequestT, ReplyT]]:
        """Yield completed tasks; wait while more than *left* are pending."""
        while self._pending > left or not self._done.empty():
            outcome = self._done.get()
            self._pending -= 1
            if isinstance(outcome, Exception):
                raise outcome
            yield outcome

    def cancel(self) -> None:
        """Let the threads end: those that hang in a read, after it."""
        self._deadline.cancel()
        for _ in range(self._threads):
            self._tasks.put(None)

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            outcome = self._outcome(task)
            self._put(outcome)
            # After it, so that the caller gets the cause before any `_Cancelled`.
            if isinstance(outcome, Exception):
                self._deadline.cancel()

    def _outcome(
        self, task: Task[ItemT, RequestT]
    ) -> Outcome[ItemT, RequestT, ReplyT] | Exception:
        """Send *task*; an exception by itself concerns all tasks."""
        if self._breaker.reason:
            return task, NotSent(f"not sent: {self._breaker.reason}")
        try:
            reply = self._sender.send(task.request, self._deadline)
        except NotSent as exc:
            return task, exc
        except (RequestRefused, *_FAILURES) as exc:
            if isinstance(exc, self._sender.fatal) or self._deadline.has_passed:
                return exc
            self._breaker.record(exc)
            return task, exc
        except Exception as exc:  # noqa: BLE001 - it is raised in the caller's thread
            return exc
        self._breaker.record(None)
        return task, reply


class _CircuitBreaker:
    """Gives a reason to stop, once too many consecutive tasks have failed."""

    def __init__(self, most: int) -> None:
        self.reason = ""
        self._most = most
        self._kind: str | None = None
        self._count = 0
        self._lock = Lock()

    def record(self, error: CoError | None) -> None:
        """Count an outcome; a success, or another kind of error, restarts the count."""
        kind = _failure_kind(error)
        with self._lock:
            self._count = self._count + 1 if kind == self._kind else 1
            self._kind = kind
            if self._count == self._most and kind is not None:
                self.reason = f"{self._most} requests in a row failed: {error}"


def _failure_kind(error: CoError | None) -> str | None:
    """Return what two failures have in common; None for a success."""
    if error is None:
        return None
    return "" if isinstance(error, _FAILURES) else error.what
