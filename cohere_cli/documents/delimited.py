"""Rows of values between commas or tabs (RFC 4180), each with its exact text."""

from collections.abc import Iterator
from dataclasses import dataclass

from cohere_cli.documents.input import MOST_BYTES
from cohere_cli.documents.text import Text

_QUOTES = 'write a quote inside a quoted value twice: ""'


@dataclass(frozen=True, slots=True)
class Row:
    """A row's cells, and its text: several lines where a quoted cell has them."""

    cells: list[str]
    text: Text


def each_row(lines: Iterator[Text], delimiter: str) -> Iterator[Row]:
    """Yield the rows of *lines*, but no empty ones."""
    import csv

    # The module's own limit, 128 KiB a cell, is global: nobody else here uses it.
    csv.field_size_limit(MOST_BYTES)
    taken = _Taken(lines)
    rows = csv.reader(taken, delimiter=delimiter, strict=True)
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as exc:
            what = f"not a row of values: {_plain(exc)}"
            raise taken.row().refusal(what, hint=_QUOTES) from exc
        text = taken.row()
        if cells:
            yield Row(cells, text)


class _Taken:
    """Hands lines to the csv module, and keeps those that the row consists of."""

    def __init__(self, lines: Iterator[Text]) -> None:
        self._lines = lines
        self._row: list[Text] = []
        self._size = 0

    def __iter__(self) -> "_Taken":
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._row.append(line)
        self._size += len(line.content)
        if self._size > MOST_BYTES:
            hint = "is a quote never closed?"
            raise self.row().refusal("a row is longer than 64 MiB", hint=hint)
        return line.content

    def row(self) -> Text:
        """Return what was taken since the last call, as one text."""
        first = self._row[0]
        text = "".join(line.content for line in self._row)
        self._row, self._size = [], 0
        return Text(text, first.source, first.line)


def _plain(exc: Exception) -> str:
    match str(exc):
        case "unexpected end of data":
            return "a quote is never closed"
        case says if says.startswith("new-line"):
            return "a carriage return stands outside quotes"
        case says:
            return says
