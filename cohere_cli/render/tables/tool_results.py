"""The results of tools as lines for people: the first rows of each."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from cohere_cli.render.tables.tool_calls import call_title
from cohere_cli.terminal import clean_line
from cohere_cli.text import plural

_MOST_ROWS = 3
_INDENT = "    "


class _Called(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def text(self) -> str: ...


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
        yield f"co: {call_title(call.name, call.text)}: {ending}"
        if not is_short and not outcome.problem:
            yield from folded_rows(outcome.rows, width)


def folded_rows(rows: Sequence[Mapping[str, Any]], width: int) -> Iterator[str]:
    """Yield the first of *rows*, each a line of at most *width* columns.

    Of a text alone, its first lines.
    """
    if len(rows) == 1 and (text := _text_alone(rows[0])):
        lines, what = [one.rstrip() for one in text.strip("\n").split("\n")], "line"
    else:
        lines, what = [row_line(row, at, rows) for at, row in enumerate(rows)], "row"
    for line in lines[:_MOST_ROWS]:
        yield _cut(f"{_INDENT}{line}".rstrip(), width)
    if (more := len(lines) - _MOST_ROWS) > 0:
        yield f"{_INDENT}… {plural(more, f'more {what}')}"


def row_line(row: Mapping[str, Any], at: int, rows: Sequence[Any]) -> str:
    """Return *row*, the one *at* that place of *rows*, on one line.

    That is its id, as citations name it, and its fields.
    """
    own = row.get("id", "")
    # One alone needs no number.
    name = _one_line(own) if own != "" else str(at) if len(rows) > 1 else ""
    name = row_name(name)
    return " · ".join(filter(None, (name, row_summary(row))))


def row_name(id_: str) -> str:
    """Return how the row *id_* of a result is named; without an id it has a number."""
    return f"row {id_}" if id_.isdecimal() else id_


def row_summary(row: Mapping[str, Any]) -> str:
    """Return the fields of *row* on one line, without its id: a text alone as it is."""
    texts = {name: _one_line(value) for name, value in row.items() if name != "id"}
    if len(texts) == 1 and isinstance(row[next(iter(texts))], str):
        return next(iter(texts.values()))
    return ", ".join(f"{name}: {text}" for name, text in texts.items())


def _text_alone(row: Mapping[str, Any]) -> str:
    values = [*row.values()]
    return values[0] if len(values) == 1 and isinstance(values[0], str) else ""


def _one_line(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return " ".join(text.split())


def _cut(line: str, width: int) -> str:
    from cohere_cli.render.widths import display_width

    line = clean_line(line.expandtabs(4))
    if display_width(line[: width + 1]) <= width:
        return line
    end = width - 1
    while display_width(line[:end]) >= width:
        end -= 1
    return f"{line[:end]}…"
