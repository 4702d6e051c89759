"""Each format's records: the value, its bytes in the source, its line."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, assert_never

from cohere_cli.documents import delimited, strict_json, strict_yaml
from cohere_cli.documents.input import Input
from cohere_cli.documents.text import Text, Value

Format = Literal["lines", "jsonl", "json", "yaml", "csv", "tsv"]


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a source; see `Document`."""

    data: Mapping[str, Any] | str
    raw: bytes
    line: int


def records(source: Input, form: Format) -> Iterator[Record]:
    """Yield the records of *source*, one by one as they are read.

    Of JSON and YAML the whole text is held in memory; of the others one record.
    """
    match form:
        case "lines":
            return _lines(source.lines())
        case "jsonl":
            return _json_lines(source.lines())
        case "json":
            text = source.whole()
            return _placed(text, strict_json.each_value(text))
        case "yaml":
            text = source.whole()
            return _placed(text, strict_yaml.each_value(text))
        case "csv":
            return _rows(source.lines(), ",")
        case "tsv":
            return _rows(source.lines(), "\t")
        case _:
            assert_never(form)


def _lines(lines: Iterable[Text]) -> Iterator[Record]:
    for line in lines:
        if not line.content.isspace():
            data = line.content.removesuffix("\n").removesuffix("\r")
            yield Record(data, _raw(line.content), line.line)


def _json_lines(lines: Iterable[Text]) -> Iterator[Record]:
    for line in lines:
        if not line.content.isspace():
            data = _record(strict_json.only_value(line), line)
            yield Record(data, _raw(line.content), line.line)


def _placed(text: Text, values: Iterable[Value]) -> Iterator[Record]:
    line, counted = text.line, 0
    for value in values:
        # From the record before: from the top each time would be quadratic.
        line += text.content.count("\n", counted, value.start)
        counted = value.start
        raw = text.content[value.start : value.end].encode()
        yield Record(_record(value.value, text, value.start), raw, line)


def _rows(lines: Iterator[Text], delimiter: str) -> Iterator[Record]:
    rows = delimited.each_row(lines, delimiter)
    header = next(rows, None)
    if header is None:
        return
    names = _names(header)
    for row in rows:
        if len(row.cells) != len(names):
            what = f"the header has {len(names)} cells, this row {len(row.cells)}"
            hint = "put quotes around a value that holds the separator"
            raise row.text.refusal(what, hint=hint)
        data = dict(zip(names, row.cells, strict=True))
        yield Record(data, _raw(row.text.content), row.text.line)


def _names(header: delimited.Row) -> list[str]:
    known: set[str] = set()
    for name in header.cells:
        if name in known:
            raise header.text.refusal(f"the header has {name!r} twice")
        known.add(name)
    return header.cells


def _record(value: object, text: Text, position: int = 0) -> Mapping[str, Any] | str:
    if isinstance(value, dict | str):
        return value
    what = f"a record must be an object or a text, not {kind_of_value(value)}"
    raise text.refusal(what, position)


def kind_of_value(value: object) -> str:
    """Say what *value*, of JSON types, is: "a list"."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case _:
            return "an object"


def _raw(content: str) -> bytes:
    return content.removesuffix("\n").encode()
