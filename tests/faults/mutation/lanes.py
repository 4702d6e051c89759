"""Lanes: warm processes that run tests against a mutant, two side by side."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from tests.co_program import ROOT
from tests.faults.mutation.environment import environment

SIDE_BY_SIDE = 2
BAD = ("failed", "timed out")
"""The outcomes of a test that notices a mutant."""
_LONGEST = 400.0
"""Seconds for all tests of a request."""

_Item = TypeVar("_Item")
_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class End:
    """How a test ended: passed, failed, skipped or timed out.

    `seconds` is its time, `entered` are the functions that it called in its own
    process, if they were traced: the module's path and the qualified name.
    """

    test: str
    outcome: str
    seconds: float = 0.0
    entered: frozenset[tuple[str, str]] = frozenset()


Run = Callable[..., list[End]]


class Lanes:
    """Gives each of two threads a process of its own."""

    def __init__(self, processes: Iterable[subprocess.Popen[str]]) -> None:
        self._idle: SimpleQueue[subprocess.Popen[str]] = SimpleQueue()
        for process in processes:
            self._idle.put(process)

    def map(
        self, work: Callable[[_Item], _Found], items: Sequence[_Item]
    ) -> Iterator[_Found]:
        """Yield what *work* returns for each item, in their order."""
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            yield from pool.map(work, items)

    @contextmanager
    def holding(self, module: str = "", source: str = "") -> Iterator[Run]:
        """Yield what runs tests where *module* is *source*."""
        process = self._idle.get()
        try:
            with environment(module, source) as python:
                yield lambda files, **more: _ends(process, python, files, **more)
        finally:
            self._idle.put(process)


@contextmanager
def lanes() -> Iterator[Lanes]:
    """Start the processes, and end them with the block."""
    with ExitStack() as stack:
        yield Lanes([stack.enter_context(_started()) for _ in range(SIDE_BY_SIDE)])


@contextmanager
def _started() -> Iterator[subprocess.Popen[str]]:
    pipe = subprocess.PIPE
    environ = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "COLUMNS": "80"}
    command = [sys.executable, "-m", "tests.faults.mutation.lane"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environ, stdin=pipe, stdout=pipe, text=True
    ) as process:
        yield process


def _ends(
    process: subprocess.Popen[str],
    python: Path,
    files: Sequence[str],
    *,
    limits: Mapping[str, float] | None = None,
    options: Sequence[str] = (),
    traced: bool = False,
) -> list[End]:
    """Run the tests of *limits* in *files*, all if there are none."""
    if not process.stdin or not process.stdout:
        raise ValueError("a lane is talked to through pipes")
    finder = python.parent.parent / "finder.py"
    with TemporaryDirectory(prefix="co-lane-") as home:
        report = Path(home, "report")
        report.touch()
        asked: dict[str, Any] = {
            "python": str(python),
            "finder": finder.read_text() if finder.exists() else "",
            "files": list(files),
            "limits": dict(limits or {}),
            "options": list(options),
            "traced": traced,
            "report": str(report),
            "output": str(Path(home, "output")),
            "longest": _LONGEST,
        }
        process.stdin.write(json.dumps(asked) + "\n")
        process.stdin.flush()
        return [read_end(row) for row in json.loads(process.stdout.readline())]


def read_end(row: dict[str, Any]) -> End:
    """Read an end from a row of JSON."""
    entered = frozenset((path, name) for path, name in row.get("entered", ()))
    return End(row["test"], row["outcome"], row.get("seconds", 0.0), entered)
