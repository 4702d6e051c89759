"""Lines of grep's output, each a record: the text that it quotes, with its place.

As grep, git grep and ripgrep write them, with line numbers and file names: in colour,
with context (`path-3-text`), with NULs after names (`-Z`), and names in git's quotes.
"""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache, partial
from itertools import islice
from typing import NamedTuple

from cohere_cli.documents.blocks import NEWLINE, NUL
from cohere_cli.documents.document import Document
from cohere_cli.documents.open_file import (
    UnreadableFile,
    open_regular_file,
    unquote_name,
)
from cohere_cli.documents.source import MAX_BYTES, Source
from cohere_cli.errors import InputProblem
from cohere_cli.text import BYTE_ORDER_MARK, STDIN, shown_source

# Colours, and the links of ripgrep.
_ESCAPES = re.compile(rb"\x1b(?:\[[0-9;:]*[mK]|\]8;[^\x07\x1b]*(?:\x07|\x1b\\))")
_GROUP_SEPARATOR = b"--"
# What `co rerank --scores` writes before a line.
_SCORE = re.compile(rb"-?[0-9][0-9.e+-]{0,30}\t")
# After the path: `:` for a match, `-` in its context, `=` for the head of a function.
_NUMBER = re.compile(rb"(?=([:=-])([1-9][0-9]{0,9})\1)")
_AFTER_QUOTES = re.compile(rb'("(?:[^"\\]|\\.)+")([:=-])([1-9][0-9]{0,9})\2')
_AFTER_NUL = re.compile(rb"([^\0]+)\0([1-9][0-9]{0,9})([:=\0-])")
_COLUMN = re.compile(rb"[1-9][0-9]{0,9}([:\0])")
# In a long line no more is searched than the longest path has.
_MAX_PATH = 4095


class Place(NamedTuple):
    """Where a line is quoted from; its text, perhaps with a column, is from `start`."""

    path: bytes
    line: int
    mark: bytes
    start: int

    def quoted(self, line: bytes, *, has_columns: bool) -> bytes:
        """Return the text in *line*, without the column."""
        column = _COLUMN.match(line, self.start)
        # Between NULs it cannot be text.
        is_column = has_columns or self.mark == NUL
        if column and is_column and column[1] == self.mark:
            return line[column.end() :]
        return line[self.start :]


Locator = Callable[[bytes], Place | None]
"""Returns the place that a line begins with, None if it has none."""


def grep_records(source: Source) -> Iterator[Document]:
    """Yield the lines of grep's output; the files need not exist."""
    return grep_lines(source, is_sure=True)


def is_grep_output(head: bytes) -> bool:
    """Whether text that begins with *head* is grep's: its first line names a file."""
    first, _, _ = head.removeprefix(BYTE_ORDER_MARK).partition(NEWLINE)
    if NUL in head and NUL not in first:
        return False
    return located(first, _find_file)[1] is not None


def grep_lines(source: Source, *, is_sure: bool) -> Iterator[Document]:
    """Yield lines without the path and the line number that grep put before them.

    A line without them is a plain one; so is, unless *is_sure*, one whose path is
    not a file. The lines `--` between groups are left out.
    """
    locate = partial(find_place, is_sure=is_sure)
    has_columns = _has_columns(source.head, locate)
    return located_lines(source, locate, has_columns=has_columns)


def located_lines(
    source: Source, locate: Locator, *, has_columns: bool = False
) -> Iterator[Document]:
    """Yield lines with the place that *locate* finds, as `grep_lines` does."""
    blank = 0
    for number, raw in source.raw_lines(NEWLINE, with_nuls=True):
        line, place = located(raw, locate)
        if line == _GROUP_SEPARATOR:
            continue
        quoted = place.quoted(line, has_columns=has_columns) if place else line
        text = _decode(source, number, quoted)
        if text is None:
            continue
        if not text or text.isspace():
            blank += 1
        elif place:
            yield _document(place, text, raw)
        else:
            yield Document(text, raw, source.path, number, f"{source.name}:{number}")
    source.skipped.blank_lines += blank


def located(raw: bytes, locate: Locator) -> tuple[bytes, Place | None]:
    """Return a line without colours, and without a score before its place."""
    line = _uncoloured(raw)
    if place := locate(line):
        return line, place
    if (score := _SCORE.match(line)) and (place := locate(line[score.end() :])):
        return line[score.end() :], place
    return line, None


