"""What Cohere's endpoint would make of a body in OpenAI's words, before it is sent."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cohere_cli.api.protocol.validation import InvalidBody, Path, Violation, validate
from cohere_cli.request.openai.fields import (
    Verdict,
    field_at,
    has_subfields,
    is_enumerated,
)
from cohere_cli.request.openai.request import Request
from cohere_cli.request.schema.explain import format_path

# A part whose kind is refused is told in one line, whatever else it says.
_KINDS = ("role", "type")


@dataclass(frozen=True, slots=True)
class Finding:
    """What becomes of one field of a body, and why; `instead` is the nearest way."""

    path: str
    verdict: Verdict
    why: str = ""
    instead: str = ""


def lint_fields(body: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Judge each field of *body*, made of JSON types, in the body's own order.

    A field that is null counts as not said. Fields inside others are told where
    there is something to say of them; nothing is told of what a refused one holds.
    The body's shape is not checked: see `to_native`.
    """
    return tuple(_inside(body, ()))


def lint(body: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Judge each field, like `lint_fields`, and tell of what is not of its shape.

    Of several that are not, the deepest is told: what to mend first.
    """
    found = lint_fields(body)
    refused = [one.path for one in found if one.verdict == "refused"]
    sound = {
        name: body[name] for name in body if format_path((name,), "") not in refused
    }
    try:
        validate(Request, sound)
    except InvalidBody as exc:
        wrong = _finding_of(exc.violation)
        if not any(wrong.path.startswith((path, f"{path}.")) for path in refused):
            return (*(one for one in found if one.path != wrong.path), wrong)
    return found


def _finding_of(flaw: Violation) -> Finding:
    says = "it is missing" if flaw.fault == "missing" else f"it {flaw.says}"
    return Finding(format_path(flaw.path, "the body"), "refused", says)


def _inside(value: Any, path: Path) -> Iterator[Finding]:
    if isinstance(value, Mapping):
        yield from _fields(value, path)
    elif isinstance(value, list):
        for at, each in enumerate(value):
            if isinstance(each, Mapping):
                yield from _fields(each, (*path, at))


def _fields(value: Mapping[str, Any], path: Path) -> Iterator[Finding]:
    for name in _KINDS:
        kind = tuple(_judged((*path, name), value.get(name)))
        if is_enumerated((*path, name)) and kind and kind[0].verdict == "refused":
            yield from kind
            return
    for name, inner in value.items():
        yield from _judged((*path, str(name)), inner)


def _judged(path: Path, value: Any) -> Iterator[Finding]:
    if value is None:
        return
    field = field_at(path, value)
    if len(path) == 1 or field.why:
        yield Finding(format_path(path, ""), field.verdict, field.why, field.instead)
    if field.verdict == "supported" and has_subfields(path):
        yield from _inside(value, path)
