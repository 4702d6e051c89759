"""Text in pieces like a model's tokens: what a stand-in counts and streams."""

import re
from zlib import crc32

# A piece is a word with the white space before it, or one other character. No
# piece is longer than 16 letters: scripts without spaces would else come at once.
_PIECE = re.compile(r"\s*(?:\w{1,16}|[^\w\s])|\s+")

_VOCABULARY = 256_000  # token ids are below this


def pieces(text: str) -> list[str]:
    """Split *text*; joined together, the pieces are *text* again."""
    return _PIECE.findall(text)


def first_pieces(text: str, count: int) -> str:
    """Return what the first *count* pieces of *text* make together."""
    return "".join(pieces(text)[:count])


def token_id(piece: str) -> int:
    """Return the number of a piece; two pieces may have the same one."""
    return crc32(piece.encode(errors="replace")) % _VOCABULARY
