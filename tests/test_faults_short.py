"""A row of each case and of each exit code of the fault matrix.

`python -m tests.faults` runs all of it.
"""

import pytest

from tests.faults import figures, matrix
from tests.faults.rows import LATER

CASES = {one.case for one in matrix.CASES}


# All in one: side by side they take a third of the time, in one process of the run.
@pytest.mark.pty
@pytest.mark.timeout(300)
def test_each_fault_is_met_as_promised_and_each_exit_code_is_reached():
    verdicts = list(matrix.verdicts(matrix.short()))
    assert figures.cases(verdicts).failures == []
    assert {one.case for one in verdicts} == CASES
    assert figures.exit_codes(figures.reached(verdicts)).failures == []


def test_there_is_a_case_for_each_kind_of_fault():
    kinds = {"A": 26, "B": 14, "C": 11, "D": 10, "E": 9, "F": 6, "G": 11}
    every = {f"{kind}{at}" for kind, most in kinds.items() for at in range(1, most + 1)}
    assert every == CASES | set(LATER)
    assert CASES.isdisjoint(LATER)


def test_each_place_for_a_key_has_a_row_that_looks_there():
    rows = {(one.case, one.fault) for one in matrix.CASES}
    assert set(figures.PLACES.values()) <= rows
