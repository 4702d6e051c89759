"""Lines of text, each a record; of those that grep wrote, the text that it found."""

import os
import re
from collections.abc import Iterator
from functools import lru_cache

from cohere_cli.documents.document import Document
from cohere_cli.documents.source import NEWLINE, NUL, Source

# `path:line:`, perhaps `column:`, as `grep -n` and `rg -n --no-heading` write it.
# Of a long line no more is searched than the longest path has.
_PLACE = re.compile(r"(.{1,4095}?):([1-9][0-9]{0,9}):(?:[1-9][0-9]{0,9}(:))?")


def plain_lines(source: Source, end: bytes = NEWLINE) -> Iterator[Document]:
    r"""Yield the lines that are not blank; *end*, `\n` or a NUL, ends one."""
    # A million lines pass here: what they share is looked up once.
    name, path, blank = source.name, source.source, 0
    tail = "\r" if end == NEWLINE else ""
    for number, text, raw in source.lines(end):
        if not text or text.isspace():
            blank += 1
        else:
            data = text.removesuffix(tail)
            yield Document(data, raw, path, number, f"{name}:{number}")
    source.skipped.blank_lines += blank


def is_grep_output(head: bytes) -> bool:
    """Whether text that begins with *head* is grep's: its first line names a file."""
    first, _, _ = head.removeprefix(b"\xef\xbb\xbf").partition(NEWLINE)
    place = _PLACE.match(first.decode(errors="replace"))
    return bool(place and NUL not in head and _is_file(place[1]))


def grep_lines(source: Source, *, is_sure: bool) -> Iterator[Document]:
    """Yield lines without the path and the line number that grep put before them.

    A line without them is a plain one; so is, unless *is_sure*, one whose path is
    none of a file.
    """
    is_path = _anything if is_sure else _is_file
    has_columns, blank = _has_columns(source.head), 0
    for line in plain_lines(source):
        whole = str(line.data)
        place = _PLACE.match(whole)
        if not place or not is_path(place[1]):
            yield line
            continue
        text = whole[place.end() if has_columns else place.end(2) + 1 :]
        if not text or text.isspace():
            blank += 1
            continue
        path, number = place[1], int(place[2])
        yield Document(text, line.raw, path, number, f"{path}:{number}")
    source.skipped.blank_lines += blank


@lru_cache(1000)
def _is_file(path: str) -> bool:
    return os.path.isfile(path)  # noqa: PTH113 - pathlib's fails for a long name


def _anything(_: str) -> bool:
    return True


def _has_columns(head: bytes) -> bool:
    """Whether each line has a column: where one has none, a number is its text."""
    whole, _, rest = head.rpartition(NEWLINE)
    lines = (whole or rest).decode(errors="replace").split("\n")
    return all(place[3] for line in lines if (place := _PLACE.match(line)))
