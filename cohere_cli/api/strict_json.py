"""JSON as RFC 8259 has it: what Python's own reader lets pass is refused."""

import json
from collections.abc import Mapping
from math import isfinite
from typing import Any, NoReturn


def loads(text: str | bytes) -> Any:
    """Read *text*, which is UTF-8 if it is bytes, or raise ValueError.

    Refused beside broken JSON: numbers that are not finite or have thousands of
    digits, nesting that would exhaust the stack, and lone surrogates, which no
    output can carry.
    """
    text = text.decode() if isinstance(text, bytes) else text
    try:
        value = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except RecursionError as exc:
        raise ValueError("nested too deeply") from exc
    if "\\ud" in text.lower() and not _is_whole(value):
        raise ValueError("half a character, a lone surrogate")
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


def _is_whole(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    return number if isfinite(number) else _refuse(digits)
