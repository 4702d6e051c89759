"""Splits streamed Markdown into top-level blocks, list items and lines of code.

A block that is too long is harmless, because it is parsed again when it is drawn; one
that is too short is not. So a block ends only where that is certain. The rules are
those of CommonMark (https://spec.commonmark.org/0.31.2/), applied line by line.
"""

import re

from cohere_cli.render.markdown.blocks import (
    FENCE_OPENING,
    Block,
    BlockKind,
    Fence,
    SingleBlock,
    indent_of,
)

_HEADING = re.compile(r" {0,3}#{1,6}(?:\s|$)")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*$")
_QUOTE = re.compile(r" {0,3}>")
_ITEM = re.compile(r"( {0,3}(?:[-+*]|\d{1,9}[.)]))(?:( {1,4})(?=\S)|\s|$)")
# A list item that can interrupt a paragraph. Another number than 1 cannot: it may be
# a year at the beginning of a line.
_FIRST_ITEM = re.compile(r" {0,3}(?:[-+*]|1[.)])\s+\S")
_INDENTED = re.compile(r" {4}| {0,3}\t")
# The delimiter row of a table, or its beginning.
_DASHES = re.compile(r"[ \t]*[|:-][|: \t-]*\n?\Z")
_ENOUGH = 1_000
_MARKERS = re.compile(r"\s*(?:(?:[-+*]|\d{1,9}[.)]|>)\s+)*")


class MarkdownSplitter(SingleBlock):
    """Splits Markdown into top-level blocks, list items and lines of code."""

    def __init__(self) -> None:
        super().__init__("text", is_adjacent=False)
        self._fence: Fence | None = None  # the open one
        self._blank: list[Block] = []  # blank lines of code, held until others follow
        self._length = 0  # of the lines of the open fence
        self._indent = 0  # the column of the text of the open list item
        self._after_blank = False
        self._previous: BlockKind = "text"

    def feed(self, text: str) -> list[Block]:
        """Return the blocks that *text* completes."""
        finished = super().feed(text)
        if self._blank and self.has_text():
            finished += self._with_blank()
        return finished

    def remainder(self) -> Block:
        """Return the text after the last complete block, as one block."""
        if self._fence and self._kind == "fence":
            line = "".join(self._pieces)
            # It may be the beginning of the closing fence.
            marks = not line.strip().strip(self._fence.marks[0])
            return self._code_line(self._fence, "" if marks else line)
        if not self._lines:
            # The first characters determine the kind, and the line may be long.
            self._begin("".join(self._pieces)[:_ENOUGH])
        return self._rows_of_table() or super().remainder()

    def has_text(self) -> bool:
        """Whether the remainder is more than blanks."""
        if self._fence and self._kind == "fence":
            return self._has_words and bool(self.remainder().text.strip())
        return super().has_text()

    def _rows_of_table(self) -> Block | None:
        """Return the complete rows of the open block, if it is a table.

        The column widths of an incomplete row would change with each character.
        """
        header, *others = self._lines[:2] or [""]
        dashes = others or ["".join(self._pieces)]
        if self._kind != "text" or "|" not in header or not _DASHES.match(dashes[0]):
            return None
        head = len(header) + sum(map(len, others))
        text = "".join(self._lines)
        return Block(self._kind, text, self._start, self._is_adjacent, head=head)

    def _add(self, line: str) -> list[Block]:
        if self._fence:
            return self._add_to_fence(self._fence, line)
        if not line.strip():
            return self._add_blank(line)
        finished = self._finish() if self._lines and not self._continues(line) else []
        if not self._lines:
            self._begin(line)
        self._after_blank = False
        self._lines.append(line)
        self._open_fence(line)
        # A heading or a rule is one line.
        alone = len(self._lines) == 1 and self._kind == "text"
        if alone and (_HEADING.match(line) or _RULE.match(line)):
            finished += self._finish()
        return finished

    def _add_blank(self, line: str) -> list[Block]:
        if self._lines and self._kind == "item":
            self._lines.append(line)
            self._after_blank = True
            return []
        finished = self._finish()
        self._start += len(line)
        return finished

    def _add_to_fence(self, fence: Fence, line: str) -> list[Block]:
        nested = self._kind == "item"
        if nested and line.strip() and indent_of(line) < self._indent:
            self._fence = None
            return self._add(line)
        self._lines.append(line)
        if fence.is_closed_by(line, nested=nested):
            self._fence = None
            return [] if nested else self._finish()
        return [] if nested else self._add_code(fence, line)

    def _add_code(self, fence: Fence, line: str) -> list[Block]:
        block = self._code_line(fence, line)
        fence.lines.append(block.text.rstrip("\n"))
        self._length += len(line)
        self._is_adjacent = self._is_adjacent or bool(line.strip())
        self._blank.append(block)
        return self._with_blank() if line.strip() else []

    def _code_line(self, fence: Fence, line: str) -> Block:
        code = fence.code_in(line)
        start = self._start + self._length + len(line) - len(code)
        is_adjacent = bool(fence.lines)
        return Block("code line", code, start, is_adjacent, fence, len(fence.lines))

    def _with_blank(self) -> list[Block]:
        """Return the held blank lines of code, because other lines follow."""
        blank, self._blank = self._blank, []
        return blank

    def _begin(self, line: str) -> None:
        self._kind = _kind_of(line)
        self._is_adjacent = self._kind == self._previous == "item"
        if item := _ITEM.match(line.expandtabs(4)):
            # In an item that is empty or begins with code, text is after one space.
            self._indent = item.end() if item[2] else item.end(1) + 1

    def _continues(self, line: str) -> bool:
        """Return whether *line*, not blank, continues the open block."""
        match self._kind:
            case "item":
                return indent_of(line) >= self._indent or not (
                    self._after_blank or _ITEM.match(line) or _interrupts(line)
                )
            case "code":
                return _INDENTED.match(line) is not None
            case "text" | "fence" | "line" | "code line":
                quoted = _QUOTE.match(self._lines[0]) and _QUOTE.match(line)
                return bool(quoted or _UNDERLINE.match(line)) or not _interrupts(line)

    def _open_fence(self, line: str) -> None:
        if self._kind not in ("fence", "item"):
            return
        start = _MARKERS.match(line) if self._kind == "item" else None
        self._fence = Fence.opened_by(line[start.end() :] if start else line)
        self._length = len(line)

    def _finish(self) -> list[Block]:
        finished = super()._finish()
        self._blank = []
        if finished:
            self._previous = self._kind
        return finished


def _kind_of(line: str) -> BlockKind:
    if FENCE_OPENING.match(line):
        return "fence"
    if _INDENTED.match(line):
        return "code"
    if _ITEM.match(line) and not _RULE.match(line):
        return "item"
    return "text"


def _interrupts(line: str) -> bool:
    """Return whether *line* can interrupt a paragraph."""
    begins = (_HEADING, _RULE, _QUOTE, _FIRST_ITEM, FENCE_OPENING)
    return any(begin.match(line) for begin in begins)
