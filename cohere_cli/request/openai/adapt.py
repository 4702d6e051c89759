"""A body for OpenAI's servers, made fit for Cohere's endpoint of the same shape."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cohere_cli.request.openai.fields import field_at
from cohere_cli.request.schema.supported import check_schema


@dataclass(frozen=True, slots=True)
class AdaptedBody:
    """A body in JSON types, and lines for people about what became of it."""

    data: dict[str, Any]
    notes: tuple[str, ...]


def adapt_body(body: Mapping[str, Any]) -> AdaptedBody:
    """Leave out of *body* what Cohere's endpoint ignores, and unwrap its schema.

    Nothing is noted of a field that asks for nothing. Other fields, and what they
    hold, stay as they are.
    """
    data, notes = {}, []
    for name, value in body.items():
        field = field_at((name,), value)
        if value is None or field.verdict != "ignored":
            data[name] = value
        elif value != field.idle:
            notes.append(f"{name} is left out: {field.why}")
    notes += _unwrap(data)
    return AdaptedBody(data, tuple(notes))


def _unwrap(data: dict[str, Any]) -> Iterator[str]:
    """Write a schema as Cohere's endpoint has it, where OpenAI's wrapper holds it."""
    match data.get("response_format"):
        case {"type": "json_schema", "json_schema": {"schema": dict(schema)}}:
            data["response_format"] = {"type": "json_object", "schema": schema}
            yield "response_format is told as Cohere's: a json_object with a schema"
        case _:
            return


def response_format_from(
    said: dict[str, Any], where: str, *, cohere: bool
) -> Mapping[str, Any]:
    """Return *said* as a `response_format`: it may be one, or be a JSON Schema.

    A schema is put where Cohere's endpoint wants it, or where OpenAI's clients do.
    Raises `InputProblem` with *where* for one that Cohere does not take.
    """
    if said.get("type") in ("text", "json_object", "json_schema"):
        return said
    if cohere:
        return {"type": "json_object", "schema": check_schema(said, where)}
    wrapper = {"name": "answer", "schema": said}
    return {"type": "json_schema", "json_schema": wrapper}
