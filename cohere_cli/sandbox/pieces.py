"""Text in pieces like a model's tokens: what a stand-in counts and streams."""

import re

# A piece is a word with the white space before it, or one other character. No
# piece is longer than 16 letters: scripts without spaces would else come at once.
_PIECE = re.compile(r"\s*(?:\w{1,16}|[^\w\s])|\s+")


def pieces(text: str) -> list[str]:
    """Split *text*; joined together, the pieces are *text* again."""
    return _PIECE.findall(text)


def first_pieces(text: str, count: int) -> str:
    """Return what the first *count* pieces of *text* make together."""
    return "".join(pieces(text)[:count])
