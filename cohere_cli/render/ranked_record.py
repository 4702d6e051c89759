"""What render needs to see of a record that was ranked."""

from dataclasses import dataclass
from typing import Any, Protocol


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
