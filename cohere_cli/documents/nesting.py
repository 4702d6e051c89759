"""How deep a value of JSON types is, and how much stands at each level."""

from collections.abc import Iterator
from typing import Any

# Far more than any document has, far less than Python's own recursion takes.
MOST_LEVELS = 100


def levels(value: object) -> Iterator[list[Any]]:
    """Yield everything of each level: the value, what it holds, what that holds."""
    level = [value]
    while level:
        yield level
        level = [inner for outer in level for inner in _inside(outer)]


def is_too_deep(value: object) -> bool:
    """Whether *value* has more than `MOST_LEVELS` levels of lists and objects."""
    return any(depth > MOST_LEVELS for depth, _ in enumerate(levels(value)))


def _inside(value: object) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
