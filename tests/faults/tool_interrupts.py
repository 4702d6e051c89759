"""Ctrl-C while a model calls tools: no process of a command or of a server is left.

The commands fork, leave their session, ignore SIGTERM and sleep, and so does a server
of tools. All of them carry a variable with a mark, by which they are found.
"""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from random import Random
from signal import SIGINT, SIGKILL

from tests.co_program import CO, ROOT
from tests.faults.matrix import SIDE_BY_SIDE
from tests.faults.running import environment
from tests.faults.tally import Tally

_SERVER = ROOT / "tests/tools/mcp/bare_server.py"
_MARK = "FAULT_MARK"
_WORDS = (
    *("chat", "Fork, ignore, sleep, print and echo it", "-p", "sandbox"),
    *("--mcp", "bare", "--allow", "*", "-t"),
)
_SCRIPTS = {
    "fork": "sleep 300 & (setsid sh -c 'sleep 300 & wait' &) ; echo > BEGUN; wait",
    "ignore": "trap '' TERM INT HUP; echo > BEGUN; while :; do sleep 1; done",
    "sleep": "echo > BEGUN; exec sleep 300",
    "print": "echo > BEGUN; yes | head -c 100000",
}
# When the signal comes: within some seconds of the start, or of the first command,
# which runs for ever; or of a short one, while the answer comes and all is ended.
_KINDS = {"the start": 2.5, "the first command": 1.0, "a short command": 2.0}
_LONGEST = 20.0
_LAST = 5.0  # for processes that are still ending when `co` has ended


@dataclass(frozen=True, slots=True)
class Moment:
    """When the signal comes: seconds after what is one of `_KINDS`."""

    number: int
    after: float
    since: str

    def __str__(self) -> str:
        return f"run {self.number}, {self.after * 1000:.0f} ms after {self.since}"

    @property
    def is_short(self) -> bool:
        """Whether the run may end by itself, before the signal comes."""
        return self.since == "a short command"


@dataclass(frozen=True, slots=True)
class End:
    """How a run ended, whether commands ran then, and the processes that are left."""

    moment: Moment
    code: int | None
    err: str
    had_tools: bool
    left: tuple[str, ...]

    @property
    def is_pythons_own(self) -> bool:
        """Whether Python had not yet run a line of ours."""
        return "Traceback" in self.err and "cohere_cli/__main__.py" not in self.err

    @property
    def failure(self) -> str:
        """What did not hold, "" if all did."""
        if self.left:
            return f"{self.moment}: left are {', '.join(self.left)}"
        if self.is_pythons_own:
            return ""
        is_ended = self.code == -SIGINT or (self.moment.is_short and not self.code)
        if not is_ended or "Traceback" in self.err:
            return f"{self.moment}: it ends with {self.code}: {self.err[-300:]!r}"
        return ""


def check(*, seed: int, count: int) -> Tally:
    """Interrupt *count* runs, of each kind as many."""
    rng = Random(seed)
    kinds = islice(cycle(_KINDS.items()), count)
    moments = [
        Moment(at, rng.uniform(0, most), since)
        for at, (since, most) in enumerate(kinds)
    ]
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        ends = [*pool.map(_end, moments)]
    failures = [end.failure for end in ends if end.failure]
    busy = sum(end.had_tools for end in ends)
    name = f"tool interrupts ({busy} while commands ran)"
    return Tally(name, len(ends) - len(failures), len(ends), failures[:20])


def run(*, seed: int, scale: float) -> Iterator[Tally]:
    """Interrupt 20 runs, times *scale*; at scale 10, 200."""
    yield check(seed=seed, count=max(3, round(20 * scale)))


def _end(moment: Moment) -> End:
    with tempfile.TemporaryDirectory(prefix="co-fault-") as folder:
        home = Path(folder)
        mark = home.name
        begun = home / "begun"
        process = subprocess.Popen(
            [str(CO), *_WORDS, _written(home, begun, moment)],
            cwd=ROOT,
            env=environment(home, {_MARK: mark}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        try:
            _wait_for(moment, begun, process)
            had_tools = begun.exists()
            with suppress(ProcessLookupError):
                os.killpg(process.pid, SIGINT)
            code, err = _ended(process)
            return End(moment, code, err, had_tools, _left(mark))
        finally:
            for pid in _marked(mark):
                with suppress(ProcessLookupError):
                    os.kill(pid, SIGKILL)


def _written(home: Path, begun: Path, moment: Moment) -> str:
    """Write the file of tools, which is returned, and that of the server."""
    config = home / "config"
    config.mkdir()
    command = ["python3", str(_SERVER), "stubborn", str(home / "server")]
    (config / "config.toml").write_text(
        f'[mcp.bare]\ncommand = {command!r}\nenv = ["{_MARK}"]\n'
    )
    file = home / "tools.yaml"
    file.write_text(
        "".join(
            f"- name: {name}\n  description: {name}\n  parameters: {{type: object}}\n  env: [{_MARK}]\n  run:\n"
            f"  - sh\n  - -c\n  - |\n    {script.replace('BEGUN', str(begun))}\n"
            for name, script in _SCRIPTS.items()
            if name == "print" or not moment.is_short
        )
    )
    return str(file)


def _wait_for(moment: Moment, begun: Path, process: subprocess.Popen[bytes]) -> None:
    latest = time.monotonic() + _LONGEST
    is_late = moment.since != "the start"
    while is_late and not begun.exists() and process.poll() is None:
        if time.monotonic() > latest:
            break
        time.sleep(0.01)
    time.sleep(moment.after)


def _ended(process: subprocess.Popen[bytes]) -> tuple[int | None, str]:
    try:
        _, err = process.communicate(timeout=_LONGEST)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return None, "it did not end"
    return process.returncode, err.decode(errors="replace")


def _left(mark: str) -> tuple[str, ...]:
    """Return the processes with *mark* that do not end within some seconds."""
    latest = time.monotonic() + _LAST
    while (found := _marked(mark)) and time.monotonic() < latest:
        time.sleep(0.05)
    return tuple(f"{pid} {line}" for pid, line in found.items())


def _marked(mark: str) -> dict[int, str]:
    """Return the command lines of the processes with *mark*, by their numbers."""
    found = {}
    variable = f"{_MARK}={mark}\0".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if variable in (folder / "environ").read_bytes():
                line = (folder / "cmdline").read_bytes().replace(b"\0", b" ")
                found[int(folder.name)] = line.decode(errors="replace").strip()
    return found
