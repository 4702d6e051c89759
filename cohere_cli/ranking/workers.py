"""Many rerank requests under way at once, and what becomes of each.

Reading, sending and showing overlap. Only so many batches are held at a time, so
memory does not grow with the input.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Event, Lock, Thread

from cohere_cli.api.client import Client
from cohere_cli.api.deadline import Deadline
from cohere_cli.api.protocol.requests import RerankBody
from cohere_cli.api.protocol.rerank import InvalidRanking, Ranking
from cohere_cli.api.responses import InvalidJsonReply
from cohere_cli.errors import (
    BatchesFailed,
    CoError,
    RequestRefused,
    ServerFault,
    TimedOut,
    Unreachable,
)

MAX_FAILURES = 3
"""Batches in a row that the network or the server fails, or that are refused in the
same words, as for a model that does not exist; then no more is sent."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Request number `number`, from 0."""

    number: int
    body: RerankBody


class NotSent(BatchesFailed):
    """A batch that was never sent, as those before it failed."""


Outcome = tuple[Batch, Ranking | CoError]

_FAILURES = (ServerFault, Unreachable, TimedOut)
_UNTRUSTED = (InvalidRanking, InvalidJsonReply)


def rerank_batches(
    client: Client, batches: Iterable[Batch], *, concurrency: int
) -> Iterator[Outcome]:
    """Send *batches*, *concurrency* (1 to 100) at a time; yield them as they are done.

    *batches* is read in the caller's thread, and never further ahead than twice
    *concurrency*. The client's longest time for a call is meant for all of them.

    A batch that was refused, or that failed after its retries, comes with its error.
    When `MAX_FAILURES` in a row have failed, all that were not sent yet come with
    `NotSent`. What concerns all batches is raised: a key that is not accepted, a
    limit that waiting does not lift, a configuration, a reply that cannot be right,
    the longest time, and whatever reading *batches* raises. After that, and when the
    iterator is closed, nothing more is sent, and nobody waits for what is under way.
    """
    crew = _WorkerPool(client, concurrency)
    try:
        for batch in batches:
            crew.take(batch)
            yield from crew.outcomes(left=2 * concurrency - 1)
        yield from crew.outcomes(left=0)
    finally:
        crew.dismiss()


class _Cancelled(Exception):
    """Nobody wants the reply any more."""


class _CancellableDeadline(Deadline):
    """The time that all batches have together, which can be ended before its end."""

    def __init__(self, seconds: float | None) -> None:
        super().__init__(seconds)
        self._is_cut = Event()

    def cut(self) -> None:
        """Let nothing more be sent."""
        self._is_cut.set()

    def check(self) -> None:
        """Raise `_Cancelled` or `TimedOut` where there is no time any more."""
        if self._is_cut.is_set():
            raise _Cancelled
        super().check()


class _WorkerPool:
    """Threads that send what they are given.

    They are daemons: the program can end while one of them hangs in a read. The
    threads of concurrent.futures are waited for.
    """

    def __init__(self, client: Client, most: int) -> None:
        self._client = client
        self._most = most
        self._threads = 0
        self._held = 0
        self._todo: SimpleQueue[Batch | None] = SimpleQueue()
        self._done: SimpleQueue[Outcome | Exception] = SimpleQueue()
        self._leash = _CancellableDeadline(client.max_time)
        self._breaker = _CircuitBreaker()

    def take(self, batch: Batch) -> None:
        """Have *batch* sent as soon as one of the threads is free."""
        self._held += 1
        self._todo.put(batch)
        if self._threads < self._most:
            self._threads += 1
            Thread(target=self._work, name="co-batches", daemon=True).start()

    def outcomes(self, left: int) -> Iterator[Outcome]:
        """Yield what is done; wait as long as more than *left* are not."""
        while self._held > left or not self._done.empty():
            outcome = self._done.get()
            self._held -= 1
            if isinstance(outcome, Exception):
                raise outcome
            yield outcome

    def dismiss(self) -> None:
        """Let the threads end: those that hang in a read, after it."""
        self._leash.cut()
        for _ in range(self._threads):
            self._todo.put(None)

    def _work(self) -> None:
        while (batch := self._todo.get()) is not None:
            outcome = self._outcome(batch)
            self._done.put(outcome)
            # After it, so that the caller hears why before others say `_Cancelled`.
            if isinstance(outcome, Exception):
                self._leash.cut()

    def _outcome(self, batch: Batch) -> Outcome | Exception:
        """Have *batch* ranked; an exception by itself concerns all batches."""
        if self._breaker.reason:
            return batch, NotSent(f"not sent: {self._breaker.reason}")
        found: Ranking | CoError
        try:
            found = self._client.rerank(batch.body, self._leash)
        except (RequestRefused, *_FAILURES) as exc:
            if isinstance(exc, _UNTRUSTED) or self._leash.has_passed:
                return exc
            found = exc
        except Exception as exc:  # noqa: BLE001 - it is raised in the caller's thread
            return exc
        self._breaker.hear(found)
        return batch, found


class _CircuitBreaker:
    """Says why to stop, once too many batches in a row have failed."""

    def __init__(self) -> None:
        self.reason = ""
        self._kind: str | None = None
        self._failures = 0
        self._hearing = Lock()

    def hear(self, outcome: Ranking | CoError) -> None:
        """Count *outcome*; another refusal, or a success, begins a new count."""
        kind = _failure_kind(outcome)
        with self._hearing:
            self._failures = self._failures + 1 if kind == self._kind else 1
            self._kind = kind
            if self._failures == MAX_FAILURES and kind is not None:
                self.reason = f"{MAX_FAILURES} before it failed, the last: {outcome}"


def _failure_kind(outcome: Ranking | CoError) -> str | None:
    """Return what two failures have in common; None is a success."""
    if isinstance(outcome, Ranking):
        return None
    return "" if isinstance(outcome, _FAILURES) else outcome.what
