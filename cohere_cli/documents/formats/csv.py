"""Rows of values between separators (RFC 4180), each with its exact bytes."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Literal, NamedTuple

from cohere_cli.documents.blocks import NEWLINE
from cohere_cli.documents.document import Document, own_id
from cohere_cli.documents.formats.table import Table, nameless_column
from cohere_cli.documents.source import MAX_BYTES, Line, Source
from cohere_cli.errors import InputProblem
from cohere_cli.text import BYTE_ORDER_MARK, plural

_QUOTE_HINT = 'write a quote inside a quoted value twice: ""'
# What spreadsheets write in a file named .csv, by the decimal sign of their language.
_SEPARATORS = {"csv": ",;\t", "tsv": "\t"}
# Spreadsheets read the separator from a first line `sep=;`, and some write it.
_SEPARATOR_LINE = re.compile(r'"?sep=([^"])"?\r?', re.IGNORECASE)
_RETURN = b"\r"
_SAMPLE_ROWS = 20


class _Layout(NamedTuple):
    """The separator of values, the end of lines, and the lines before the header.

    `form` is the format that is read.
    """

    form: Literal["csv", "tsv"]
    separator: str
    end: bytes
    skipped: int


class _Row(NamedTuple):
    """A row's cells and lines, or the error that it cannot be read for.

    If *problem* is about invalid bytes, the cells have U+FFFD for them.
    """

    cells: list[str]
    lines: list[Line]
    problem: InputProblem | None


def csv_records(source: Source) -> Iterator[Document]:
    """Yield the rows of *source*, by the separator that fits; see `_records`."""
    return _records(source, _layout(source, "csv"))


def tsv_records(source: Source) -> Iterator[Document]:
    """Yield the rows of *source*, with tabs between values; see `_records`."""
    return _records(source, _layout(source, "tsv"))


def read_table(source: Source, form: Literal["csv", "tsv"]) -> Table | None:
    """Return the table in *source*, None without a header; raises `InputProblem`."""
    layout = _layout(source, form)
    lines = _Lines(source, layout)
    return _table(lines, _rows(source, layout, lines), source, layout)


def _layout(source: Source, form: Literal["csv", "tsv"]) -> _Layout:
    import csv

    head = source.head.removeprefix(BYTE_ORDER_MARK)
    # Only where no line feed ends a line, carriage returns do.
    end = _RETURN if _RETURN in head and NEWLINE not in head else NEWLINE
    lines = head.decode(errors="replace").split(end.decode())
    if stated := _SEPARATOR_LINE.fullmatch(lines[0]):
        return _Layout(form, stated[1], end, 1)

    def fit(separator: str) -> tuple[int, int]:
        """Return how many rows have the header's width, and how few blanks begin it."""
        reader = csv.reader([f"{line}\n" for line in lines], delimiter=separator)
        try:
            header, *rows = islice(filter(None, reader), _SAMPLE_ROWS)
        except (csv.Error, ValueError):
            return 0, 0
        same = 1 + sum(len(row) == len(header) for row in rows)
        blanks = sum(cell.startswith(" ") for cell in header)
        return (same, -blanks) if len(header) > 1 else (0, 0)

    return _Layout(form, max(_SEPARATORS[form], key=fit), end, 0)


def _records(source: Source, layout: _Layout) -> Iterator[Document]:
    """Yield the rows of *source* below its header as fields named by the header.

    A row with invalid bytes, a stray quote or another number of cells is bad. Empty
    cells beyond the header are left out.
    """
    name, path = source.name, source.path
    lines = _Lines(source, layout)
    rows = _rows(source, layout, lines)
    table = _table(lines, rows, source, layout)
    names = table.names if table else ()
    for row in rows:
        ragged = _ragged(row, len(names), name)
        problem = ragged or row.problem
        if problem and (not source.reads_replaced(problem) or ragged or not row.cells):
            continue
        number = row.lines[0][0]
        data = _fields(names, row.cells)
        id_ = own_id(data) or f"{name}:{number}"
        yield Document(data, _raw(row.lines, layout), path, number, id_, table=table)


def _raw(lines: Iterable[Line], layout: _Layout) -> bytes:
    return layout.end.join([line[2] for line in lines])


