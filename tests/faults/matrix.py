"""The whole matrix: every case, run side by side, each in a home of its own."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults import (
    a_replies,
    a_streams,
    b_refusals,
    b_routes,
    c_process,
    d_contents,
    d_history,
    d_stored,
    e_keys,
    e_outputs,
    f_terminal,
    g_files,
    g_tools,
)
from tests.faults.judging import failures_of
from tests.faults.rows import Case, Outcome, Row
from tests.faults.running import run as run_row
from tests.faults.tally import Tally
from tests.faults.troubles import WHOLE

CASES: tuple[Case, ...] = (
    *a_streams.CASES,
    *a_replies.CASES,
    *b_refusals.CASES,
    *b_routes.CASES,
    *c_process.CASES,
    *d_stored.CASES,
    *d_contents.CASES,
    *d_history.CASES,
    *e_keys.CASES,
    *e_outputs.CASES,
    *f_terminal.CASES,
    *g_files.CASES,
    *g_tools.CASES,
)

SIDE_BY_SIDE = 4
"""Twice the cores: a run waits for its server more than it works."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one row or trial came to: its failures, and the exit codes it saw."""

    case: str
    fault: str
    failures: tuple[str, ...]
    codes: tuple[int, ...] = ()


def short() -> Iterator[Case]:
    """Yield the first row of each case, and of each exit code, that is not slow."""
    cases, codes = set[str](), set[int]()
    for case in CASES:
        ends = {case.code} if isinstance(case, Row) else {*case.codes}
        if not case.slow and (case.case not in cases or not ends <= codes):
            cases.add(case.case)
            codes |= ends
            yield case


def verdicts(cases: Iterable[Case]) -> Iterator[Verdict]:
    """Run *cases*; yield what each came to, in their order."""
    base = _ordinary_peak()
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        yield from pool.map(lambda case: _verdict(case, base), cases)


def run(letter: str, **_more: float) -> Iterator[Tally]:
    """Run all cases of *letter*: nothing of them is random, or has a scale."""
    from tests.faults import figures

    found = list(verdicts([one for one in CASES if one.case[0] == letter]))
    figures_of = (
        figures.cases(found),
        figures.terminal(found),
        figures.canary(found, letter),
    )
    yield from (tally for tally in figures_of if tally.total)


def _verdict(case: Case, base: int) -> Verdict:
    with TemporaryDirectory(prefix="co-fault-") as folder:
        home = Path(folder)
        try:
            if isinstance(case, Row):
                outcome = run_row(case, home)
                failures = tuple(failures_of(case, outcome, base))
                return Verdict(case.case, case.fault, failures, (outcome.code,))
            failures = tuple(case.act(home))
            return Verdict(case.case, case.fault, failures, case.codes)
        except Exception as exc:  # noqa: BLE001 - one broken case is one failure
            return Verdict(case.case, case.fault, (f"the case broke: {exc!r}",))


def _ordinary_peak() -> int:
    """KiB that an ordinary answer takes, the most of three."""
    row = Row(case="", fault="", replies=(WHOLE,))
    return max(_run_anywhere(row).peak for _ in range(3))


def _run_anywhere(row: Row) -> Outcome:
    with TemporaryDirectory(prefix="co-fault-") as folder:
        return run_row(row, Path(folder))
