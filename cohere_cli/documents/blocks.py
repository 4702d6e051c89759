"""Bytes as they come, cut into blocks of whole lines."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

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
    raws: list[bytes]

    @property
    def is_hole(self) -> bool:
        """Whether there is nothing but NULs, where NULs end lines."""
        return self.end == NUL and not self.data.strip(NUL)


def blocks(
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
        first += len(block.raws)
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
