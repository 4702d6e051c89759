"""Runs one trial in a fork of this process, which has loaded `co` already."""

import fcntl
import os
import resource
import signal
import socket
import sys
import threading
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass, field
from io import BufferedReader, BufferedWriter, FileIO, TextIOWrapper
from pathlib import Path
from typing import NoReturn

from tests.faults.inputs import guard, homes, privileges
from tests.faults.inputs.situations import Trial

PATIENCE = 35.0
"""Seconds after which a run counts as hanging: three attempts to connect take 30."""

_ANSWER_AFTER = 0.3  # seconds for which a silent standard input is silent
_LOOK = 0.002
_SERVES = 0.7  # seconds until a server is ended
_LOST_AT_EXIT = 120  # what Python ends with when the last flush fails
_NOT_STARTED = 99
_REPORT = 90
_OLD: list[object] = []
_GUARD = Path(guard.__file__)


@dataclass(slots=True)
class Ran:
    """How a run ended: `code` is negative for a signal, None if it had to be killed.

    `shown` is what a terminal got, `peak` in KiB.
    """

    code: int | None
    out: bytes
    err: bytes
    shown: bytes
    peak: int
    seconds: float


@dataclass(slots=True)
class Streams:
    """Descriptors for the child, and those that the parent has at their other ends."""

    child: list[int | None] = field(default_factory=list)
    other: list[int] = field(default_factory=list)
    master: int | None = None
    slave: int | None = None


def ran(trial: Trial, folder: Path, places: dict[str, str]) -> Ran:
    """Run *trial* below *folder*, which is empty."""
    home = folder / "home"
    home.mkdir(mode=0o777)
    home.chmod(0o777)
    places = {**places, "home": str(home)}
    streams = _opened(trial, folder)
    began = time.monotonic()
    child = os.fork()
    if not child:
        _become(trial, home, places, streams)
    for one in {*streams.child, streams.slave} - {None}:
        os.close(one)
    code, peak, shown = _awaited(child, trial, streams)
    seconds = time.monotonic() - began
    for one in (*streams.other, streams.master):
        if one is not None:
            with suppress(OSError):
                os.close(one)
    out, err = (_content(folder / name) for name in (".out", ".err"))
    return Ran(code, out, err, shown, peak, seconds)


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _opened(trial: Trial, folder: Path) -> Streams:
    streams = Streams()
    if "terminal" in (trial.stdin, trial.stdout, trial.stderr):
        streams.master, streams.slave = os.openpty()
        os.set_blocking(streams.master, False)
    streams.child = [
        _stdin(trial, folder, streams),
        _output(trial.stdout, folder / ".out", streams),
        _output(trial.stderr, folder / ".err", streams),
    ]
    return streams


def _stdin(trial: Trial, folder: Path, streams: Streams) -> int | None:
    match trial.stdin:
        case "closed":
            return None
        case "file":
            (folder / ".in").write_bytes(trial.stdin_data)
            return os.open(folder / ".in", os.O_RDONLY)
        case "pipe" | "silent":
            reading, writing = os.pipe()
            if trial.stdin == "silent":
                streams.other.append(writing)
            else:
                os.write(writing, trial.stdin_data)
                os.close(writing)
            return reading
        case "socket":
            one, other = socket.socketpair()
            other.close()
            return one.detach()
        case "terminal":
            assert streams.slave is not None
            return os.dup(streams.slave)
        case "folder":
            return os.open(folder, os.O_RDONLY)
        case "write-only":
            return os.open(folder / ".in", os.O_WRONLY | os.O_CREAT, 0o600)
        case _:
            return os.open(os.devnull, os.O_RDONLY)


def _output(state: str, path: Path, streams: Streams) -> int | None:
    match state:
        case "closed":
            return None
        case "full":
            return os.open("/dev/full", os.O_WRONLY)
        case "lost" | "pipe":
            reading, writing = os.pipe()
            if state == "lost":
                os.close(reading)
            else:
                os.set_blocking(reading, False)
                streams.other.append(reading)
            return writing
        case "terminal":
            assert streams.slave is not None
            return os.dup(streams.slave)
        case _:
            return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def _awaited(
    child: int, trial: Trial, streams: Streams
) -> tuple[int | None, int, bytes]:
    """Return exit code, peak memory in KiB, and what the terminal got."""
    began = time.monotonic()
    shown = bytearray()
    is_server = trial.words[:2] == ["sandbox", "serve"]
    while True:
        shown += _drained(streams.master)
        number, status, usage = os.wait4(child, os.WNOHANG)
        if number:
            shown += _drained(streams.master)
            return os.waitstatus_to_exitcode(status), usage.ru_maxrss, bytes(shown)
        waited = time.monotonic() - began
        if waited > _ANSWER_AFTER:
            _end_of_input(trial, streams)
        if is_server and waited > _SERVES:
            os.kill(child, signal.SIGTERM)
            is_server = False
        if waited > PATIENCE:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return None, 0, bytes(shown)
        time.sleep(_LOOK)


