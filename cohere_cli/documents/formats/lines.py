"""Lines of text, each a record."""

from collections.abc import Iterator

from cohere_cli.documents.blocks import NEWLINE
from cohere_cli.documents.document import Document
from cohere_cli.documents.source import Source


def plain_lines(source: Source, end: bytes = NEWLINE) -> Iterator[Document]:
    r"""Yield the lines that are not blank; *end*, `\n` or a NUL, ends one."""
    # A million lines pass here: what they share is looked up once.
    name, path, blank = source.name, source.path, 0
    tail = "\r" if end == NEWLINE else ""
    for number, text, raw in source.lines(end):
        if not text or text.isspace():
            blank += 1
        else:
            data = text.removesuffix(tail)
            yield Document(data, raw, path, number, f"{name}:{number}")
    source.skipped.blank_lines += blank
