"""The results of tools as lines for people: the first rows of each."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from cohere_cli.text import plural

_MOST_ROWS = 3
_INDENT = "    "


class _Called(Protocol):
    @property
    def name(self) -> str: ...


class _Outcome(Protocol):
    @property
    def rows(self) -> Sequence[Mapping[str, Any]]: ...

    @property
    def problem(self) -> str: ...


def result_lines(
    results: Iterable[tuple[_Called, _Outcome]], width: int, *, is_short: bool
) -> Iterator[str]:
    """Yield a line for each of *results*, and unless *is_short* its first rows.

    A row is cut at *width* columns.
    """
    for call, outcome in results:
        ending = outcome.problem or plural(len(outcome.rows), "row")
        yield f"co: {call.name}: {ending}"
        if is_short or outcome.problem:
            continue
        for row in outcome.rows[:_MOST_ROWS]:
            yield _cut(f"{_INDENT}{row_text(row)}", width)
        if (more := len(outcome.rows) - _MOST_ROWS) > 0:
            yield f"{_INDENT}… {plural(more, 'more row')}"


def row_text(row: Mapping[str, Any]) -> str:
    """Return *row* on one line: its text alone, or its fields as JSON."""
    values = [*row.values()]
    if len(values) == 1 and isinstance(values[0], str):
        return " ".join(values[0].split())
    return json.dumps(row, ensure_ascii=False)


def _cut(line: str, width: int) -> str:
    return line if len(line) <= width else f"{line[: width - 1]}…"
