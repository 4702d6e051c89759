"""The checks by quantity, each with a small one; `python -m tests.faults` has them all."""

import pytest

from tests.faults import code_points, framing, kills, sequences, streams, torture
from tests.faults.inputs import check as inputs

# A check, its trials in each run of the tests, and those of `-m slow`.
CHECKS = {
    "streams": (streams.check, 5_000, 20_000),
    "sequences": (sequences.check, 1_000, 4_000),
    "code points": (code_points.check, 50_000, 200_000),
    "kills": (kills.check, 8, 60),
    "torture": (torture.check, 8, 60),
    "framing": (framing.check, 6, 40),
    "inputs": (inputs.check, 80, 600),
}


@pytest.mark.parametrize("name", CHECKS)
def test_no_trial_fails(name):
    check, few, _ = CHECKS[name]
    assert check(seed=7, count=few).failures == []


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", CHECKS)
def test_none_of_many_trials_fails(name):
    check, _, many = CHECKS[name]
    assert check(seed=8, count=many).failures == []
