"""A document or record, and the place in its source where it begins."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol


# A tuple: a million of them are made, each in a third of a frozen dataclass's time.
class Document(NamedTuple):
    """One document to ground an answer in, or one record to rank.

    `data` is the record's fields, in JSON types, or its text. `raw` is the
    record's bytes as they stand in the source, without the line end (and without
    a byte order mark). `source` is the path as given, "-" for standard input;
    `line` is where the record begins there, from 1; for records separated by NULs
    it is the record's number. For a line of grep's output, `source` and `line` are
    those that grep reports, and `data` is the matching text. `id` is the record's
    own `id` field, else "source:line"; it is the same in every run. `part_of` is
    the id of the whole text that a passage comes from, else "".
    """

    data: Mapping[str, Any] | str
    raw: bytes
    source: str
    line: int
    id: str
    part_of: str = ""


def own_id(data: Mapping[str, Any] | str) -> str:
    """Return the record's own id, "" unless it is a string or an integer."""
    found = None if isinstance(data, str) else data.get("id")
    if found is None or isinstance(found, bool):
        return ""
    return str(found) if isinstance(found, str | int) else ""


class Placed(Protocol):
    """A record to rank, with its place in a source."""

    @property
    def data(self) -> Mapping[str, Any] | str: ...
    @property
    def source(self) -> str: ...
    @property
    def line(self) -> int: ...
