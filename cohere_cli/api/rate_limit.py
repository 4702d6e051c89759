"""Where the requests of several threads wait until their common pace allows them."""

import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf

from cohere_cli.api.deadline import Deadline
from cohere_cli.api.retry import TransientError, backoff_delay
from cohere_cli.errors import RateLimited

MINUTE = 60.0

MAX_REFUSED_SECONDS = 120.0
"""Seconds of nothing but refusals, after which there is no use in going on."""

# Seconds of refusals: it is no second's allowance that is used up, but a minute's.
_LONGER_THAN_A_SECOND = 3.0
# A minute. Trial keys have it, and then not in a refusal.
_LIMIT_HEADER = "x-trial-endpoint-call-limit"
_LIMIT_IN_WORDS = re.compile(r"limited to ([0-9]+) API calls / minute")
_NUMBER = re.compile("0*[1-9][0-9]{0,8}")


@dataclass(slots=True)
class Permit:
    """A request's permission to be sent; `headers` are those of its success.

    `pauses` counts the pauses before it: what was sent before the last one knows
    nothing of it.
    """

    pauses: int = 0
    headers: Mapping[str, str] | None = None


class RateLimitState:
    """At most *rate* requests in any minute, from 1; None until the server says.

    A request counts until a minute after its end, as nobody knows when the server
    counted it. So a limit is kept wherever the server's minute begins; and what it
    allows can be used at once.

    A refusal stops all for a while. Then one request is let through at a time, and
    with each round of successes one more. All times are seconds of the same clock.
    """

    def __init__(self, rate: int | None = None) -> None:
        self.limit = rate
        self._is_given = rate is not None
        self._guess = 0
        self._guess_ends = -inf
        self._ended: deque[tuple[float, bool]] = deque()
        self._under_way = 0
        self._most_under_way = inf
        self._pauses = 0
        self._paused_until = -inf
        self._refusals = 0
        self._refused_since = -inf

    @property
    def is_exhausted(self) -> bool:
        """Whether there were only refusals for `MAX_REFUSED_SECONDS`."""
        waited = self._paused_until - self._refused_since
        return self._refusals > 0 and waited > MAX_REFUSED_SECONDS

    def ask(self, now: float) -> float:
        """Seconds until a request may be sent: 0 is now, inf is after another's end."""
        while self._ended and self._ended[0][0] + MINUTE <= now:
            self._ended.popleft()
        if now < self._paused_until:
            return self._paused_until - now
        if self._under_way + 1 > self._most_under_way:
            return inf
        return self._until_room(now)

    def started(self) -> Permit:
        """Take note that a request goes out, as `ask` allowed."""
        self._under_way += 1
        return Permit(self._pauses)

    def ended(self, turn: Permit, now: float) -> None:
        """Take note that the request of *turn* is over, however it ended."""
        self._under_way -= 1
        self._ended.append((now, turn.headers is not None))
        if turn.headers is None:
            return
        self._learn(turn.headers.get(_LIMIT_HEADER, ""))
        if turn.pauses == self._pauses:
            self._refusals = 0
            self._most_under_way += 1 / self._most_under_way

    def refused(
        self,
        turn: Permit,
        now: float,
        *,
        asked: float | None,
        message: str = "",
        chance: float | None = None,
    ) -> float:
        """Stop all requests, and return for how many seconds.

        *asked* is what the server asks for; a server that asks for nothing, or for
        no time at all, is met with a delay as before a retry (*chance* as there). 0
        for one of several refusals together: another's pause is on.
        """
        named = _LIMIT_IN_WORDS.search(message)
        self._learn(named[1] if named else "")
        if turn.pauses < self._pauses:
            self._paused_until = max(self._paused_until, now + (asked or 0.0))
            return 0.0
        self._count_refusal(now)
        pause = max(asked or 0.0, backoff_delay(self._refusals, chance))
        self._paused_until = max(self._paused_until, now + pause)
        if asked is None and now - self._refused_since >= _LONGER_THAN_A_SECOND:
            self._guess_limit(now)
        return pause

    def _count_refusal(self, now: float) -> None:
        if not self._refusals:
            self._refused_since = now
        self._refusals += 1
        self._pauses += 1
        self._most_under_way = 1.0

    def _learn(self, limit: str) -> None:
        if not self._is_given and _NUMBER.fullmatch(limit):
            self.limit = int(limit)

    def _guess_limit(self, now: float) -> None:
        """For a minute, expect no more than what succeeded in the last one.

        Only so long: the guess is low where the key is used elsewhere too.
        """
        self._guess = sum(success for _, success in self._ended)
        self._guess_ends = now + MINUTE

    def _until_room(self, now: float) -> float:
        guess = self._guess if now < self._guess_ends else 0
        limit = self.limit or guess
        excess = self._under_way + len(self._ended) - limit
        if not limit or excess < 0:
            return 0.0
        if excess >= len(self._ended):
            return inf
        return self._ended[excess][0] + MINUTE - now


Notify = Callable[[str], None]


class RateLimiter:
    """Limits all requests of a client, together, to *rate* a minute.

    `RateLimitState` decides; it learns the rate from the server if *rate* is None.
    *clock* counts seconds; *change* is the condition that waiting threads share.
    """

    def __init__(
        self,
        rate: int | None = None,
        clock: Callable[[], float] = time.monotonic,
        change: threading.Condition | None = None,
    ) -> None:
        self._pace = RateLimitState(rate)
        self._clock = clock
        self._change = change or threading.Condition()
        self._told = rate

    @contextmanager
    def turn(self, deadline: Deadline, tell: Notify) -> Iterator[Permit]:
        """Wait for a turn, and hold it while the block runs.

        A 429 in the block stops all; *tell* hears of it, and of a limit that the
        server names. Raises `RateLimited` when there was nothing but 429 for too
        long, and what *deadline* raises.
        """
        turn = self._awaited(deadline)
        try:
            yield turn
        except TransientError as passing:
            if self.has_stopped(passing):
                self._stop(turn, passing, tell)
            raise
        finally:
            self._end(turn, tell)

    def has_stopped(self, passing: TransientError) -> bool:
        """Whether it waits for what failed to pass: the next turn comes after that."""
        return isinstance(passing.problem, RateLimited)

    def _awaited(self, deadline: Deadline) -> Permit:
        with self._change:
            while (seconds := self._pace.ask(self._clock())) > 0:
                seconds = deadline.cap(seconds)
                self._change.wait(None if seconds == inf else seconds)
                deadline.check()
            return self._pace.started()

    def _stop(self, turn: Permit, passing: TransientError, tell: Notify) -> None:
        problem = passing.problem
        with self._change:
            pause = self._pace.refused(
                turn, self._clock(), asked=passing.wait, message=problem.what
            )
            is_hopeless = self._pace.is_exhausted
        if is_hopeless:
            raise problem from passing
        if pause:
            tell(f"{problem}; nothing is sent for {pause:.1f} s")

    def _end(self, turn: Permit, tell: Notify) -> None:
        with self._change:
            self._pace.ended(turn, self._clock())
            self._change.notify_all()
            limit, told = self._pace.limit, self._told
            self._told = limit
        if limit != told:
            tell(f"the server allows {limit} requests a minute; others wait their turn")
