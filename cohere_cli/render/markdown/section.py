"""A stretch of one channel: of the answer, the thinking, the plan or a tool call."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from cohere_cli.api.protocol.events import Citation
from cohere_cli.render.markdown.blocks import Block, LineSplitter, SingleBlock, Splitter
from cohere_cli.render.markdown.citations import Mark
from cohere_cli.render.markdown.splitter import MarkdownSplitter

SectionChannel = Literal["answer", "thinking", "plan", "tools"]


@dataclass(slots=True)
class Section:
    """Text of one channel: blocks that are complete but held back, and the rest.

    `index` counts within the channel, as events do. `start` is how much of that
    content block's text has stood in earlier passages. One that `folds` gives no
    block away: all of it makes room for one line at its end.
    """

    channel: SectionChannel
    index: int = 0
    start: int = 0
    is_collapsed: bool = False
    length: int = 0
    _marks: list[Mark] = field(default_factory=list)
    _held: list[Block] = field(default_factory=list)
    _cutter: Splitter = field(init=False)

    def __post_init__(self) -> None:
        match self.channel:
            case "answer":
                self._cutter = MarkdownSplitter()
            case "thinking" | "plan":
                self._cutter = LineSplitter()
            case "tools":
                self._cutter = SingleBlock()

    def take(self, text: str) -> list[Block]:
        """Add *text*; return the blocks that may be drawn for good.

        A block is held back until something that follows it has come before, for
        its citations come up to a moment later than its text.
        """
        ready = list(self._followed()) if self._held else []
        del self._held[: len(ready)]
        self._held += self._cutter.feed(text)
        self.length += len(text)
        return ready

    def close(self) -> list[Block]:
        """Return all blocks that were not returned: nothing follows."""
        blocks = self._held + self._cutter.close()
        self._held = []
        # A call without arguments is still a call.
        return blocks or [Block("line", "")] if self.channel == "tools" else blocks

    def unfinished(self) -> Iterator[Block]:
        """Yield what is not drawn for good, the last first."""
        rest = self._cutter.remainder()
        if rest.text.strip() or self.channel == "tools":
            yield rest
        yield from reversed(self._held)

    def mark(self, citation: Citation, numbers: Sequence[int]) -> None:
        """Remember *citation*, at the last of its characters that is no blank."""
        blanks = len(citation.text) - len(citation.text.rstrip())
        self._marks.append((citation.end - blanks - self.start, list(numbers)))

    def citations_in(self, block: Block) -> list[Mark]:
        """Return the marks of spans that end in *block*, counted from its start."""
        return [
            (end - block.start, numbers)
            for end, numbers in self._marks
            if block.start < end <= block.end
        ]

    def _followed(self) -> Sequence[Block]:
        if self.is_collapsed:
            return []
        return self._held if self._cutter.remainder().text.strip() else self._held[:-1]


@dataclass(slots=True)
class AnswerSection:
    """Text of the content block `index`, of which `start` characters came before it.

    `is_cited` says whether a citation of it has come.
    """

    index: int
    start: int = 0
    is_cited: bool = False
    _section: Section = field(init=False)
    _pieces: list[str] = field(default_factory=list)
    _ready: list[Block] = field(default_factory=list)
    _consumed: int = 0  # how much of its text was handed out
    _closed: bool = False

    def __post_init__(self) -> None:
        self._section = Section("answer", self.index, self.start)

    @property
    def end(self) -> int:
        """How much of the content block's text has come with it."""
        return self.start + self._section.length

    def take(self, text: str) -> None:
        """Add *text*."""
        self._pieces.append(text)
        self._ready += _outermost(self._section.take(text))

    def close(self) -> None:
        """Make all of it ready: nothing follows."""
        if not self._closed:
            self._ready += _outermost(self._section.close())
            self._closed = True

    def mark(self, citation: Citation, numbers: Sequence[int]) -> None:
        """Remember *citation*, and that it rests on the sources of *numbers*."""
        self._section.mark(citation, numbers)
        self.is_cited = True

    def ready(self) -> Iterator[tuple[str, Block, list[Mark]]]:
        """Yield each block once: what stands before it, itself and its marks."""
        if not self._ready:
            return
        text = "".join(self._pieces)
        self._pieces = [text]
        for block in self._ready:
            gap, own = text[self._consumed : block.start], text[block.start : block.end]
            # Closing a passage ends its last line, which the text may not do.
            yield gap, Block(block.kind, own), self._section.citations_in(block)
            self._consumed = block.start + len(own)
        self._ready = []

    def remainder(self) -> str:
        """Return what follows the last block, once it is closed."""
        text = "".join(self._pieces)[self._consumed :] if self._closed else ""
        self._consumed += len(text)
        return text


def _outermost(blocks: Iterable[Block]) -> list[Block]:
    # A fence comes whole after its lines.
    return [block for block in blocks if block.kind != "code line"]
