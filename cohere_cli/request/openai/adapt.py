"""Adapts an OpenAI body to Cohere's OpenAI-compatible endpoint."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cohere_cli.request.openai.fields import field_at
from cohere_cli.request.schema.supported import check_schema


@dataclass(frozen=True, slots=True)
class AdaptedBody:
    """A body in JSON types, and one note for each change to it."""

    data: dict[str, Any]
    notes: tuple[str, ...]


def adapt_body(body: Mapping[str, Any]) -> AdaptedBody:
    """Return *body* without the fields that Cohere ignores, with its schema unwrapped.

    A field with its no-op value is removed without a note. Other fields are kept.
    """
    data, notes = {}, []
    for name, value in body.items():
        field = field_at((name,), value)
        if value is None or field.verdict != "ignored":
            data[name] = value
        elif value != field.no_op:
            notes.append(f"{name} is left out: {field.why}")
    notes += _unwrap(data)
    return AdaptedBody(data, tuple(notes))


def _unwrap(data: dict[str, Any]) -> Iterator[str]:
    """Move a schema out of OpenAI's wrapper; yield a note if there was one."""
    match data.get("response_format"):
        case {"type": "json_schema", "json_schema": {"schema": dict(schema)}}:
            data["response_format"] = {"type": "json_object", "schema": schema}
            yield "response_format is sent in Cohere's form: json_object with a schema"
        case _:
            return


def response_format_from(
    value: dict[str, Any], where: str, *, cohere: bool
) -> Mapping[str, Any]:
    """Return *value*, a `response_format` or a JSON Schema, as a `response_format`.

    A schema is placed where Cohere's endpoint, or else OpenAI's, expects it. Raises
    `InputProblem` with *where* for a schema that Cohere does not support.
    """
    if value.get("type") in ("text", "json_object", "json_schema"):
        return value
    if cohere:
        return {"type": "json_object", "schema": check_schema(value, where)}
    wrapper = {"name": "answer", "schema": value}
    return {"type": "json_schema", "json_schema": wrapper}
