"""Gives `co` all that a user or a machine can give it; no input may be its bug.

`python -m tests.faults.inputs.check --count N --seed S`; with `--first N --count 1` one run
is repeated, and shown. Workers are processes of their own, which load `co` once.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from socket import socket
from typing import Any

from tests.co_program import ROOT
from tests.faults.tally import Tally

_MOST_SHOWN = 20
_MODULE = "tests.faults.inputs"


def check(*, seed: int, count: int) -> Tally:
    """Make *count* runs that *seed* decides."""
    tally, _ = checked(seed, 0, count)
    return tally


def run(*, seed: int, scale: float) -> Iterator[Tally]:
    """Make 2,000 runs, times *scale*."""
    yield check(seed=seed, count=round(2_000 * scale))


def checked(seed: int, first: int, count: int) -> tuple[Tally, Counter[str]]:
    """Make runs *first* and on; return also how often each exit code was met."""
    codes: Counter[str] = Counter()
    failures = []
    with ExitStack() as stack:
        place = "/dev/shm" if Path("/dev/shm").is_dir() else None
        folder = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="co-inputs-", dir=place)
        )
        Path(folder).chmod(0o755)
        for line in _reports(seed, first, count, Path(folder), stack):
            codes[line["code"]] += 1
            if line["failures"]:
                failures.append(_failure(seed, line))
    total = sum(codes.values())
    if total != count:
        failures.append(f"{count - total} runs did not report")
    return Tally("inputs", count - len(failures), count, failures), codes


def _failure(seed: int, line: dict[str, Any]) -> str:
    at = int(line["number"].partition(":")[2])
    again = f"python -m {_MODULE}.check --seed {seed} --first {at} --count 1"
    return f"{'; '.join(line['failures'])}: {line['shown']}\n    again: {again}"


def _reports(
    seed: int, first: int, count: int, folder: Path, stack: ExitStack
) -> Iterator[dict[str, Any]]:
    size = min(os.cpu_count() or 1, count)
    dead = stack.enter_context(socket())
    dead.bind(("127.0.0.1", 0))  # and nobody listens
    port = dead.getsockname()[1]
    numbers = [(seed, first + at, first + count, size) for at in range(size)]
    commands = [
        [sys.executable, "-m", f"{_MODULE}.worker", *map(str, each), folder, str(port)]
        for each in numbers
    ]
    workers = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL)
        for command in commands
    ]
    for worker in workers:
        worker.wait()
    for report in sorted(folder.glob("*.jsonl")):
        yield from map(json.loads, report.read_text().splitlines())


def main() -> None:
    """Run what the command line asks for, and exit 1 unless all of it holds."""
    parser = argparse.ArgumentParser(prog=f"python -m {_MODULE}.check")
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    asked = parser.parse_args()
    began = time.monotonic()
    tally, codes = checked(asked.seed, asked.first, asked.count)
    for failure in tally.failures[:_MOST_SHOWN] if asked.count > 1 else tally.failures:
        sys.stdout.write(f"{failure}\n")
    table = ", ".join(f"{code}: {number}" for code, number in sorted(codes.items()))
    took = time.monotonic() - began
    findings = len(tally.failures)
    line = f"{tally.total} runs in {took:.0f} s, seed {asked.seed}, findings {findings}"
    sys.stdout.write(f"exit codes {table}\n{line}\n")
    sys.exit(not tally.held)


if __name__ == "__main__":
    main()
