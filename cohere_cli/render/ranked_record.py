"""What render needs to see of a record that was ranked."""

from dataclasses import dataclass
from typing import Any, Protocol

from cohere_cli.terminal import clean_line


class Record(Protocol):
    """What was ranked: the user's own bytes, their meaning and where they stood."""

    @property
    def raw(self) -> bytes: ...
    @property
    def data(self) -> Any: ...
    @property
    def source(self) -> str: ...
    @property
    def line(self) -> int: ...


@dataclass(frozen=True, slots=True)
class RankedRecord:
    """A record with its score; `index` is its number in all of the input, from 0."""

    index: int
    relevance_score: float
    record: Record


def place_of(record: Record) -> str:
    """Return where *record* stood, for people: `notes.txt:12`, `stdin:3`."""
    source = "stdin" if record.source == "-" else clean_line(record.source)
    return f"{source}:{record.line}"
