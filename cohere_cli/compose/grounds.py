"""What compose needs to see of a document or an image that somebody else has read."""

from collections.abc import Mapping
from typing import Any, Literal, Protocol


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
