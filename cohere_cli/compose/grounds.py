"""What compose needs to see of a document that somebody else has read."""

from collections.abc import Mapping
from typing import Any, Protocol


class Ground(Protocol):
    """Something to ground an answer in, or to rank: a record's fields, or text."""

    @property
    def data(self) -> Mapping[str, Any] | str: ...
    @property
    def id(self) -> str: ...
