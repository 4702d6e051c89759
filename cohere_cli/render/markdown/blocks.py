"""Growing text, cut into blocks: what can be drawn once and need never change."""

import re
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol, TypeVar

FENCE_OPENING = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")
"""What a line begins with that opens a fence."""


@dataclass(eq=False, slots=True)
class Fence:
    """Code between two rows of marks. `lines` are complete, without their ends."""

    marks: str
    language: str = ""
    indent: int = 0
    lines: list[str] = field(default_factory=list)

    @classmethod
    def opened_by(cls, line: str) -> "Fence | None":
        """Return the fence that *line* opens, if it does."""
        opening = FENCE_OPENING.match(line)
        if opening is None:
            return None
        info = line[opening.end() :].split()
        return cls(opening[1], info[0] if info else "", indent_of(line))

    def is_closed_by(self, line: str, *, nested: bool) -> bool:
        """Say whether *line* closes it; a *nested* one is closed at any depth."""
        bare = line.strip()
        alike = len(bare) >= len(self.marks) and not bare.strip(self.marks[0])
        return alike and (nested or indent_of(line) < 4)  # noqa: PLR2004 - as for code

    def code_in(self, line: str) -> str:
        """Return *line* as far as it is code: indented like its fence, or less."""
        return line[min(self.indent, indent_of(line)) :]


def indent_of(line: str) -> int:
    """Return in which column the text of *line* begins."""
    wide = line.expandtabs(4)
    return len(wide) - len(wide.lstrip())


BlockKind = Literal["text", "item", "code", "code line", "fence", "line"]


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that are drawn together, and where they stood in all of the text.

    `start` counts code points. `joins`: no blank line belongs before it. The lines
    of a fence are blocks of the kind "code line", the one at `line` of its code from
    0 on; the whole fence follows them, for it may be cited. The first `head`
    characters tell how the others are read: a table's first two lines. They are
    `above` where the text is only an end of such a block.
    """

    kind: BlockKind
    text: str
    start: int = 0
    is_adjacent: bool = False
    fence: Fence | None = field(default=None, compare=False)
    line: int = 0
    head: int = 0
    header: str = ""

    @property
    def end(self) -> int:
        """The place behind the block's last character."""
        return self.start + len(self.text)

    def last(self, rows: int, width: int) -> "Block":
        """Return an end of it that fills *rows* of *width*, or all if it is short.

        The cut moves seldom, so that what is drawn of a growing block stands still.
        """
        text = tail_of(self.text, rows * width)
        is_cut = len(text) < len(self.text)
        if self.head:
            # Whole rows of the table, each of which fills one of the screen's.
            whole = text[text.find("\n") + 1 :] if is_cut else text
            text = "\n".join(tail_of(whole.split("\n"), rows))
            is_cut = len(text) < len(self.text)
        above = self.text[: self.head] if is_cut else ""
        return replace(self, text=text, start=self.end - len(text), header=above)


_Sequence = TypeVar("_Sequence", str, list[str])


def tail_of(whole: _Sequence, size: int) -> _Sequence:
    """Return its last *size* to 2 * *size* items, or all if it has no more.

    As it grows, it stands still for *size* items.
    """
    if len(whole) <= 2 * size:
        return whole
    return whole[len(whole) // size * size - size :]


class Splitter(Protocol):
    """Cuts growing text into blocks."""

    def feed(self, text: str) -> list[Block]:
        """Return the blocks that *text* completes."""
        ...

    def remainder(self) -> Block:
        """Return what is in no complete block yet, as one."""
        ...

    def close(self) -> list[Block]:
        """Return the last blocks: there is no more text."""
        ...


class SingleBlock:
    """Does not cut at all; the cutters that do keep their open block in it."""

    def __init__(self, kind: BlockKind = "line", *, is_adjacent: bool = True) -> None:
        self._kind: BlockKind = kind
        self._joins = is_adjacent
        self._start = 0
        self._lines: list[str] = []
        # Joined only when a line ends: a token costs the same in a long line.
        self._pieces: list[str] = []

    def feed(self, text: str) -> list[Block]:
        """Return the blocks that *text* completes."""
        self._pieces.append(text)
        if "\n" not in text:
            return []
        *lines, last = "".join(self._pieces).split("\n")
        self._pieces = [last]
        return [block for line in lines for block in self._add(f"{line}\n")]

    def remainder(self) -> Block:
        """Return what is in no complete block yet, as one."""
        text = "".join([*self._lines, *self._pieces])
        return Block(self._kind, text, self._start, self._joins)

    def close(self) -> list[Block]:
        """Return the last blocks: there is no more text."""
        last = self.feed("\n") if any(self._pieces) else []
        return last + self._finish()

    def _add(self, line: str) -> list[Block]:
        self._lines.append(line)
        return []

    def _finish(self) -> list[Block]:
        """Return the lines so far as a block, unless they are blank."""
        block = Block(self._kind, "".join(self._lines), self._start, self._joins)
        self._start, self._lines = block.end, []
        return [block] if block.text.strip() else []


class LineSplitter(SingleBlock):
    """Cuts plain text: each line is a block."""

    def _add(self, line: str) -> list[Block]:
        self._lines.append(line)
        return self._finish()
