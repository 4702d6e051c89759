"""A command on POSIX, below a process that ends it with all that it has started."""

import sys

assert sys.platform != "win32"  # noqa: S101 - for mypy: what follows is POSIX alone

import os
import resource
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from socket import SHUT_WR, socket, socketpair
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from cohere_cli.system.containment.contained import Bounds, Channel

_MORE_PROCESSES = 512  # than there are
_LAST_SECONDS = 5.0  # for the supervisor, after it was asked to end the command
_CHUNK = 1 << 16
# With the folder of the supervisor, and without the packages of anyone.
_START = (
    "import sys; sys.path.append(sys.argv[1]); "
    "from supervisor import serve; serve(sys.argv[2:])"
)


@contextmanager
def supervised(
    command: Sequence[str],
    environ: Mapping[str, str],
    folder: str | None,
    stdin: IO[bytes] | int,
    bounds: "Bounds",
) -> Iterator["Supervised"]:
    """Start *command*; see `start`."""
    ours, theirs = socketpair()
    with ours:
        with theirs:
            words = [str(theirs.fileno()), str(bounds.grace), _numbers(bounds)]
            here = str(Path(__file__).parent)
            process = subprocess.Popen(  # noqa: S603 - no shell; the words are the declared ones
                [sys.executable, "-I", "-S", "-c", _START, here, *words, *command],
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environ,
                cwd=folder,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,  # Ctrl-C is for this process; no terminal
            )
        try:
            with closing(Supervised(process, ours)) as run:
                yield run
        finally:
            _end(process, ours, bounds.grace + _LAST_SECONDS)


def _end(process: "subprocess.Popen[bytes]", control: socket, seconds: float) -> None:
    """Have the command ended, and wait for that."""
    _ask_to_end(process, control)
    try:
        process.wait(seconds)
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


class Supervised:
    """A command that runs; see `Contained`."""

    def __init__(self, process: "subprocess.Popen[bytes]", control: socket) -> None:
        self._process = process
        self._control = control
        self._selector = DefaultSelector()
        streams: tuple[tuple[object, Channel], ...] = (
            (process.stdout, "output"),
            (process.stderr, "errors"),
            (control, "report"),
        )
        for stream, name in streams:
            self._selector.register(stream, EVENT_READ, name)  # type: ignore[arg-type]

    @property
    def is_open(self) -> bool:
        """Whether more may come from it."""
        return bool(self._selector.get_map())

    def read(self, seconds: float) -> Iterator[tuple["Channel", bytes]]:
        """Return what comes within *seconds*; b"" is the end of a channel."""
        for key, _ in self._selector.select(seconds):
            try:
                data = os.read(key.fd, _CHUNK)
            except ConnectionError:
                data = b""
            if not data:
                self._selector.unregister(key.fileobj)
            yield key.data, data

    def ask_to_end(self) -> None:
        """Have the command ended, with all that it has started; do not wait."""
        _ask_to_end(self._process, self._control)

    def close(self) -> None:
        """Read no more."""
        self._selector.close()


def _numbers(bounds: "Bounds") -> str:
    """Return *bounds*, and limits that every command has, for the supervisor."""
    found = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: bounds.file_size,
        # Only if the supervisor itself was ended.
        resource.RLIMIT_CPU: bounds.seconds,
    }
    if bounds.memory is not None:
        found[_memory_resource()] = bounds.memory
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
