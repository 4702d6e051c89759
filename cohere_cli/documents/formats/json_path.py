"""A path to a list inside JSON: `data.items`, `pages.0.items`, `["a.b"].items`."""

import re
from collections.abc import Iterator
from itertools import islice

from cohere_cli.documents.formats.json import (
    ValueReader,
    iter_items,
    iter_members,
    iter_values,
    located_shape,
    located_value,
)
from cohere_cli.documents.source import LocatedValue, Text, type_name
from cohere_cli.errors import InputProblem, UsageProblem
from cohere_cli.text import did_you_mean, plural

_STEP = re.compile(
    r"""(?:^\.?|\.)(?:([^.\[\]"']+)|"([^"]*)"|'([^']*)')"""
    r"""|\[(?:([0-9]+)|"([^"]*)"|'([^']*)')\]"""
)
# Enough keys to recognize an object other than the one that was meant.
_MAX_KEYS = 9


def parse_path(path: str) -> tuple[str, ...]:
    """Return the keys and indexes of *path*; raises `UsageProblem` if it is invalid."""
    steps: list[str] = []
    position = 0
    while position < len(path):
        step = _STEP.match(path, position)
        if step is None:
            hint = 'write it like data.items, pages.0.items or ["a.b"].items'
            raise UsageProblem(f"{path!r} is not a path of keys", hint=hint)
        steps.append(step[step.lastindex or 0])
        position = step.end()
    return tuple(steps)


def select_items(
    text: Text, read: ValueReader, *, steps: tuple[str, ...]
) -> Iterator[LocatedValue]:
    """Yield the items of the list that *steps* lead to, in each value of *text*.

    *read* reads an item. Unless it is `located_value`, the rest of the values may
    have numbers and characters that JSON refuses.
    """
    is_strict = read is located_value
    for root in iter_values(text, located_value if is_strict else located_shape):
        found = root
        for depth, step in enumerate(steps):
            found = _child(text, found, step, ".".join(steps[:depth]))
        if not isinstance(found.value, list):
            what = f"{'.'.join(steps)} is {type_name(found.value)}, not a list"
            raise text.error_at(what, found.start)
        yield from iter_items(text, found.start, read)


def _child(text: Text, parent: LocatedValue, step: str, path: str) -> LocatedValue:
    """Return the child *step* of *parent*, which is at *path*, with its position."""
    match parent.value:
        case dict() as fields if step in fields:
            # The last of equal keys counts.
            return dict(iter_members(text, parent.start))[step]
        case list() as items if step.isdecimal() and int(step) < len(items):
            return next(
                islice(iter_items(text, parent.start, located_shape), int(step), None)
            )
        case _:
            raise _missing(text, parent, step, path or "the top level")


def _missing(text: Text, parent: LocatedValue, step: str, path: str) -> InputProblem:
    hint = ""
    match parent.value:
        case dict() as fields:
            what = f"{path} has no key {step!r}"
            keys = ", ".join(list(fields)[:_MAX_KEYS])
            hint = did_you_mean(
                step, fields, f"it has {keys}" if keys else "it is empty"
            )
        case list() as items:
            what = f"{path} has {plural(len(items), 'item')}, but no {step!r}"
            hint = "name an item by its index, from 0"
        case other:
            what = f"{path} is {type_name(other)}, it has no {step!r}"
    return text.error_at(what, parent.start, hint=hint)
