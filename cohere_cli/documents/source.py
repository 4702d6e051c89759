"""A source of bytes, read once from front to back: as lines of text or whole."""

import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from errno import EAGAIN
from io import BytesIO
from itertools import chain, count
from typing import NamedTuple

from cohere_cli.documents.binary_types import (
    binary_type,
    extraction_hint,
    is_extractable,
    reading_hint,
)
from cohere_cli.documents.blocks import (
    NEWLINE,
    NUL,
    UTF_16_MARKS,
    Block,
    ByteStream,
    Utf8Stream,
    iter_blocks,
)
from cohere_cli.documents.open_file import UnreadableFile, read_error
from cohere_cli.documents.skipped import BadRecords, Skipped
from cohere_cli.errors import InputProblem
from cohere_cli.text import BYTE_ORDER_MARK, STDIN, shown_source

# What "surrogateescape" makes of bytes that are not UTF-8.
_INVALID_BYTE = re.compile("[\udc80-\udcff]")


# Tuples, both: each line of JSON makes them.
class Text(NamedTuple):
    """Decoded text that begins at `line` (from 1) of the source `name`."""

    content: str
    name: str
    line: int = 1

    def line_at(self, position: int) -> int:
        """Return the source's line that holds the character at *position*."""
        return self.line + self.content.count("\n", 0, position)

    def column_at(self, position: int) -> int:
        """Return the column of *position* in its line, from 1."""
        return position - self.content.rfind("\n", 0, position)

    def without_surrogates(self) -> "Text":
        """Return the text with U+FFFD for invalid bytes, of the same length."""
        return self._replace(content=_INVALID_BYTE.sub("\ufffd", self.content))

    def invalid_in(self, start: int, end: int) -> InputProblem | None:
        """Return the error of the first byte in a range that is not UTF-8, if any."""
        invalid = _INVALID_BYTE.search(self.content, start, end)
        return self.error_at("not UTF-8 text", invalid.start()) if invalid else None

    def error_at(self, what: str, position: int = 0, *, hint: str = "") -> InputProblem:
        """Return the error to raise for what is wrong at *position*."""
        where = f"{self.name}:{self.line_at(position)}"
        return InputProblem(what, where=where, hint=hint)


class LocatedValue(NamedTuple):
    """A value of JSON types, and the range of characters that it was read from.

    `doubled` is a key that one of its objects has twice, "" if none has.
    """

    value: object
    start: int
    end: int
    doubled: str = ""


def type_name(value: object) -> str:
    """Return the name of the JSON type of *value*, with an article: "a list"."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "a list"
        case _:
            return "an object"


# The largest file or line that is held in memory.
MAX_BYTES = 64 * 2**20

Line = tuple[int, str, bytes]
"""A line's number, from 1, its text, and its bytes; both without the line end."""

UTF_8 = "utf-8"

