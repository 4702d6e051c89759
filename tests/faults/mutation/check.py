"""Runs the tests of each mutant's module; a mutant that all pass has survived."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.mutation.baseline import Baseline, baseline
from tests.faults.mutation.equivalents import EQUIVALENTS
from tests.faults.mutation.lanes import BAD, End, Lanes, Run, lanes
from tests.faults.mutation.mutants import Mutant, sample
from tests.faults.tally import Tally


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant: `how` it was noticed, "" if it was not."""

    mutant: Mutant
    how: str
    slow: str = ""
    """A test that timed out once, and passed alone: that notices nothing."""

    @property
    def reason(self) -> str:
        """Why it cannot be noticed, "" if it can."""
        return EQUIVALENTS.get((self.mutant.path, self.mutant.name), "")

    def __str__(self) -> str:
        """The line of a report."""
        timed = f"survived; timed out once: {self.slow}" if self.slow else "survived"
        found = self.how or (f"equivalent: {self.reason}" if self.reason else timed)
        return f"{self.mutant.path}: {self.mutant.name}: {found}"


def check(
    *, seed: int, count: int, say: Callable[[str], object], first: int, size: int
) -> Tally:
    """Run mutants *first* to *first* + *size* of *count*; *say* gets a line of each."""
    mutants = sample(count, seed)[first : first + size]
    tried = [one for one in mutants if (one.path, one.name) not in EQUIVALENTS]
    with lanes() as running:
        found = baseline(running, tried)
        tests = sum(map(len, found.passed.values()))
        say(f"{tests} tests pass without a mutation, {len(found.broken)} do not")
        verdicts = []
        for verdict in running.map(lambda one: _verdict(running, found, one), mutants):
            verdicts.append(verdict)
            say(f"{first + len(verdicts)}/{count} {verdict}")
    survivors = [one for one in verdicts if not one.how and not one.reason]
    failures = [f"{one}\n    {one.mutant.difference}" for one in survivors]
    total = len(verdicts)
    return Tally("mutants", total - len(survivors), total, failures + found.broken)


def _verdict(running: Lanes, found: Baseline, mutant: Mutant) -> Verdict:
    if (mutant.path, mutant.name) in EQUIVALENTS:
        return Verdict(mutant, "")
    slow = ""
    with running.holding(mutant.module, mutant.source) as run:
        for limits in found.stages(mutant):
            how, late = _noticed(run, limits)
            slow = late or slow
            if how:
                return Verdict(mutant, how)
    return Verdict(mutant, "", slow)


def _noticed(run: Run, limits: dict[str, float]) -> tuple[str, str]:
    """Return how tests notice a mutant, "" if none does, and one that was only slow."""
    slow = ""
    while limits and (end := _first_failure(run, limits)):
        if end.outcome == "failed":
            return end.test or "no test can be read", slow
        if end.test not in limits:
            return "timed out: all tests together", slow
        again = {end.test: 2 * limits.pop(end.test)}
        if _first_failure(run, again):
            return f"timed out, and again alone: {end.test}", slow
        slow = end.test
    return "", slow


def _first_failure(run: Run, limits: dict[str, float]) -> End | None:
    files = [*dict.fromkeys(test.partition("::")[0] for test in limits)]
    ends = run(files, limits=limits, options=["-x"])
    if not ends:
        return End("", "failed")
    return next((one for one in ends if one.outcome in BAD), None)
