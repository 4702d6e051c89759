"""Rows of values between commas or tabs (RFC 4180), each with its exact bytes."""

from collections.abc import Iterator

from cohere_cli.documents.document import Document, own_id
from cohere_cli.documents.source import MAX_BYTES, NEWLINE, Line, Source
from cohere_cli.errors import InputProblem

_QUOTES = 'write a quote inside a quoted value twice: ""'


def csv_records(source: Source, delimiter: str) -> Iterator[Document]:
    """Yield the rows of *source* below its header, with the header's names."""
    name, path = source.name, source.source
    found = _each_row(source, delimiter)
    names = _distinct(*next(found, ([], [])), name)
    for cells, lines in found:
        number = lines[0][0]
        if len(cells) != len(names):
            what = f"the header has {len(names)} cells, this row {len(cells)}"
            hint = "put quotes around a value that holds the separator"
            raise _refusal(what, name, lines, hint=hint)
        data = dict(zip(names, cells, strict=True))
        raw = NEWLINE.join([line[2] for line in lines])
        yield Document(data, raw, path, number, own_id(data) or f"{name}:{number}")


def _each_row(source: Source, delimiter: str) -> Iterator[tuple[list[str], list[Line]]]:
    """Yield the cells of each row, and the lines that it consists of until the next.

    Several lines where a quoted cell has them. Empty rows are counted as blank.
    """
    import csv

    # The module's own limit, 128 KiB a cell, is global: nobody else here uses it.
    csv.field_size_limit(MAX_BYTES)
    taken: list[Line] = []
    blank = 0
    found = csv.reader(_taking(source, taken), delimiter=delimiter, strict=True)
    while True:
        try:
            cells = next(found, None)
        except csv.Error as exc:
            what = f"not a row of values: {_plain(exc)}"
            raise _refusal(what, source.name, taken, hint=_QUOTES) from exc
        if cells is None:
            break
        if cells:
            yield cells, taken
        else:
            blank += 1
        taken.clear()
    source.skipped.blank_lines += blank


def _taking(source: Source, taken: list[Line]) -> Iterator[str]:
    """Hand lines to the csv module, and keep in *taken* those of the present row."""
    size = 0
    for line in source.lines():
        size = len(line[1]) + 1 + (size if taken else 0)
        taken.append(line)
        if size > MAX_BYTES:
            what, hint = "a row is longer than 64 MiB", "is a quote never closed?"
            raise _refusal(what, source.name, taken, hint=hint)
        yield line[1] + "\n"


def _distinct(cells: list[str], lines: list[Line], name: str) -> list[str]:
    known: set[str] = set()
    for cell in cells:
        if cell in known:
            raise _refusal(f"the header has {cell!r} twice", name, lines)
        known.add(cell)
    return cells


def _refusal(
    what: str, name: str, lines: list[Line], *, hint: str = ""
) -> InputProblem:
    return InputProblem(what, where=f"{name}:{lines[0][0]}", hint=hint)


def _plain(exc: Exception) -> str:
    match str(exc):
        case "unexpected end of data":
            return "a quote is never closed"
        case says if says.startswith("new-line"):
            return "a carriage return stands outside quotes"
        case says:
            return says
