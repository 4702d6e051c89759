"""What one check of the fault run came to: how many of its trials held, and which did not."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Tally:
    """``name passed/total``; each failure is a sentence with what repeats it (a seed, a case)."""

    name: str
    passed: int
    total: int
    failures: list[str] = field(default_factory=list)

    @property
    def held(self) -> bool:
        """Whether every trial ran and kept its promise."""
        return self.passed == self.total and not self.failures