def _document(place: Place, text: str, raw: bytes) -> Document:
    path = os.fsdecode(place.path)
    # A file of that name is not standard input.
    path = f"./{path}" if path == STDIN else path
    return Document(text, raw, path, place.line, f"{shown_source(path)}:{place.line}")


def _uncoloured(raw: bytes) -> bytes:
    # Only the output of grep in colour begins with one: else it is the file's own.
    return _ESCAPES.sub(b"", raw) if raw.startswith(b"\x1b") else raw


def _decode(source: Source, number: int, quoted: bytes) -> str | None:
    """Return the text of a line, None for a bad record that is left out."""
    where = f"{source.name}:{number}"
    if len(quoted) > MAX_BYTES:
        # No line after it is read, so it is not one bad record.
        what = "a line is longer than 64 MiB"
        raise UnreadableFile(what, reason="over 64 MiB", where=where)
    if what := _fault(quoted):
        hint = "convert it, for instance: iconv -f WINDOWS-1252 -t UTF-8"
        problem = UnreadableFile(what, reason="not text", where=where, hint=hint)
        if not source.reads_replaced(problem):
            return None
    text = quoted.decode(errors="replace").replace("\0", "\ufffd")
    return text.removesuffix("\r")


def _fault(quoted: bytes) -> str:
    try:
        quoted.decode()
    except UnicodeDecodeError as exc:
        return f"not UTF-8 text: {exc.reason}"
    return "not UTF-8 text: a NUL" if NUL in quoted else ""


def find_place(line: bytes, *, is_sure: bool) -> Place | None:
    """Return the place that *line* begins with, of a file; if *is_sure* of any."""
    files: list[Place] = []
    for place in _places(line):
        if is_file(place.path):
            files.append(place)
            if not _begins_names(place.path + place.mark):
                break
    if len(files) > 1:
        # `foo:42:bar:7:text`, where both `foo` and `foo:42:bar` are files.
        return next((place for place in files if _is_quoted(place, line)), files[-1])
    if files or not is_sure:
        return next(iter(files), None)
    # Without its file, `2020-10-11 text` is rather a date.
    is_certain = NUL in line
    return next((one for one in _places(line) if is_certain or one.mark == b":"), None)


def _places(line: bytes) -> Iterator[Place]:
    """Yield the places that *line* may begin with, shortest path first."""
    if NUL in line:
        if found := _AFTER_NUL.match(line):
            yield Place(found[1], int(found[2]), found[3], found.end())
        return
    if found := _AFTER_QUOTES.match(line):
        path = unquote_name(found[1])
        yield Place(path, int(found[3]), found[2], found.end())
    for found in _NUMBER.finditer(line, 1, _MAX_PATH):
        path = line[: found.start()]
        yield Place(path, int(found[2]), found[1], found.end(2) + 1)


@lru_cache(1000)
def is_file(path: bytes) -> bool:
    """Whether there is a regular file *path*: lines name the same one many times."""
    return os.path.isfile(path)  # noqa: PTH113 - pathlib's fails for a long name


@lru_cache(1000)
def _begins_names(path: bytes) -> bool:
    """Whether a file or folder has a name that begins like *path*."""
    folder, _, start = path.rpartition(b"/")
    with suppress(OSError), os.scandir(folder + b"/" if folder else b".") as entries:
        return any(entry.name.startswith(start) for entry in entries)
    return False


def _is_quoted(place: Place, line: bytes) -> bool:
    """Whether the line of the file is the one that is quoted."""
    try:
        with open_regular_file(os.fsdecode(place.path)) as stream:
            own = next(islice(stream, place.line - 1, None), b"").rstrip(b"\r\n")
    except (InputProblem, OSError):
        return False
    text = line[place.start :].rstrip(b"\r")
    return text == own or text.endswith(b":" + own)


def _find_file(line: bytes) -> Place | None:
    return find_place(line, is_sure=False)


def _has_columns(head: bytes, locate: Locator) -> bool:
    """Whether every match has a column; else a second number belongs to the text."""
    whole, _, rest = head.rpartition(NEWLINE)
    lines = (located(raw, locate) for raw in (whole or rest).split(NEWLINE))
    return all(
        _COLUMN.match(line, place.start)
        for line, place in lines
        if place and place.mark == b":"
    )
