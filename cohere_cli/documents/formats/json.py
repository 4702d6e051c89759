"""JSON as its specification has it (RFC 8259), where Python's own reader is lax.

Refused, with line: NaN and Infinity, numbers that Python cannot hold, half of a
surrogate pair (it has no UTF-8), and more than 100 levels of nesting.
"""

import json
import math
import re
from collections.abc import Generator, Iterator
from functools import cache

from cohere_cli.documents.source import LocatedValue, Text
from cohere_cli.errors import InputProblem
from cohere_cli.strict_json import MAX_DEPTH, is_too_deep

_AS_TEXT = "put it in quotes to keep it as text"
_SPACE = re.compile(r"[ \t\r\n]*")
_STRING_OR_NUMBER = re.compile(r'"(?:[^"\\]|\\.)*"|(-?[\dIN][\w.+-]*)')
# A backslash of its own, a whole pair, or (the group) half of a pair.
_ESCAPE = re.compile(
    r"\\\\|\\u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w|(\\u[dD][89a-fA-F]\w\w)"
)


class InvalidNumber(ValueError):
    """A number that JSON does not have, or that cannot be held."""


def parse_number(token: str) -> int | float:
    """Return the number that *token*, in JSON's syntax, means.

    Raises `InvalidNumber` for one beyond a double's range, or with more digits than
    Python takes for an integer (4,300).
    """
    try:
        value = int(token) if token.lstrip("-").isdigit() else float(token)
    except ValueError as exc:
        raise InvalidNumber(f"a number has {len(token):,} digits") from exc
    if isinstance(value, float) and not math.isfinite(value):
        raise InvalidNumber(f"{token:.20} is no finite number")
    return value


def parse_one(text: Text) -> object:
    """Return the one value that *text* holds."""
    start = _skip(text, 0)
    value = _value(text, start)
    end = _skip(text, value.end)
    if end < len(text.content):
        raise _syntax(text, "extra data", end)
    return value.value


def iter_records(text: Text) -> Iterator[LocatedValue]:
    """Yield the values of *text*: one or more, each array opened into its items."""
    position = _skip(text, 0)
    while position < len(text.content):
        if text.content[position] == "[":
            position = yield from iter_items(text, position)
        else:
            value = _value(text, position)
            yield value
            position = value.end
        position = _skip(text, position)


def iter_values(text: Text) -> Iterator[LocatedValue]:
    """Yield the values of *text*: one or more, arrays whole."""
    position = _skip(text, 0)
    while position < len(text.content):
        value = _value(text, position)
        yield value
        position = _skip(text, value.end)


def iter_members(text: Text, opening: int) -> Iterator[tuple[object, LocatedValue]]:
    """Yield the keys and values of the object at *opening*, which is valid JSON."""
    position = _skip(text, opening + 1)
    while text.content.startswith('"', position):
        key = _value(text, position)
        colon = _skip(text, key.end)
        value = _value(text, _skip(text, colon + 1))
        yield key.value, value
        position = _skip(text, value.end)
        if text.content.startswith("}", position):
            return
        position = _skip(text, position + 1)


def iter_items(text: Text, opening: int) -> Generator[LocatedValue, None, int]:
    """Yield an array's items; return where it ends."""
    position = _skip(text, opening + 1)
    if text.content.startswith("]", position):
        return position + 1
    while True:
        value = _value(text, position)
        yield value
        position = _skip(text, value.end)
        if text.content.startswith("]", position):
            return position + 1
        if not text.content.startswith(",", position):
            raise _syntax(text, "expecting ',' delimiter", position)
        position = _skip(text, position + 1)


def _skip(text: Text, position: int) -> int:
    space = _SPACE.match(text.content, position)
    return space.end() if space else position


def _value(text: Text, start: int) -> LocatedValue:
    try:
        value, end = _decoder().raw_decode(text.content, start)
    except json.JSONDecodeError as exc:
        raise _syntax(text, exc.msg[:1].lower() + exc.msg[1:], exc.pos) from exc
    except ValueError as exc:
        raise _unfit_number(text, start, exc) from exc
    except RecursionError as exc:
        raise _deep(text, start) from exc
    _refuse_halves(text, start, end)
    # Each level has a bracket, and to count them is quicker than to go down.
    content = text.content
    brackets = content.count("[", start, end) + content.count("{", start, end)
    if brackets > MAX_DEPTH and is_too_deep(value):
        raise _deep(text, start)
    return LocatedValue(value, start, end)


@cache
def _decoder() -> json.JSONDecoder:
    # Python's own integers: they refuse too many digits by themselves.
    return json.JSONDecoder(parse_constant=parse_number, parse_float=parse_number)


def _syntax(text: Text, what: str, position: int) -> InputProblem:
    # What is missing at the end is missing from the last line, not from below it.
    position = min(position, len(text.content.rstrip()))
    what = f"not valid JSON: {what} at column {text.column_at(position)}"
    hint = "JSON has no comments, and no comma after the last item"
    return text.error_at(what, position, hint=hint)


def _deep(text: Text, position: int) -> InputProblem:
    return text.error_at("nested deeper than 100 levels", position)


def _unfit_number(text: Text, start: int, exc: ValueError) -> InputProblem:
    """Find the number that the decoder refused: it does not say where it was."""
    for token in _STRING_OR_NUMBER.finditer(text.content, start):
        if token[1]:
            try:
                parse_number(token[1])
            except InvalidNumber as unfit:
                return text.error_at(str(unfit), token.start(), hint=_AS_TEXT)
    return text.error_at(str(exc), start, hint=_AS_TEXT)


def _refuse_halves(text: Text, start: int, end: int) -> None:
    if text.content.find("\\u", start, end) < 0:
        return
    for escape in _ESCAPE.finditer(text.content, start, end):
        if escape[1]:
            what = f"{escape[1]} is half of a surrogate pair, not a character"
            raise text.error_at(what, escape.start())
