"""What many requests will cost, said before they are sent, and asked about."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from cohere_cli.errors import UsageProblem
from cohere_cli.terminal import Terminal

if TYPE_CHECKING:
    from cohere_cli.compose.portions import Portion
    from cohere_cli.documents.document import Document

MOST_UNASKED = 10
"""Requests that are sent without a word about what they cost."""

_PER_UNIT = 100  # documents that one search unit pays for


def confirm_cost(
    ahead: "Sequence[Portion[Document]]", total: int | None, terminal: Terminal
) -> None:
    """Say what a ranking costs whose first requests are *ahead*, if they are many.

    *total* is the bytes of all input, where they are known. A person at a terminal
    is asked. Raises `UsageProblem` where the answer is no.
    """
    if len(ahead) <= MOST_UNASKED:
        return
    said = f"co: {cost_text(ahead, total)}"
    answer = terminal.agrees(f"{said}; send them?")
    if answer is None:
        terminal.note(said)
    if answer is False:
        raise UsageProblem("nothing was sent", hint="--yes sends without a question")


def cost_text(ahead: "Sequence[Portion[Document]]", total: int | None) -> str:
    """Return the number of requests and their search units, as far as it is known."""
    requests, units = len(ahead), sum(map(_units, ahead))
    if total is None:
        return f"{requests - 1:,} requests and more: {units:,} search units at least"
    read = sum(len(record.raw) + 1 for portion in ahead for record in portion.records)
    share = max(total / read, 1.0)
    requests, units = math.ceil(requests * share), math.ceil(units * share)
    return f"about {requests:,} requests, {units:,} search units"


def _units(portion: "Portion[Document]") -> int:
    return math.ceil(len(portion.body.documents) / _PER_UNIT)
