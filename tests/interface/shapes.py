"""The shapes of JSON values: which fields there are, and of which types.

A line has the way to a value and its types: `.usage.tokens.input_tokens number`. `[]`
is each item of a list, and `?` after a name means that some of the objects lack it.
"""

from collections.abc import Iterable, Iterator
from typing import Any

_NAMES = {str: "string", bool: "boolean", type(None): "null", dict: "object"}
_NAMES |= {int: "number", float: "number", list: "list"}


def shape(values: Iterable[Any], path: str = "") -> Iterator[str]:
    """Yield the lines of the shape that *values*, seen at *path*, have in common."""
    values = list(values)
    plain = sorted({_type_name(value) for value in values} - {"object", "list"})
    lists = [value for value in values if isinstance(value, list)]
    objects = [value for value in values if isinstance(value, dict)]
    empty = [] if any(lists) or not lists else ["list"]
    if names := [*plain, *empty, *(["object"] if objects and not any(objects) else [])]:
        yield f"{path or '.'} {'|'.join(names)}"
    if any(lists):
        yield from shape((item for one in lists for item in one), f"{path}[]")
    for name in sorted({name for one in objects for name in one}):
        having = [one[name] for one in objects if name in one]
        mark = "" if len(having) == len(objects) else "?"
        yield from shape(having, f"{path}.{name}{mark}")


def _type_name(value: Any) -> str:
    return _NAMES[type(value)]
