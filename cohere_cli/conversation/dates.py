"""Times of the history: read from a flag, and shown to people and programs."""

import re
from datetime import UTC, datetime

from cohere_cli.errors import UsageProblem

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_AGO = re.compile(r"(\d{1,6})([smhdw])")
_HINT = "30m, 12h, 7d, 2w, or a date such as 2026-11-28 or 2026-11-28T14:03"


def read_moment(text: str, flag: str, now: float) -> float:
    """Return the moment that *text* names, in seconds since the epoch.

    It is a time before *now*, `7d`, or a date or time of ISO 8601, local unless it
    has an offset. Raises `UsageProblem`, which names *flag*.
    """
    if ago := _AGO.fullmatch(text):
        return now - int(ago[1]) * _SECONDS[ago[2]]
    try:
        # Of a year without a time zone, such as 1, there is no time stamp.
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError) as exc:
        raise UsageProblem(f"{flag} {text!r} is not a time", hint=_HINT) from exc


def local_time(moment: float) -> str:
    """Return *moment* for people: `2026-11-28 14:03`, in local time."""
    return datetime.fromtimestamp(moment).astimezone().strftime("%Y-%m-%d %H:%M")


def utc_time(moment: float) -> str:
    """Return *moment* for programs: `2026-11-28T13:03:05.120Z`."""
    shown = datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
    return shown.replace("+00:00", "Z")
