"""JSON and JSON Lines: the values of a text, each with its place, and the records."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from json import JSONDecodeError
from typing import Any

from cohere_cli.documents.document import Document, own_id
from cohere_cli.documents.source import LocatedValue, Source, Text, type_name
from cohere_cli.errors import InputProblem
from cohere_cli.strict_json import InvalidJson, InvalidNumber, decode, skip_space

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
        data = record_data(parse_one(text), text)
        yield Document(data, raw, path, number, own_id(data) or f"{name}:{number}")
    source.skipped.blank_lines += blank


def locate_records(
    source: Source, values: Callable[[Text], Iterable[LocatedValue]]
) -> Iterator[Document]:
    """Yield as records what *values* finds in the whole text of *source*."""
    text = source.whole()
    line, counted, nth = text.line, 0, 0
    for value in values(text):
        # From the record before: counting from the top would be quadratic.
        lines = text.content.count("\n", counted, value.start)
        line, counted = line + lines, value.start
        # A JSON array often stands on one line: its items need ids of their own.
        nth = 1 if lines else nth + 1
        place = f"{text.name}:{line}" if nth == 1 else f"{text.name}:{line}#{nth}"
        data = record_data(value.value, text, value.start)
        raw = text.content[value.start : value.end].encode()
        yield Document(data, raw, source.path, line, own_id(data) or place)


def record_data(
    value: object, text: Text, position: int = 0
) -> Mapping[str, Any] | str:
    """Return *value* as a record's data; raises `InputProblem` for other types."""
    if isinstance(value, dict | str):
        return value
    what = f"a record must be an object or a string, not {type_name(value)}"
    raise text.error_at(what, position)


def parse_one(text: Text) -> object:
    """Return the one value that *text* holds."""
    value = _value(text, skip_space(text.content, 0))
    end = skip_space(text.content, value.end)
    if end < len(text.content):
        raise _syntax_error(text, "extra data", end)
    return value.value


def iter_records(text: Text) -> Iterator[LocatedValue]:
    """Yield the values of *text*: one or more, each array opened into its items."""
    return iter_values(text, open_arrays=True)


def iter_values(text: Text, *, open_arrays: bool = False) -> Iterator[LocatedValue]:
    """Yield the values of *text*: one or more; with *open_arrays* an array's items."""
    position = skip_space(text.content, 0)
    while position < len(text.content):
        if open_arrays and text.content[position] == "[":
            position = yield from iter_items(text, position)
        else:
            value = _value(text, position)
            yield value
            position = value.end
        position = skip_space(text.content, position)


def iter_members(text: Text, opening: int) -> Iterator[tuple[object, LocatedValue]]:
    """Yield the keys and values of the object at *opening*, which is valid JSON."""
    position = skip_space(text.content, opening + 1)
    while text.content.startswith('"', position):
        key = _value(text, position)
        colon = skip_space(text.content, key.end)
        value = _value(text, skip_space(text.content, colon + 1))
        yield key.value, value
        comma = skip_space(text.content, value.end)
        position = skip_space(text.content, comma + 1)


def iter_items(text: Text, opening: int) -> Generator[LocatedValue, None, int]:
    """Yield the items of the array at *opening*; return where it ends."""
    position = skip_space(text.content, opening + 1)
    if text.content.startswith("]", position):
        return position + 1
    while True:
        value = _value(text, position)
        yield value
        position = skip_space(text.content, value.end)
        if text.content.startswith("]", position):
            return position + 1
        if not text.content.startswith(",", position):
            raise _syntax_error(text, "expecting ',' delimiter", position)
        position = skip_space(text.content, position + 1)


def _value(text: Text, start: int) -> LocatedValue:
    try:
        value, end = decode(text.content, start)
    except JSONDecodeError as exc:
        message = exc.msg[:1].lower() + exc.msg[1:]
        raise _syntax_error(text, message, exc.pos) from exc
    except InvalidJson as exc:
        hint = _NUMBER_HINT if isinstance(exc, InvalidNumber) else ""
        raise text.error_at(str(exc), exc.position, hint=hint) from exc
    return LocatedValue(value, start, end)


def _syntax_error(text: Text, message: str, position: int) -> InputProblem:
    # What is missing at the end is missing from the last line, not from below it.
    position = min(position, len(text.content.rstrip()))
    what = f"not valid JSON: {message} at column {text.column_at(position)}"
    return text.error_at(what, position, hint=_SYNTAX_HINT)
