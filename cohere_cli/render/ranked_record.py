"""What render needs to see of a record that somebody else has read."""

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
