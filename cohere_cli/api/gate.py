"""Where the requests of several threads wait until their common pace allows them."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from math import inf

from cohere_cli.api.deadline import Deadline
from cohere_cli.api.pace import Pace, Turn
from cohere_cli.api.transport import Passing
from cohere_cli.errors import RateLimited

Tell = Callable[[str], None]


class NoGate:
    """Where nobody waits: each request is on its own."""

    def turn(self, deadline: Deadline, tell: Tell) -> AbstractContextManager[Turn]:
        """Let a request through."""
        return nullcontext(Turn())

    def has_stopped(self, passing: Passing) -> bool:
        """Leave it to the caller to wait."""
        return False


class Gate:
    """Keeps all requests of a client, together, at *rate* a minute and below.

    See `Pace` for what it does where the server refuses, or *rate* is None. *clock*
    counts seconds; *change* is waited on, for seconds, and is notified.
    """

    def __init__(
        self,
        rate: int | None = None,
        clock: Callable[[], float] = time.monotonic,
        change: threading.Condition | None = None,
    ) -> None:
        self._pace = Pace(rate)
        self._clock = clock
        self._change = change or threading.Condition()
        self._told = rate

    @contextmanager
    def turn(self, deadline: Deadline, tell: Tell) -> Iterator[Turn]:
        """Wait for a turn, and hold it while the block runs.

        A 429 in the block stops all; *tell* hears of it, and of a limit that the
        server names. Raises `RateLimited` when there was nothing but 429 for too
        long, and what *deadline* raises.
        """
        turn = self._awaited(deadline)
        try:
            yield turn
        except Passing as passing:
            if self.has_stopped(passing):
                self._stop(turn, passing, tell)
            raise
        finally:
            self._end(turn, tell)

    def has_stopped(self, passing: Passing) -> bool:
        """Whether it waits for what failed to pass: the next turn comes after that."""
        return isinstance(passing.problem, RateLimited)

    def _awaited(self, deadline: Deadline) -> Turn:
        with self._change:
            while (seconds := self._pace.ask(self._clock())) > 0:
                seconds = deadline.cap(seconds)
                self._change.wait(None if seconds == inf else seconds)
                deadline.check()
            return self._pace.started()

    def _stop(self, turn: Turn, passing: Passing, tell: Tell) -> None:
        problem = passing.problem
        with self._change:
            pause = self._pace.refused(
                turn, self._clock(), asked=passing.wait, message=problem.what
            )
            is_hopeless = self._pace.is_hopeless
        if is_hopeless:
            raise problem from passing
        if pause:
            tell(f"{problem}; nothing is sent for {pause:.1f} s")

    def _end(self, turn: Turn, tell: Tell) -> None:
        with self._change:
            self._pace.ended(turn, self._clock())
            self._change.notify_all()
            limit, told = self._pace.limit, self._told
            self._told = limit
        if limit != told:
            tell(f"the server allows {limit} requests a minute; others wait their turn")
