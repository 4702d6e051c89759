"""Validates JSON data as a request body, and describes what is invalid."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from cohere_cli.api.protocol.requests import Discriminator
from cohere_cli.text import nearest

BodyT = TypeVar("BodyT")
Fault = Literal["unknown", "missing", "wrong"]
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Violation:
    """The reason why a mapping is not a valid body.

    `path` is the field's: names, and positions in lists. `reason` completes a sentence
    about the field, lower case. `nearest` is a similar name for an unknown field.
    """

    path: Path
    fault: Fault
    reason: str = ""
    nearest: str = ""

    @property
    def field(self) -> str:
        """The path as in JavaScript: `messages[0].content`."""
        parts = (f"[{at}]" if isinstance(at, int) else f".{at}" for at in self.path)
        return "".join(parts).removeprefix(".")

    def __str__(self) -> str:
        match self.fault:
            case "unknown":
                return f"unknown field {self.field!r}"
            case "missing":
                return f"field {self.field!r} is missing"
            case "wrong":
                return f"field {self.field!r} {self.reason}"


class InvalidBody(Exception):
    """The mapping is not a valid body; *violation* is the error to report."""

    def __init__(self, violation: Violation) -> None:
        super().__init__(str(violation))
        self.violation = violation


def validate(kind: type[BodyT], data: Mapping[str, Any]) -> BodyT:
    """Return *data*, made of JSON types, as a body of *kind*.

    Raises `InvalidBody`.
    """
    from pydantic import ValidationError

    try:
        # As JSON text, because pydantic's strict mode then accepts a list for a tuple
        # and an object for a dataclass, but not "1" for 1.
        body: BodyT = _adapter(cast("Any", kind)).validate_json(json.dumps(data))
    except ValidationError as exc:
        violations = [
            _violation(kind, error) for error in exc.errors(include_url=False)
        ]
        raise InvalidBody(_deepest(violations)) from exc
    return body


def schema_of(kind: type) -> dict[str, Any]:
    """Return the JSON Schema of a body of *kind*."""
    schema: dict[str, Any] = _adapter(kind).json_schema()
    return schema


@cache
def _adapter(kind: Any) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def _deepest(violations: Iterable[Violation]) -> Violation:
    """Return the violation with the longest path: of a union, the best branch.

    An unknown name takes precedence over a missing one: it is likely a typo of it.
    """
    return max(violations, key=lambda one: (len(one.path), one.fault == "unknown"))


def _violation(kind: type, error: Any) -> Violation:
    path, container = _data_path(kind, error["loc"])
    context = error.get("ctx", {})
    match str(error["type"]):
        case "unexpected_keyword_argument":
            near = nearest(str(path[-1]), _names(container))
            return Violation(path, "unknown", nearest=near)
        case "missing":
            return Violation(path, "missing")
        case "union_tag_not_found":
            return Violation((*path, context["discriminator"].strip("'")), "missing")
        case "union_tag_invalid":
            key, tags = context["discriminator"].strip("'"), context["expected_tags"]
            return Violation((*path, key), "wrong", f"must be one of {tags}")
        case "too_short":
            return Violation(path, "wrong", _count("least", context["min_length"]))
        case "too_long":
            return Violation(path, "wrong", _count("most", context["max_length"]))
        case _:
            return Violation(path, "wrong", _reworded(error["msg"]))


def _count(bound: str, length: int) -> str:
    return f"must have at {bound} {length} {'entry' if length == 1 else 'entries'}"


def _reworded(message: str) -> str:
    """Change pydantic's "Input should be a valid string" to "must be a string"."""
    words = message.replace("Input should", "must").replace("a valid", "a")
    return words.replace("a integer", "an integer").replace("a array", "an array")


def _data_path(kind: Any, loc: tuple[str | int, ...]) -> tuple[Path, Any]:
    """Return the path in the data for pydantic's *loc*, and the type that contains it.

    Unlike a path in the data, a loc also names the branch of each union.
    """
    path: list[str | int] = []
    container: Any = None
    for part in loc:
        branches, tagged = _branches(kind)
        if len(branches) > 1:
            kind = _branch(branches, str(part), tagged=tagged)
            continue
        path.append(part)
        container, kind = branches[0], _field_type(branches[0], part)
    return tuple(path), container


def _branches(kind: Any) -> tuple[list[Any], bool]:
    tagged = False
    while get_origin(kind) is Annotated:
        kind, *marks = get_args(kind)
        tagged = tagged or any(isinstance(mark, Discriminator) for mark in marks)
    if get_origin(kind) not in (Union, UnionType):
        return [kind], tagged
    some = [branch for branch in get_args(kind) if branch is not NoneType]
    if len(some) == 1:
        return _branches(some[0])
    return some, tagged


def _branch(branches: list[Any], label: str, *, tagged: bool) -> Any:
    """Return the branch for pydantic's *label*: a tag, or a type's name."""
    if tagged:
        return next((kind for kind in branches if label in _tags(kind)), None)
    kinds = ((getattr(kind, "__name__", str(kind)), kind) for kind in branches)
    return next((kind for name, kind in kinds if label.startswith(name)), None)


def _tags(kind: type) -> tuple[object, ...]:
    hints = _hints(kind)
    return get_args(hints.get("type", hints.get("role")))


def _field_type(kind: Any, part: str | int) -> Any:
    if isinstance(kind, type):
        return _hints(kind).get(str(part))
    if get_origin(kind) is tuple:
        return get_args(kind)[0]
    return None


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


def _names(kind: Any) -> list[str]:
    hints = _hints(kind) if isinstance(kind, type) else {}
    return [name for name in hints if not name.startswith("_")]
