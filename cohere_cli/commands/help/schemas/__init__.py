"""JSON Schemas of what is written for programs: `co help schemas`.

Objects that `co` makes have no other fields than these. Those of a server may: what it
sends is written unchanged.
"""

from typing import Any

from cohere_cli.commands.help.schemas import errors, replies, settings, tables
from cohere_cli.errors import UsageProblem
from cohere_cli.text import did_you_mean, listed

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> dict[str, Any]:
    """Return the schemas by name: `errors`, or a command and its format.

    That of `jsonl` and `events` is of each line; `errors` is of each line of
    `--errors json`.
    """
    found = {
        "errors": errors.line(),
        **replies.SCHEMAS,
        **tables.SCHEMAS,
        **settings.SCHEMAS,
    }
    return {name: {"$schema": _DRAFT, **schema} for name, schema in found.items()}


def find_schema(name: str) -> dict[str, Any]:
    """Return the schema *name*. Raises `UsageProblem` with the nearest."""
    found = schemas()
    if name in found:
        schema: dict[str, Any] = found[name]
        return schema
    hint = did_you_mean(name, found, f"schemas: {listed(found)}")
    raise UsageProblem(f"no such schema: {name!r}", hint=hint)
