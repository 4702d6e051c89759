"""What every reader makes: a document, with where it came from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Document:
    """One document of the user's own.

    `data` is the record's fields, in JSON types, or its text. `raw` is the
    record's bytes as they stand in the source, without the line end (and without
    a byte order mark). `source` is the path as given, "-" for standard input;
    `line` is where the record begins there, from 1. `id` is the record's own
    `id` field, else made of source and line; it is the same in every run. Of a
    passage, `part_of` is the id that its whole text would have; else it is empty.
    """

    data: Mapping[str, Any] | str
    raw: bytes
    source: str
    line: int
    id: str
    part_of: str = ""
