"""A stretch of one channel: of the answer, the thinking, the plan or a tool call."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from cohere_cli.api.events import Citation
from cohere_cli.render.blocks import Block, Cutter, Lines, Whole
from cohere_cli.render.markdown import Markdown
from cohere_cli.render.marks import Mark

Channel = Literal["answer", "thinking", "plan", "tools"]


@dataclass(slots=True)
class Passage:
    """Text of one channel: blocks that are complete but held back, and the rest.

    `index` counts within the channel, as events do. `start` is how much of that
    content block's text has stood in earlier passages. One that `folds` gives no
    block away: all of it makes room for one line at its end.
    """

    channel: Channel
    index: int = 0
    start: int = 0
    folds: bool = False
    length: int = 0
    _marks: list[Mark] = field(default_factory=list)
    _held: list[Block] = field(default_factory=list)
    _cutter: Cutter = field(init=False)

    def __post_init__(self) -> None:
        match self.channel:
            case "answer":
                self._cutter = Markdown()
            case "thinking" | "plan":
                self._cutter = Lines()
            case "tools":
                self._cutter = Whole()

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

    def latest(self) -> Iterator[Block]:
        """Yield what is not drawn for good, the last first."""
        rest = self._cutter.rest()
        if rest.text.strip() or self.channel == "tools":
            yield rest
        yield from reversed(self._held)

    def mark(self, citation: Citation, numbers: Sequence[int]) -> None:
        """Remember *citation*, at the last of its characters that is no blank."""
        blanks = len(citation.text) - len(citation.text.rstrip())
        self._marks.append((citation.end - blanks - self.start, list(numbers)))

    def marks_in(self, block: Block) -> list[Mark]:
        """Return the marks of spans that end in *block*, counted from its start."""
        return [
            (end - block.start, numbers)
            for end, numbers in self._marks
            if block.start < end <= block.end
        ]

    def _followed(self) -> Sequence[Block]:
        if self.folds:
            return []
        return self._held if self._cutter.rest().text.strip() else self._held[:-1]
