"""Notes about lines that were probably meant as whole files, or as a table."""

import csv
import re
from collections.abc import Callable, Iterator, Sequence

from cohere_cli.documents.document import Document
from cohere_cli.mapping.template import lacking_slots
from cohere_cli.text import STDIN

_MOST_LINES = 3  # of a table, its header included
_SEPARATORS = {",": "csv", "\t": "tsv", ";": "csv"}
_COLUMN = re.compile(r"[^\W\d]([\w .-]{0,38}[\w.-])?")


def with_line_notes(
    records: Iterator[Document],
    sources: Sequence[str],
    slots: Sequence[str],
    notify: Callable[[str], None],
) -> Iterator[Document]:
    """Yield *records* as they come; *notify* gets at most one note about their lines.

    It is given for the first line of a folder, a pattern or several files, and for
    another input whose first lines look like a table. Where *slots* name fields, which
    lines have not, an error of its own says so.
    """
    if _are_many(sources):
        return _noted_files(records, notify)
    return _noted_table(records, slots, notify)


def _are_many(sources: Sequence[str]) -> bool:
    from cohere_cli.documents.walk.folders import parse_search

    (source, *others) = sources
    return bool(others) or (source != STDIN and parse_search(source) is not None)


def _noted_files(
    records: Iterator[Document], notify: Callable[[str], None]
) -> Iterator[Document]:
    for record in records:
        if isinstance(record.data, str):
            notify("each line is a record; --input files takes each file as one")
            yield record
            break
        yield record
    yield from records


def _noted_table(
    records: Iterator[Document],
    slots: Sequence[str],
    notify: Callable[[str], None],
) -> Iterator[Document]:
    # What follows the first lines passes without a look at it. None is held back.
    lines: list[str] = []
    for record in records:
        if not isinstance(record.data, str) or lacking_slots(slots, record):
            yield record
            break
        lines.append(record.data)
        if len(lines) == _MOST_LINES:
            _note_table(lines, notify)
            yield record
            break
        yield record
    else:
        _note_table(lines, notify)
    yield from records


def _note_table(lines: Sequence[str], notify: Callable[[str], None]) -> None:
    if form := _table_form(lines):
        what = "each line is a record, but they look like a table"
        notify(f"{what}; --input {form} reads its columns")


def _table_form(lines: Sequence[str]) -> str:
    """Return "csv" or "tsv" for lines that begin with names of columns, else ""."""
    for separator, form in _SEPARATORS.items():
        try:
            header, *rows = csv.reader(lines, delimiter=separator)
        except (csv.Error, ValueError):
            continue
        are_names = all(map(_COLUMN.fullmatch, header))
        if len(header) == 1 or len({*header}) < len(header) or not are_names:
            continue
        if rows and all(len(row) == len(header) for row in rows):
            return form
    return ""