def _fields(names: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Return the cells by their names; a column without one, if not empty, by place."""
    if "" not in names:
        return dict(zip(names, cells, strict=False))
    return {
        name or nameless_column(number): cell
        for number, (name, cell) in enumerate(zip(names, cells, strict=False), 1)
        if name or cell
    }


def _ragged(row: _Row, width: int, name: str) -> InputProblem | None:
    if len(row.cells) == width:
        return None
    beyond = row.cells[width:]
    is_whole = len(row.cells) >= width and not any(beyond)
    if is_whole or not row.cells:
        return None
    what = f"the header has {plural(width, 'cell')}, this row {len(row.cells)}"
    return _error(
        what, name, row.lines, hint="quote a value that contains the separator"
    )


def _rows(source: Source, layout: _Layout, lines: "_Lines") -> Iterator[_Row]:
    """Yield the rows of *lines* that are not empty; those count as blank.

    A row has several lines where a quoted cell has. One that cannot be read ends with
    its first line: a quote that is never closed does not take the rest of the file.
    """
    import csv

    # The module's own limit, 128 KiB a cell, is global; nothing else here uses it.
    csv.field_size_limit(MAX_BYTES)
    found = csv.reader(lines, delimiter=layout.separator, strict=True)
    while True:
        try:
            cells = next(found, None)
        except csv.Error as exc:
            yield lines.unreadable(f"not a row of values: {_plain(exc)}", _QUOTE_HINT)
            continue
        except _RowTooLong as exc:
            yield lines.unreadable(str(exc), "is a quote never closed?")
            continue
        if cells is None:
            return
        row = lines.end_row(cells)
        if cells:
            yield row
        else:
            source.skipped.blank_lines += 1


class _RowTooLong(Exception):
    """A row has more bytes than are held in memory."""


class _Lines:
    """The lines of *source* for the csv module, and those of the row it reads."""

    def __init__(self, source: Source, layout: _Layout) -> None:
        self._name = source.name
        self._invalid: dict[int, InputProblem] = {}
        self._latest: InputProblem | None = None
        self._lines = iter(source.checked_lines(self._is_replaced, layout.end))
        # Those before the header.
        self.skipped = list(islice(self._lines, layout.skipped))
        self._row: list[Line] = []
        self._size = 0
        # Lines to be read again, the last first.
        self._again: list[Line] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else next(self._lines)
        if self._latest is not None:
            self._invalid[line[0]], self._latest = self._latest, None
        self._row.append(line)
        self._size += len(line[1]) + 1
        if self._size > MAX_BYTES:
            raise _RowTooLong("a row is longer than 64 MiB")
        return line[1] + "\n"

    def end_row(self, cells: list[str]) -> _Row:
        """Return the row of *cells*, and begin the next."""
        lines, self._row, self._size = self._row, [], 0
        if not self._invalid:
            return _Row(cells, lines, None)
        found = [self._invalid.pop(line[0], None) for line in lines]
        return _Row(cells, lines, next(filter(None, found), None))

    def unreadable(self, what: str, hint: str) -> _Row:
        """Return the first line as a bad row, and begin again with the second."""
        first, *rest = self._row
        self._again += reversed(rest)
        self._row = [first]
        row = self.end_row([])
        return row._replace(problem=_error(what, self._name, [first], hint=hint))

    def _is_replaced(self, problem: InputProblem) -> bool:
        self._latest = problem
        return True


def _table(
    lines: _Lines, rows: Iterator[_Row], source: Source, layout: _Layout
) -> Table | None:
    """Take the header from *rows*; None without one; raises `InputProblem`."""
    row = next(rows, None)
    if row is None:
        return None
    if row.problem and not (row.cells and source.bad.are_replaced):
        raise row.problem
    _require_distinct(row, source.name)
    raw = _raw([*lines.skipped, *row.lines], layout)
    is_windows = layout.end == NEWLINE and raw.endswith(_RETURN)
    return Table(
        layout.form,
        layout.separator,
        _RETURN + NEWLINE if is_windows else layout.end,
        tuple(row.cells),
        raw.rstrip(_RETURN) if is_windows else raw,
        source.is_marked,
        source.path,
        row.lines[0][0],
    )


def _require_distinct(row: _Row, name: str) -> None:
    known: set[str] = set()
    for cell in filter(None, row.cells):
        if cell in known:
            raise _error(f"the header has {cell!r} twice", name, row.lines)
        known.add(cell)


def _error(what: str, name: str, lines: list[Line], *, hint: str = "") -> InputProblem:
    return InputProblem(what, where=f"{name}:{lines[0][0]}", hint=hint)


def _plain(exc: Exception) -> str:
    match str(exc):
        case "unexpected end of data":
            return "a quote is never closed"
        case message if message.startswith("new-line"):
            return "a carriage return outside quotes"
        case message:
            return message
