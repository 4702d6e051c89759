"""What breaks a JSON Schema, and where, in a line for people."""

import json
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from jsonschema import ValidationError


_PLAIN = re.compile(r"[^\W\d][\w$-]*|\$\w+")
_LONGEST = 60  # characters of one value, or of one name
_MOST = 12  # choices of an enum
_KINDS = {
    "array": "an array",
    "boolean": "true or false",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a string",
}


def format_path(path: Iterable[str | int], whole: str) -> str:
    """Return *path* as people write it, `items[2].price`; *whole* if it is empty."""
    return "".join(map(_step, path)).removeprefix(".") or whole


def describe_error(error: "ValidationError", whole: str) -> str:
    """Say in one line what *error* found; *whole* is what to call the outermost.

    Values and names are cut to 60 characters and may hold anything but new lines.
    """
    error = _meant(error)
    path = [*error.absolute_path]
    schema, wanted, value = (
        cast("Any", each)
        for each in (error.schema, error.validator_value, error.instance)
    )
    match error.validator:
        case "required":
            name = next(name for name in wanted if name not in value)
            return f"{format_path([*path, name], whole)} is missing"
        case "additionalProperties":
            known = schema.get("properties", ())
            name = next(name for name in value if name not in known)
            return f"{format_path([*path, name], whole)} is not in the schema"
        case keyword:
            return f"{format_path(path, whole)} {_says(keyword, wanted)}"


def json_error_reason(exc: ValueError) -> str:
    """Say why `strict_json` refused a text, without the position."""
    if isinstance(exc, json.JSONDecodeError):
        return f"{exc.msg[:1].lower()}{exc.msg[1:]}"
    return str(exc)


def _meant(error: "ValidationError") -> "ValidationError":
    """Of alternatives that all fail, choose the only one of the right type."""
    while error.context:
        right = [each for each in error.context if not _is_of_wrong_type(each)]
        if len({each.relative_schema_path[0] for each in right}) != 1:
            return error
        error = right[0]
    return error


def _is_of_wrong_type(error: "ValidationError") -> bool:
    return error.validator == "type" and not error.relative_path


def _says(keyword: object, wanted: Any) -> str:
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
            return "fits none of the alternatives"
        case None:
            return "holds something that may not be there"
        case _:
            return f"breaks the rule {keyword} {_short(wanted)}"


def _listed(choices: list[Any]) -> str:
    told = ", ".join(map(_short, choices[:_MOST]))
    return told if len(choices) <= _MOST else f"{told}, …"


def _kinds(wanted: Any) -> str:
    names = wanted if isinstance(wanted, list) else [wanted]
    return " or ".join(_KINDS.get(name, _short(name)) for name in names)


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if _is_plain(step) else f"[{_short(step)}]"


def _is_plain(name: str) -> bool:
    return len(name) <= _LONGEST and bool(_PLAIN.fullmatch(name))


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
