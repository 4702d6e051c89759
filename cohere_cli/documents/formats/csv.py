"""Rows of values between commas or tabs (RFC 4180), each with its exact bytes."""

from collections.abc import Iterator

from cohere_cli.documents.document import Document, own_id
from cohere_cli.documents.source import MAX_BYTES, NEWLINE, Line, Source
from cohere_cli.errors import InputProblem
from cohere_cli.text import plural

_QUOTE_HINT = 'write a quote inside a quoted value twice: ""'


def csv_records(source: Source) -> Iterator[Document]:
    """Yield the rows of *source*, with commas between values; see `_records`."""
    return _records(source, ",")


def tsv_records(source: Source) -> Iterator[Document]:
    """Yield the rows of *source*, with tabs between values; see `_records`."""
    return _records(source, "\t")


def _records(source: Source, delimiter: str) -> Iterator[Document]:
    """Yield the rows of *source* below its header as fields named by the header."""
    name, path = source.name, source.path
    rows = _rows(source, delimiter)
    names = _unique_names(*next(rows, ([], [])), name)
    for cells, lines in rows:
        number = lines[0][0]
        if len(cells) != len(names):
            what = f"the header has {plural(len(names), 'cell')}, this row {len(cells)}"
            hint = "quote a value that contains the separator"
            raise _error(what, name, lines, hint=hint)
        data = dict(zip(names, cells, strict=True))
        raw = NEWLINE.join([line[2] for line in lines])
        yield Document(data, raw, path, number, own_id(data) or f"{name}:{number}")


def _rows(source: Source, delimiter: str) -> Iterator[tuple[list[str], list[Line]]]:
    """Yield the cells of each row, and its lines; these are valid until the next.

    A row has several lines where a quoted cell has. Empty rows count as blank.
    """
    import csv

    # The module's own limit, 128 KiB a cell, is global; nothing else here uses it.
    csv.field_size_limit(MAX_BYTES)
    row_lines: list[Line] = []
    blank = 0
    found = csv.reader(
        _recorded_lines(source, row_lines), delimiter=delimiter, strict=True
    )
    while True:
        try:
            cells = next(found, None)
        except csv.Error as exc:
            what = f"not a row of values: {_plain(exc)}"
            raise _error(what, source.name, row_lines, hint=_QUOTE_HINT) from exc
        if cells is None:
            break
        if cells:
            yield cells, row_lines
        else:
            blank += 1
        row_lines.clear()
    source.skipped.blank_lines += blank


def _recorded_lines(source: Source, row_lines: list[Line]) -> Iterator[str]:
    """Yield lines to the csv module, and append each to *row_lines*."""
    size = 0
    for line in source.lines():
        size = len(line[1]) + 1 + (size if row_lines else 0)
        row_lines.append(line)
        if size > MAX_BYTES:
            what, hint = "a row is longer than 64 MiB", "is a quote never closed?"
            raise _error(what, source.name, row_lines, hint=hint)
        yield line[1] + "\n"


def _unique_names(cells: list[str], lines: list[Line], name: str) -> list[str]:
    known: set[str] = set()
    for cell in cells:
        if cell in known:
            raise _error(f"the header has {cell!r} twice", name, lines)
        known.add(cell)
    return cells


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
