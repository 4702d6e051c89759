"""Confirms the cost of a job before its first request."""

from cohere_cli.errors import UsageProblem
from cohere_cli.terminal import Terminal

MAX_UNCONFIRMED = 10
"""The number of requests that are sent without announcing their cost."""


def confirm_requests(cost: str, terminal: Terminal) -> None:
    """Show *cost* and, on a terminal, ask; raises `UsageProblem` for a no."""
    answer = terminal.confirm(f"co: {cost}; send them?")
    if answer is None:
        terminal.note(f"co: {cost}")
    if answer is False:
        raise UsageProblem("nothing was sent", hint="--yes sends without asking")
