"""Validates an answer against its JSON Schema."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from cohere_cli.request.schema.explain import describe_error, json_error_reason
from cohere_cli.request.schema.supported import (
    certainly_mismatches,
    is_quick,
    matches_format,
)
from cohere_cli.strict_json import loads

if TYPE_CHECKING:
    from jsonschema import ValidationError


# At most 3 seconds of validation; no answer of a model is that long.
_MAX_LENGTH = 1 << 20  # characters


def find_violation(
    answer: str, schema: Mapping[str, Any], *, all_patterns: bool = False
) -> str:
    """Return in one line where *answer* first violates *schema*, or "" if valid.

    *schema* must have passed `check_schema`. An answer that is too long or too deep
    to validate is invalid. Complex patterns are skipped: see `certainly_mismatches`.
    With *all_patterns* they are not, and one without an answer in time is violated.
    Nothing is fetched.
    """
    if not all_patterns:
        return answer_check(schema)(answer)[1]
    if pattern := _slow_name_pattern(answer, schema):
        return f"in the answer, names take too long to match {pattern!r}"
    return answer_check(schema, _all_patterns)(answer)[1]


def _slow_name_pattern(answer: str, schema: Mapping[str, Any]) -> str:
    """Return a pattern of `patternProperties` that may take for ever, "" for none.

    The library matches names by itself, and no thread can stop it.
    """
    patterns = [
        str(pattern)
        for one in _objects_in(schema)
        if isinstance(found := one.get("patternProperties"), Mapping)
        for pattern in found
    ]
    if not patterns:
        return ""
    try:
        names = [name for one in _objects_in(loads(answer)) for name in one]
    except ValueError:
        return ""  # which is found again, and reported
    longest = max(names, key=len, default="")
    return next((one for one in patterns if not is_quick(one, longest)), "")


def _objects_in(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield each object in *value*, of any depth, itself included."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            yield one
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


def answer_check(
    schema: Mapping[str, Any], match: Any = None
) -> Callable[[str], tuple[Any, str]]:
    """Return what reads an answer: as its value, and what `find_violation` returns.

    For many answers: the validator is made once. *match* checks a text by a pattern,
    as jsonschema's own keywords do; by default `certainly_mismatches` does.
    """
    validators: list[Any] = []

    def check(answer: str) -> tuple[Any, str]:
        if len(answer) > _MAX_LENGTH:
            most = f"over {_MAX_LENGTH:,} characters"
            return None, f"the answer is too long to be checked: {most}"
        try:
            value = loads(answer)
        except ValueError as exc:
            reason = f"{json_error_reason(exc)}{_position(exc)}"
            return None, f"the answer is not JSON: {reason}"
        if not validators:
            validators.append(_validator(schema, match or _pattern))
        try:
            return value, _first_violation(value, validators[0])
        except RecursionError:
            return value, "the answer is nested too deeply to be checked"
        except ArithmeticError:
            return value, "the answer has a number that is too large to be checked"

    return check


def _first_violation(value: Any, validator: Any) -> str:
    # Only the first error, not `best_match`: there may be a million of them.
    first = next(validator.iter_errors(value), None)
    return "" if first is None else describe_error(first, "the answer")


def _validator(schema: Mapping[str, Any], pattern: Any) -> Any:
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend, validator_for
    from referencing import Registry

    kind = validator_for(schema, default=Draft202012Validator)
    ours = {"format": _format, "pattern": pattern}
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


def _all_patterns(
    _: Any, pattern: Any, value: Any, __: Any
) -> "Iterator[ValidationError]":
    from cohere_cli.request.schema.pattern_process import matches_in_time

    is_known = not isinstance(value, str) or is_quick(str(pattern), value)
    if is_known:
        yield from _pattern(_, pattern, value, __)
    elif not matches_in_time(str(pattern), value):
        from jsonschema import ValidationError

        yield ValidationError("")


def _position(exc: ValueError) -> str:
    if not isinstance(exc, json.JSONDecodeError):
        return ""
    return f" at line {exc.lineno}, column {exc.colno}"
