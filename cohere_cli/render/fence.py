"""Fenced code: what opens it, what closes it, and its lines so far."""

import re
from dataclasses import dataclass, field

OPENING = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")
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
        opening = OPENING.match(line)
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
