"""JSON Schemas of what is written for programs: `co help schemas`."""

from typing import Any

from cohere_cli.errors import CoError, ExitCode, UsageProblem
from cohere_cli.text import did_you_mean, listed

_TEXT = {"type": "string"}
_MESSAGE = {
    "type": "object",
    "required": ["message"],
    "properties": {"message": _TEXT},
    "additionalProperties": False,
}


def _kinds(of: type[CoError] = CoError) -> set[str]:
    return {of.kind}.union(*map(_kinds, of.__subclasses__()))


def _error() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["message"],
        "properties": {
            "exit": {"enum": sorted(map(int, ExitCode))},
            "kind": {"enum": sorted(_kinds())},
            "message": _TEXT,
            "where": _TEXT,
            "hint": _TEXT,
            "status": {"type": "integer", "minimum": 100, "maximum": 999},
            "request_id": _TEXT,
            "retry_after": {"type": "number", "minimum": 0},
        },
        "additionalProperties": False,
    }


def schemas() -> dict[str, Any]:
    """Return the schemas by name: `errors` is of each line of `--errors json`."""
    kinds = {"error": _error(), **dict.fromkeys(("warning", "note", "hint"), _MESSAGE)}
    return {
        "errors": {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "A line on standard error with --errors json",
            "description": "An error that ends the command has exit and kind; one of "
            "a part of it, such as a batch of a ranking, has a message alone.",
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "properties": kinds,
            "additionalProperties": False,
        }
    }


def find_schema(name: str) -> dict[str, Any]:
    """Return the schema *name*. Raises `UsageProblem` with the nearest."""
    found = schemas()
    if name in found:
        schema: dict[str, Any] = found[name]
        return schema
    hint = did_you_mean(name, found, f"schemas: {listed(found)}")
    raise UsageProblem(f"no such schema: {name!r}", hint=hint)
