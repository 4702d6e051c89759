"""Some of the runs of `tool_interrupts`; `python -m tests.faults` has more."""

import sys

import pytest

from tests.faults import tool_interrupts


@pytest.mark.skipif(sys.platform != "linux", reason="the marks are read from /proc")
@pytest.mark.timeout(180)
def test_ctrl_c_leaves_no_process_of_a_command_or_a_server():
    tally = tool_interrupts.check(seed=7, count=6)
    assert tally.failures == []
    assert (tally.passed, tally.total) == (6, 6)
