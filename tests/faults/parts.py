"""The parts of the fault run, each of which can be run alone."""

import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from tests.co_program import CO, Co
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
    "replies": Part("A: streams and replies of a server", "matrix", 110, ("A",)),
    "refusals": Part("B: refusals, retries, routes", "matrix", 80, ("B",)),
    "process": Part("C: signals, pipes, full disks", "matrix", 30, ("C",)),
    "stored": Part("D: files of keys and settings", "matrix", 40, ("D",)),
    "keys": Part("E: where the key could turn up", "matrix", 55, ("E",)),
    "terminal": Part("F: hostile text on a terminal", "matrix", 70, ("F",)),
    "files": Part("G: input files, the sandbox", "matrix", 30, ("G",)),
    "hostile": Part("what hostile servers and files send", "hostile", 30),
    "streams": Part("random streams", "streams", 150),
    "sequences": Part("events lost, doubled, reordered", "sequences", 95),
    "code points": Part("all of Unicode", "code_points", 55),
    "kills": Part("writers killed at a random moment", "kills", 200),
    "torture": Part("system calls that fail once", "torture", 210),
    "framing": Part("replies of a hostile server", "framing", 370),
    "inputs": Part("arguments, variables, files and limits", "inputs.check", 310),
    "interrupts": Part("Ctrl-C within the first second", "interrupts", 200),
    "tool interrupts": Part("Ctrl-C while tools run", "tool_interrupts", 135),
}
"""In the order in which they run. A part is named here, and nowhere else."""


def seconds_of_a_start() -> float:
    """Return how long `co chat Hi --dry-run` takes here: the median of five runs."""
    with tempfile.TemporaryDirectory() as home:
        environ = Co(Path(home)).environ
        return sorted(_seconds(environ) for _ in range(5))[2]


def _seconds(environ: Mapping[str, str]) -> float:
    began = time.monotonic()
    subprocess.run(
        [CO, "chat", "Hi", "--dry-run"],
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.monotonic() - began


def seconds_of(parts: Iterable[Part], scale: float, start: float) -> float:
    """Return how long *parts* will take where a start of `co` takes *start* seconds."""
    return sum(part.starts * _scaled(part, scale) for part in parts) * start


def _scaled(part: Part, scale: float) -> float:
    return 1.0 if part.given else scale
