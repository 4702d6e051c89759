"""The search units of a request, and the confirmation of many requests."""

from cohere_cli.errors import Declined
from cohere_cli.terminal import Terminal

MAX_UNCONFIRMED = 10
"""The number of requests that are sent without announcing their cost."""


_DOCUMENTS_PER_UNIT = 100


def units_of(documents: int) -> int:
    """Return the search units of a query with *documents*: one for each 100."""
    return -(-documents // _DOCUMENTS_PER_UNIT)


def confirm_requests(
    cost: str, terminal: Terminal, refusal: str = "nothing was sent"
) -> None:
    """Show *cost* and, on a terminal, ask; raises `Declined` for a no.

    *refusal* is what is reported of it.
    """
    answer = terminal.confirm(f"co: {cost}; send them?")
    if answer is None:
        terminal.note(f"co: {cost}")
    if answer is False:
        raise Declined(refusal)
