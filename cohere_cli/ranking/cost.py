"""What many requests will cost, said before they are sent, and asked about."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cohere_cli.errors import UsageProblem
from cohere_cli.terminal import Terminal

if TYPE_CHECKING:
    from cohere_cli.documents.document import Document
    from cohere_cli.ranking.batching import RecordBatch


MAX_UNCONFIRMED = 10
"""Requests that are sent without a word about what they cost."""

_DOCUMENTS_PER_UNIT = 100  # documents that one search unit pays for


def confirm_cost(
    ahead: "Sequence[RecordBatch[Document]]",
    total: int | None,
    finished: int,
    terminal: Terminal,
) -> None:
    """Say what a ranking costs whose first requests are *ahead*, if they are many.

    *total* is the bytes of all input, where they are known; *finished* is how many
    requests need not be sent again. Raises as `confirm`.
    """
    if len(ahead) <= MAX_UNCONFIRMED:
        return
    less = f", less {finished:,} finished before" if finished else ""
    confirm(f"{describe_cost(ahead, total)}{less}", terminal)


def confirm(cost: str, terminal: Terminal) -> None:
    """Say *cost*; a person at a terminal is asked, and a no is a `UsageProblem`."""
    answer = terminal.confirm(f"co: {cost}; send them?")
    if answer is None:
        terminal.note(f"co: {cost}")
    if answer is False:
        raise UsageProblem("nothing was sent", hint="--yes sends without a question")


def describe_cost(ahead: "Sequence[RecordBatch[Document]]", total: int | None) -> str:
    """Return the number of requests and their search units, as far as it is known."""
    requests, units = len(ahead), sum(map(search_units, ahead))
    if total is None:
        return f"{requests - 1:,} requests and more: {units:,} search units at least"
    read = sum(len(record.raw) + 1 for portion in ahead for record in portion.records)
    share = max(total / read, 1.0)
    requests, units = math.ceil(requests * share), math.ceil(units * share)
    return f"about {requests:,} requests, {units:,} search units"


def search_units(portion: "RecordBatch[Any]") -> int:
    """Return what a request will be billed as."""
    return math.ceil(len(portion.body.documents) / _DOCUMENTS_PER_UNIT)
