"""JSON as RFC 8259 defines it: one strict reader for wire and files."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache, partial
from math import isfinite
from typing import Any, Self

MAX_DEPTH = 100
"""Levels that a file may have: more than documents need, less than recursion takes."""

MAX_VALUES = 250_000
"""As many as Python keeps in 32 MiB: `[[],[],…` takes twenty times its own size."""

# Levels on the wire. Python's own limit depends on the depth of the caller: what
# could be read in one place could not be written in another.
_MAX_WIRE_DEPTH = 500

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING_OR_NUMBER = re.compile(r'"(?:[^"\\]|\\.)*"|(-?[\dIN][\w.+-]*)')
# A backslash of its own, a whole pair, or (the group) half of a pair.
_ESCAPE = re.compile(
    r"\\\\|\\u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w|(\\u[dD][89a-fA-F]\w\w)"
)


class InvalidJson(ValueError):
    """JSON of valid syntax that is refused at character *position* of the text."""

    def __init__(self, message: str, position: int = 0) -> None:
        super().__init__(message)
        self.position = position


class InvalidNumber(InvalidJson):
    """A number that JSON does not have, or that cannot be represented."""


class WrittenNumber(float):
    """A number that Python would write in another way: 10.50, 1E5, -0.

    `dumps` writes it as it is `written`.
    """

    written: str

    def __new__(cls, written: str) -> Self:
        number = super().__new__(cls, written)
        number.written = written
        return number

    def __str__(self) -> str:
        return self.written


def loads(text: str | bytes, *, halves: bool = False) -> Any:
    """Read *text*, which is UTF-8 if it is bytes, or raise ValueError.

    Refuses what `decode` refuses, at more than 500 levels, and anything that
    follows the value. With *halves*, lone surrogates are read as they are: a stream
    may have the other half in its next event.
    """
    content = text.decode() if isinstance(text, bytes) else text
    start = skip_space(content, 0)
    value, end = decode(content, start, max_depth=_MAX_WIRE_DEPTH, halves=halves)
    end = skip_space(content, end)
    if end < len(content):
        raise json.JSONDecodeError("Extra data", content, end)
    return value


def syntax_reason(exc: json.JSONDecodeError) -> str:
    """Return why the syntax is invalid, in lower case; a position may follow it."""
    reason = exc.msg[:1].lower() + exc.msg[1:]
    return reason.removesuffix(" at").removesuffix(" starting")


def decode(
    text: str, start: int, *, max_depth: int = MAX_DEPTH, halves: bool = False
) -> tuple[Any, int]:
    """Return the value that begins at *start* of *text*, and where it ends.

    Raises `json.JSONDecodeError` for invalid syntax, `InvalidNumber` for a number
    that is not finite or has more than 4,300 digits, and `InvalidJson` for a lone
    surrogate (it has no UTF-8), unless *halves* is set, or for more than *max_depth*
    levels.
    """
    value, end = _decoded(_DECODER, text, start, max_depth)
    if not halves:
        _refuse_lone_surrogates(text, start, end)
    return value, end


def _decoded(
    decoder: json.JSONDecoder, text: str, start: int, max_depth: int
) -> tuple[Any, int]:
    try:
        value, end = decoder.raw_decode(text, start)
    except json.JSONDecodeError:
        raise
    except ValueError as exc:
        raise _locate_number(text, start, exc) from exc
    except RecursionError as exc:
        raise _too_deep(max_depth, start) from exc
    # Each level has a bracket, and counting brackets is quicker than descending.
    brackets = text.count("[", start, end) + text.count("{", start, end)
    if brackets > max_depth and is_too_deep(value, max_depth):
        raise _too_deep(max_depth, start)
    return value, end


def decode_record(text: str, start: int) -> tuple[Any, int, str]:
    """Return what `decode` does, with a `WrittenNumber` where it makes a difference.

    The third value is a key that an object has twice, "" if none does; the last of
    its values counts.
    """
    decoder = _record_decoder()
    decoder.doubled.clear()
    value, end = _decoded(decoder, text, start, MAX_DEPTH)
    _refuse_lone_surrogates(text, start, end)
    return value, end, decoder.doubled[0] if decoder.doubled else ""


class _RecordDecoder(json.JSONDecoder):
    """Keeps the spelling of numbers, and in `doubled` the duplicate keys."""

    def __init__(self) -> None:
        self.doubled: list[str] = []
        super().__init__(
            object_pairs_hook=self._object,
            parse_constant=parse_number,
            parse_float=written_number,
            parse_int=_written_integer,
        )

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            counts = Counter(key for key, _ in pairs)
            self.doubled += (key for key, count in counts.items() if count > 1)
        return found


# One for all records: making it takes as long as decoding one.
_record_decoder = cache(_RecordDecoder)


def decode_shape(text: str, start: int) -> tuple[Any, int]:
    """Return what `decode` does, but accept every number and character.

    Numbers are only their length. Raises `json.JSONDecodeError` for invalid syntax,
    and `InvalidJson` for more levels than Python takes.
    """
    try:
        return _SHAPE_DECODER.raw_decode(text, start)
    except RecursionError as exc:
        raise _too_deep(MAX_DEPTH, start) from exc


def _too_deep(max_depth: int, start: int) -> InvalidJson:
    return InvalidJson(f"nested deeper than {max_depth} levels", start)


def skip_space(text: str, position: int) -> int:
    """Return where the white space at *position* of *text* ends."""
    if not text[position : position + 1].isspace():
        return position  # nearly always
    space = _SPACE.match(text, position)
    return space.end() if space else position


def parse_number(token: str) -> int | float:
    """Return the number that *token*, in JSON's syntax, means.

    Raises `InvalidNumber` for one beyond a double's range, or with more digits than
    Python takes for an integer (4,300).
    """
    try:
        value = int(token) if token.lstrip("-").isdigit() else float(token)
    except ValueError as exc:
        raise InvalidNumber(f"a number has {len(token):,} digits") from exc
    if isinstance(value, float) and not isfinite(value):
        is_json = token.strip("-")[:1].isdigit()
        problem = "is out of range" if is_json else "is not JSON"
        raise InvalidNumber(f"{token:.20} {problem}")
    return value


def written_number(token: str) -> int | float:
    """Return `parse_number`'s value, which `dumps` writes as *token* again."""
    value = parse_number(token)
    return value if repr(value) == token else WrittenNumber(token)


