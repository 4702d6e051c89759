"""The checks by quantity, each with a small one; `python -m tests.faults` has them all."""

import pytest

from tests.faults import code_points, framing, kills, sequences, streams, torture
from tests.faults.inputs import check as inputs


@pytest.mark.parametrize(
    ("check", "count"),
    [
        (streams.check, 20_000),
        (sequences.check, 2_000),
        (code_points.check, 50_000),
        (kills.check, 30),
        (torture.check, 30),
        (framing.check, 20),
        (inputs.check, 300),
    ],
    ids=[
        "streams",
        "sequences",
        "code points",
        "kills",
        "torture",
        "framing",
        "inputs",
    ],
)
def test_no_trial_fails(check, count):
    assert check(seed=7, count=count).failures == []
