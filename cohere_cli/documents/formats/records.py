"""Each format's records: the value, its bytes in the source, its line."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, assert_never

from cohere_cli.documents.detect import Format
from cohere_cli.documents.document import Document, own_id
from cohere_cli.documents.formats import csv, json, yaml
from cohere_cli.documents.formats.lines import grep_lines, plain_lines
from cohere_cli.documents.source import LocatedValue, Source, Text, type_name


def parse_records(source: Source, form: Format) -> Iterator[Document]:
    """Yield the records of *source*, one by one as they are read.

    Of JSON and YAML the whole text is held in memory; of the others one record.
    """
    match form:
        case "lines":
            return plain_lines(source)
        case "grep":
            return grep_lines(source, is_sure=True)
        case "jsonl":
            return _json_lines(source)
        case "json":
            return locate_records(source, json.iter_records)
        case "yaml":
            return locate_records(source, yaml.iter_records)
        case "csv":
            return csv.csv_records(source, ",")
        case "tsv":
            return csv.csv_records(source, "\t")
        case _:
            assert_never(form)


def locate_records(
    source: Source, values: Callable[[Text], Iterable[LocatedValue]]
) -> Iterator[Document]:
    """Yield as records what *values* finds in the whole text of *source*."""
    text = source.whole()
    line, counted, nth = text.line, 0, 0
    for value in values(text):
        # From the record before: from the top each time would be quadratic.
        lines = text.content.count("\n", counted, value.start)
        line, counted = line + lines, value.start
        # A JSON array often stands on one line: its items need ids of their own.
        nth = 1 if lines else nth + 1
        place = f"{text.source}:{line}" if nth == 1 else f"{text.source}:{line}#{nth}"
        data = _record(value.value, text, value.start)
        raw = text.content[value.start : value.end].encode()
        yield Document(data, raw, source.source, line, own_id(data) or place)


def _json_lines(source: Source) -> Iterator[Document]:
    name, path, blank = source.name, source.source, 0
    for number, content, raw in source.lines():
        if not content or content.isspace():
            blank += 1
            continue
        text = Text(content, name, number)
        data = _record(json.parse_one(text), text)
        yield Document(data, raw, path, number, own_id(data) or f"{name}:{number}")
    source.skipped.blank_lines += blank


def _record(value: object, text: Text, position: int = 0) -> Mapping[str, Any] | str:
    if isinstance(value, dict | str):
        return value
    what = f"a record must be an object or a text, not {type_name(value)}"
    raise text.error_at(what, position)
