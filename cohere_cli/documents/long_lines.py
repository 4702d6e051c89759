"""Lines of more than a passage: cut at the ends of sentences, else of words."""

import re
from collections.abc import Iterator
from itertools import pairwise

from cohere_cli.documents.lengths import USUAL, words

# The last are the full stop, exclamation and question mark of Chinese and Japanese.
_SENTENCE = re.compile(
    r"""(?<=[.!?\u2026])["'\u201d\u2019)\]]*\s+|(?<=[\u3002\uff01\uff1f])"""
)
_WORD = re.compile(r"(?<=\s)(?=\S)")
# At most 333 words by the bytes of any script.
_ANYWHERE = re.compile(r".{750}", re.DOTALL)


def parts_of(line: str) -> Iterator[str]:
    """Yield parts of *line*, of about 300 words, that make it up again."""
    part, size = "", 0
    for piece in _pieces(line, (_SENTENCE, _WORD, _ANYWHERE)):
        more = words(piece)
        if part and size + more > USUAL:
            yield part
            part, size = "", 0
        part += piece
        size += more
    if part:
        yield part


def _pieces(text: str, borders: tuple[re.Pattern[str], ...]) -> Iterator[str]:
    if not borders or words(text) <= USUAL:
        yield text
        return
    ends = (border.end() for border in borders[0].finditer(text))
    for start, end in pairwise((0, *ends, len(text))):
        if start < end:
            yield from _pieces(text[start:end], borders[1:])
