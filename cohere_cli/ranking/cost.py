"""The cost of a ranking in requests and search units, estimated before sending."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from cohere_cli.jobs.cost import MAX_UNCONFIRMED, confirm_requests, units_of

if TYPE_CHECKING:
    from cohere_cli.ranking.batching import RecordBatch
    from cohere_cli.terminal import Terminal


def confirm_cost(
    ahead: "Sequence[RecordBatch]",
    total: int | None,
    finished: int,
    terminal: "Terminal",
) -> None:
    """Show the cost of a ranking of more than 10 requests, and ask on a terminal.

    *ahead* are the first requests, *total* is the bytes of all input, None if
    unknown, and *finished* is the number of requests that need not be sent again.
    Raises `UsageProblem` for a no.
    """
    if len(ahead) <= MAX_UNCONFIRMED:
        return
    less = f", less {finished:,} finished before" if finished else ""
    confirm_requests(f"{describe_cost(ahead, total)}{less}", terminal)


def describe_cost(ahead: "Sequence[RecordBatch]", total: int | None) -> str:
    """Return the number of requests and search units, extrapolated to *total* bytes."""
    requests, units = _extrapolated(ahead, total)
    about = "at least" if total is None else "about"
    return f"{about} {requests:,} requests, {units:,} search units"


def expected_units(
    ahead: "Sequence[RecordBatch]", total: int | None, finished: int
) -> tuple[int, int]:
    """Return the requests and the search units of a ranking, less those *finished*.

    The arguments are those of `confirm_cost`; without a *total*, those known so far.
    """
    is_whole = len(ahead) <= MAX_UNCONFIRMED
    requests, units = _extrapolated(ahead, None if is_whole else total)
    left = max(requests - finished, 0)
    return left, math.ceil(units * left / requests)


def search_units(batch: "RecordBatch") -> int:
    """Return what a request is billed as: a unit is a query with 100 documents."""
    return units_of(len(batch.body.documents))


def _extrapolated(ahead: "Sequence[RecordBatch]", total: int | None) -> tuple[int, int]:
    requests, units = len(ahead), sum(map(search_units, ahead))
    if total is None:
        return requests, units
    read = sum(len(record.raw) + 1 for batch in ahead for record in batch.records)
    share = max(total / read, 1.0)
    return math.ceil(requests * share), math.ceil(units * share)
