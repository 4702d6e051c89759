"""What was not read, or not as it stands: counts of files and lines, bad records."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from cohere_cli.errors import BatchesFailed, InputProblem
from cohere_cli.text import plural

Notify = Callable[[str], None]
"""Takes one line of text for the user: what was skipped."""


@dataclass(slots=True)
class Skipped:
    """Counts of skipped blank lines, and of skipped files by reason, oldest first.

    `doubled` counts records in which a key is twice: only its last value is read.
    `converted` counts texts that are not UTF-8, and are read as Windows-1252;
    `textless` pages and slides without text, as of scanned paper. `are_final`: the
    files stay skipped until they change.
    """

    files: Counter[str] = field(default_factory=Counter)
    blank_lines: int = 0
    doubled: int = 0
    converted: int = 0
    textless: int = 0
    are_final: bool = field(default=True, compare=False)

    def add(self, reason: str, *, is_final: bool = True) -> None:
        """Count one more file."""
        self.files[reason] += 1
        self.are_final &= is_final

    def __bool__(self) -> bool:
        return self != Skipped()

    def __str__(self) -> str:
        counts = []
        if self.files:
            reasons = ", ".join(f"{each:,} {name}" for name, each in self.files.items())
            counts.append(f"{plural(self.files.total(), 'file')} skipped ({reasons})")
        if self.blank_lines:
            counts.append(f"{plural(self.blank_lines, 'blank line')} skipped")
        if self.doubled:
            records = plural(self.doubled, "record")
            counts.append(f"{records} with a duplicate key, its last value is used")
        if self.converted:
            counts.append(f"{plural(self.converted, 'text')} read as Windows-1252")
        if self.textless:
            counts.append(f"{plural(self.textless, 'page')} without text")
        return ", ".join(counts)


BadPolicy = Literal["skip", "replace", "refuse"]
"""What to do with a record that cannot be read: leave it out, read one with
U+FFFD for its invalid bytes, or raise its error."""


class BadRecords:
    """Takes the error of each record that cannot be read; counts it, or raises it.

    *report* gets each error that is not raised. `first` is the first of them.
    """

    def __init__(
        self,
        policy: BadPolicy = "refuse",
        report: Callable[[InputProblem], None] = lambda _: None,
    ) -> None:
        self.policy = policy
        self.first: InputProblem | None = None
        self.count = 0
        self._report = report

    @property
    def are_refused(self) -> bool:
        """Whether the first error is raised."""
        return self.policy == "refuse"

    @property
    def are_replaced(self) -> bool:
        """Whether records are read with U+FFFD for invalid bytes."""
        return self.policy == "replace"

    def add(self, problem: InputProblem) -> None:
        """Count the record that *problem* is about; raises it if it is refused."""
        if self.are_refused:
            raise problem
        self.first = self.first or problem
        self.count += 1
        self._report(problem)

    def raise_first(self) -> None:
        """Raise the first error, if there is one."""
        if self.first is not None:
            raise self.first

    @property
    def problem(self) -> BatchesFailed | None:
        """The error to end with if records were bad: their number, and the first."""
        if self.first is None:
            return None
        verb = "replaced or skipped" if self.are_replaced else "skipped"
        what = f"{plural(self.count, 'bad record')} {verb}, first: {self.first.what}"
        ways = "-v names each bad record, --bad refuse ends at the first"
        hint = f"{self.first.hint}; {ways}" if self.first.hint else ways
        return BatchesFailed(what, where=self.first.where, hint=hint)
