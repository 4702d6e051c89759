"""What a translation could not say in the other words; nothing is dropped unsaid."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from cohere_cli.api.protocol.validation import Path
from cohere_cli.request.openai.fields import field_at
from cohere_cli.request.schema.explain import format_path

_LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class Loss:
    """What became of the field at *path*, such as "left out", and why."""

    path: str
    what: str
    why: str

    @property
    def is_left_out(self) -> bool:
        """Whether it is not told at all; else it is told otherwise."""
        return self.what == _LEFT_OUT


class Losses:
    """Gathers what is lost while a body is translated."""

    def __init__(self) -> None:
        self._lost: list[Loss] = []

    def add(self, path: Path, why: str, what: str = _LEFT_OUT) -> None:
        """Note that what stands at *path* is not told as it was."""
        self._lost.append(Loss(format_path(path, ""), what, why))

    def told(self) -> tuple[Loss, ...]:
        """Return the losses in the order in which they came."""
        return tuple(self._lost)


def add_unread_fields(said: Any, read: Any, losses: Losses) -> None:
    """Add to *losses* what JSON *said* and the dataclass *read* from it does not hold.

    What asks for nothing is no loss: null, nothing in brackets, and the value that
    the table calls idle.
    """
    for path, value in _left_over(said, read, ()):
        field = field_at(path, value)
        if value != field.idle and value not in ({}, []):
            losses.add(path, field.why)


def _left_over(said: Any, read: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(said, list) and isinstance(read, tuple):
        for at, (item, taken) in enumerate(zip(said, read, strict=True)):
            yield from _left_over(item, taken, (*path, at))
    elif isinstance(said, Mapping) and is_dataclass(read):
        known = {field.name for field in fields(read)}
        for name, value in said.items():
            if name in known:
                yield from _left_over(value, getattr(read, name), (*path, name))
            elif value is not None:
                yield (*path, str(name)), value
