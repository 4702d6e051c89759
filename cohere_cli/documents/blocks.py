"""Blocks of whole lines, cut from the pieces in which a stream is read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

NEWLINE = b"\n"
NUL = b"\0"


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
