"""The columns of a table that hold the records: as they stand, or made anew."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from cohere_cli.documents.blocks import NEWLINE
from cohere_cli.documents.document import Document
from cohere_cli.documents.formats.table import Table, quoted_cell
from cohere_cli.errors import CoError, InputProblem
from cohere_cli.render.tables.ranking_rows import cell_text
from cohere_cli.text import BYTE_ORDER_MARK, listed, shown_source, valid_unicode

_RETURN = "\r"
_SEPARATORS = {"csv": ",", "tsv": "\t"}
_PATH, _TEXT = "path", "text"


class CellStyle(NamedTuple):
    """How cells are written: what stands between them, and what ends a row."""

    separator: str
    line_end: bytes

    def cells(self, texts: Iterable[str]) -> bytes:
        """Return *texts* as cells of one row."""
        cells = [quoted_cell(self._kept_whole(one), self.separator) for one in texts]
        return self.separator.join(cells).encode()

    def _kept_whole(self, text: str) -> str:
        text = valid_unicode(text)
        if self.line_end != _RETURN.encode():
            return text
        # A line feed would make readers take it for what ends the lines.
        return text.replace("\r\n", _RETURN).replace("\n", _RETURN)


class InputColumns(ABC):
    """The columns before those of the answers.

    `names` are taken, so that no column of the answers is called so. `mark` comes
    before everything.
    """

    style: CellStyle
    names: Sequence[str]
    mark = b""

    @abstractmethod
    def header(self) -> bytes | None:
        """Return the cells of the header, None for no columns."""

    @abstractmethod
    def row(self, record: Document) -> tuple[bytes | None, bytes]:
        """Return the cells of *record*, None for no columns, and the row's end."""

    @abstractmethod
    def refusal(self, record: Document) -> CoError | None:
        """Return why the columns cannot hold *record*."""


class NoColumns(InputColumns):
    """Nothing of the records."""

    names = ()

    def __init__(self, style: CellStyle, mark: bytes) -> None:
        self.style = style
        self.mark = mark

    def header(self) -> None:
        return None

    def row(self, record: Document) -> tuple[None, bytes]:
        return None, self.style.line_end

    def refusal(self, record: Document) -> None:
        return None


class FieldColumns(InputColumns):
    """Columns of the fields *names*; plain text has the column `text`."""

    def __init__(self, names: Sequence[str], style: CellStyle) -> None:
        self.names = names
        self.style = style

    def header(self) -> bytes | None:
        return self.style.cells(self.names) if self.names else None

    def row(self, record: Document) -> tuple[bytes | None, bytes]:
        if not self.names:
            return None, self.style.line_end
        if self.refusal(record):
            return self.style.cells([""] * len(self.names)), self.style.line_end
        fields = self._fields(record)
        texts = [cell_text(fields.get(name)) for name in self.names]
        return self.style.cells(texts), self.style.line_end

    def refusal(self, record: Document) -> CoError | None:
        unknown = [name for name in self._fields(record) if name not in self.names]
        if not unknown:
            return None
        what = f"the table has no column for {listed([*map(repr, unknown)])}"
        return InputProblem(what, where=_place(record), hint="choose -o jsonl")

    def _fields(self, record: Document) -> Mapping[str, object]:
        return _fields(record)


class FileColumns(FieldColumns):
    """The path and the text of whole files."""

    def __init__(self, style: CellStyle) -> None:
        super().__init__((_PATH, _TEXT), style)

    def _fields(self, record: Document) -> Mapping[str, object]:
        return {_PATH: record.source, _TEXT: record.data}


class TableColumns(InputColumns):
    """The columns of *table*, byte for byte.

    A row of another table of the same columns is written anew if its separator is
    another.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._anew = FieldColumns(
            table.field_names, CellStyle(table.separator, table.line_end)
        )
        self.style = self._anew.style
        self.names = table.names
        self.mark = BYTE_ORDER_MARK if table.is_marked else b""

    def header(self) -> bytes:
        return self._table.header

    def row(self, record: Document) -> tuple[bytes | None, bytes]:
        table = record.table
        is_alike = table and table.separator == self.style.separator
        if table and is_alike and table.names == self.names:
            return table.split_row(record.raw)
        if self.refusal(record):
            return self.style.cells([""] * len(self.names)), self.style.line_end
        return self._anew.row(record)

    def refusal(self, record: Document) -> CoError | None:
        if record.table is not None:
            return other_header(self._table, record.table)
        return self._anew.refusal(record)


def other_header(first: Table, other: Table) -> CoError | None:
    """Return the error for a table whose columns are not those of *first*."""
    if other.names == first.names:
        return None
    what = f"the header is not that of {first.place}: {listed(other.field_names)}"
    hint = f"map tables of other columns apart; {first.place} has " + listed(
        first.field_names
    )
    return InputProblem(what, where=other.place, hint=hint)


def input_columns(
    name: str,
    table: Table | None,
    first: Sequence[Document],
    *,
    only: bool,
    whole_files: bool = False,
) -> InputColumns:
    """Return the columns of an output *name*, csv or tsv, for records like *first*.

    *table* is what its rows belong to; it stays as it is, unless *name* asks for
    another separator. *whole_files*: each record is one.

    Raises `InputProblem` for one of *first* that has other columns.
    """
    is_kept = table and (name == table.form or table.separator == _SEPARATORS[name])
    if table and is_kept:
        found: InputColumns = TableColumns(table)
    elif whole_files:
        found = FileColumns(CellStyle(_SEPARATORS[name], NEWLINE))
    else:
        names = table.field_names if table else _names(first)
        end = table.line_end if table else NEWLINE
        found = FieldColumns(names, CellStyle(_SEPARATORS[name], end))
    if only:
        return NoColumns(found.style, found.mark)
    for record in first:
        if problem := found.refusal(record):
            raise problem
    return found


def _names(first: Sequence[Document]) -> tuple[str, ...]:
    """Return the names of the fields that *first* have, in that order."""
    return tuple(dict.fromkeys(name for record in first for name in _fields(record)))


def _fields(record: Document) -> Mapping[str, object]:
    return {_TEXT: record.data} if isinstance(record.data, str) else record.data


def _place(record: Document) -> str:
    return f"{shown_source(record.source)}:{record.line}"
