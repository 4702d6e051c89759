"""Which failures are retried, and after what delay.

A request is retried only until its reply begins to be shown.
"""

import random
from collections.abc import Mapping
from datetime import UTC, datetime

from cohere_cli.errors import CoError

RETRIED_STATUSES = frozenset({408, 429, 500, 502, 503, 504, 522, 524, 529})
MAX_BACKOFF = 8.0
MAX_RETRY_AFTER = 60.0
"""Seconds. A longer Retry-After is reported as an error instead of waited for."""
MAX_TOTAL_DELAY = 120.0
"""Seconds of delays in one call, whatever the number of retries left."""


def is_retryable(status: int, message: str) -> bool:
    """Whether the same request may soon succeed.

    A monthly cap is a 429 too, but waiting does not lift it.
    """
    return status in RETRIED_STATUSES and "/ month" not in message.lower()


def backoff_delay(attempt: int, chance: float | None = None) -> float:
    """Seconds to wait before retry number *attempt*, counted from 1.

    Full jitter: uniform from 0 to a bound that doubles from 0.5 s up to 8 s, so that
    clients which failed together do not retry together. *chance* is in [0, 1], by
    default random.
    """
    factor = random.random() if chance is None else chance  # noqa: S311 - not a secret
    return factor * min(MAX_BACKOFF, 0.5 * 2.0 ** (attempt - 1))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that the server asks to wait, None if it does not.

    Reads `retry-after-ms`, or `Retry-After` in seconds or as a date. A date is compared
    with the reply's own Date, so that a wrong local clock does not matter
    (RFC 9110, 10.2.3). Invalid values are ignored.
    """
    milliseconds = _seconds(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    value = headers.get("retry-after")
    seconds = _seconds(value)
    return _seconds_until(value, headers.get("date")) if seconds is None else seconds


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
    """A transient failure: the request can be retried.

    *problem* is the error for the user once no retries are left. *wait* is the
    server's Retry-After in seconds, None without one.
    """

    def __init__(self, problem: CoError, wait: float | None = None) -> None:
        super().__init__(str(problem))
        self.problem = problem
        self.wait = wait
