"""Compares the headers of the named tables before anything is sent."""

from collections.abc import Iterable, Iterator
from typing import Literal

from cohere_cli.documents.detect import detect_format
from cohere_cli.documents.formats import InputFormat
from cohere_cli.documents.formats.csv import read_table
from cohere_cli.documents.formats.table import Table
from cohere_cli.documents.open_file import open_regular_file
from cohere_cli.documents.skipped import BadRecords
from cohere_cli.documents.source import Source
from cohere_cli.mapping.output.input_columns import other_header
from cohere_cli.text import is_file


def require_one_header(paths: Iterable[str], kind: InputFormat = "auto") -> None:
    """Raise `InputProblem` for a table whose columns are not those of the first.

    *paths* are sources of records, read as *kind*. What can be read only once, a pipe,
    and what a folder holds is compared when its turn comes.
    """
    first: Table | None = None
    for table in _tables(paths, kind):
        first = first or table
        if problem := other_header(first, table):
            raise problem


def _tables(paths: Iterable[str], kind: InputFormat) -> Iterator[Table]:
    for path in paths:
        if not is_file(path):
            continue
        with open_regular_file(path) as stream:
            source = Source.begin(path, stream, bad=BadRecords("replace"))
            form = kind if kind != "auto" else detect_format(path, source.head)
            if table := _table(source, form):
                yield table


def _table(source: Source, form: str | None) -> Table | None:
    names: tuple[Literal["csv", "tsv"], ...] = ("csv", "tsv")
    return next((read_table(source, name) for name in names if name == form), None)
