"""The tests without a mutation: which pass, how long each takes, what each enters."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.co_program import ROOT
from tests.faults.mutation.lanes import BAD, End, Lanes, read_end
from tests.faults.mutation.modules import coverage_of
from tests.faults.mutation.mutants import Mutant

_KNOWN = ROOT / ".mutation_cache"
"""What each file of tests came to, for the next piece of a run."""
_SHORTEST = 20.0
_TIMES = 8.0
"""A mutant may take so many times the time that a test takes without it."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """Ends of the tests of each file that passed, and the names of those that did not."""

    passed: dict[str, list[End]]
    broken: list[str]

    def stages(self, mutant: Mutant) -> Iterator[dict[str, float]]:
        """Yield tests with their limits: near ones that enter it, far ones, the rest."""
        coverage = coverage_of(mutant.path)
        near, far = self._of(coverage.near), self._of(coverage.far)
        first = _entering(near, mutant)
        rest = [one for one in near if one not in first]
        related = [one for one in rest if not one.entered or _enters(one, mutant.path)]
        yield from filter(None, map(_limits, (first, far, related)))

    def _of(self, files: Iterable[str]) -> list[End]:
        return [one for file in files for one in self.passed.get(file, ())]


def _entering(ends: Sequence[End], mutant: Mutant) -> list[End]:
    place = (mutant.path, mutant.name.split(" ")[0])
    exact = [one for one in ends if place in one.entered]
    return exact or [one for one in ends if _enters(one, mutant.path)] or [*ends]


def _enters(end: End, path: str) -> bool:
    return any(path == entered for entered, _ in end.entered)


def _limits(ends: Iterable[End]) -> dict[str, float]:
    return {one.test: max(_SHORTEST, _TIMES * one.seconds) for one in ends}


def baseline(lanes: Lanes, mutants: Iterable[Mutant]) -> Baseline:
    """Run all tests of the modules of *mutants* once, without a mutation."""
    coverages = [
        coverage_of(path) for path in dict.fromkeys(one.path for one in mutants)
    ]
    near = [(file, True) for one in coverages for file in one.near]
    far = [(file, False) for one in coverages for file in one.far]
    files = [*dict.fromkeys([*far, *near])]

    shared = _digest_of_what_all_use()

    def ends(file: tuple[str, bool]) -> list[End]:
        return _ends(lanes, shared, *file)

    found = dict(zip((name for name, _ in files), lanes.map(ends, files), strict=True))
    bad = {
        one.test or file: one.outcome
        for file, some in found.items()
        for one in some
        if one.outcome in BAD
    }
    passed = {
        file: [one for one in some if one.outcome == "passed" and one.test not in bad]
        for file, some in found.items()
    }
    broken = [f"{test}: {outcome} without a mutation" for test, outcome in bad.items()]
    return Baseline(passed, broken)


def _ends(lanes: Lanes, shared: bytes, file: str, traced: bool) -> list[End]:
    """Run a file of tests, unless it was run with this very code before."""
    digest = hashlib.sha256(shared + (ROOT / file).read_bytes()).hexdigest()
    known = _KNOWN / f"{digest}.json"
    if known.exists():
        return [read_end(row) for row in json.loads(known.read_text())]
    with lanes.holding() as run:
        ends = run([file], options=["--timeout=240"], traced=traced)
    _KNOWN.mkdir(parents=True, exist_ok=True)
    rows = [{**asdict(one), "entered": sorted(one.entered)} for one in ends]
    known.write_text(json.dumps(rows))
    return ends


def _digest_of_what_all_use() -> bytes:
    package = sorted((ROOT / "cohere_cli").rglob("*.py"))
    helpers = [one for one in sorted((ROOT / "tests").rglob("*.py")) if _is_shared(one)]
    found = hashlib.sha256()
    for one in (*package, *helpers):
        found.update(b"%s\0%s\0" % (bytes(one), one.read_bytes()))
    return found.digest()


def _is_shared(file: Path) -> bool:
    return not file.name.startswith("test_") and "faults" not in file.parts
