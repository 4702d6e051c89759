"""Runs a command in containment: limits, a scrubbed environment, and nothing left.

`system.containment` ends whatever came of a command. Several can run at the same time,
in threads.
"""

import os
import subprocess
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Event
from time import monotonic
from typing import IO, NamedTuple

from cohere_cli.record import Record
from cohere_cli.system.containment import start
from cohere_cli.system.containment.contained import Bounds, Channel, Contained
from cohere_cli.system.processes import BASIC_VARIABLES
from cohere_cli.system.signals import signal_name
from cohere_cli.text import os_reason, plural

MEBIBYTE = 1 << 20
GRACE = 1.0
"""Seconds between SIGTERM and SIGKILL."""

_MOST_OUTPUT = MEBIBYTE
_MOST_ERRORS = 4096  # bytes: the last ones, which say why
_MOST_FILE = 1024 * MEBIBYTE
_TICK = 0.05  # seconds between two looks at the clock
_LAST_SECONDS = 5.0  # for what ends the command, after it was asked to
_BASE = ("PATH", "LANG", "TZ", *BASIC_VARIABLES)
_LOCALE = "LC_"
PRIVATE = ("CO_", "COHERE_")
_KEYS = ("CO_API_KEY", "COHERE_API_KEY")


class Limits(Record):
    """What a command may take; `memory` is in bytes for each process, None is any."""

    seconds: float = 30.0
    memory: int | None = 2048 * MEBIBYTE


class Ended(NamedTuple):
    """How a command ended.

    `output` is its standard output, at most 1 MiB; *is_cut* if there was more.
    `errors` is the end of its standard error. `problem` is why it failed, in one
    line, "" if it did not.
    """

    output: bytes = b""
    errors: bytes = b""
    problem: str = ""
    is_cut: bool = False


def is_private(name: str) -> bool:
    """Whether the variable *name* is for `co` alone, whatever a declaration says."""
    return name.startswith(PRIVATE)


def scrubbed(
    environ: Mapping[str, str],
    allowed: Collection[str] = (),
    secrets: Collection[str] = (),
) -> dict[str, str]:
    """Return the variables of *environ* that a command gets.

    They are those that every program needs, and those *allowed* by name; none of
    `co`'s own, and none that holds one of *secrets* or the key of the environment.
    """
    return {
        name: value
        for name, value in environ.items()
        if (name in _BASE or name in allowed or name.startswith(_LOCALE))
        and not is_private(name)
        and not holds_key(value, environ, secrets)
    }


def holds_key(
    value: str, environ: Mapping[str, str], secrets: Collection[str] = ()
) -> bool:
    """Whether *value* has the key of the environment in it, or one of *secrets*."""
    keys = {environ.get(name, "") for name in _KEYS} | {*secrets}
    return any(key in value for key in keys if key)


def run_process(
    command: Sequence[str],
    *,
    environ: Mapping[str, str],
    folder: str | None = None,
    given: str | None = None,
    limits: Limits,
    stop: Event,
) -> Ended:
    """Run *command* in *folder*, with *given* or nothing as its standard input.

    It ends at the latest when *stop* is set, or with an exception such as Ctrl-C. When
    this returns, no process that came of it is left, unless the problem says so; see
    docs/tools.md for what that means on which system.
    """
    try:
        with (
            _input(given) as stdin,
            start(command, environ, folder, stdin, _bounds(limits)) as contained,
        ):
            return _Run(contained).watch(limits.seconds, stop)
    except OSError as exc:
        is_folder = folder is not None and exc.filename == folder
        what = f"cannot use the folder {folder}" if is_folder else "cannot be started"
        return Ended(problem=f"{what}: {os_reason(exc)}")


class _Run:
    """A command that runs, and what it has written so far."""

    def __init__(self, contained: Contained) -> None:
        self._contained = contained
        self._output, self._errors, self._report = bytearray(), bytearray(), bytearray()
        self._problem = ""
        self._last = float("inf")

    def watch(self, seconds: float, stop: Event) -> Ended:
        """Take the output until the command ends, or has to."""
        end = monotonic() + seconds
        while self._contained.is_open and monotonic() < self._last:
            if not self._problem and (why := self._reason(seconds, end, stop)):
                self._give_up(why)
            for name, data in self._contained.read(_TICK):
                self._take(name, data)
        return self._ended()

    def _take(self, name: Channel, data: bytes) -> None:
        match name:
            case "output":
                self._output += data[: _MOST_OUTPUT + 1 - len(self._output)]
            case "errors":
                self._errors += data
                del self._errors[:-_MOST_ERRORS]
            case "report":
                self._report += data
                if not data:
                    # All is over; only what could not be ended holds the streams.
                    self._last = min(self._last, monotonic() + GRACE)

    def _reason(self, seconds: float, end: float, stop: Event) -> str:
        if len(self._output) > _MOST_OUTPUT:
            return "wrote more than 1 MiB, and was ended"
        if stop.is_set():
            return "was stopped by the user"
        if monotonic() > end:
            return f"was ended after {_duration(seconds)}, its time limit"
        return ""

    def _give_up(self, why: str) -> None:
        self._problem = why
        self._last = monotonic() + GRACE + _LAST_SECONDS
        self._contained.ask_to_end()

    def _ended(self) -> Ended:
        report = self._report.decode().split("\n")
        problem = self._problem or _problem_in(report)
        if "left" in report:
            problem = f"{problem or 'ended'}, but left a process that cannot be ended"
        is_cut = len(self._output) > _MOST_OUTPUT
        output = bytes(self._output[:_MOST_OUTPUT])
        return Ended(output, bytes(self._errors), problem, is_cut)


def _problem_in(report: Sequence[str]) -> str:
    """Return why a command failed, by the report of its supervisor."""
    kind, _, number = report[0].partition(" ")
    match kind:
        case "cannot":
            return f"cannot be started: {os.strerror(int(number)).lower()}"
        case "exit":
            return "" if number == "0" else f"failed with exit code {number}"
        case "signal":
            return _signal_problem(int(number))
        case _:
            return "was ended, and how is not known"


_BY_SIGNAL = {
    "SIGXCPU": "took too much processor time, and was ended",
    "SIGXFSZ": "wrote a file of more than 1 GiB, and was ended",
    "SIGKILL": "was killed, perhaps for its memory",
}


def _signal_problem(number: int) -> str:
    name = signal_name(number)
    return _BY_SIGNAL.get(name, f"was ended by {name}")


def _bounds(limits: Limits) -> Bounds:
    # Of processor time on all processors, and only if what watches it was ended.
    seconds = int((limits.seconds + 10) * (os.cpu_count() or 1))
    return Bounds(seconds, _MOST_FILE, limits.memory, GRACE)


@contextmanager
def _input(given: str | None) -> Iterator[IO[bytes] | int]:
    """Yield standard input: a file, because a pipe would have to be written to."""
    if given is None:
        yield subprocess.DEVNULL
        return
    with tempfile.TemporaryFile() as file:
        file.write(given.encode(errors="replace"))
        file.seek(0)
        yield file


def _duration(seconds: float) -> str:
    if seconds != int(seconds):
        return f"{seconds:g} seconds"
    return plural(int(seconds), "second")
