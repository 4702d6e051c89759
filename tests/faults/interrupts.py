"""Ctrl-C at each moment of the first second of a command: silent, and by the signal.

Python itself prints a traceback if the signal comes before it runs a line of ours,
about 10 ms after the start; those runs are counted, and do not fail.
"""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT

from tests.co_program import CO, ROOT
from tests.faults.matrix import SIDE_BY_SIDE
from tests.faults.running import environment
from tests.faults.tally import Tally

MOMENTS = 200
"""As many in the first second: one each 5 ms."""

_COMMANDS = {
    "chat": ("chat", "Hi", "-p", "sandbox"),
    "rerank": ("rerank", "-q", "rain", "examples/capitals.txt", "-p", "sandbox"),
    "config show": ("config", "show"),
    "--help": ("--help",),
    "sandbox serve": ("sandbox", "serve"),
    "compat": ("compat", "Hi", "-p", "sandbox"),
}
_LONGEST = 10.0


@dataclass(frozen=True, slots=True)
class Interrupt:
    """The signal, *after* seconds of a run of a command."""

    command: str
    after: float

    def __str__(self) -> str:
        return f"{self.command}, after {self.after * 1000:.0f} ms"


@dataclass(frozen=True, slots=True)
class End:
    """How a run ended, and what it wrote to standard error."""

    interrupt: Interrupt
    code: int | None
    err: str

    @property
    def is_pythons_own(self) -> bool:
        """Whether Python had not yet run a line of ours."""
        return "Traceback" in self.err and "cohere_cli/__main__.py" not in self.err

    @property
    def failure(self) -> str:
        """What did not hold, "" if all did; a run may end before the signal comes."""
        if self.is_pythons_own:
            return ""
        if self.code not in (-SIGINT, 0):
            return f"{self.interrupt}: it ends with {self.code}: {self.err[-300:]!r}"
        if "Traceback" in self.err or "KeyboardInterrupt" in self.err:
            return f"{self.interrupt}: a traceback: {self.err[-300:]!r}"
        return ""


def check(*, seed: int, count: int) -> Tally:  # noqa: ARG001 - as every check
    """Interrupt each command at *count* moments."""
    ends = list(interrupted(count))
    failures = [end.failure for end in ends if end.failure]
    early = sum(end.is_pythons_own for end in ends)
    name = f"interrupts ({early} before a line of ours)" if early else "interrupts"
    return Tally(name, len(ends) - len(failures), len(ends), failures[:20])


def run(*, seed: int, scale: float) -> Iterator[Tally]:
    """Interrupt each command at 20 moments; at scale 10, each 5 ms."""
    yield check(seed=seed, count=max(1, round(MOMENTS * scale / 10)))


def interrupted(count: int) -> Iterator[End]:
    """Yield how the runs ended, *count* of each command."""
    moments = [
        Interrupt(command, at / count) for command in _COMMANDS for at in range(count)
    ]
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        yield from pool.map(_end, moments)


def _end(interrupt: Interrupt) -> End:
    with tempfile.TemporaryDirectory(prefix="co-fault-") as home:
        process = subprocess.Popen(
            [str(CO), *_COMMANDS[interrupt.command]],
            cwd=ROOT,
            env=environment(Path(home), {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        time.sleep(interrupt.after)
        if process.poll() is None:
            os.killpg(process.pid, SIGINT)
        try:
            _, err = process.communicate(timeout=_LONGEST)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return End(interrupt, None, "it did not end")
        return End(interrupt, process.returncode, err.decode(errors="replace"))
