"""Predicts what Cohere's endpoint does with each field of an OpenAI body."""

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
from cohere_cli.request.openai.request import AnyRequest
from cohere_cli.request.schema.explain import format_path

# A part of a refused kind is one finding; its other fields are not listed.
_KINDS = ("role", "type")


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on one field, why, and the closest alternative."""

    path: str
    verdict: Verdict
    why: str = ""
    instead: str = ""


def lint_fields(body: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Return a verdict on each field of *body*, JSON types, in the body's order.

    Null fields are skipped. Nested fields are listed only with a reason, and not
    inside refused ones. Types are not checked: see `lint`.
    """
    return tuple(_inside(body, ()))


def lint(body: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Return the findings of `lint_fields`, and the deepest field of a wrong type."""
    found = lint_fields(body)
    refused = [one.path for one in found if one.verdict == "refused"]
    valid = {
        name: body[name] for name in body if format_path((name,), "") not in refused
    }
    try:
        validate(AnyRequest, valid)
    except InvalidBody as exc:
        wrong = _finding_of(exc.violation)
        if not any(wrong.path.startswith((path, f"{path}.")) for path in refused):
            return (*(one for one in found if one.path != wrong.path), wrong)
    return found


def _finding_of(violation: Violation) -> Finding:
    why = "it is missing"
    if violation.fault != "missing":
        why = f"it {violation.reason}"
    return Finding(format_path(violation.path, "the body"), "refused", why)


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
