"""Runs the tests of each mutant's module; a mutant that all pass has survived."""

import os
import re
import subprocess
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.co_program import ROOT
from tests.faults.mutation.environment import environment
from tests.faults.mutation.equivalents import EQUIVALENTS
from tests.faults.mutation.modules import coverage_of
from tests.faults.mutation.mutants import Mutant, sample
from tests.faults.tally import Tally

_LONGEST = 240.0  # seconds: a mutant that hangs is noticed too
_PYTEST = ("-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--timeout=60")
_FAILED = re.compile(r"^(?:FAILED|ERROR) (tests/[^\s\[]+)", re.MULTILINE)
_NOTHING_FAILED = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant: `by` names the test that failed, "" if none did."""

    mutant: Mutant
    by: str

    @property
    def reason(self) -> str:
        """Why it cannot be noticed, "" if it can."""
        return EQUIVALENTS.get((self.mutant.path, self.mutant.name), "")

    def __str__(self) -> str:
        """The line of a report."""
        found = self.by or (f"equivalent: {self.reason}" if self.reason else "survived")
        return f"{self.mutant.path}: {self.mutant.name}: {found}"


def check(*, seed: int, count: int, say: Callable[[str], object]) -> Tally:
    """Run *count* mutants side by side; *say* gets a line about each."""
    mutants = sample(count, seed)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        verdicts = []
        for verdict in pool.map(_verdict, mutants):
            verdicts.append(verdict)
            say(f"{len(verdicts)}/{len(mutants)} {verdict}")
        tests = {one.by for one in verdicts if one.by.startswith("tests/")}
        broken = [*filter(None, pool.map(_unmutated, sorted(tests)))]
    survivors = [one for one in verdicts if not one.by and not one.reason]
    failures = [f"{one}\n    {one.mutant.difference}" for one in survivors] + broken
    total = len(verdicts)
    return Tally("mutants", total - len(survivors), total, failures)


def _verdict(mutant: Mutant) -> Verdict:
    if (mutant.path, mutant.name) in EQUIVALENTS:
        return Verdict(mutant, "")
    with environment(mutant.module, mutant.source) as python:
        return Verdict(mutant, _failure(python, coverage_of(mutant.path)))


def _unmutated(test: str) -> str:
    """Say so if *test*, which failed on a mutant, fails on the program itself."""
    with environment() as python:
        failure = _failure(python, [test])
    return f"{test} fails without a mutation" if failure else ""


def _failure(python: Path, tests: Sequence[str]) -> str:
    """Return the test that fails, "" if none does."""
    environ = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    start = partial(subprocess.run, cwd=ROOT, env=environ, timeout=_LONGEST)
    try:
        run = start(
            [python, *_PYTEST, *tests],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "it hangs"
    if run.returncode == _NOTHING_FAILED:
        return ""
    found = _FAILED.search(run.stdout.decode(errors="replace"))
    return found[1] if found else f"pytest ends with {run.returncode}"
