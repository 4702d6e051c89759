"""Whole texts: one document or record a file, or a document a passage."""

from collections.abc import Iterator

from cohere_cli.documents.chunking import passages_of
from cohere_cli.documents.detect import is_generated
from cohere_cli.documents.document import Document
from cohere_cli.documents.open_file import STDIN, Unfit
from cohere_cli.documents.outline import outline_of
from cohere_cli.documents.source import Input

_EMPTY = "empty"


def named_text(source: Input, *, split: bool) -> Iterator[Document]:
    """Yield *source* as one document; with *split* a long one as its passages.

    Raises `Unfit` if there is no text in it.
    """
    return _documents(_text(source), source, split=split)


def found_text(source: Input, *, split: bool) -> Iterator[Document]:
    """Do the same, but raise `Unfit`, too, if a program seems to have written it."""
    return _documents(_found(source), source, split=split)


def named_record(source: Input) -> tuple[Document, ...]:
    """Return *source* as one record; none, but counted, if there is no text in it."""
    try:
        return (_record(_text(source), source),)
    except Unfit as exc:
        if exc.reason != _EMPTY:
            raise
        source.skipped.add(_EMPTY)
        return ()


def found_record(source: Input) -> tuple[Document, ...]:
    """Return *source* as one record; raises `Unfit` as `found_text` does."""
    return (_record(_found(source), source),)


def _record(text: str, source: Input) -> Document:
    data = text.removesuffix("\r")
    return Document(data, text.encode(), source.source, 1, source.name)


def _found(source: Input) -> str:
    text = _text(source)
    if is_generated(source.source, text):
        raise Unfit("is generated", reason="generated", where=source.name)
    return text


def _text(source: Input) -> str:
    text = source.whole().content
    if not text.strip():
        raise Unfit("there is no text in it", reason=_EMPTY, where=source.name)
    return text.removesuffix("\n")


def _documents(text: str, source: Input, *, split: bool) -> Iterator[Document]:
    lines = text.split("\n")
    outline = outline_of(lines, source.source)
    fields = _fields(source, outline.title)
    name = source.name
    passages = passages_of(lines, outline) if split else []
    if not passages:
        data = {**fields, "text": text.removesuffix("\r")}
        yield Document(data, text.encode(), source.source, 1, name)
    for each in passages:
        data = {**fields, "text": each.text}
        id_ = f"{name}:{each.place}"
        raw = each.text.encode()
        yield Document(data, raw, source.source, each.first, id_, part_of=name)


def _fields(source: Input, heading: str) -> dict[str, str]:
    """Return what a model is told of a text; what is piped in has no name."""
    if source.source == STDIN:
        return {}
    _, _, name = source.name.rpartition("/")
    return {"title": heading or name, "path": source.name}
