"""A table of CSV as it stands in its source, apart from its rows."""

import re
from typing import NamedTuple

from cohere_cli.documents.blocks import NEWLINE
from cohere_cli.text import shown_source

_RETURN = b"\r"
# A last cell that is empty, for each separator.
_EMPTY_QUOTED = b'""'


class Table(NamedTuple):
    r"""The header of a table, and how it and the rows are written.

    `form` is the format that it was read as. `names` are those of the columns, ""
    for one without. `header` are the bytes of the lines up to the header, that with
    `sep=` included, without the last line's end; `line_end` is that: `\n`, `\r\n` or
    `\r`. `is_marked`: the source begins with a byte order mark, of UTF-8 or UTF-16;
    what `header` and the rows hold is UTF-8 in any case. `source` and `line` are
    where the header stands.
    """

    form: str
    separator: str
    line_end: bytes
    names: tuple[str, ...]
    header: bytes
    is_marked: bool
    source: str
    line: int

    @property
    def place(self) -> str:
        """The source and line of the header, for a message."""
        return f"{shown_source(self.source)}:{self.line}"

    @property
    def field_names(self) -> tuple[str, ...]:
        """The names of the fields of its records; those of nameless columns too."""
        return tuple(
            name or nameless_column(number) for number, name in enumerate(self.names, 1)
        )

    def split_row(self, raw: bytes) -> tuple[bytes, bytes]:
        """Return the cells of a row below the header, as they stand, and its line end.

        *raw* is the row's `Document.raw`. Empty cells beyond the header are left out.
        A row without an end of its own, the last of a file, has the header's.
        """
        end = self.line_end
        if end != _RETURN and raw.endswith(_RETURN):
            bare = raw.rstrip(_RETURN)
            raw, end = bare, raw[len(bare) :] + NEWLINE
        separator = self.separator.encode()
        if raw.endswith((separator, separator + _EMPTY_QUOTED)):
            raw = self._without_excess(raw, separator)
        return raw, end

    def _without_excess(self, raw: bytes, separator: bytes) -> bytes:
        for _ in range(self._width(raw) - len(self.names)):
            raw = raw.removesuffix(_EMPTY_QUOTED).removesuffix(separator)
        return raw

    def _width(self, raw: bytes) -> int:
        import csv

        text = raw.decode(errors="replace")
        if self.line_end == _RETURN:
            text = text.replace("\r", "\n")
        lines = (f"{line}\n" for line in text.split("\n"))
        return len(next(csv.reader(lines, delimiter=self.separator)))


def nameless_column(number: int) -> str:
    """Return the field name of column *number*, from 1, which has none."""
    return f"column {number}"


_NEEDS_QUOTES = re.compile(r'["\r\n]')


def quoted_cell(text: str, separator: str) -> str:
    """Return *text* as a cell (RFC 4180): between quotes only where it must be."""
    if separator in text or _NEEDS_QUOTES.search(text):
        return '"' + text.replace('"', '""') + '"'
    return text
