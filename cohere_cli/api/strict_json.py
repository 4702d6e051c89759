"""JSON as RFC 8259 has it: what Python's own reader lets pass is refused."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn


def loads(text: str) -> Any:
    """Read *text*, or raise ValueError.

    Refused beside broken JSON: NaN and Infinity, nesting that would exhaust the
    stack, numbers of thousands of digits, and lone surrogates, which no output
    can carry.
    """
    try:
        value = json.loads(text, parse_constant=_refuse)
    except RecursionError as exc:
        raise ValueError("nested too deeply") from exc
    if "\\ud" in text.lower():
        json.dumps(value, ensure_ascii=False).encode()
    return value


def text(value: object) -> str:
    """Return *value* if it is text, "" for null; else raise TypeError."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def count(value: object) -> int:
    """Return *value* if it is a whole number from 0 up; else raise TypeError."""
    if type(value) is not int or value < 0:
        raise TypeError(value)
    return value


def mapping(value: object) -> Mapping[str, Any]:
    """Return *value* if it is an object; else raise TypeError."""
    if not isinstance(value, Mapping):
        raise TypeError(value)
    return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
