"""Which lines of a text belong together, and how they fill passages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cohere_cli.documents.lengths import MOST, USUAL
from cohere_cli.documents.outline import Outline

# With less than this, a passage goes on after a heading, and up to 400 words.
_LEAST = 100


@dataclass(frozen=True, slots=True)
class Layout:
    """A text by its lines: how many words each has (0: it is blank), and its outline.

    What is told of it are ranges of lines, counted from 0.
    """

    sizes: Sequence[int]
    outline: Outline

    def size(self, lines: range) -> int:
        """Return how many words *lines* have."""
        return sum(self.sizes[lines.start : lines.stop])

    def passages(self) -> Iterator[range]:
        """Join neighbours until there are about 300 words, or until a heading."""
        current, size = range(0), 0
        for lines in self._undivided():
            more = self.size(lines)
            is_due = size >= _LEAST and lines.start in self.outline.headings
            limit = USUAL if size >= _LEAST else MOST
            if current and (is_due or size + more > limit):
                yield current
                current, size = range(0), 0
            current = range(current.start if current else lines.start, lines.stop)
            size += more
        if current:
            yield current

    def _undivided(self) -> Iterator[range]:
        """Yield sections and paragraphs; of one that is too long, its lines."""
        for section in self._sections():
            together = range(section[0].start, section[-1].stop)
            if self.size(together) <= MOST:
                yield together
                continue
            for block in section:
                yield from self._divided(block)

    def _divided(self, block: range) -> Iterator[range]:
        if self.size(block) <= MOST:
            yield block
        else:
            yield from (range(at, at + 1) for at in block)

    def _sections(self) -> Iterator[list[range]]:
        """Put headings that stand alone together with what comes after them."""
        section: list[range] = []
        for block in self._blocks():
            section.append(block)
            if self.outline.headings.get(block.start) != block.stop:
                yield section
                section = []
        if section:
            yield section

    def _blocks(self) -> Iterator[range]:
        """Yield paragraphs, and as one block each fence that is not too long."""
        at = 0
        while at < len(self.sizes):
            end = self._end(at)
            if self.sizes[at]:
                yield range(at, end)
            at = end

    def _end(self, at: int) -> int:
        fence = self.outline.fences.get(at, at)
        if at < fence and self.size(range(at, fence)) <= MOST:
            return fence
        end = self.outline.headings.get(at, at + 1)
        if self.sizes[at]:
            while end < len(self.sizes) and not self._begins(end):
                end += 1
        return end

    def _begins(self, at: int) -> bool:
        """Whether the line is blank, or the first of something new."""
        outline = self.outline
        return not self.sizes[at] or at in outline.headings or at in outline.fences
