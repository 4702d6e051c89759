"""The schema of errors, warnings and notes: of each line of `--errors json`."""

from typing import Any

from cohere_cli.errors import CoError, ExitCode

_TEXT = {"type": "string"}
EXIT_CODES = {"enum": sorted({*map(int, ExitCode), 130})}
"""Those of an error; 130 is that of an answer that Ctrl-C has cut."""

_MESSAGE = {
    "type": "object",
    "required": ["message"],
    "properties": {"message": _TEXT},
    "additionalProperties": False,
}


def _kinds(of: type[CoError] = CoError) -> set[str]:
    return {of.kind}.union(*map(_kinds, of.__subclasses__()))


def error() -> dict[str, Any]:
    """Return the schema of an error, also that of an incomplete reply."""
    return {
        "type": "object",
        "required": ["message"],
        "properties": {
            "exit": EXIT_CODES,
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


def line() -> dict[str, Any]:
    """Return the schema of each line of `--errors json`."""
    kinds = {
        "error": error(),
        **dict.fromkeys(("warning", "note", "hint"), _MESSAGE),
    }
    return {
        "title": "A line on standard error with --errors json",
        "description": "An error that ends the command has exit and kind; one of "
        "a part of it, such as a batch of a ranking, has a message alone.",
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "properties": kinds,
        "additionalProperties": False,
    }
