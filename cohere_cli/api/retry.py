"""When to ask again, and after how long. A request is repeated only while nothing
of its reply was shown."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime

from cohere_cli.errors import CoError

RETRIED_STATUSES = frozenset({408, 429, 500, 502, 503, 504, 522, 524, 529})
MAX_BACKOFF = 8.0
MAX_RETRY_AFTER = 60.0
"""Seconds. A server that asks for more is not waited for."""
MAX_TOTAL_DELAY = 120.0
"""Seconds of waiting for one call, however many retries it has left."""


def is_retryable(status: int, message: str) -> bool:
    """Whether the same request may succeed soon.

    A monthly or trial-call cap comes as 429 too, but waiting does not lift it.
    """
    return status in RETRIED_STATUSES and "/ month" not in message.lower()


def backoff_delay(attempt: int, chance: float | None = None) -> float:
    """Seconds to wait before retry number *attempt*, counted from 1.

    Full jitter: anything from 0 to a bound that doubles from 0.5 s up to 8 s, so
    that clients which failed together do not come back together. *chance* is in
    [0, 1]; by default a new one is drawn.
    """
    drawn = random.random() if chance is None else chance  # noqa: S311 - not a secret
    return drawn * min(MAX_BACKOFF, 0.5 * 2.0 ** (attempt - 1))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the server asks to wait, or None where it does not say.

    `retry-after-ms`, or `Retry-After` in seconds or as a date, which is measured
    against the reply's own Date so that a wrong clock here does no harm
    (RFC 9110, 10.2.3). What makes no sense is passed over.
    """
    milliseconds = _seconds(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    asked = headers.get("retry-after")
    seconds = _seconds(asked)
    return _seconds_until(asked, headers.get("date")) if seconds is None else seconds


def _seconds(value: str | None) -> float | None:
    try:
        seconds = float(value or "")
    except ValueError:
        return None
    return seconds if 0 <= seconds < float("inf") else None


def _seconds_until(value: str | None, now: str | None) -> float | None:
    until = _date(value)
    if until is None:
        return None
    return max(0.0, (until - (_date(now) or datetime.now(UTC))).total_seconds())


def _date(value: str | None) -> datetime | None:
    from email.utils import parsedate_to_datetime

    try:
        date = parsedate_to_datetime(value or "")
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


class TransientError(Exception):
    """A failure that may pass: the request can be sent again.

    *problem* is what the user is told if it does not pass. *wait* is how many
    seconds the server asks for, if it does.
    """

    def __init__(self, problem: CoError, wait: float | None = None) -> None:
        super().__init__(str(problem))
        self.problem = problem
        self.wait = wait
