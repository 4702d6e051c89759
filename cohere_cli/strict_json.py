"""JSON as RFC 8259 has it: what Python's own reader lets pass is refused."""

import json
from collections.abc import Collection, Iterator, Mapping
from itertools import chain
from math import isfinite
from typing import Any, NoReturn

# Levels. Python's own limit depends on who calls: what could be read there could
# not be written here.
_DEEPEST = 500

MAX_VALUES = 250_000
"""As many as Python keeps in 32 MiB: `[[],[],…` takes twenty times its own size."""


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
    # Brackets are quickly counted, and few texts have that many.
    if text.count("[") + text.count("{") > _DEEPEST and _is_deep(value):
        raise ValueError("nested too deeply")
    if "\\ud" in text.lower() and not _is_whole(value):
        raise ValueError("half a character, a lone surrogate")
    return value


def has_too_many_values(text: str | bytes) -> bool:
    """Whether *text* may, as JSON, be more values than `MAX_VALUES`."""
    if len(text) <= MAX_VALUES:
        return False
    if isinstance(text, str):
        return sum(map(text.count, ",[{")) > MAX_VALUES
    return sum(map(text.count, (b",", b"[", b"{"))) > MAX_VALUES


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


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(_DEEPEST + 1):
        level = list(chain.from_iterable(map(_members, level)))
        if not level:
            return False
    return True


def _members(value: Any) -> Collection[Any]:
    match value:
        case dict():
            return value.values()
        case list():
            return value
        case _:
            return ()


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


# Far more than any document has, far less than Python's own recursion takes.
MAX_DEPTH = 100


def iter_levels(value: object) -> Iterator[list[Any]]:
    """Yield everything of each level: the value, what it holds, what that holds."""
    level = [value]
    while level:
        yield level
        level = [inner for outer in level for inner in _inside(outer)]


def is_too_deep(value: object) -> bool:
    """Whether *value* has more than `MAX_DEPTH` levels of lists and objects."""
    return any(depth > MAX_DEPTH for depth, _ in enumerate(iter_levels(value)))


def _inside(value: object) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
