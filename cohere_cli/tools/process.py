"""Runs a command in containment: limits, a scrubbed environment, and nothing left.

Each run has a process of its own that starts the command and ends whatever came of it
(`supervisor`): several can run at the same time, in threads.
"""

import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from socket import SHUT_WR, socket, socketpair
from threading import Event
from time import monotonic
from typing import Any, BinaryIO, NamedTuple

from cohere_cli.record import Record
from cohere_cli.text import os_reason, plural

MEBIBYTE = 1 << 20
GRACE = 1.0
"""Seconds between SIGTERM and SIGKILL."""

_MOST_OUTPUT = MEBIBYTE
_MOST_ERRORS = 4096  # bytes: the last ones, which say why
_MOST_FILE = 1024 * MEBIBYTE
_MORE_PROCESSES = 512  # than there are
_TICK = 0.05  # seconds between two looks at the clock
_LAST_SECONDS = 5.0  # for the supervisor, after it was asked to end the command
_CHUNK = 1 << 16
_BASE = ("PATH", "HOME", "LANG", "TZ", "TMPDIR")
_LOCALE = "LC_"
PRIVATE = ("CO_", "COHERE_")
_KEYS = ("CO_API_KEY", "COHERE_API_KEY")
# With the folder of the supervisor, and without the packages of anyone.
_START = (
    "import sys; sys.path.append(sys.argv[1]); "
    "from supervisor import serve; serve(sys.argv[2:])"
)


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
        with _started(command, environ, folder, given, limits) as run:
            return run.watch(limits.seconds, stop)
    except OSError as exc:
        is_folder = folder is not None and exc.filename == folder
        what = f"cannot use the folder {folder}" if is_folder else "cannot be started"
        return Ended(problem=f"{what}: {os_reason(exc)}")


@contextmanager
def _started(
    command: Sequence[str],
    environ: Mapping[str, str],
    folder: str | None,
    given: str | None,
    limits: Limits,
) -> Iterator["_Run"]:
    ours, theirs = socketpair()
    with ours:
        with theirs, _input(given) as stdin:
            words = [str(theirs.fileno()), str(GRACE), _numbers(limits), *command]
            here = str(Path(__file__).parent)
            process = subprocess.Popen(  # noqa: S603 - no shell; the words are the declared ones
                [sys.executable, "-I", "-S", "-c", _START, here, *words],
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environ,
                cwd=folder,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,  # Ctrl-C is for this process; no terminal
            )
        try:
            yield _Run(process, ours)
        finally:
            _end(process, ours)


def _end(process: "subprocess.Popen[bytes]", control: socket) -> None:
    """Have the command ended, and wait for that."""
    _ask_to_end(process, control)
    try:
        process.wait(GRACE + _LAST_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()  # it was stopped again, and cannot do it
        process.wait()
    for stream in (process.stdout, process.stderr):
        if stream:
            stream.close()


def _ask_to_end(process: "subprocess.Popen[bytes]", control: socket) -> None:
    with suppress(OSError):
        control.shutdown(SHUT_WR)
    process.send_signal(signal.SIGCONT)  # the command may have stopped its supervisor


class _Run:
    """A command that runs, and what it has written so far."""

    def __init__(self, process: "subprocess.Popen[bytes]", control: socket) -> None:
        self._process = process
        self._control = control
        self._output, self._errors, self._report = bytearray(), bytearray(), bytearray()
        self._problem = ""
        self._last = float("inf")

    def watch(self, seconds: float, stop: Event) -> Ended:
        """Take the output until the command ends, or has to."""
        end = monotonic() + seconds
        with self._selector() as selector:
            while selector.get_map() and monotonic() < self._last:
                if not self._problem and (why := self._reason(seconds, end, stop)):
                    self._give_up(why)
                for key, _ in selector.select(_TICK):
                    if not self._take(key.fd, key.data):
                        selector.unregister(key.fileobj)
        return self._ended()

    def _selector(self) -> DefaultSelector:
        selector = DefaultSelector()
        for stream in (self._process.stdout, self._process.stderr):
            if stream:
                is_output = stream is self._process.stdout
                take = self._take_output if is_output else self._take_errors
                selector.register(stream, EVENT_READ, take)
        selector.register(self._control, EVENT_READ, self._report.extend)
        return selector

    def _take(self, descriptor: int, take: Any) -> bool:
        """Take what can be read; whether there may be more."""
        try:
            data = os.read(descriptor, _CHUNK)
        except ConnectionError:
            data = b""
        take(data)
        if not data and descriptor == self._control.fileno():
            # All is over; only what could not be ended still holds the streams.
            self._last = min(self._last, monotonic() + GRACE)
        return bool(data)

    def _take_output(self, data: bytes) -> None:
        self._output += data[: _MOST_OUTPUT + 1 - len(self._output)]

    def _take_errors(self, data: bytes) -> None:
        self._errors += data
        del self._errors[:-_MOST_ERRORS]

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
        _ask_to_end(self._process, self._control)

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


_BY_SIGNAL: Mapping[int, str] = {
    signal.SIGXCPU: "took too much processor time, and was ended",
    signal.SIGXFSZ: "wrote a file of more than 1 GiB, and was ended",
    signal.SIGKILL: "was killed, perhaps for its memory",
}


def _signal_problem(number: int) -> str:
    try:
        name = signal.Signals(number).name
    except ValueError:  # real-time signals have no names
        name = f"signal {number}"
    return _BY_SIGNAL.get(number, f"was ended by {name}")


def _numbers(limits: Limits) -> str:
    """Return *limits*, and those that every command has, for the supervisor."""
    found = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: _MOST_FILE,
        # On all processors, and only if the supervisor itself was ended.
        resource.RLIMIT_CPU: int((limits.seconds + 10) * (os.cpu_count() or 1)),
    }
    if limits.memory is not None:
        found[_memory_resource()] = limits.memory
    if processes := _most_processes():
        found[resource.RLIMIT_NPROC] = processes
    return ",".join(f"{kind}={most}" for kind, most in found.items())


def _memory_resource() -> int:
    # What a process can write to. Node.js and Go reserve many times as many addresses
    # as they use, which RLIMIT_AS counts; elsewhere RLIMIT_DATA is the old heap alone.
    is_linux = sys.platform == "linux"
    return resource.RLIMIT_DATA if is_linux else resource.RLIMIT_AS


def _most_processes() -> int:
    """Return how many processes the user may have; 0 if it is not known."""
    # The last but one field is "running/all". The limit counts those of the user, so
    # it is reached at the latest with so many more.
    try:
        counts = Path("/proc/loadavg").read_text(encoding="ascii").split()[3]
        return int(counts.partition("/")[2]) + _MORE_PROCESSES
    except (OSError, ValueError, IndexError):
        return 0


@contextmanager
def _input(given: str | None) -> Iterator[BinaryIO | int]:
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
