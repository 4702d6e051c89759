"""What every reader makes: a document, with where it came from."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, Protocol


# A tuple: a million of them are made, each in a third of a frozen dataclass's time.
class Document(NamedTuple):
    """One document of the user's own.

    `data` is the record's fields, in JSON types, or its text. `raw` is the
    record's bytes as they stand in the source, without the line end (and without
    a byte order mark). `source` is the path as given, "-" for standard input;
    `line` is where the record begins there, from 1; where NULs separate, it is the
    record's number. Of a line that grep found, both are what grep says, and `data`
    is the text behind. `id` is the record's own `id` field, else made of source and
    line; it is the same in every run. Of a passage, `part_of` is the id that its
    whole text would have; else it is empty.
    """

    data: Mapping[str, Any] | str
    raw: bytes
    source: str
    line: int
    id: str
    part_of: str = ""


def own_id(data: Mapping[str, Any] | str) -> str:
    """Return the record's own id, "" if it has none that is text or an integer."""
    found = None if isinstance(data, str) else data.get("id")
    if found is None or isinstance(found, bool):
        return ""
    return str(found) if isinstance(found, str | int) else ""


class Ground(Protocol):
    """Something to ground an answer in, or to rank: a record's fields, or text."""

    @property
    def data(self) -> Mapping[str, Any] | str: ...
    @property
    def id(self) -> str: ...


class Placed(Protocol):
    """Something to rank, and the place where somebody else has read it."""

    @property
    def data(self) -> Mapping[str, Any] | str: ...
    @property
    def source(self) -> str: ...
    @property
    def line(self) -> int: ...


class Picture(Protocol):
    """An image: its address or data URI, and how closely it is looked at."""

    @property
    def url(self) -> str: ...
    @property
    def detail(self) -> Literal["auto", "low", "high"] | None: ...
