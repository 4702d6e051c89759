"""Streams of bytes: read as UTF-8, and cut into blocks of whole lines."""

import codecs
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

NEWLINE = b"\n"
NUL = b"\0"
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_NOT_UTF_8 = b"\xff"


class ByteStream(Protocol):
    """What bytes are read from: a file, or a stream of another encoding."""

    def read(self, size: int, /) -> bytes | None: ...


class Utf8Stream:
    """A stream of UTF-16 that begins with *first*, its mark included, as UTF-8.

    What is not UTF-16 becomes bytes that are not UTF-8, at the same place.
    """

    def __init__(self, first: bytes, stream: ByteStream) -> None:
        self._first = first
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-16")("surrogatepass")

    def read(self, size: int, /) -> bytes | None:
        """Return some bytes, perhaps more than *size*; none at the end."""
        while True:
            data = self._first or self._stream.read(size)
            self._first = b""
            if data is None:
                return None
            try:
                text = self._decoder.decode(data, final=not data)
            except UnicodeDecodeError:  # it ends within a character
                self._decoder.reset()
                return _NOT_UTF_8
            if text or not data:
                return text.encode("utf-8", "surrogatepass")


class PipeStream:
    """An open *descriptor*, of which each read returns what has arrived.

    A file object waits until a read is full, and holds a lock meanwhile, without which
    the program cannot end. The first read has a whole line, and what tells JSON Lines
    from other JSON.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._has_begun = self._has_ended = False

    def fileno(self) -> int:
        return self._descriptor

    def isatty(self) -> bool:
        """Whether it has to be kept at its end: it stays there by itself."""
        return False

    def read(self, size: int, /) -> bytes:
        """Return up to *size* bytes, none at the end."""
        data = self._some(size)
        while not (self._has_begun or self._has_ended or _shows_format(data)):
            if len(data) >= size:
                break
            data += self._some(size - len(data))
        self._has_begun = True
        return data

    def _some(self, size: int) -> bytes:
        data = b"" if self._has_ended else os.read(self._descriptor, size)
        # A terminal can be read on after its end.
        self._has_ended = not data
        return data


def _shows_format(data: bytes) -> bool:
    """Whether *data*, the start of a source, has a line that is no part of a value."""
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    line, end, _ = start.partition(NEWLINE)
    if NUL in start:
        return True
    return bool(end) and (line[:1] not in b"[{" or line.rstrip().endswith(b"}"))


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines: `data` begins at byte `offset` with line `first`, from 1.

    `raw_lines` are the bytes of each line without its `end`.
    """

    first: int
    offset: int
    end: bytes
    data: bytes
    raw_lines: list[bytes]


def iter_blocks(
    pieces: Iterable[bytes],
    end: bytes,
    *,
    most: int,
    offset: int = 0,
    with_nuls: bool = False,
) -> Iterator[Block]:
    """Yield all *pieces*, which begin at byte *offset*, as blocks.

    Stops after a line of more than *most* bytes and, unless *with_nuls*, after a NUL
    that does not end a line: neither can be text.
    """
    first = 1
    for data in _whole_lines(pieces, end, most, with_nuls or end == NUL):
        block = Block(first, offset, end, data, data.removesuffix(end).split(end))
        yield block
        first += len(block.raw_lines)
        offset += len(data)


def _whole_lines(
    pieces: Iterable[bytes], end: bytes, most: int, with_nuls: bool
) -> Iterator[bytes]:
    begun: list[bytes] = []
    for piece in pieces:
        begun.append(piece)
        if sum(map(len, begun[:-1])) > most or not (with_nuls or NUL not in piece):
            break
        cut = piece.rfind(end) + 1
        if cut:
            begun[-1] = piece[:cut]
            yield b"".join(begun)
            begun = [piece[cut:]]
    if any(begun):
        yield b"".join(begun)
