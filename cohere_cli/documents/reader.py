"""The way in: from paths and standard input to documents, records, one value."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, BinaryIO

from cohere_cli.documents.detect import (
    Format,
    InputFormat,
    detect_format,
    format_in_folder,
)
from cohere_cli.documents.document import Document
from cohere_cli.documents.formats import json, yaml
from cohere_cli.documents.formats.json_path import parse_path, select_items
from cohere_cli.documents.formats.lines import grep_lines, is_grep_output, plain_lines
from cohere_cli.documents.formats.records import locate_records, parse_records
from cohere_cli.documents.formats.text import found_record, named_record
from cohere_cli.documents.open_file import open_source, shown
from cohere_cli.documents.source import NEWLINE, NUL, Notify, Source, type_name
from cohere_cli.documents.walk.collect import Reader, ReadStrategy
from cohere_cli.errors import InputProblem, UsageProblem


def read_documents(
    sources: Iterable[str],
    stdin: BinaryIO,
    *,
    split: bool = True,
    tell: Notify = lambda _: None,
) -> Iterator[Document]:
    """Yield documents to ground an answer in, source by source.

    A source is a file, a folder, a pattern of names, or "-". A file of records
    gives a document each. Any other file is one document; with *split*, one of
    more than 400 words is a document a passage. In a folder JSON and YAML are text,
    too. *tell* gets a line a source about the files and blank lines skipped in it.

    Raises `InputProblem`, also for an empty document and for an id that was given
    before: the API refuses a whole request for either.
    """
    # Here and below: who reads one value needs none of it.
    from cohere_cli.documents.formats.text import found_documents
    from cohere_cli.documents.walk.collect import ReadStrategy, collect

    ways = ReadStrategy(
        named=partial(_named_documents, split=split),
        found=partial(_found_documents, split=split),
        fallback=partial(found_documents, split=split),
    )
    places: dict[str, str] = {}
    for document in collect(sources, stdin, ways, tell):
        place = f"{shown(document.source)}:{document.line}"
        if document.id in places:
            what = f"document id {document.id!r} is given twice"
            hint = f"it was given first at {places[document.id]}"
            raise InputProblem(what, where=place, hint=hint)
        places[document.id] = place
        yield document


def read_records(
    sources: Iterable[str],
    stdin: BinaryIO,
    kind: InputFormat = "auto",
    *,
    null: bool = False,
    at: str = "",
    tell: Notify = lambda _: None,
) -> Iterator[Document]:
    """Yield records to rank, source by source; any text is a record a line.

    *kind* overrides what names and beginnings say. Of the kind "files" each file is
    a record, and "-" stands for names of files on standard input, one a line. With
    *null*, NULs separate those names, and they separate the records of plain text.
    *at* is the path of the list inside JSON: `data.items`. Sources and *tell* are as
    for `read_documents`. Raises `InputProblem`, and `UsageProblem` for an *at* that
    is no path.
    """
    from cohere_cli.documents.walk.collect import collect

    yield from collect(sources, stdin, select_strategy(kind, at, null=null), tell)


def read_mapping(source: str, stdin: BinaryIO) -> dict[str, Any]:
    """Return the one JSON or YAML object in *source*; raises `InputProblem`."""
    value = read_value(source, stdin)
    if isinstance(value, dict):
        return value
    what = f"one object is needed, not {type_name(value)}"
    raise InputProblem(what, where=shown(source))


def read_value(source: str, stdin: BinaryIO) -> Any:
    """Return the one JSON or YAML value in *source*; raises `InputProblem`."""
    with open_source(source, stdin) as stream:
        begun = Source.begin(source, stream)
        text = begun.whole()
    if not text.content.strip():
        raise InputProblem("there is no text in it", where=begun.name)
    is_json = _format(begun) in ("json", "jsonl")
    return (json if is_json else yaml).only_value(text)


def read_text(source: str, stdin: BinaryIO) -> str:
    """Return all of *source* as it is, an empty one too; raises `InputProblem`."""
    with open_source(source, stdin) as stream:
        return Source.begin(source, stream).whole().content


def _format(source: Source) -> Format | None:
    return detect_format(source.source, source.head)


def _named_documents(source: Source, *, split: bool) -> Iterator[Document]:
    from cohere_cli.documents.formats.text import named_documents

    form = _format(source)
    if form is None:
        return named_documents(source, split=split)
    return _full_records(source, form)


def _found_documents(source: Source, *, split: bool) -> Iterator[Document]:
    from cohere_cli.documents.formats.text import found_documents

    form = format_in_folder(source.source)
    if form is None:
        return found_documents(source, split=split)
    return _full_records(source, form)


def _full_records(source: Source, form: Format) -> Iterator[Document]:
    document = None
    for document in parse_records(source, form):
        if not document.data:
            where = f"{source.name}:{document.line}"
            raise InputProblem("an empty document", where=where)
        yield document
    if document is None:
        raise InputProblem("there are no records in it", where=source.name)


def select_strategy(kind: InputFormat, at: str, *, null: bool) -> ReadStrategy:
    """Return how to read records of *kind*; for the rest see `read_records`."""
    end = NUL if null else NEWLINE
    if at:
        return _strategy_at(kind, at)
    way: Reader
    match kind:
        case "auto":
            way = partial(_detected_records, end=end)
            return ReadStrategy(way, way, fallback=partial(plain_lines, end=end))
        case "files":
            return ReadStrategy(named_record, found_record, separator=end)
        case "lines":
            way = partial(plain_lines, end=end)
        case form:
            way = partial(parse_records, form=form)
    return ReadStrategy(way, way)


def _strategy_at(kind: InputFormat, at: str) -> ReadStrategy:
    if kind not in ("auto", "json"):
        what = f"only JSON has a list at {at}, not {kind}"
        raise UsageProblem(what, hint="convert it to JSON")
    way = partial(_listed, steps=parse_path(at))
    return ReadStrategy(way, way)


def _listed(source: Source, steps: tuple[str, ...]) -> Iterable[Document]:
    return locate_records(source, lambda text: select_items(text, steps))


def _detected_records(source: Source, end: bytes) -> Iterable[Document]:
    form: Format | None = detect_format(source.source, source.head)
    if form:
        return parse_records(source, form)
    if is_grep_output(source.head):
        return grep_lines(source, is_sure=False)
    return plain_lines(source, end)
