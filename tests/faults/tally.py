"""What one check of the fault run came to: how many of its trials held, and which did not."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Tally:
    """``name passed/total``; each failure is a sentence with what repeats it (a seed, a case).

    `codes` are the exit codes that trials ended with, as they should.
    """

    name: str
    passed: int
    total: int
    failures: list[str] = field(default_factory=list)
    codes: frozenset[int] = frozenset()

    @property
    def held(self) -> bool:
        """Whether every trial ran and kept its promise."""
        return self.passed == self.total and not self.failures


def merged(tallies: Iterable[Tally]) -> list[Tally]:
    """Return one tally for each name, with the sums, in the order of the first."""
    found: dict[str, Tally] = {}
    for one in tallies:
        sofar = found.get(one.name, Tally(one.name, 0, 0))
        found[one.name] = Tally(
            one.name,
            sofar.passed + one.passed,
            sofar.total + one.total,
            [*sofar.failures, *one.failures],
            sofar.codes | one.codes,
        )
    return [*found.values()]
