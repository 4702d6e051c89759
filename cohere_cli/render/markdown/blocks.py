"""Blocks of streamed text, which are final once they are complete."""

import re
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol, TypeVar

FENCE_OPENING = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")
"""Matches the beginning of a line that opens a fence."""


@dataclass(eq=False, slots=True)
class Fence:
    """A fenced code block. `lines` are its complete lines, without newlines."""

    marks: str
    language: str = ""
    indent: int = 0
    lines: list[str] = field(default_factory=list)

    @classmethod
    def opened_by(cls, line: str) -> "Fence | None":
        """Return the fence that *line* opens, or None."""
        opening = FENCE_OPENING.match(line)
        if opening is None:
            return None
        info = line[opening.end() :].split()
        return cls(opening[1], info[0] if info else "", indent_of(line))

    def is_closed_by(self, line: str, *, nested: bool) -> bool:
        """Return whether *line* closes it; if *nested*, at any indentation."""
        bare = line.strip()
        alike = len(bare) >= len(self.marks) and not bare.strip(self.marks[0])
        return alike and (nested or indent_of(line) < 4)  # noqa: PLR2004 - as for code

    def code_in(self, line: str) -> str:
        """Return the code of *line*, without the indentation of the fence."""
        return line[min(self.indent, indent_of(line)) :]


def indent_of(line: str) -> int:
    """Return the column where the text of *line* begins."""
    wide = line.expandtabs(4)
    return len(wide) - len(wide.lstrip())


class LineEndings:
    """Turns CR LF and CR into LF; a CR that ends a piece waits for the next piece.

    If *padded*, CR LF becomes a blank and LF: the length stays, so that offsets do.
    """

    def __init__(self, *, padded: bool) -> None:
        self._ending = " \n" if padded else "\n"
        self._held = ""

    def feed(self, text: str) -> str:
        """Return *text* after what was held."""
        if not self._held and "\r" not in text:
            return text
        text = self._held + text
        self._held = "\r" if text.endswith("\r") else ""
        whole = text.removesuffix("\r")
        return whole.replace("\r\n", self._ending).replace("\r", "\n")

    def close(self) -> str:
        """Return the line ending that was held, if any."""
        held, self._held = self._held, ""
        return "\n" if held else ""


BlockKind = Literal["text", "item", "code", "code line", "fence", "line"]


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that are drawn together, and their position in the whole text.

    `start` is in code points. `is_adjacent`: no blank line goes before it. The lines of
    a fence are blocks of the kind "code line", with their number `line` from 0; the
    whole fence follows them as a block, because it may be cited. The first `head`
    characters are a table's first two lines, which determine how the others are
    parsed; they are the `header` of a block that is only the end of a table.
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
        """The position after the block's last character."""
        return self.start + len(self.text)

    def last(self, rows: int, width: int) -> "Block":
        """Return its end, which fills *rows* of *width*, or all if it is shorter.

        The cut moves rarely, so that the drawn part of a growing block is stable.
        """
        text = tail_of(self.text, rows * width)
        is_cut = len(text) < len(self.text)
        if self.head:
            # Whole rows of the table; each takes a row of the screen, or more.
            whole = text[text.find("\n") + 1 :] if is_cut else text
            text = "\n".join(tail_of(whole.split("\n"), rows))
            is_cut = len(text) < len(self.text)
        above = self.text[: self.head] if is_cut else ""
        return replace(self, text=text, start=self.end - len(text), header=above)


_Sequence = TypeVar("_Sequence", str, list[str])


def tail_of(whole: _Sequence, size: int) -> _Sequence:
    """Return the last *size* to 2 * *size* items of *whole*, or all if it is shorter.

    The start of the result moves only once per *size* added items.
    """
    if len(whole) <= 2 * size:
        return whole
    return whole[len(whole) // size * size - size :]


class Splitter(Protocol):
    """Splits streamed text into blocks."""

    def feed(self, text: str) -> list[Block]:
        """Return the blocks that *text* completes."""
        ...

    def remainder(self) -> Block:
        """Return the text after the last complete block, as one block."""
        ...

    def has_text(self) -> bool:
        """Whether the remainder is more than blanks."""
        ...

    def close(self) -> list[Block]:
        """End the text; return the last blocks."""
        ...


class SingleBlock:
    """Collects all text in one block; the base class of the splitters."""

    def __init__(self, kind: BlockKind = "line", *, is_adjacent: bool = True) -> None:
        self._kind: BlockKind = kind
        self._is_adjacent = is_adjacent
        self._start = 0
        self._lines: list[str] = []
        # Joined only at a newline, so that a token costs the same in a long line.
        self._pieces: list[str] = []
        self._has_words = False  # whether they are more than blanks

    def feed(self, text: str) -> list[Block]:
        """Return the blocks that *text* completes."""
        self._pieces.append(text)
        if "\n" not in text:
            self._has_words = self._has_words or bool(text.strip())
            return []
        *lines, last = "".join(self._pieces).split("\n")
        self._pieces, self._has_words = [last], bool(last.strip())
        return [block for line in lines for block in self._add(f"{line}\n")]

    def remainder(self) -> Block:
        """Return the text after the last complete block, as one block."""
        text = "".join([*self._lines, *self._pieces])
        return Block(self._kind, text, self._start, self._is_adjacent)

    def has_text(self) -> bool:
        """Whether the remainder is more than blanks."""
        return self._has_words or bool(self._lines)

    def close(self) -> list[Block]:
        """End the text; return the last blocks."""
        last = self.feed("\n") if any(self._pieces) else []
        return last + self._finish()

    def _add(self, line: str) -> list[Block]:
        self._lines.append(line)
        return []

    def _finish(self) -> list[Block]:
        """Return the collected lines as a block, unless they are blank."""
        block = Block(self._kind, "".join(self._lines), self._start, self._is_adjacent)
        self._start, self._lines = block.end, []
        return [block] if block.text.strip() else []


class LineSplitter(SingleBlock):
    """Splits plain text into lines, each a block."""

    def _add(self, line: str) -> list[Block]:
        self._lines.append(line)
        return self._finish()
