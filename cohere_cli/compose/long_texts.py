"""Texts that are longer than a model reads, cut where their sentences end."""

import re
from collections.abc import Iterator

BYTES_PER_TOKEN = 3
"""Of UTF-8. Counted high on purpose: prose has 4 to 5, code and East Asia's scripts
about 3. Only the server knows the model's own tokens."""

# Where a text may be cut, the best places first: behind a sentence or a line, then
# behind any word.
_SENTENCE = re.compile(
    "(?<=[.!?\u2026])[\"'\u201d\u2019\u00bb)\\]]*\\s+|(?<=[\u3002\uff01\uff1f])|\n+"
)
_WORD = re.compile(r"\s+")


def size_of(text: str) -> int:
    """Return the bytes of *text* in UTF-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def parts_of(text: str, most: int) -> Iterator[str]:
    """Yield *text* in parts of at most *most* bytes; together they are the text."""
    part: list[str] = []
    size = 0
    for piece in _pieces(text, most, (_SENTENCE, _WORD)):
        length = size_of(piece)
        if size + length > most:
            yield "".join(part)
            part, size = [], 0
        part.append(piece)
        size += length
    yield "".join(part)


def _pieces(
    text: str, most: int, borders: tuple[re.Pattern[str], ...]
) -> Iterator[str]:
    """Yield pieces of *most* bytes at most, cut at the first border that does it."""
    if size_of(text) <= most:
        yield text
    elif not borders:
        step = max(most // 4, 1)  # a character takes 4 bytes at most
        yield from (text[at : at + step] for at in range(0, len(text), step))
    else:
        for piece in _cut(text, borders[0]):
            yield from _pieces(piece, most, borders[1:])


def _cut(text: str, border: re.Pattern[str]) -> Iterator[str]:
    start = 0
    for found in border.finditer(text):
        yield text[start : found.end()]
        start = found.end()
    if start < len(text):
        yield text[start:]
