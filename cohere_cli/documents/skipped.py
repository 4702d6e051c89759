"""How many files a search passed by, and why."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

Tell = Callable[[str], None]
"""Takes a line for the user about what was skipped."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Counts by reason, in the order in which the reasons first came."""

    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, reason: str) -> None:
        """Count one more file."""
        self.reasons[reason] += 1

    def __bool__(self) -> bool:
        return bool(self.reasons)

    def __str__(self) -> str:
        count = self.reasons.total()
        why = ", ".join(f"{each:,} {reason}" for reason, each in self.reasons.items())
        return f"{count:,} {'file' if count == 1 else 'files'} skipped ({why})"
