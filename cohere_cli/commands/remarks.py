"""What a lab says beside its table: what does not count, what the numbers mean."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cohere_cli.terminal import Terminal

if TYPE_CHECKING:
    from cohere_cli.relevance.report import Reason, Report

_MOST_NAMED = 5
_SURE = 0.05  # where people commonly stop to doubt
_WHY: "Mapping[Reason, str]" = {
    "unjudged": "without a judgement",
    "irrelevant": "without a relevant document",
    "unranked": "that not every model ranked",
}


def tell_left_out(
    left_out: "Mapping[Reason, Sequence[str]]", terminal: Terminal
) -> None:
    """Say which queries do not count, and why."""
    for reason, queries in left_out.items():
        more = ["…"] if len(queries) > _MOST_NAMED else []
        names = ", ".join([*queries[:_MOST_NAMED], *more])
        number = counted(len(queries), "query", "queries")
        terminal.note(f"co: {number} {_WHY[reason]} left out: {names}")


def tell_meaning(report: "Report", terminal: Terminal) -> None:
    """Explain the table's numbers, and what they cannot say."""
    terminal.note("co: keep from: for co rerank --min-score, with the best F1")
    first, *others = report.results
    if not others:
        return
    queries = len(report.queries)
    number = counted(queries, "query", "queries")
    terminal.note(f"co: differences from {first.model}, over {number}")
    terminal.note("co: p: how often chance alone makes a difference as large")
    # All signs alike, or all turned: 2 of the 2^n ways.
    if (least := 2 / 2**queries) > _SURE:
        terminal.note(f"co: so few queries show nothing: p is {least:.2g} at least")


def counted(number: int, one: str, many: str) -> str:
    """Return *number* with its noun."""
    return f"{number:,} {one if number == 1 else many}"
