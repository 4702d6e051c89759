"""How much was passed by: files, and why, and lines with nothing in them."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

Tell = Callable[[str], None]
"""Takes a line for the user about what was skipped."""


@dataclass(slots=True)
class Skipped:
    """Counts of blank lines, and of files by reason, as the reasons first came."""

    files: Counter[str] = field(default_factory=Counter)
    blank_lines: int = 0

    def add(self, reason: str) -> None:
        """Count one more file."""
        self.files[reason] += 1

    def __bool__(self) -> bool:
        return bool(self.files or self.blank_lines)

    def __str__(self) -> str:
        told = []
        if self.files:
            why = ", ".join(f"{each:,} {reason}" for reason, each in self.files.items())
            told.append(f"{_count(self.files.total(), 'file')} skipped ({why})")
        if self.blank_lines:
            told.append(f"{_count(self.blank_lines, 'blank line')} skipped")
        return ", ".join(told)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
