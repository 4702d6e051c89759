"""Sections of a reply: text of one channel, split into blocks with their citations."""

from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from cohere_cli.api.protocol.events import Citation
from cohere_cli.api.protocol.reply import GrowingText
from cohere_cli.render.markdown.blocks import (
    Block,
    LineEndings,
    LineSplitter,
    SingleBlock,
    Splitter,
)
from cohere_cli.render.markdown.citations import Mark
from cohere_cli.render.markdown.splitter import MarkdownSplitter

SectionChannel = Literal["answer", "thinking", "plan", "tools"]


@dataclass(slots=True)
class Section:
    """Text of one channel: complete blocks that are held back, and the remainder.

    `index` is the index of the events. `start` is how many characters of the content
    block earlier sections contain. If it `is_collapsed`, no block is returned before
    its end, where one line replaces all of them.
    """

    channel: SectionChannel
    index: int = 0
    start: int = 0
    is_collapsed: bool = False
    length: int = 0
    # The numbers of the marks by their place, and all places in their order.
    _marks: dict[int, dict[int, None]] = field(default_factory=dict)
    _places: list[int] = field(default_factory=list)
    _held: list[Block] = field(default_factory=list)
    _splitter: Splitter = field(init=False)
    _endings: LineEndings = field(default_factory=lambda: LineEndings(padded=True))

    def __post_init__(self) -> None:
        match self.channel:
            case "answer":
                self._splitter = MarkdownSplitter()
            case "thinking" | "plan":
                self._splitter = LineSplitter()
            case "tools":
                self._splitter = SingleBlock()

    def take(self, text: str) -> list[Block]:
        """Add *text*; return the blocks that are final.

        A block is held back until an earlier call has added text after it, because
        its citations arrive a moment after its text.
        """
        ready = list(self._followed()) if self._held else []
        del self._held[: len(ready)]
        self._held += self._feed(self._endings.feed(text))
        return ready

    def _feed(self, text: str) -> list[Block]:
        self.length += len(text)
        return self._splitter.feed(text)

    def close(self) -> list[Block]:
        """End the section; return all blocks that were not returned before."""
        last = self._feed(self._endings.close())
        blocks = [*self._held, *last, *self._splitter.close()]
        self._held = []
        # A tool call without arguments is shown, too.
        return blocks or [Block("line", "")] if self.channel == "tools" else blocks

    def unfinished(self) -> Iterator[Block]:
        """Yield the blocks that are not final, from the last to the first."""
        rest = self._splitter.remainder()
        if rest.text.strip() or self.channel == "tools":
            yield rest
        yield from reversed(self._held)

    def mark(self, citation: Citation, numbers: Sequence[int]) -> None:
        """Add *citation* at the end of its span, without trailing blanks."""
        blanks = len(citation.text) - len(citation.text.rstrip())
        place = citation.end - blanks - self.start
        if place not in self._marks:
            insort(self._places, place)
        self._marks.setdefault(place, {}).update(dict.fromkeys(numbers))

    def citations_in(self, block: Block) -> list[Mark]:
        """Return the marks of spans that end in *block*, relative to its start."""
        first = bisect_right(self._places, block.start)
        last = bisect_right(self._places, block.end)
        ends = self._places[first:last]
        return [(end - block.start, [*self._marks[end]]) for end in ends]

    def _followed(self) -> Sequence[Block]:
        if self.is_collapsed:
            return []
        return self._held if self._splitter.has_text() else self._held[:-1]


@dataclass(slots=True)
class AnswerSection:
    """Answer text of the content block `index`, from the character `start` on.

    `is_cited`: a citation of it has arrived.
    """

    index: int
    start: int = 0
    is_cited: bool = False
    _section: Section = field(init=False)
    _text: GrowingText = field(default_factory=GrowingText)
    _ready: list[Block] = field(default_factory=list)
    _consumed: int = 0  # how many characters were returned
    _closed: bool = False

    def __post_init__(self) -> None:
        self._section = Section("answer", self.index, self.start)

    @property
    def end(self) -> int:
        """The length of the content block up to the end of this section."""
        return self.start + self._section.length

    def take(self, text: str) -> None:
        """Add *text*."""
        self._text.add(text)
        self._ready += _outermost(self._section.take(text))

    def close(self) -> None:
        """End the section; all of its blocks become ready."""
        if not self._closed:
            self._ready += _outermost(self._section.close())
            self._closed = True

    def mark(self, citation: Citation, numbers: Sequence[int]) -> None:
        """Add *citation*, which refers to the sources with these *numbers*."""
        self._section.mark(citation, numbers)
        self.is_cited = True

    def ready(self) -> Iterator[tuple[str, Block, list[Mark]]]:
        """Yield each ready block once: the text before it, the block and its marks."""
        if not self._ready:
            return
        text = str(self._text)
        for block in self._ready:
            gap, own = text[self._consumed : block.start], text[block.start : block.end]
            # Closing a section adds a newline that the text may lack.
            yield gap, Block(block.kind, own), self._section.citations_in(block)
            self._consumed = block.start + len(own)
        self._ready = []

    def remainder(self) -> str:
        """Return the text after the last block, once the section is closed."""
        text = str(self._text)[self._consumed :] if self._closed else ""
        self._consumed += len(text)
        return text


def _outermost(blocks: Iterable[Block]) -> list[Block]:
    # The whole fence follows its lines as a block of its own.
    return [block for block in blocks if block.kind != "code line"]
