"""Chunking: divides a long text into passages of about 300 words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from cohere_cli.documents.outline import Outline

# A passage with fewer words goes on after a heading, and up to 400 words.
_MIN_WORDS = 100


class Chunker:
    """Divides a text, given the words in each line (0: blank) and the outline.

    All ranges are ranges of lines, counted from 0.
    """

    def __init__(self, word_counts: Sequence[int], outline: Outline) -> None:
        self.word_counts = word_counts
        self.outline = outline
        self._words_before = [0, *accumulate(word_counts)]
        # Where a block ends although no blank line is there; mostly nowhere.
        self._starts = {*outline.headings, *outline.fences}
        # So that each block has an end that `index` finds.
        self._counts = [*word_counts, 0]

    def size(self, lines: range) -> int:
        """Return the number of words in *lines*."""
        return self._words_before[lines.stop] - self._words_before[lines.start]

    def passages(self) -> Iterator[range]:
        """Yield passages: neighbours joined up to about 300 words, or to a heading."""
        current, size = range(0), 0
        for lines in self._units():
            more = self.size(lines)
            is_due = size >= _MIN_WORDS and lines.start in self.outline.headings
            limit = TARGET_WORDS if size >= _MIN_WORDS else MAX_WORDS
            if current and (is_due or size + more > limit):
                yield current
                current, size = range(0), 0
            current = range(current.start if current else lines.start, lines.stop)
            size += more
        if current:
            yield current

    def _units(self) -> Iterator[range]:
        """Yield sections; of one that is too long its paragraphs, or their lines."""
        if not self.outline.headings:
            for block in self._blocks():
                yield from self._fitting(block)
            return
        for section in self._sections():
            together = range(section[0].start, section[-1].stop)
            if self.size(together) <= MAX_WORDS:
                yield together
                continue
            for block in section:
                yield from self._fitting(block)

    def _fitting(self, block: range) -> Sequence[range]:
        if self.size(block) <= MAX_WORDS:
            return (block,)
        return [range(at, at + 1) for at in block]

    def _sections(self) -> Iterator[list[range]]:
        """Yield blocks, each together with the headings right above it."""
        section: list[range] = []
        for block in self._blocks():
            section.append(block)
            if self.outline.headings.get(block.start) != block.stop:
                yield section
                section = []
        if section:
            yield section

    def _blocks(self) -> Iterator[range]:
        """Yield paragraphs, and each fence that is not too long as one block."""
        at = 0
        while at < len(self.word_counts):
            if not self.word_counts[at]:
                at += 1
                continue
            end = self._end(at)
            yield range(at, end)
            at = end

    def _end(self, at: int) -> int:
        fence = self.outline.fences.get(at, at)
        if at < fence and self.size(range(at, fence)) <= MAX_WORDS:
            return fence
        end = self.outline.headings.get(at, at + 1)
        blank = self._counts.index(0, end)
        if self._starts:
            return next(
                (line for line in range(end, blank) if line in self._starts), blank
            )
        return blank


@dataclass(frozen=True, slots=True)
class Passage:
    """The lines `first` to `last` of a text, from 1, without the last one's end.

    `part` counts the parts of a line that is too long, from 1.
    """

    first: int
    last: int
    text: str
    part: int = 1

    @property
    def line_range(self) -> str:
        """Its lines, as in its id."""
        part = "" if self.part == 1 else f"#{self.part}"
        return f"{self.first}-{self.last}{part}"


def split_passages(lines: list[str], outline: Outline) -> list[Passage]:
    r"""Return the passages of *lines*, which were divided at `\n`.

    Together they have every line that is not blank once, in order. Returns
    [] for a text of 400 words or fewer, which is not divided.
    """
    chunker = Chunker(_count_words_in(lines), outline)
    if sum(chunker.word_counts) <= MAX_WORDS:
        return []
    found = (_passages(lines, span, chunker) for span in chunker.passages())
    return [passage for passages in found for passage in passages]


def _passages(lines: list[str], span: range, chunker: Chunker) -> Iterator[Passage]:
    text = "\n".join(lines[span.start : span.stop]).removesuffix("\r")
    is_long_line = len(span) == 1 and chunker.size(span) > MAX_WORDS
    for nth, part in enumerate(split_long_line(text) if is_long_line else [text], 1):
        yield Passage(span.start + 1, span.stop, part, nth)


# The last are the full stop, exclamation and question mark of Chinese and Japanese.
_SENTENCE = re.compile(
    r"""(?<=[.!?\u2026])["'\u201d\u2019)\]]*\s+|(?<=[\u3002\uff01\uff1f])"""
)
_WORD = re.compile(r"(?<=\s)(?=\S)")
# At most 333 words, by the bytes of any script.
_ANYWHERE = re.compile(r".{750}", re.DOTALL)


def split_long_line(line: str) -> Iterator[str]:
    """Yield consecutive parts of *line*, of about 300 words each."""
    part, size = "", 0
    for piece in _split_at(line, (_SENTENCE, _WORD, _ANYWHERE)):
        more = count_words(piece)
        if part and size + more > TARGET_WORDS:
            yield part
            part, size = "", 0
        part += piece
        size += more
    if part:
        yield part


def _split_at(text: str, boundaries: tuple[re.Pattern[str], ...]) -> Iterator[str]:
    if not boundaries or count_words(text) <= TARGET_WORDS:
        yield text
        return
    ends = (boundary.end() for boundary in boundaries[0].finditer(text))
    for start, end in pairwise((0, *ends, len(text))):
        if start < end:
            yield from _split_at(text[start:end], boundaries[1:])


TARGET_WORDS = 300
"""Words up to which a passage is filled."""
MAX_WORDS = 400
"""Words up to which a paragraph stays whole: the API advises shorter documents."""

# Bytes of UTF-8 of a long word. So scripts without spaces are counted, too, and
# code without them.
_BYTES_PER_WORD = 9


def count_words(text: str) -> int:
    """Return the words in *text*, or its bytes divided by 9 if that is more.

    0 only for blank text.
    """
    bare = text.strip()
    return max(len(bare.split()), len(bare.encode()) // _BYTES_PER_WORD)


def _count_words_in(lines: list[str]) -> list[int]:
    """Return `count_words` of each line.

    Without a call for each line, and without a copy of ASCII, it takes half the time:
    this is most of the time that it takes to divide a text.
    """
    return [
        words
        if (words := len((bare := line.strip()).split()))
        >= (size := len(bare if bare.isascii() else bare.encode()) // _BYTES_PER_WORD)
        else size
        for line in lines
    ]
