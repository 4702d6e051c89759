"""The shapes that schemas are made of."""

from collections.abc import Mapping
from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
FLAG: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer", "minimum": 0}
NUMBER: Schema = {"type": "number"}
NUMBER_OR_NULL: Schema = {"type": ["number", "null"]}
OBJECT: Schema = {"type": "object"}
ANYTHING: Schema = {}
TIME: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*Z$"}


def made(fields: Mapping[str, Schema], optional: Mapping[str, Schema] = {}) -> Schema:
    """Return the schema of an object of ours: it has *fields*, and no others."""
    return {**served(fields, optional), "additionalProperties": False}


def served(fields: Mapping[str, Schema], optional: Mapping[str, Schema] = {}) -> Schema:
    """Return the schema of an object of a server, which may have other fields."""
    return {
        "type": "object",
        "required": [*fields],
        "properties": {**fields, **optional},
    }


def list_of(items: Schema) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": items}


def titled(title: str, schema: Schema) -> Schema:
    """Return *schema* with a title."""
    return {"title": title, **schema}
