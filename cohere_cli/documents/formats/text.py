"""Whole texts: one document or record a file, or a document a passage."""

from collections.abc import Iterator

from cohere_cli.documents.chunking import split_passages
from cohere_cli.documents.detect import is_generated
from cohere_cli.documents.document import Document
from cohere_cli.documents.open_file import STDIN, UnreadableFile
from cohere_cli.documents.outline import parse_outline
from cohere_cli.documents.source import Source

_EMPTY = "empty"


def named_documents(source: Source, *, split: bool) -> Iterator[Document]:
    """Yield *source* as one document; with *split* a long one as its passages.

    Raises `UnreadableFile` if there is no text in it.
    """
    return _documents(_text(source), source, split=split)


def found_documents(source: Source, *, split: bool) -> Iterator[Document]:
    """Do the same, but raise `UnreadableFile`, too, if a program seems to have written it."""
    return _documents(_found(source), source, split=split)


def named_record(source: Source) -> tuple[Document, ...]:
    """Return *source* as one record; none, but counted, if there is no text in it."""
    try:
        return (_record(_text(source), source),)
    except UnreadableFile as exc:
        if exc.reason != _EMPTY:
            raise
        source.skipped.add(_EMPTY)
        return ()


def found_record(source: Source) -> tuple[Document, ...]:
    """Return *source* as one record; raises `UnreadableFile` as `found_documents` does."""
    return (_record(_found(source), source),)


def _record(text: str, source: Source) -> Document:
    data = text.removesuffix("\r")
    return Document(data, text.encode(), source.source, 1, source.name)


def _found(source: Source) -> str:
    text = _text(source)
    if is_generated(source.source, text):
        raise UnreadableFile("is generated", reason="generated", where=source.name)
    return text


def _text(source: Source) -> str:
    text = source.whole().content
    if not text.strip():
        raise UnreadableFile("there is no text in it", reason=_EMPTY, where=source.name)
    return text.removesuffix("\n")


def _documents(text: str, source: Source, *, split: bool) -> Iterator[Document]:
    lines = text.split("\n")
    outline = parse_outline(lines, source.source)
    fields = _fields(source, outline.title)
    name = source.name
    passages = split_passages(lines, outline) if split else []
    if not passages:
        data = {**fields, "text": text.removesuffix("\r")}
        yield Document(data, text.encode(), source.source, 1, name)
    for each in passages:
        data = {**fields, "text": each.text}
        id_ = f"{name}:{each.line_range}"
        raw = each.text.encode()
        yield Document(data, raw, source.source, each.first, id_, part_of=name)


def _fields(source: Source, heading: str) -> dict[str, str]:
    """Return what a model is told of a text; what is piped in has no name."""
    if source.source == STDIN:
        return {}
    _, _, name = source.name.rpartition("/")
    return {"title": heading or name, "path": source.name}
