"""The process that starts one command, and ends it with all that the command started.

`supervised` runs it as a program of its own, with Python's standard library alone. It
ends the command when the socket that it shares with `co` closes: also when `co` was
killed.
"""

import sys

assert sys.platform != "win32"  # noqa: S101 - for mypy: what follows is POSIX alone

import ctypes
import os
import resource
import select
import signal
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress

# Of <linux/prctl.h>.
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_LAST_SECONDS = 2.0  # of killing; a process of another user cannot be ended
_MOST_COLLECTED = 1000  # children at once
_CANNOT_START = 127
_ASKING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_IGNORED_BY_PYTHON = (signal.SIGPIPE, signal.SIGXFSZ)  # and so by what it starts

Limits = Sequence[tuple[int, int]]
"""Numbers of resources, as in `resource`, and the most of each."""


def serve(words: Sequence[str]) -> None:
    """Run a command to its end, and report that: the whole life of this process.

    *words* are a descriptor of a socket, the seconds between SIGTERM and SIGKILL,
    limits as `NUMBER=MOST` with commas between, and the command. The report is lines:
    `cannot ERRNO`, if the command could not be started, `exit CODE` or `signal NUMBER`
    of its own end, and `left` if a process could not be ended.
    """
    descriptor, grace, limits, *command = words
    pairs = [pair.split("=") for pair in limits.split(",")]
    with socket.socket(fileno=int(descriptor)) as control:
        control.set_inheritable(False)
        numbers = [(int(kind), int(most)) for kind, most in pairs]
        report = _Supervisor(control, float(grace)).run(command, numbers)
        with suppress(OSError):
            control.sendall(report.encode())


class _Supervisor:
    def __init__(self, control: socket.socket, grace: float) -> None:
        self._control = control
        self._grace = grace
        self._is_asked = False
        self._status: int | None = None
        self._wake, theirs = os.pipe()
        for end in (self._wake, theirs):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(theirs, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in _ASKING:
            signal.signal(number, self._ask)

    def run(self, command: list[str], limits: Limits) -> str:
        """Run *command*; return the report of how it ended."""
        # Whoever of its processes loses its parent becomes a child of this one.
        _prctl(_PR_SET_CHILD_SUBREAPER, 1)
        self._child = os.fork()
        if not self._child:
            _become(command, limits, self._control)
        _let_streams_go()
        self._wait()
        if self._status is None:
            self._signal(signal.SIGTERM)
            self._wait_for_all(self._grace)
        left = "" if self._kill_all() else "left\n"
        return f"{_described(self._status)}{left}"

    def _ask(self, *_: object) -> None:
        self._is_asked = True

    def _wait(self) -> None:
        """Wait for the end of the command, or for whoever asks to end it."""
        while self._has_children() and self._status is None and not self._is_asked:
            control = self._control.fileno()
            ready, _, _ = select.select([control, self._wake], [], [])
            self._drain()
            if control in ready:
                return

    def _wait_for_all(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while self._has_children() and (left := end - time.monotonic()) > 0:
            select.select([self._wake], [], [], left)
            self._drain()

    def _drain(self) -> None:
        with suppress(BlockingIOError):
            os.read(self._wake, 4096)

    def _has_children(self) -> bool:
        """Collect the children that have ended; whether there are others."""
        # Not all of them: others may be ending faster.
        for _ in range(_MOST_COLLECTED):
            try:
                ended, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return False
            if not ended:
                break
            if ended == self._child:
                self._status = os.waitstatus_to_exitcode(status)
        return True

    def _kill_all(self) -> bool:
        """Kill all processes that came of the command; whether none is left."""
        end = time.monotonic() + _LAST_SECONDS
        if not _has_proc():
            self._signal(signal.SIGKILL)
        while self._has_children():
            if time.monotonic() > end:
                return False
            self._signal(signal.SIGKILL)
            self._wait_for_all(0.01)
        return True

    def _signal(self, number: int) -> None:
        if not _has_proc():
            # The group outlives its first process as long as there are others.
            with suppress(OSError):
                os.killpg(self._child, number)
            return
        # By groups: a signal reaches all of a group at once, also what it is starting.
        for target in {*_targets()}:
            with suppress(OSError):
                os.kill(target, number)


def _become(command: list[str], limits: Limits, control: socket.socket) -> None:
    """Make this process, a new child, the *command*."""
    try:
        os.setpgid(0, 0)
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, *_ASKING, *_IGNORED_BY_PYTHON):
            signal.signal(number, signal.SIG_DFL)
        for kind, most in limits:
            _limit(kind, most)
        os.execvp(command[0], command)  # noqa: S606 - there is no shell on purpose
    except OSError as exc:
        control.sendall(f"cannot {exc.errno}\n".encode())
    finally:
        os._exit(_CANNOT_START)


def _limit(kind: int, most: int) -> None:
    """Set a limit, which may be lower already; some systems lack one or the other."""
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    with suppress(ValueError, OSError):
        resource.setrlimit(kind, (most, most))


def _let_streams_go() -> None:
    """Leave the streams to the command: its output ends with it."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    os.close(nowhere)


def _prctl(option: int, value: int) -> None:
    """Call Linux's prctl(); other systems have none."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _has_proc() -> bool:
    return sys.platform == "linux" and os.path.exists("/proc/self/stat")  # noqa: PTH110 - pathlib takes 10 ms to import


def _targets() -> Iterator[int]:
    """Yield what `kill` takes for the processes below this one, by /proc.

    That is the group of each, as a negative number; or, of one that is still in the
    group of this process, its own number.
    """
    own = os.getpgrp()
    groups, children = dict[int, int](), dict[int, list[int]]()
    for name in filter(str.isdecimal, os.listdir("/proc")):  # noqa: PTH208 - see above
        with suppress(OSError), open(f"/proc/{name}/stat", "rb") as file:  # noqa: PTH123 - see above
            # After the name of the program, which may hold anything: state, parent,
            # group.
            fields = file.read().rpartition(b")")[2].split()
            groups[int(name)] = int(fields[2])
            children.setdefault(int(fields[1]), []).append(int(name))
    level = [os.getpid()]
    while level := [one for process in level for one in children.get(process, ())]:
        for process in level:
            # 0 and 1 would be this group, and everyone.
            is_apart = groups[process] not in (0, 1, own)
            yield -groups[process] if is_apart else process


def _described(status: int | None) -> str:
    if status is None:
        return ""
    return f"exit {status}\n" if status >= 0 else f"signal {-status}\n"