def _end_of_input(trial: Trial, streams: Streams) -> None:
    if trial.stdin == "silent" and streams.other:
        os.close(streams.other.pop(0))
        streams.other.clear()
    if streams.master is not None:
        with suppress(OSError):
            os.write(streams.master, b"\x04")


def _drained(master: int | None) -> bytes:
    data = b""
    with suppress(OSError):
        while master is not None and (chunk := os.read(master, 1 << 16)):
            data += chunk
    return data


def _become(
    trial: Trial, home: Path, places: dict[str, str], streams: Streams
) -> NoReturn:
    code = _NOT_STARTED
    try:
        os.setsid()
        words = _arrange(trial, home, places)
        _move(streams.child)
        _enter(trial.folder, home)
        os.umask(trial.umask)
        if trial.is_fresh:
            _limit(trial.limits)
            program = [sys.executable, str(_GUARD), *words]
            os.execve(sys.executable, program, dict(os.environ))
        guard.install()
        _open_streams()
        _limit(trial.limits)
        code = _run(words)
    except BaseException:  # noqa: BLE001 - the parent reports it
        os.write(_REPORT, traceback.format_exc().encode())
    finally:
        os._exit(code)


def _arrange(trial: Trial, home: Path, places: dict[str, str]) -> list[str]:
    """Prepare home and environment as somebody without privileges; return the words."""
    privileges.drop()
    homes.prepare(home, trial, places)
    os.environ.clear()
    for name, value in trial.env.items():
        os.environ[name] = homes.filled(value, places)
    time.tzset()
    # An argument cannot hold a NUL, nor be longer than this.
    filled = (homes.filled(word, places) for word in trial.words)
    return [word.replace("\0", "")[:100_000] for word in filled]


def _enter(folder: str, home: Path) -> None:
    os.chdir(home)
    if folder == "read-only":
        home.chmod(0o555)
    if folder == "deleted":
        Path("gone").mkdir(mode=0o700)
        os.chdir("gone")
        Path("../gone").rmdir()


def _move(wanted: list[int | None]) -> None:
    """Make *wanted* the standard descriptors, and close all others."""
    os.dup2(2, _REPORT)
    # First to where none of them overwrites another.
    high = [
        None if one is None else fcntl.fcntl(one, fcntl.F_DUPFD, 100) for one in wanted
    ]
    for number, one in enumerate(high):
        if one is None:
            with suppress(OSError):
                os.close(number)
        else:
            os.dup2(one, number)
    os.closerange(3, _REPORT)
    os.closerange(_REPORT + 1, 1024)
    os.set_inheritable(_REPORT, False)


def _open_streams() -> None:
    """Do as the interpreter does when it starts."""
    # Collected, they would close the descriptors.
    _OLD.extend((sys.__stdin__, sys.__stdout__, sys.__stderr__))
    sys.stdin = _reader()
    sys.stdout, sys.stderr = _writer(1), _writer(2)
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr


def _reader() -> TextIOWrapper | None:
    if not _is_open(0):
        return None
    # A directory is left out as the interpreter does not open one either.
    try:
        raw = FileIO(0, "r", closefd=False)
    except OSError:
        return None
    return TextIOWrapper(
        BufferedReader(raw), encoding="utf-8", errors="surrogateescape"
    )


def _writer(descriptor: int) -> TextIOWrapper | None:
    if not _is_open(descriptor):
        return None
    raw = FileIO(descriptor, "w", closefd=False)
    errors = "strict" if descriptor == 1 else "backslashreplace"
    lines = descriptor == 2 or os.isatty(descriptor)
    return TextIOWrapper(BufferedWriter(raw), "utf-8", errors, line_buffering=lines)


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def _limit(limits: dict[str, int]) -> None:
    for name, value in limits.items():
        if name == "THREADS":
            _refuse_threads(value)
            continue
        kind = getattr(resource, f"RLIMIT_{name}")
        _, most = resource.getrlimit(kind)
        least = _in_use() if name == "AS" else 0
        resource.setrlimit(kind, (least + value, most))


def _in_use() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


def _refuse_threads(allowed: int) -> None:
    start, left = threading.Thread.start, [allowed]

    def refusing(one: threading.Thread) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise RuntimeError("can't start new thread")
        start(one)

    threading.Thread.start = refusing  # type: ignore[method-assign]


def _run(words: list[str]) -> int:
    from cohere_cli.__main__ import main

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.argv = ["co", *words]
    code = 0
    try:
        main()
    except SystemExit as exc:
        code = exc.code if isinstance(exc.code, int) else 1
    except BaseException:  # noqa: BLE001 - shown as the interpreter does
        traceback.print_exc()
        code = 1
    threading._shutdown()  # type: ignore[attr-defined]
    return _flushed(code)


def _flushed(code: int) -> int:
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except (OSError, ValueError):
        return _LOST_AT_EXIT
    with suppress(OSError, ValueError):
        if sys.stderr is not None:
            sys.stderr.flush()
    return code
