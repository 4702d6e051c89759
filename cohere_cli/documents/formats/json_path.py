"""A list somewhere inside JSON: `data.items`, `pages.0.items`, `["a.b"].items`."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from itertools import islice

from cohere_cli.documents.formats.json import iter_items, iter_members, iter_values
from cohere_cli.documents.source import LocatedValue, Text, type_name
from cohere_cli.errors import InputProblem, UsageProblem

_STEP = re.compile(
    r"""(?:^\.?|\.)(?:([^.\[\]"']+)|"([^"]*)"|'([^']*)')"""
    r"""|\[(?:([0-9]+)|"([^"]*)"|'([^']*)')\]"""
)
# Enough keys to see that it is another object than was meant.
_MOST_KEYS = 9


def parse_path(path: str) -> tuple[str, ...]:
    """Return the keys and indexes of *path*; raises `UsageProblem` for what is none."""
    steps: list[str] = []
    position = 0
    while position < len(path):
        step = _STEP.match(path, position)
        if step is None:
            hint = 'write it like data.items, pages.0.items or ["a.b"].items'
            raise UsageProblem(f"{path!r} is no path of keys", hint=hint)
        steps.append(step[step.lastindex or 0])
        position = step.end()
    return tuple(steps)


def select_items(text: Text, steps: tuple[str, ...]) -> Iterator[LocatedValue]:
    """Yield the items of the list that *steps* lead to, in each value of *text*."""
    for there in iter_values(text):
        passed: list[str] = []
        for step in steps:
            there = _inside(text, there, step, ".".join(passed))  # noqa: PLW2901 - goes in
            passed.append(step)
        if not isinstance(there.value, list):
            what = f"{'.'.join(passed)} is {type_name(there.value)}, not a list"
            raise text.error_at(what, there.start)
        yield from iter_items(text, there.start)


def _inside(text: Text, there: LocatedValue, step: str, passed: str) -> LocatedValue:
    """Return what *there*, to which *passed* led, holds under the name *step*."""
    # They were read already: this only finds where they stand.
    match there.value:
        case dict() as held if step in held:
            # Of equal keys the last counts.
            return [
                value for key, value in iter_members(text, there.start) if key == step
            ][-1]
        case list() as held if step.isdecimal() and int(step) < len(held):
            index = int(step)
            return next(islice(iter_items(text, there.start), index, None))
        case _:
            raise _missing(text, there, step, passed)


def _missing(text: Text, there: LocatedValue, step: str, passed: str) -> InputProblem:
    whole = passed or "the whole"
    hint = ""
    match there.value:
        case dict() as held:
            what = f"{whole} has no key {step!r}"
            hint = _keys(step, list(held))
        case list() as held:
            count = f"{len(held):,} item{'' if len(held) == 1 else 's'}"
            what = f"{whole} has {count}, but no {step!r}"
            hint = "an item is named by its number, from 0"
        case other:
            what = f"{whole} is {type_name(other)}, it has no {step!r}"
    return text.error_at(what, there.start, hint=hint)


def _keys(step: str, keys: list[str]) -> str:
    near = get_close_matches(step, keys, 1)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"it has {', '.join(keys[:_MOST_KEYS])}" if keys else "it is empty"
