"""The way in: from paths and standard input to documents, records, one value."""

from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Any, BinaryIO, Literal

from cohere_cli.documents import strict_json, strict_yaml
from cohere_cli.documents.document import Document
from cohere_cli.documents.formats import format_of
from cohere_cli.documents.input import Input
from cohere_cli.documents.opening import STDIN, opened, shown
from cohere_cli.documents.records import Format, Record, kind_of_value, records
from cohere_cli.errors import InputProblem

Kind = Literal["auto"] | Format


def read_documents(sources: Iterable[str], stdin: BinaryIO) -> Iterator[Document]:
    """Yield documents to ground an answer in, source by source.

    A file of records gives a document each, any other file is one document.
    Raises `InputProblem`, also for an empty document and for an id that was given
    before: the API refuses a whole request for either.
    """
    places: dict[str, str] = {}
    for source in _begun(sources, stdin):
        for document in _documents(source):
            place = f"{source.name}:{document.line}"
            if document.id in places:
                what = f"document id {document.id!r} is given twice"
                hint = f"it was given first at {places[document.id]}"
                raise InputProblem(what, where=place, hint=hint)
            places[document.id] = place
            yield document


def read_records(
    sources: Iterable[str], stdin: BinaryIO, kind: Kind = "auto"
) -> Iterator[Document]:
    """Yield records to rank, source by source; any text is a record a line.

    *kind* overrides what names and beginnings say. Raises `InputProblem`.
    """
    for source in _begun(sources, stdin):
        form = _format(source) or "lines" if kind == "auto" else kind
        yield from _identified(source, records(source, form))


def read_mapping(source: str, stdin: BinaryIO) -> dict[str, Any]:
    """Return the one JSON or YAML object in *source*; raises `InputProblem`."""
    value = read_value(source, stdin)
    if isinstance(value, dict):
        return value
    what = f"one object is needed, not {kind_of_value(value)}"
    raise InputProblem(what, where=shown(source))


def read_value(source: str, stdin: BinaryIO) -> Any:
    """Return the one JSON or YAML value in *source*; raises `InputProblem`."""
    with opened(source, stdin) as stream:
        begun = Input.begin(source, stream)
        text = begun.whole()
    if not text.content.strip():
        raise _empty(begun)
    is_json = _format(begun) in ("json", "jsonl")
    return (strict_json if is_json else strict_yaml).only_value(text)


def read_text(source: str, stdin: BinaryIO) -> str:
    """Return all of *source* as it is, an empty one too; raises `InputProblem`."""
    with opened(source, stdin) as stream:
        return Input.begin(source, stream).whole().content


def _begun(sources: Iterable[str], stdin: BinaryIO) -> Iterator[Input]:
    is_stdin_read = False
    for source in sources:
        if source == STDIN and is_stdin_read:
            raise InputProblem("standard input is named twice", hint="name `-` once")
        is_stdin_read = is_stdin_read or source == STDIN
        with opened(source, stdin) as stream:
            yield Input.begin(source, stream)


def _format(source: Input) -> Format | None:
    return format_of(source.source, source.head)


def _documents(source: Input) -> Iterator[Document]:
    form = _format(source)
    if form is None:
        yield _whole(source)
        return
    document = None
    for document in _identified(source, records(source, form)):
        if not document.data:
            where = f"{source.name}:{document.line}"
            raise InputProblem("an empty document", where=where)
        yield document
    if document is None:
        raise InputProblem("there are no records in it", where=source.name)


def _whole(source: Input) -> Document:
    text = source.whole().content
    if not text.strip():
        raise _empty(source)
    data = {"text": text}
    if source.source != STDIN:
        data = {"title": PurePath(source.name).name, "text": text}
    raw = text.removesuffix("\n").encode()
    return Document(data, raw, source.source, 1, source.name)


def _identified(source: Input, found: Iterable[Record]) -> Iterator[Document]:
    line, nth = 0, 1
    for record in found:
        nth = nth + 1 if record.line == line else 1
        line = record.line
        # A JSON array often stands on one line: its items need ids of their own.
        place = f"{source.name}:{line}" if nth == 1 else f"{source.name}:{line}#{nth}"
        id_ = _own_id(record) or place
        yield Document(record.data, record.raw, source.source, line, id_)


def _own_id(record: Record) -> str:
    found = "" if isinstance(record.data, str) else record.data.get("id")
    is_id = isinstance(found, str | int) and not isinstance(found, bool)
    return str(found) if is_id else ""


def _empty(source: Input) -> InputProblem:
    return InputProblem("there is no text in it", where=source.name)
