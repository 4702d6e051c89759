"""One-line descriptions of JSON and JSON Schema errors."""

import json
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from cohere_cli.strict_json import syntax_reason

if TYPE_CHECKING:
    from jsonschema import ValidationError


_PLAIN = re.compile(r"[^\W\d][\w$-]*|\$\w+")
_MAX_LENGTH = 60  # characters of one value, or of one name
_MAX_CHOICES = 12  # choices of an enum
_KINDS = {
    "array": "an array",
    "boolean": "true or false",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a string",
}


def format_path(path: Iterable[str | int], root: str) -> str:
    """Return *path* as in `items[2].price`, or *root* if it is empty."""
    return "".join(map(_step, path)).removeprefix(".") or root


def describe_error(error: "ValidationError", root: str) -> str:
    """Return *error* in one line, with its path; *root* names the outermost value.

    Values and names are cut to 60 characters, and quoted as JSON.
    """
    error = _relevant(error)
    path = [*error.absolute_path]
    schema, wanted, value = (
        cast("Any", each)
        for each in (error.schema, error.validator_value, error.instance)
    )
    match error.validator:
        case "required":
            name = next(name for name in wanted if name not in value)
            return f"{format_path([*path, name], root)} is missing"
        case "additionalProperties":
            known = schema.get("properties", ())
            name = next(name for name in value if name not in known)
            return f"{format_path([*path, name], root)} is not in the schema"
        case keyword:
            return f"{format_path(path, root)} {_problem(keyword, wanted)}"


def json_error_reason(exc: ValueError) -> str:
    """Return why `strict_json` rejected a text, without the position."""
    if isinstance(exc, json.JSONDecodeError):
        return syntax_reason(exc)
    return str(exc)


def _relevant(error: "ValidationError") -> "ValidationError":
    """Return the error of the one alternative of `anyOf` that has the right type.

    jsonschema's `best_match` ranks them differently in each version, and reads all.
    """
    while error.context:
        right = [each for each in error.context if not _is_of_wrong_type(each)]
        if len({each.relative_schema_path[0] for each in right}) != 1:
            return error
        error = right[0]
    return error


def _is_of_wrong_type(error: "ValidationError") -> bool:
    return error.validator == "type" and not error.relative_path


def _problem(keyword: object, wanted: Any) -> str:
    match keyword:
        case "type":
            return f"is not {_kinds(wanted)}"
        case "enum":
            return f"is not one of {_listed(wanted)}"
        case "const":
            return f"is not {_short(wanted)}"
        case "format":
            return f"is not a {wanted}"
        case "pattern":
            return f"does not match {_short(wanted)}"
        case "anyOf":
            return "matches none of the alternatives"
        case None:
            return "has a value that is not allowed"
        case _:
            return f"violates {keyword} {_short(wanted)}"


def _listed(choices: list[Any]) -> str:
    listed = ", ".join(map(_short, choices[:_MAX_CHOICES]))
    return listed if len(choices) <= _MAX_CHOICES else f"{listed}, …"


def _kinds(wanted: Any) -> str:
    names = wanted if isinstance(wanted, list) else [wanted]
    return " or ".join(_KINDS.get(name, _short(name)) for name in names)


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if _is_plain(step) else f"[{_short(step)}]"


def _is_plain(name: str) -> bool:
    return len(name) <= _MAX_LENGTH and bool(_PLAIN.fullmatch(name))


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MAX_LENGTH else f"{text[: _MAX_LENGTH - 1]}…"
