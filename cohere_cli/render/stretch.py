"""A stretch of the answer: its blocks, with every character that stands between."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from cohere_cli.api.events import Citation
from cohere_cli.render.blocks import Block
from cohere_cli.render.marks import Mark
from cohere_cli.render.passage import Passage


@dataclass(slots=True)
class Stretch:
    """Text of the content block `index`, of which `start` characters came before it.

    `is_cited` says whether a citation of it has come.
    """

    index: int
    start: int = 0
    is_cited: bool = False
    _passage: Passage = field(init=False)
    _pieces: list[str] = field(default_factory=list)
    _ready: list[Block] = field(default_factory=list)
    _taken: int = 0  # how much of its text was handed out
    _closed: bool = False

    def __post_init__(self) -> None:
        self._passage = Passage("answer", self.index, self.start)

    @property
    def end(self) -> int:
        """How much of the content block's text has come with it."""
        return self.start + self._passage.length

    def take(self, text: str) -> None:
        """Add *text*."""
        self._pieces.append(text)
        self._ready += _outermost(self._passage.take(text))

    def close(self) -> None:
        """Make all of it ready: nothing follows."""
        if not self._closed:
            self._ready += _outermost(self._passage.close())
            self._closed = True

    def mark(self, citation: Citation, numbers: Sequence[int]) -> None:
        """Remember *citation*, and that it rests on the sources of *numbers*."""
        self._passage.mark(citation, numbers)
        self.is_cited = True

    def ready(self) -> Iterator[tuple[str, Block, list[Mark]]]:
        """Yield each block once: what stands before it, itself and its marks."""
        if not self._ready:
            return
        text = "".join(self._pieces)
        self._pieces = [text]
        for block in self._ready:
            gap, own = text[self._taken : block.start], text[block.start : block.end]
            # Closing a passage ends its last line, which the text may not do.
            yield gap, Block(block.kind, own), self._passage.marks_in(block)
            self._taken = block.start + len(own)
        self._ready = []

    def rest(self) -> str:
        """Return what follows the last block, once it is closed."""
        text = "".join(self._pieces)[self._taken :] if self._closed else ""
        self._taken += len(text)
        return text


def _outermost(blocks: Iterable[Block]) -> list[Block]:
    # A fence comes whole after its lines.
    return [block for block in blocks if block.kind != "code line"]
