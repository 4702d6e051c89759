"""The parts of the fault run, each of which can be run alone."""

import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from tests.co_program import Co
from tests.faults.tally import Tally


@dataclass(frozen=True, slots=True)
class Part:
    """A module of this folder whose `run(*given, seed=, scale=)` yields tallies.

    `starts` is how long it takes at scale 1, in starts of `co` one after another.
    """

    about: str
    module: str
    starts: int
    given: tuple[str, ...] = ()

    def run(self, *, seed: int, scale: float) -> Iterator[Tally]:
        """Yield what its checks came to."""
        module = import_module(f"tests.faults.{self.module}")
        yield from module.run(*self.given, seed=seed, scale=scale)


PARTS: dict[str, Part] = {
    "replies": Part("A: streams and replies of a server", "matrix", 160, ("A",)),
    "refusals": Part("B: refusals, retries, routes", "matrix", 130, ("B",)),
    "process": Part("C: signals, pipes, full disks", "matrix", 60, ("C",)),
    "stored": Part("D: files of keys and settings", "matrix", 35, ("D",)),
    "keys": Part("E: where the key could turn up", "matrix", 60, ("E",)),
    "terminal": Part("F: hostile text on a terminal", "matrix", 60, ("F",)),
    "files": Part("G: input files, the sandbox", "matrix", 90, ("G",)),
    "hostile": Part("what hostile servers and files send", "hostile", 60),
    "streams": Part("random streams", "streams", 120),
    "sequences": Part("events lost, doubled, reordered", "sequences", 120),
    "code points": Part("all of Unicode", "code_points", 20),
    "kills": Part("writers killed at a random moment", "kills", 45),
    "torture": Part("system calls that fail once", "torture", 200),
    "framing": Part("replies of a hostile server", "framing", 120),
    "inputs": Part("arguments, variables, files and limits", "inputs.check", 150),
    "interrupts": Part("Ctrl-C within the first second", "interrupts", 60),
}
"""In the order in which they run. A part is named here, and nowhere else."""


def seconds_of_a_start() -> float:
    """Return how long `co --version` takes here: the median of five runs."""
    with tempfile.TemporaryDirectory() as home:
        return sorted(_seconds(Co(Path(home))) for _ in range(5))[2]


def _seconds(co: Co) -> float:
    began = time.monotonic()
    run = co("--version")
    if run.returncode:
        raise subprocess.CalledProcessError(run.returncode, "co --version")
    return time.monotonic() - began


def seconds_of(parts: Iterable[Part], scale: float, start: float) -> float:
    """Return how long *parts* will take where a start of `co` takes *start* seconds."""
    return sum(part.starts * _scaled(part, scale) for part in parts) * start


def _scaled(part: Part, scale: float) -> float:
    return 1.0 if part.given else scale
