"""JSON and JSON Lines: the values of a text, each with its place, and the records."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from json import JSONDecodeError
from typing import Any

from cohere_cli.documents.document import Document, own_id
from cohere_cli.documents.source import LocatedValue, Source, Text, type_name
from cohere_cli.errors import InputProblem
from cohere_cli.strict_json import (
    InvalidJson,
    InvalidNumber,
    decode_record,
    decode_shape,
    skip_space,
    syntax_reason,
)

ValueReader = Callable[[Text, int], LocatedValue]
"""Reads the value that begins at a position of a text."""

_SYNTAX_HINT = "JSON has no comments, and no comma after the last item"
_NUMBER_HINT = "put it in quotes to keep it as text"


def json_records(source: Source) -> Iterator[Document]:
    """Yield the records of *source*: its values, and the items of its arrays."""
    return locate_records(source, iter_records)


def jsonl_records(source: Source) -> Iterator[Document]:
    """Yield the record on each line of *source* that is not blank."""
    name, path, blank = source.name, source.path, 0
    for number, content, raw in source.lines():
        if not content or content.isspace():
            blank += 1
            continue
        text = Text(content, name, number)
        try:
            value = one_value(text)
            data = record_data(value.value, text)
        except InputProblem as exc:
            source.bad.add(exc)
        else:
            source.skipped.doubled += bool(value.doubled)
            yield Document(data, raw, path, number, own_id(data) or f"{name}:{number}")
    source.skipped.blank_lines += blank


def locate_records(
    source: Source, values: Callable[[Text, ValueReader], Iterable[LocatedValue]]
) -> Iterator[Document]:
    """Yield as records what *values* finds in the whole JSON of *source*.

    It gets the reader of a value, which gives the error of one in its place unless
    bad records are refused.
    """
    read = located_value if source.bad.are_refused else located_item
    return documents_of(source, lambda text: values(text, read))


def documents_of(
    source: Source, values: Callable[[Text], Iterable[LocatedValue]]
) -> Iterator[Document]:
    """Yield as records what *values* finds in the whole text of *source*.

    Unless bad records are refused, it gets U+FFFD for invalid bytes.
    """
    text = source.whole("strict" if source.bad.are_refused else "surrogateescape")
    line, counted, nth = text.line, 0, 0
    for value in values(text.without_surrogates()):
        # From the record before: counting from the top would be quadratic.
        lines = text.content.count("\n", counted, value.start)
        line, counted = line + lines, value.start
        # A JSON array often stands on one line: its items need ids of their own.
        nth = 1 if lines else nth + 1
        place = f"{text.name}:{line}" if nth == 1 else f"{text.name}:{line}#{nth}"
        try:
            data = record_data(value.value, text, value.start)
        except InputProblem as exc:
            source.bad.add(exc)
            continue
        problem = text.invalid_in(value.start, value.end)
        if problem and not source.reads_replaced(problem):
            continue
        source.skipped.doubled += bool(value.doubled)
        raw = text.content[value.start : value.end].encode(errors="surrogateescape")
        yield Document(data, raw, source.path, line, own_id(data) or place)


def record_data(
    value: object, text: Text, position: int = 0
) -> Mapping[str, Any] | str:
    """Return *value* as a record's data; raises `InputProblem` for other types.

    A *value* that is an `InputProblem` is raised.
    """
    if isinstance(value, InputProblem):
        raise value
    if isinstance(value, dict | str):
        return value
    what = f"a record must be an object or a string, not {type_name(value)}"
    raise text.error_at(what, position)


def parse_one(text: Text) -> object:
    """Return the one value that *text* holds."""
    return one_value(text).value


def one_value(text: Text) -> LocatedValue:
    """Return the one value that *text* holds, with its place."""
    value = located_value(text, skip_space(text.content, 0))
    end = skip_space(text.content, value.end)
    if end < len(text.content):
        raise _syntax_error(text, "extra data", end)
    return value


def iter_records(text: Text, read: ValueReader | None = None) -> Iterator[LocatedValue]:
    """Yield the values of *text*: one or more, each array opened into its items."""
    return iter_values(text, read, open_arrays=True)


def iter_values(
    text: Text, read: ValueReader | None = None, *, open_arrays: bool = False
) -> Iterator[LocatedValue]:
    """Yield the values of *text*: one or more; with *open_arrays* an array's items."""
    read = read or located_value
    position = skip_space(text.content, 0)
    while position < len(text.content):
        if open_arrays and text.content[position] == "[":
            position = yield from iter_items(text, position, read)
        else:
            value = read(text, position)
            yield value
            position = value.end
        position = skip_space(text.content, position)


def iter_members(text: Text, opening: int) -> Iterator[tuple[object, LocatedValue]]:
    """Yield the keys and shapes of the object at *opening*, of valid syntax."""
    position = skip_space(text.content, opening + 1)
    while text.content.startswith('"', position):
        key = located_shape(text, position)
        colon = skip_space(text.content, key.end)
        value = located_shape(text, skip_space(text.content, colon + 1))
        yield key.value, value
        comma = skip_space(text.content, value.end)
        position = skip_space(text.content, comma + 1)


def iter_items(
    text: Text, opening: int, read: ValueReader
) -> Generator[LocatedValue, None, int]:
    """Yield the items of the array at *opening*; return where it ends."""
    position = skip_space(text.content, opening + 1)
    if text.content.startswith("]", position):
        return position + 1
    while True:
        value = read(text, position)
        yield value
        position = skip_space(text.content, value.end)
        if text.content.startswith("]", position):
            return position + 1
        if not text.content.startswith(",", position):
            raise _syntax_error(text, "expecting ',' delimiter", position)
        position = skip_space(text.content, position + 1)


def located_shape(text: Text, start: int) -> LocatedValue:
    """Return the value at *start*, whatever its numbers and characters are.

    Its lists, objects and texts are those of the value, its numbers are not.
    """
    try:
        value, end = decode_shape(text.content, start)
    except JSONDecodeError as exc:
        raise _decoding_error(text, exc) from exc
    except InvalidJson as exc:
        raise text.error_at(str(exc), exc.position) from exc
    return LocatedValue(value, start, end)


def located_item(text: Text, start: int) -> LocatedValue:
    """Return the value at *start*; its error in its place if only that is refused."""
    try:
        return located_value(text, start)
    except InputProblem as exc:
        return LocatedValue(exc, start, located_shape(text, start).end)


def located_value(text: Text, start: int) -> LocatedValue:
    try:
        value, end, doubled = decode_record(text.content, start)
    except JSONDecodeError as exc:
        raise _decoding_error(text, exc) from exc
    except InvalidJson as exc:
        hint = _NUMBER_HINT if isinstance(exc, InvalidNumber) else ""
        raise text.error_at(str(exc), exc.position, hint=hint) from exc
    return LocatedValue(value, start, end, doubled)


def _decoding_error(text: Text, exc: JSONDecodeError) -> InputProblem:
    return _syntax_error(text, syntax_reason(exc), exc.pos)


def _syntax_error(text: Text, message: str, position: int) -> InputProblem:
    # What is missing at the end is missing from the last line, not from below it.
    position = min(position, len(text.content.rstrip()))
    what = f"not valid JSON: {message} at column {text.column_at(position)}"
    return text.error_at(what, position, hint=_SYNTAX_HINT)
