"""Validates an answer against its JSON Schema."""

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from cohere_cli.request.schema.explain import describe_error, json_error_reason
from cohere_cli.request.schema.supported import certainly_mismatches, matches_format
from cohere_cli.strict_json import loads

if TYPE_CHECKING:
    from jsonschema import ValidationError


# At most 3 seconds of validation; no answer of a model is that long.
_MAX_LENGTH = 1 << 20  # characters


def find_violation(answer: str, schema: Mapping[str, Any]) -> str:
    """Return in one line where *answer* first violates *schema*, or "" if valid.

    *schema* must have passed `check_schema`. An answer that is too long or too deep
    to validate is invalid. Complex patterns are skipped: see `certainly_mismatches`.
    Nothing is fetched.
    """
    if len(answer) > _MAX_LENGTH:
        return f"the answer is too long to be checked: over {_MAX_LENGTH:,} characters"
    try:
        value = loads(answer)
    except ValueError as exc:
        return f"the answer is not JSON: {json_error_reason(exc)}{_position(exc)}"
    try:
        return _first_violation(value, schema)
    except RecursionError:
        return "the answer is nested too deeply to be checked"
    except ArithmeticError:
        return "the answer has a number that is too large to be checked"


def _first_violation(value: Any, schema: Mapping[str, Any]) -> str:
    # Only the first error, not `best_match`: there may be a million of them.
    first = next(_validator(schema).iter_errors(value), None)
    return "" if first is None else describe_error(first, "the answer")


def _validator(schema: Mapping[str, Any]) -> Any:
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend, validator_for
    from referencing import Registry

    kind = validator_for(schema, default=Draft202012Validator)
    ours = {"format": _format, "pattern": _pattern}
    # Without a registry of its own, the library would fetch what `$ref` names.
    return cast("Any", extend)(kind, ours)(schema, registry=Registry())


def _format(_: Any, form: Any, value: Any, __: Any) -> "Iterator[ValidationError]":
    from jsonschema import ValidationError

    if isinstance(value, str) and not matches_format(str(form), value):
        yield ValidationError("")


def _pattern(_: Any, pattern: Any, value: Any, __: Any) -> "Iterator[ValidationError]":
    from jsonschema import ValidationError

    if isinstance(value, str) and certainly_mismatches(str(pattern), value):
        yield ValidationError("")


def _position(exc: ValueError) -> str:
    if not isinstance(exc, json.JSONDecodeError):
        return ""
    return f" at line {exc.lineno}, column {exc.colno}"
