"""One source's bytes, read once from front to back: as lines of text or whole."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from errno import EAGAIN
from io import BytesIO
from itertools import chain, count
from typing import BinaryIO, NamedTuple

from cohere_cli.documents.open_file import UnreadableFile, read_error, shown
from cohere_cli.errors import InputProblem

NEWLINE = b"\n"
NUL = b"\0"


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines: `data` begins at byte `offset` with line `first`, from 1.

    `raws` are their bytes without the `end` of each.
    """

    first: int
    offset: int
    end: bytes
    data: bytes
    raw_lines: list[bytes]

    @property
    def is_only_nul(self) -> bool:
        """Whether there is nothing but NULs, where NULs end lines."""
        return self.end == NUL and not self.data.strip(NUL)


def iter_blocks(
    pieces: Iterable[bytes], end: bytes, *, most: int, offset: int = 0
) -> Iterator[Block]:
    """Yield all *pieces*, which begin at byte *offset*, as blocks.

    The last ends with a line that has more than *most* bytes, if there is one, or
    with a NUL that ends no line: neither can be text, so no more is taken.
    """
    first = 1
    for data in _whole_lines(pieces, end, most):
        block = Block(first, offset, end, data, data.removesuffix(end).split(end))
        yield block
        first += len(block.raw_lines)
        offset += len(data)


def _whole_lines(pieces: Iterable[bytes], end: bytes, most: int) -> Iterator[bytes]:
    begun: list[bytes] = []
    for piece in pieces:
        begun.append(piece)
        if sum(map(len, begun[:-1])) > most or (end != NUL and NUL in piece):
            break
        cut = piece.rfind(end) + 1
        if cut:
            begun[-1] = piece[:cut]
            yield b"".join(begun)
            begun = [piece[cut:]]
    if any(begun):
        yield b"".join(begun)


# Tuples, both: each line of JSON makes them.
class Text(NamedTuple):
    """Decoded text that begins at `line` (from 1) of `source`."""

    content: str
    source: str
    line: int = 1

    def line_at(self, position: int) -> int:
        """Return the source's line that holds the character at *position*."""
        return self.line + self.content.count("\n", 0, position)

    def column_at(self, position: int) -> int:
        """Return which character of its line *position* is, from 1."""
        return position - self.content.rfind("\n", 0, position)

    def error_at(self, what: str, position: int = 0, *, hint: str = "") -> InputProblem:
        """Return, for the caller to raise, what is wrong at *position*."""
        where = f"{self.source}:{self.line_at(position)}"
        return InputProblem(what, where=where, hint=hint)


class LocatedValue(NamedTuple):
    """A value of JSON types, and which characters of the text it was read from."""

    value: object
    start: int
    end: int


def type_name(value: object) -> str:
    """Say what *value*, of JSON types, is: "a list"."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case _:
            return "an object"


Notify = Callable[[str], None]
"""Takes a line for the user about what was skipped."""


@dataclass(slots=True)
class Skipped:
    """Counts of blank lines, and of files by reason, as the reasons first came."""

    files: Counter[str] = field(default_factory=Counter)
    blank_lines: int = 0

    def add(self, reason: str) -> None:
        """Count one more file."""
        self.files[reason] += 1

    def __bool__(self) -> bool:
        return bool(self.files or self.blank_lines)

    def __str__(self) -> str:
        told = []
        if self.files:
            why = ", ".join(f"{each:,} {reason}" for reason, each in self.files.items())
            told.append(f"{_count(self.files.total(), 'file')} skipped ({why})")
        if self.blank_lines:
            told.append(f"{_count(self.blank_lines, 'blank line')} skipped")
        return ", ".join(told)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


# Of a whole file, or of one line: what is held in memory at once.
MAX_BYTES = 64 * 2**20

Line = tuple[int, str, bytes]
"""A line's number, from 1, its text, and its bytes: without what ends it."""

_BLOCK_BYTES = 64 * 2**10
_BOM = b"\xef\xbb\xbf"
_A_NUL = "a NUL"
_LARGE = "over 64 MiB"
_UTF_16 = "convert it: iconv -f UTF-16 -t UTF-8"
_REMEDIES = {
    b"\xff\xfe": _UTF_16,
    b"\xfe\xff": _UTF_16,
    b"%PDF-": "extract its text first, for instance with pdftotext",
    b"PK\x03\x04": "it is an archive or an office file: extract its text first",
    b"\x1f\x8b": "it is compressed: decompress it first, for instance with gunzip",
}