def _written_integer(digits: str) -> int | float:
    return WrittenNumber(digits) if digits == "-0" else int(digits)


# Python's own integers: they refuse too many digits by themselves.
_DECODER = json.JSONDecoder(parse_constant=parse_number, parse_float=parse_number)
# Python refuses long numbers.
_SHAPE_DECODER = json.JSONDecoder(parse_int=len, parse_float=len, parse_constant=len)


def _locate_number(text: str, start: int, exc: ValueError) -> InvalidNumber:
    """Find the number that the decoder refused: it does not report where it was."""
    for token in _STRING_OR_NUMBER.finditer(text, start):
        try:
            parse_number(token[1] or "0")
        except InvalidNumber as invalid:
            return InvalidNumber(str(invalid), token.start())
    return InvalidNumber(str(exc), start)


def without_invalid_numbers(text: str) -> str:
    """Return *text* with null for each number that `decode` refuses."""

    def valid(token: re.Match[str]) -> str:
        try:
            parse_number(token[1] or "0")
        except InvalidNumber:
            return "null"
        return token[0]

    return _STRING_OR_NUMBER.sub(valid, text)


def _refuse_lone_surrogates(text: str, start: int, end: int) -> None:
    if text.find("\\u", start, end) < 0:
        return
    for escape in _ESCAPE.finditer(text, start, end):
        if escape[1]:
            message = f"{escape[1]} is half of a surrogate pair, not a character"
            raise InvalidJson(message, escape.start())


def iter_levels(value: object) -> Iterator[list[Any]]:
    """Yield everything of each level: the value, what it holds, what that holds."""
    level = [value]
    while level:
        yield level
        level = [inner for outer in level for inner in _children(outer)]


def is_too_deep(value: object, max_depth: int = MAX_DEPTH) -> bool:
    """Whether *value* has more than *max_depth* levels of lists and objects."""
    return any(depth > max_depth for depth, _ in enumerate(iter_levels(value)))


def _children(value: object) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def dumps(
    value: Any,
    *,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    ensure_ascii: bool = False,
) -> str:
    """Return JSON as `json.dumps` does, with each `WrittenNumber` as it is written."""
    if not _has_written(value):
        return json.dumps(
            value, indent=indent, separators=separators, ensure_ascii=ensure_ascii
        )
    encode = partial(json.dumps, ensure_ascii=ensure_ascii)
    comma, colon = separators or (", " if indent is None else ",", ": ")
    step = " " * (indent or 0)

    def written(value: Any, gap: str) -> str:
        """Return *value* as JSON; *gap* is the line break before its last bracket."""
        inner = gap and gap + step
        match value:
            case WrittenNumber():
                return value.written
            case dict() if value:
                pairs = [
                    (encode(key), written(one, inner)) for key, one in value.items()
                ]
                return join("{}", [f"{key}{colon}{one}" for key, one in pairs], gap)
            case list() if value:
                return join("[]", [written(one, inner) for one in value], gap)
            case _:
                return encode(value)

    def join(brackets: str, items: list[str], gap: str) -> str:
        inner = gap and gap + step
        return f"{brackets[0]}{inner}{f'{comma}{inner}'.join(items)}{gap}{brackets[1]}"

    return written(value, "" if indent is None else "\n")


def _has_written(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_written, value.values()))
    if isinstance(value, list):
        return any(map(_has_written, value))
    return isinstance(value, WrittenNumber)


def has_too_many_values(text: str | bytes) -> bool:
    """Whether *text* may, as JSON, be more values than `MAX_VALUES`."""
    if len(text) <= MAX_VALUES:
        return False
    if isinstance(text, str):
        return sum(map(text.count, ",[{")) > MAX_VALUES
    return sum(map(text.count, (b",", b"[", b"{"))) > MAX_VALUES
