"""The cost of a ranking in requests and search units, estimated before sending."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from cohere_cli.jobs.cost import MAX_UNCONFIRMED, confirm_requests

if TYPE_CHECKING:
    from cohere_cli.ranking.batching import RecordBatch
    from cohere_cli.terminal import Terminal


_DOCUMENTS_PER_UNIT = 100


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
    requests, units = len(ahead), sum(map(search_units, ahead))
    if total is None:
        return f"at least {requests:,} requests, {units:,} search units"
    read = sum(len(record.raw) + 1 for batch in ahead for record in batch.records)
    share = max(total / read, 1.0)
    requests, units = math.ceil(requests * share), math.ceil(units * share)
    return f"about {requests:,} requests, {units:,} search units"


def search_units(batch: "RecordBatch") -> int:
    """Return what a request is billed as: a unit is a query with 100 documents."""
    return math.ceil(len(batch.body.documents) / _DOCUMENTS_PER_UNIT)
