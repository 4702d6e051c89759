"""Records what a translation between the two formats could not express."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from cohere_cli.api.protocol.validation import Path
from cohere_cli.request.openai.fields import field_at
from cohere_cli.request.schema.explain import format_path

_LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class Loss:
    """What happened to the field at `path`, such as "left out", and why."""

    path: str
    what: str
    why: str

    @property
    def is_left_out(self) -> bool:
        """Whether the field is missing from the result, rather than changed."""
        return self.what == _LEFT_OUT


class Losses:
    """Collects losses while a body is translated."""

    def __init__(self) -> None:
        self._lost: list[Loss] = []

    def add(self, path: Path, why: str, what: str = _LEFT_OUT) -> None:
        """Record that the field at *path* was changed or left out."""
        self._lost.append(Loss(format_path(path, ""), what, why))

    def all(self) -> tuple[Loss, ...]:
        """Return the losses in the order of their discovery."""
        return tuple(self._lost)


def add_unread_fields(data: Any, parsed: Any, losses: Losses) -> None:
    """Add to *losses* the fields of *data* that the dataclass *parsed* does not have.

    Null, empty containers and the no-op values of the table are not losses.
    """
    for path, value in _unread(data, parsed, ()):
        field = field_at(path, value)
        if value != field.no_op and value not in ({}, []):
            losses.add(path, field.why)


def _unread(data: Any, parsed: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(data, list) and isinstance(parsed, tuple):
        for at, (item, taken) in enumerate(zip(data, parsed, strict=True)):
            yield from _unread(item, taken, (*path, at))
    elif isinstance(data, Mapping) and is_dataclass(parsed):
        known = {field.name for field in fields(parsed)}
        for name, value in data.items():
            if name in known:
                yield from _unread(value, getattr(parsed, name), (*path, name))
            elif value is not None:
                yield (*path, str(name)), value
