"""The command line of a check that is run by itself."""

import argparse
import sys
import time
from typing import Protocol

from tests.faults.tally import Tally


class Check(Protocol):
    def __call__(self, *, seed: int, count: int) -> Tally: ...


def main(check: Check, count: int) -> None:
    """Run *check*, say what it came to, and exit 1 if something did not hold."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=count)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    began = time.monotonic()
    tally = check(seed=asked.seed, count=asked.count)
    took = time.monotonic() - began
    lines = [
        *tally.failures,
        f"{tally.name} {tally.passed}/{tally.total} in {took:.0f} s",
    ]
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.exit(not tally.held)