@dataclass(frozen=True, slots=True)
class Source:
    """What comes from `source`. `head` is its first bytes, looked at in advance.

    `skipped` counts what its reader passes by.
    """

    source: str
    head: bytes
    _held: BytesIO
    _rest: BinaryIO
    skipped: Skipped

    @classmethod
    def begin(
        cls, source: str, stream: BinaryIO, skipped: Skipped | None = None
    ) -> "Source":
        """Look at the first bytes of *stream*; what is skipped goes to *skipped*."""
        with _reading(source):
            head = _read(stream, _BLOCK_BYTES)
        counts = Skipped() if skipped is None else skipped
        return cls(source, head, BytesIO(head), stream, counts)

    @property
    def name(self) -> str:
        return shown(self.source)

    def lines(self, end: bytes = NEWLINE) -> Iterator[Line]:
        r"""Yield every line; only *end*, `\n` or a NUL, ends one.

        Memory holds a block of short lines, or one long line of 64 MiB at most.
        """
        return chain.from_iterable(self._decoded_block(b) for b in self._blocks(end))

    def raw_lines(self, end: bytes) -> Iterator[tuple[int, bytes]]:
        """Yield every line's number and its bytes, be they text or not."""
        return chain.from_iterable(
            enumerate(b.raw_lines, b.first) for b in self._blocks(end)
        )

    def whole(self) -> Text:
        """Return all of it, of 64 MiB at most."""
        data = self._held.read()
        # A film is known by its beginning: its gigabytes need not be read.
        if NUL not in data:
            with _reading(self.source):
                data += _read(self._rest, MAX_BYTES)
        if len(data) > MAX_BYTES:
            hint = "split it, or write its records as JSON lines"
            what = "larger than 64 MiB"
            raise UnreadableFile(what, reason=_LARGE, where=self.name, hint=hint)
        # The mark belongs to the file: as part of a record it would wander.
        bare = data.removeprefix(_BOM)
        return Text(self._decoded(bare, 1, len(data) - len(bare)), self.name)

    def _decoded_block(self, block: Block) -> Iterable[Line]:
        """Decode lines by the block: one by one would take many times as long."""
        texts: Iterable[str] = self._each_decoded(block)
        if len(block.data) <= MAX_BYTES:
            with suppress(UnicodeDecodeError):
                texts = _text(block.data, block.end).split(block.end.decode())
        return zip(count(block.first), texts, block.raw_lines, strict=False)

    def _each_decoded(self, block: Block) -> Iterator[str]:
        """Decode lines one by one, up to the one that is refused."""
        offset = block.offset
        for number, raw in enumerate(block.raw_lines, block.first):
            if len(raw) > MAX_BYTES:
                where = f"{self.name}:{number}"
                what = "a line is longer than 64 MiB"
                raise UnreadableFile(what, reason=_LARGE, where=where)
            yield self._decoded(raw, number, offset, block.end)
            offset += len(raw) + 1

    def _blocks(self, end: bytes) -> Iterator[Block]:
        offset = len(_BOM) if self.head.startswith(_BOM) else 0
        for block in iter_blocks(self._pieces(), end, most=MAX_BYTES, offset=offset):
            # A file that is one large hole has gigabytes of them.
            if block.is_only_nul and len(block.data) >= _BLOCK_BYTES:
                what = "not UTF-8 text: nothing but NULs"
                where = f"{self.name}:{block.first}"
                raise UnreadableFile(what, reason="not text", where=where)
            yield block

    def _pieces(self) -> Iterator[bytes]:
        data = self._held.read().removeprefix(_BOM)
        while data:
            yield data
            with _reading(self.source):
                data = _read(self._rest, _BLOCK_BYTES)

    def _decoded(
        self, data: bytes, line: int, offset: int, end: bytes = NEWLINE
    ) -> str:
        try:
            return _text(data)
        except UnicodeDecodeError as exc:
            at = offset + exc.start
            line += data.count(end, 0, exc.start)
            what = f"not UTF-8 text: {exc.reason} at byte {at}"
            where, hint = f"{self.name}:{line}", self._remedy(exc.reason)
            raise UnreadableFile(
                what, reason="not text", where=where, hint=hint
            ) from exc

    def _remedy(self, reason: str) -> str:
        for start, remedy in _REMEDIES.items():
            if self.head.startswith(start):
                return remedy
        if reason == _A_NUL:
            return "only text is read: extract it first"
        return "convert it, for instance: iconv -f WINDOWS-1252 -t UTF-8"


def _text(data: bytes, end: bytes = NEWLINE) -> str:
    # Python takes NUL for text, but only binary files and UTF-16 have it.
    nul = -1 if end == NUL else data.find(NUL)
    if nul >= 0:
        raise UnicodeDecodeError("utf-8", data, nul, nul + 1, _A_NUL)
    return data.decode()


def _read(stream: BinaryIO, size: int) -> bytes:
    data: bytes | None = stream.read(size)
    if data is None:
        # Some files of /proc: their readers are to wait, as a pipe's are.
        raise BlockingIOError(EAGAIN, os.strerror(EAGAIN))
    return data


@contextmanager
def _reading(source: str) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        raise read_error(exc, shown(source)) from exc
