"""Growing Markdown, cut into its outermost blocks and its list items.

A block too long does no harm, because Markdown is read again when it is drawn. A
block too short would. So only what surely ends a block ends one. The rules are
those of CommonMark (https://spec.commonmark.org/0.31.2/), seen line by line.
"""

import re

from cohere_cli.render.blocks import Block, Kind, Whole

_HEADING = re.compile(r" {0,3}#{1,6}(?:\s|$)")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*$")
_QUOTE = re.compile(r" {0,3}>")
_ITEM = re.compile(r"( {0,3}(?:[-+*]|\d{1,9}[.)]))(?:( {1,4})(?=\S)|\s|$)")
# What may follow a paragraph without a blank line: a number other than 1 may be
# a year at the beginning of a line.
_FIRST_ITEM = re.compile(r" {0,3}(?:[-+*]|1[.)])\s+\S")
_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")
_INDENTED = re.compile(r" {4}| {0,3}\t")
_MARKERS = re.compile(r"\s*(?:(?:[-+*]|\d{1,9}[.)]|>)\s+)*")


class Markdown(Whole):
    """Cuts Markdown into its outermost blocks and list items."""

    def __init__(self) -> None:
        super().__init__("text", joins=False)
        self._fence = ""  # the marks that opened the fence we are in
        self._indent = 0  # where the text of the open list item begins
        self._after_blank = False
        self._previous: Kind = "text"

    def rest(self) -> Block:
        """Return what is in no complete block yet, as one."""
        if not self._lines:
            self._begin("".join(self._pieces))
        return super().rest()

    def _add(self, line: str) -> list[Block]:
        if self._fence:
            return self._add_to_fence(line)
        if not line.strip():
            return self._add_blank(line)
        finished = self._finish() if self._lines and not self._goes_on(line) else []
        if not self._lines:
            self._begin(line)
        self._after_blank = False
        self._lines.append(line)
        self._open_fence(line)
        # A heading or a rule is complete with its line.
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

    def _add_to_fence(self, line: str) -> list[Block]:
        nested = self._kind == "item"
        if nested and line.strip() and _indent_of(line) < self._indent:
            self._fence = ""
            return self._add(line)
        self._lines.append(line)
        if not closes(line, self._fence, nested=nested):
            return []
        self._fence = ""
        return [] if nested else self._finish()

    def _begin(self, line: str) -> None:
        self._kind = _kind_of(line)
        self._joins = self._kind == self._previous == "item"
        if item := _ITEM.match(line.expandtabs(4)):
            # Empty, or followed by code: then the text begins after one space.
            self._indent = item.end() if item[2] else item.end(1) + 1

    def _goes_on(self, line: str) -> bool:
        """Say whether *line*, not blank, belongs to the open block."""
        match self._kind:
            case "item":
                return _indent_of(line) >= self._indent or not (
                    self._after_blank or _ITEM.match(line) or _interrupts(line)
                )
            case "code":
                return _INDENTED.match(line) is not None
            case "text" | "fence" | "line":
                quoted = _QUOTE.match(self._lines[0]) and _QUOTE.match(line)
                return bool(quoted or _UNDERLINE.match(line)) or not _interrupts(line)

    def _open_fence(self, line: str) -> None:
        if self._kind not in ("fence", "item"):
            return
        start = _MARKERS.match(line) if self._kind == "item" else None
        fence = _FENCE.match(line[start.end() :] if start else line)
        self._fence = fence[1] if fence else ""

    def _finish(self) -> list[Block]:
        finished = super()._finish()
        if finished:
            self._previous = self._kind
        return finished


def code_of(fence: str) -> tuple[str, str]:
    """Return the language and the code of a fenced block, closed or not yet."""
    opening, _, code = fence.partition("\n")
    mark = _FENCE.match(opening)
    marks = mark[1] if mark else "```"
    lines = code.split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    if lines and closes(lines[-1], marks, nested=False):
        lines.pop()
    info = opening.strip().lstrip("`~").split()
    return (info[0] if info else ""), "\n".join(_outdented(lines, opening))


def closes(line: str, marks: str, *, nested: bool) -> bool:
    """Say whether *line* closes a fence that *marks* opened."""
    bare = line.strip()
    alike = len(bare) >= len(marks) and bare == marks[0] * len(bare)
    return alike and (nested or _indent_of(line) < 4)  # noqa: PLR2004 - as for code


def _outdented(lines: list[str], opening: str) -> list[str]:
    # A fence may be indented by up to three spaces: so is its code then.
    indent = _indent_of(opening)
    return [line[min(indent, _indent_of(line)) :] for line in lines]


def _kind_of(line: str) -> Kind:
    if _FENCE.match(line):
        return "fence"
    if _INDENTED.match(line):
        return "code"
    if _ITEM.match(line) and not _RULE.match(line):
        return "item"
    return "text"


def _interrupts(line: str) -> bool:
    """Say whether *line* ends a paragraph without a blank line between."""
    begins = (_HEADING, _RULE, _QUOTE, _FIRST_ITEM, _FENCE)
    return any(begin.match(line) for begin in begins)


def _indent_of(line: str) -> int:
    wide = line.expandtabs(4)
    return len(wide) - len(wide.lstrip())
