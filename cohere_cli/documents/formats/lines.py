"""Lines of text, each a record, and lines of grep's output as the text they quote."""

import os
import re
from collections.abc import Iterator
from functools import lru_cache

from cohere_cli.documents.document import Document
from cohere_cli.documents.source import NEWLINE, NUL, Source
from cohere_cli.text import BYTE_ORDER_MARK

# `path:line:`, perhaps `column:`, as `grep -n` and `rg -n --no-heading` write it.
# In a long line no more is searched than the longest path has.
_LOCATION = re.compile(r"(.{1,4095}?):([1-9][0-9]{0,9}):(?:[1-9][0-9]{0,9}(:))?")


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


def grep_records(source: Source) -> Iterator[Document]:
    """Yield the lines of grep's output; the files need not exist."""
    return grep_lines(source, is_sure=True)


def is_grep_output(head: bytes) -> bool:
    """Whether text that begins with *head* is grep's: its first line names a file."""
    first, _, _ = head.removeprefix(BYTE_ORDER_MARK).partition(NEWLINE)
    location = _LOCATION.match(first.decode(errors="replace"))
    return bool(location and NUL not in head and _is_file(location[1]))


def grep_lines(source: Source, *, is_sure: bool) -> Iterator[Document]:
    """Yield lines without the path and the line number that grep put before them.

    A line without them is a plain one; so is, unless *is_sure*, one whose path is
    not a file.
    """
    has_columns, blank = _has_columns(source.head), 0
    for line in plain_lines(source):
        whole = str(line.data)
        location = _LOCATION.match(whole)
        if not location or not (is_sure or _is_file(location[1])):
            yield line
            continue
        text = whole[location.end() if has_columns else location.end(2) + 1 :]
        if not text or text.isspace():
            blank += 1
            continue
        path, number = location[1], int(location[2])
        yield Document(text, line.raw, path, number, f"{path}:{number}")
    source.skipped.blank_lines += blank


@lru_cache(1000)
def _is_file(path: str) -> bool:
    return os.path.isfile(path)  # noqa: PTH113 - pathlib's fails for a long name


def _has_columns(head: bytes) -> bool:
    """Whether every line has a column; else a second number belongs to the text."""
    whole, _, rest = head.rpartition(NEWLINE)
    lines = (whole or rest).decode(errors="replace").split("\n")
    return all(found[3] for line in lines if (found := _LOCATION.match(line)))
