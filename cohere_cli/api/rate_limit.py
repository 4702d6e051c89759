"""A rate limiter for the requests of several threads; the limits of a trial key."""

import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from cohere_cli.api.deadline import Deadline
from cohere_cli.api.retry import TransientError, backoff_delay
from cohere_cli.errors import RateLimited, RetryNotice

MINUTE = 60.0

MAX_REFUSED_SECONDS = 120.0
"""Seconds of nothing but 429 replies after which the limiter gives up."""

# Seconds of 429 replies after which the limit is one per minute, not per second.
_LONGER_THAN_A_SECOND = 3.0
# Requests per minute. Sent for trial keys only, and not with a 429.
_LIMIT_HEADER = "x-trial-endpoint-call-limit"
_LEFT_HEADER = "x-trial-endpoint-call-remaining"
_MONTH_HEADER = "x-endpoint-monthly-call-limit"
_LIMIT_IN_MESSAGE = re.compile(r"limited to ([0-9]+) API calls / minute")
_NUMBER = re.compile("0*[1-9][0-9]{0,8}")


class TrialLimits(NamedTuple):
    """The limits of a trial key that a response states; None: it does not.

    `per_minute` calls to this endpoint, of which `left` remain, and `per_month` calls.
    No response states how many remain of the month.
    """

    per_minute: int | None
    left: int | None
    per_month: int | None

    def __str__(self) -> str:
        minute = f"{self.per_minute:,} calls a minute" if self.per_minute else ""
        if self.per_minute and self.left is not None:
            minute = f"{self.left:,} of {minute} left"
        month = f"{self.per_month:,} calls a month" if self.per_month else ""
        return ", ".join(filter(None, (minute, month)))


def trial_limits(headers: Mapping[str, str]) -> TrialLimits | None:
    """Return the limits in the *headers* of a response, None for a production key."""
    names = (_LIMIT_HEADER, _LEFT_HEADER, _MONTH_HEADER)
    values = [headers.get(name, "") for name in names]
    per_minute, left, per_month = (
        int(value) if re.fullmatch("[0-9]{1,9}", value) else None for value in values
    )
    limits = TrialLimits(per_minute, left, per_month)
    return limits if str(limits) else None


@dataclass(slots=True)
class Permit:
    """Permission to send a request; `headers` are set if it succeeds.

    `pauses` is the number of pauses before it: the outcome of a request sent before
    the latest pause is no evidence about the limit after it.
    """

    pauses: int = 0
    headers: Mapping[str, str] | None = None


class RateLimitState:
    """Allows *rate* requests in any minute, at least 1; None: learned from the server.

    A request counts until a minute after its end, because the time at which the
    server counted it is unknown. So the limit holds wherever the server's minute
    begins, and requests may be sent in a burst.

    A 429 pauses all requests. Afterwards one request is sent at a time, and one more
    in parallel after each round of successes. All times are seconds of one clock.
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
        """Whether every reply was a 429 for more than `MAX_REFUSED_SECONDS`."""
        waited = self._paused_until - self._refused_since
        return self._refusals > 0 and waited > MAX_REFUSED_SECONDS

    def delay(self, now: float) -> float:
        """Return seconds until a request may be sent; inf: not before another ends."""
        while self._ended and self._ended[0][0] + MINUTE <= now:
            self._ended.popleft()
        if now < self._paused_until:
            return self._paused_until - now
        if self._under_way + 1 > self._most_under_way:
            return inf
        return self._until_room(now)

    def start(self) -> Permit:
        """Count a request that is sent, as `delay` allowed."""
        self._under_way += 1
        return Permit(self._pauses)

    def end(self, permit: Permit, now: float) -> None:
        """Count the end of the request of *permit*, successful or not."""
        self._under_way -= 1
        self._ended.append((now, permit.headers is not None))
        if permit.headers is None:
            return
        self._learn(permit.headers.get(_LIMIT_HEADER, ""))
        if permit.pauses == self._pauses:
            self._refusals = 0
            self._most_under_way += 1 / self._most_under_way

    def refuse(
        self,
        permit: Permit,
        now: float,
        *,
        wait: float | None,
        message: str = "",
        chance: float | None = None,
    ) -> float:
        """Pause all requests after a 429; return for how many seconds.

        *wait* is the server's Retry-After, None without one. The pause is at least
        a retry's backoff (see `backoff_delay` for *chance*). Returns 0 for a request
        sent before the current pause, which already covers it.
        """
        named = _LIMIT_IN_MESSAGE.search(message)
        self._learn(named[1] if named else "")
        if permit.pauses < self._pauses:
            self._paused_until = max(self._paused_until, now + (wait or 0.0))
            return 0.0
        self._count_refusal(now)
        pause = max(wait or 0.0, backoff_delay(self._refusals, chance))
        self._paused_until = max(self._paused_until, now + pause)
        if wait is None and now - self._refused_since >= _LONGER_THAN_A_SECOND:
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
        """For one minute, set the limit to the successes of the last minute.

        No longer, because the guess is too low if the key is also used elsewhere.
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
    """Limits the requests of all threads of a client together to *rate* per minute.

    If *rate* is None, it is learned from the server. *clock* returns seconds; *change*
    is the condition variable on which threads wait.
    """

    def __init__(
        self,
        rate: int | None = None,
        clock: Callable[[], float] = time.monotonic,
        change: threading.Condition | None = None,
    ) -> None:
        self._state = RateLimitState(rate)
        self._clock = clock
        self._change = change or threading.Condition()
        self._reported_limit = rate

    @contextmanager
    def turn(self, deadline: Deadline, notify: Notify) -> Iterator[Permit]:
        """Wait until a request may be sent; its block is the request.

        A 429 in the block pauses all requests; *notify* gets a line about that, and
        about a limit that the server reports. Raises `RateLimited` after nothing but
        429 replies for too long, and `TimedOut` at the *deadline*.
        """
        permit = self._acquire(deadline)
        try:
            yield permit
        except TransientError as error:
            if self.handles(error):
                self._pause(permit, error, notify)
            raise
        finally:
            self._release(permit, notify)

    def handles(self, error: TransientError) -> bool:
        """Whether the limiter itself delays the request that follows *error*."""
        return isinstance(error.problem, RateLimited)

    def _acquire(self, deadline: Deadline) -> Permit:
        with self._change:
            while (seconds := self._state.delay(self._clock())) > 0:
                seconds = deadline.cap(seconds)
                self._change.wait(None if seconds == inf else seconds)
                deadline.check()
            return self._state.start()

    def _pause(self, permit: Permit, error: TransientError, notify: Notify) -> None:
        problem = error.problem
        with self._change:
            pause = self._state.refuse(
                permit, self._clock(), wait=error.wait, message=problem.what
            )
            is_exhausted = self._state.is_exhausted
        if is_exhausted:
            raise problem from error
        if pause:
            what = f"pausing all requests for {pause:.1f} s"
            notify(RetryNotice(problem, what, pause))

    def _release(self, permit: Permit, notify: Notify) -> None:
        with self._change:
            self._state.end(permit, self._clock())
            self._change.notify_all()
            limit, reported = self._state.limit, self._reported_limit
            self._reported_limit = limit
        if limit != reported:
            notify(f"the server allows {limit} requests a minute; the rest wait")
