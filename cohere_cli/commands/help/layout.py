"""Lays a page of help out for a width: plain headings, and rows in two columns."""

import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

MIN_WIDTH, MAX_WIDTH = 40, 100
"""Columns: fewer hold no flag, and longer lines are hard to read."""

_MIN_TEXT = 50  # columns of a text beside its name
_INDENT, _GAP = 2, 2
_BELOW = " " * 10  # before a text below its name, where the page is too narrow

Paint = Callable[[str], str]
"""Marks a heading or a name, such as with bold type; adds no columns."""


class Text(NamedTuple):
    """A paragraph; its further lines are indented by *hanging*.

    *is_close*: there is no blank line before it.
    """

    text: str
    hanging: int = 0
    is_close: bool = False


class Heading(NamedTuple):
    """The heading of what follows, without its colon."""

    text: str


class Example(NamedTuple):
    """A command line."""

    line: str


class Row(NamedTuple):
    """A name and its text."""

    name: str
    text: str


class Rows(NamedTuple):
    """Names with their texts. *is_table*: in columns however narrow."""

    rows: tuple[Row, ...]
    is_table: bool = False


Part = Text | Heading | Example | Rows


def lay_out(parts: Iterable[Part], width: int, paint: Paint = str) -> Iterator[str]:
    """Yield the lines of a page that is *width* columns wide, without line ends."""
    width = min(max(width, MIN_WIDTH), MAX_WIDTH)
    parts = [*parts]
    column = _column([*_flag_rows(parts)], width)
    is_first = True
    for part in parts:
        match part:
            case Text(text, hanging, is_close):
                yield from [] if is_first or is_close else [""]
                yield from _wrapped(text, width, " " * hanging)
            case Heading(text):
                yield ""
                yield paint(f"{text}:")
            case Example(line):
                yield from (f"  {one}" for one in folded(line, width - _INDENT))
            case Rows(rows, is_table):
                start = _width_of(rows) if is_table else column
                yield from _laid_out(rows, start, width, paint)
        is_first = False


def _flag_rows(parts: Iterable[Part]) -> Iterator[Row]:
    for part in parts:
        if isinstance(part, Rows) and not part.is_table:
            yield from part.rows


def _width_of(rows: Sequence[Row]) -> int:
    longest = max((len(row.name) for row in rows), default=0)
    return _INDENT + longest + _GAP


def _column(rows: Sequence[Row], width: int) -> int:
    """Return the column where texts begin; 0 if the page is too narrow: below.

    A few names may be longer: their texts are in the same column, below.
    """
    most = width - _MIN_TEXT
    fitting = [row for row in rows if _width_of([row]) <= most]
    return _width_of(fitting) if len(fitting) * 2 > len(rows) else 0


def _laid_out(
    rows: Sequence[Row], column: int, width: int, paint: Paint
) -> Iterator[str]:
    for row in rows:
        name = f"{' ' * _INDENT}{paint(row.name)}"
        used = _INDENT + len(row.name)
        if column and used + _GAP <= column:
            first, *more = _wrapped(row.text, width - column) or [""]
            yield f"{name}{' ' * (column - used)}{first}".rstrip()
            yield from (f"{' ' * column}{line}" for line in more)
        elif used + _GAP + len(row.text) <= width:
            yield f"{name}{' ' * _GAP}{row.text}"
        else:
            below = " " * column or _BELOW
            yield name
            yield from _wrapped(row.text, width, below, below)


def _wrapped(text: str, width: int, later: str = "", first: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=later,
        break_on_hyphens=False,
    )


# A word of a command line, with the spaces before it; quoted text is one word.
_WORD = re.compile(r"""\s*(?:"[^"]*"|'[^']*'|[^\s"'])+""")


def folded(line: str, width: int) -> Iterator[str]:
    """Yield a command line in lines that a shell reads as one."""
    shown = ""
    for word in _WORD.findall(line):
        is_last = line.endswith(shown + word)
        room = width if is_last else width - len(" \\")
        if shown and len(shown + word) > room:
            yield f"{shown} \\"
            shown = f"      {word.lstrip()}"
        else:
            shown += word
    yield shown
