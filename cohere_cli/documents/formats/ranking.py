"""Records as `co rerank -o jsonl` writes them, read as the documents that they rank."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from cohere_cli.documents.chunking import split_passages
from cohere_cli.documents.document import Document, own_id
from cohere_cli.documents.outline import parse_outline
from cohere_cli.text import STDIN, shown_source

_FIELDS = {"index", "relevance_score", "source", "line", "document"}


class _Ranked(NamedTuple):
    """The record that was ranked, and where it is."""

    record: Mapping[str, Any] | str
    source: str
    line: int


def ranked_documents(record: Document, *, split: bool) -> Iterator[Document]:
    """Yield the document that *record* ranks, with its source and line, else *record*.

    With *split*, a whole file of more than 400 words is yielded as its passages.
    """
    ranked = _ranked(record.data)
    if ranked is None:
        yield record
    elif isinstance(ranked.record, str):
        yield from _texts(record, ranked, ranked.record, split=split)
    else:
        place = f"{shown_source(ranked.source)}:{ranked.line}"
        id_ = own_id(ranked.record) or place
        yield Document(ranked.record, record.raw, ranked.source, ranked.line, id_)


def _ranked(data: Mapping[str, Any] | str) -> _Ranked | None:
    if isinstance(data, str) or data.keys() != _FIELDS:
        return None
    record, source, line = data["document"], data["source"], data["line"]
    is_ranked = (
        isinstance(record, str | dict)
        and isinstance(source, str)
        and isinstance(line, int)
    )
    return _Ranked(record, source, line) if is_ranked else None


def _texts(
    record: Document, ranked: _Ranked, text: str, *, split: bool
) -> Iterator[Document]:
    """Yield a text with the path of its file; a whole file has the ids of its lines."""
    name, source, line = shown_source(ranked.source), ranked.source, ranked.line
    fields = {} if source == STDIN else {"path": name}
    lines = text.split("\n")
    is_file = len(lines) > 1 and line == 1
    passages = split_passages(lines, parse_outline(lines, source)) if split else []
    if not (is_file and passages):
        id_ = name if is_file else f"{name}:{line}"
        yield Document({**fields, "text": text}, record.raw, source, line, id_)
        return
    for each in passages:
        id_, raw = f"{name}:{each.line_range}", each.text.encode()
        data = {**fields, "text": each.text}
        yield Document(data, raw, source, each.first, id_, part_of=name)