_BLOCK_BYTES = 64 * 2**10
_A_NUL = "a NUL"
_LARGE = "over 64 MiB"


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of the file at `path`, "-" for standard input.

    UTF-16 that begins with its mark is read as UTF-8. `head` is the first 64 KiB, read
    in advance; `skipped` counts what the reader of
    its format skips, and `bad` takes the errors of records that cannot be read.
    """

    path: str
    head: bytes
    _held: BytesIO
    _rest: ByteStream
    skipped: Skipped
    bad: BadRecords

    @classmethod
    def begin(
        cls,
        path: str,
        stream: ByteStream,
        skipped: Skipped | None = None,
        bad: BadRecords | None = None,
    ) -> "Source":
        """Read the head of *stream*, which is open at *path*."""
        with _reading(path):
            head = _read(stream, _BLOCK_BYTES)
            if head.startswith(UTF_16_MARKS):
                stream = Utf8Stream(head, stream)
                head = _read(stream, _BLOCK_BYTES)
        counts = Skipped() if skipped is None else skipped
        return cls(path, head, BytesIO(head), stream, counts, bad or BadRecords())

    @property
    def name(self) -> str:
        """The name for messages and ids: "stdin" for standard input."""
        return shown_source(self.path)

    @property
    def is_marked(self) -> bool:
        """Whether it begins with a byte order mark, of UTF-8 or UTF-16."""
        is_utf_16 = isinstance(self._rest, Utf8Stream)
        return is_utf_16 or self.head.startswith(BYTE_ORDER_MARK)

    @property
    def descriptor(self) -> int | None:
        """The descriptor of a regular file that was opened by its name, else None."""
        with suppress(AttributeError, OSError):
            descriptor: int = self._rest.fileno()  # type: ignore[attr-defined]
            is_regular = stat.S_ISREG(os.fstat(descriptor).st_mode)
            return descriptor if is_regular and self.path != STDIN else None
        return None

    def pieces(self) -> Iterator[bytes]:
        """Yield all bytes, in pieces of up to 64 KiB."""
        data = self._held.read()
        while data:
            yield data
            with _reading(self.path):
                data = _read(self._rest, _BLOCK_BYTES)

    def lines(self, end: bytes = NEWLINE) -> Iterator[Line]:
        r"""Yield every line; only *end*, `\n` or a NUL, ends one.

        Holds one block of short lines, or one line of at most 64 MiB. A line that is
        not UTF-8 is a bad record.
        """
        return self.checked_lines(self.reads_replaced, end)

    def checked_lines(
        self, is_replaced: Callable[[InputProblem], bool], end: bytes = NEWLINE
    ) -> Iterator[Line]:
        """Yield every line; *is_replaced* takes the error of one that is not UTF-8.

        Such a line is left out, or yielded with U+FFFD if it returns true.
        """
        if not self.bad.are_refused:
            self._refuse_binary(end)
        return chain.from_iterable(
            self._decoded_block(block, is_replaced) for block in self._blocks(end)
        )

    def raw_lines(
        self, end: bytes, *, with_nuls: bool = False
    ) -> Iterator[tuple[int, bytes]]:
        """Yield the number and the bytes of every line, which need not be text.

        Unless *with_nuls*, no line comes after one with a NUL.
        """
        return chain.from_iterable(
            enumerate(b.raw_lines, b.first)
            for b in self._blocks(end, with_nuls=with_nuls)
        )

    def whole(self, errors: str = "strict") -> Text:
        """Return the whole text; raises `UnreadableFile` above 64 MiB.

        *errors* is how bytes that are not UTF-8 are decoded, as for `bytes.decode`.
        """
        data = self._whole_bytes()
        # The mark belongs to the file, not to its first record.
        bare = data.removeprefix(BYTE_ORDER_MARK)
        if errors != "strict" and NUL not in bare:
            return Text(bare.decode(errors=errors), self.name)
        return Text(self._decoded(bare, 1, len(data) - len(bare)), self.name)

    def whole_text(self) -> tuple[Text, str]:
        """Return the whole text and its encoding: UTF-8, or else Windows-1252.

        Raises as `whole` does for a file that is a text in neither.
        """
        data = self._whole_bytes()
        bare = data.removeprefix(BYTE_ORDER_MARK)
        try:
            content = self._decoded(bare, 1, len(data) - len(bare))
        except UnreadableFile:
            from cohere_cli.documents.formats.windows_1252 import is_windows_1252

            # A mark of UTF-8 or UTF-16 excludes it.
            is_marked = bare != data or isinstance(self._rest, Utf8Stream)
            if is_marked or not is_windows_1252(bare):
                raise
            return Text(bare.decode("cp1252"), self.name), "cp1252"
        return Text(content, self.name), UTF_8

    def _whole_bytes(self) -> bytes:
        _require_unknown_type(self.head, self.path)
        data = self._held.read()
        # A NUL in the head proves a binary file: its gigabytes need not be read.
        if NUL not in data:
            with _reading(self.path):
                # Most files have ended. Room for 64 MiB takes as long as to read them.
                if more := _read(self._rest, _BLOCK_BYTES):
                    data += more + _read(self._rest, MAX_BYTES)
        if len(data) > MAX_BYTES:
            hint = "split it, or write its records as JSON lines"
            what = "larger than 64 MiB"
            raise UnreadableFile(what, reason=_LARGE, where=self.name, hint=hint)
        return data

    def require_text(self, end: bytes) -> None:
        """Raise `UnreadableFile` if the head has a NUL that does not end a line."""
        _require_unknown_type(self.head, self.path)
        if end != NUL and NUL in self.head:
            for _ in self._each_decoded(self._head_block(end), _refuse):
                pass

    def _refuse_binary(self, end: bytes) -> None:
        """Raise `UnreadableFile` for a head with NULs, if half of it is not text."""
        lines = [line for line in self.head.split(end) if line.strip()]
        if 2 * len([line for line in lines if _is_text(line, end)]) <= len(lines):
            self.require_text(end)

    def _head_block(self, end: bytes) -> Block:
        data = self.head.removeprefix(BYTE_ORDER_MARK)
        return Block(1, len(self.head) - len(data), end, data, data.split(end))

    def reads_replaced(self, problem: InputProblem) -> bool:
        """Count the record that *problem* is about; whether it is read with U+FFFD."""
        self.bad.add(problem)
        return self.bad.are_replaced

    def _decoded_block(
        self, block: Block, is_replaced: Callable[[InputProblem], bool]
    ) -> Iterable[Line]:
        """Decode the block at once: line by line takes many times as long."""
        if len(block.data) <= MAX_BYTES:
            with suppress(UnicodeDecodeError):
                texts = _text(block.data, block.end).split(block.end.decode())
                return zip(count(block.first), texts, block.raw_lines, strict=False)
        return self._each_decoded(block, is_replaced)

    def _each_decoded(
        self, block: Block, is_replaced: Callable[[InputProblem], bool]
    ) -> Iterator[Line]:
        """Decode lines one by one, and let *is_replaced* decide on invalid ones."""
        offset = block.offset
        for number, raw in enumerate(block.raw_lines, block.first):
            if len(raw) > MAX_BYTES:
                where = f"{self.name}:{number}"
                what = "a line is longer than 64 MiB"
                raise UnreadableFile(what, reason=_LARGE, where=where)
            try:
                yield number, self._decoded(raw, number, offset, block.end), raw
            except UnreadableFile as exc:
                if is_replaced(exc):
                    text = raw.decode(errors="replace")
                    yield number, text.replace("\0", "\ufffd"), raw
            offset += len(raw) + 1

    def _blocks(self, end: bytes, *, with_nuls: bool = False) -> Iterator[Block]:
        offset = len(BYTE_ORDER_MARK) if self.head.startswith(BYTE_ORDER_MARK) else 0
        with_nuls = with_nuls or not self.bad.are_refused
        _require_unknown_type(self.head, self.path)
        if offset:
            self._held.seek(offset)
        for block in iter_blocks(
            self.pieces(), end, most=MAX_BYTES, offset=offset, with_nuls=with_nuls
        ):
            # A sparse file may have gigabytes of NULs.
            is_large = end == NUL and len(block.data) >= _BLOCK_BYTES
            if is_large and not block.data.strip(NUL):
                what = "not UTF-8 text: nothing but NULs"
                where = f"{self.name}:{block.first}"
                raise UnreadableFile(what, reason="not text", where=where)
            yield block

    def _decoded(
        self, data: bytes, line: int, offset: int, end: bytes = NEWLINE
    ) -> str:
        try:
            return _text(data)
        except UnicodeDecodeError as exc:
            at = offset + exc.start
            line += data.count(end, 0, exc.start)
            what = f"not UTF-8 text: {exc.reason} at byte {at}"
            where, hint = f"{self.name}:{line}", _remedy(exc.reason)
            raise UnreadableFile(
                what, reason="not text", where=where, hint=hint
            ) from exc


def _remedy(reason: str) -> str:
    if reason == _A_NUL:
        return "only text is read: extract it first"
    return "convert it, for instance: iconv -f WINDOWS-1252 -t UTF-8"


def _require_unknown_type(head: bytes, path: str) -> None:
    """Raise `UnreadableFile` for a file that is known not to be text, such as a PDF."""
    # Names such as "a PDF" are worth more than the place of the first odd byte.
    if kind := binary_type(head):
        name = "FILE" if path == STDIN else path
        hint = extraction_hint(kind, shown_source(name))
        if is_extractable(head, name):
            hint = reading_hint(shown_source(name))
        raise UnreadableFile(
            f"is {kind.name}, not text",
            reason="not text",
            where=shown_source(path),
            hint=hint,
        )


def _refuse(problem: InputProblem) -> bool:
    raise problem


def _is_text(line: bytes, end: bytes) -> bool:
    with suppress(UnicodeDecodeError):
        return bool(_text(line, end))
    return False


def _text(data: bytes, end: bytes = NEWLINE) -> str:
    # Valid UTF-8, but only binary files and UTF-16 have NULs.
    nul = -1 if end == NUL else data.find(NUL)
    if nul >= 0:
        raise UnicodeDecodeError("utf-8", data, nul, nul + 1, _A_NUL)
    return data.decode()


def _read(stream: ByteStream, size: int) -> bytes:
    data = stream.read(size)
    if data is None:
        # Some files of /proc: not ready yet, like an empty pipe.
        raise BlockingIOError(EAGAIN, os.strerror(EAGAIN))
    return data


@contextmanager
def _reading(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        raise read_error(exc, shown_source(path)) from exc
