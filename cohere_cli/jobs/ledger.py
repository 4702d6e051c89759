"""A ledger of what a month's requests have cost, kept in a file for each month."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple

from cohere_cli.config import secure_files
from cohere_cli.errors import ConfigProblem

_FOLDER = "costs"
_DIGITS = 12  # a token costs less than a millionth of a dollar


class Total(NamedTuple):
    """The dollars and the number of the requests of one profile in a month."""

    dollars: float = 0.0
    requests: int = 0

    def plus(self, dollars: float, requests: int) -> "Total":
        """Return the total with *dollars* and *requests* added; neither below 0."""
        added = round(max(self.dollars + dollars, 0.0), _DIGITS)
        return Total(added, max(self.requests + requests, 0))


class MonthLedger:
    """The totals of *profile* by month (of UTC), in files in the *data* directory.

    Any number of processes may change them at once: each change is made under a lock,
    and a file is replaced as a whole. Only their owner can read the files.
    """

    def __init__(self, data: Path, profile: str) -> None:
        self._folder = data / _FOLDER
        self._profile = profile

    def total(self) -> Total:
        """Return the total of this month. Raises `ConfigProblem`."""
        return _read(self._path(this_month())).get(self._profile, Total())

    def add(
        self,
        month: str,
        dollars: float,
        requests: int,
        check: Callable[[Total], None] = lambda _: None,
    ) -> None:
        """Add to the total of *month*, unless *check* raises for the one before.

        Raises `ConfigProblem` if the file cannot be read or written.
        """
        path = self._path(month)
        with secure_files.lock(self._folder, own=True):
            totals = _read(path)
            before = totals.get(self._profile, Total())
            check(before)
            totals[self._profile] = before.plus(dollars, requests)
            entries = {name: one._asdict() for name, one in totals.items()}
            secure_files.write(path, f"{json.dumps(entries, indent=1)}\n".encode())

    def _path(self, month: str) -> Path:
        return self._folder / f"{month}.json"


def this_month() -> str:
    """Return the month of now, such as 2026-11."""
    return f"{datetime.now(UTC):%Y-%m}"


def _read(path: Path) -> dict[str, Total]:
    data = secure_files.read(path, secret=True).data
    try:
        entries = json.loads(data or b"{}")
        return {name: _total(entry) for name, entry in entries.items()}
    except (AttributeError, TypeError, ValueError, RecursionError):
        what = f"{path.name} does not hold costs as co writes them"
    raise ConfigProblem(what, where=str(path))


def _total(entry: Any) -> Total:
    total = Total(**entry)
    dollars, requests = total
    is_valid = type(requests) is int and type(dollars) in (int, float)
    if not is_valid or not isfinite(dollars) or min(total) < 0:
        raise ValueError(total)
    return total
