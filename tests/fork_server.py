"""Runs `co` in forks of one process that has imported it: five times as fast.

A run differs from the installed program's in what happens before its first line alone:
Python's own start and the imports. So a run whose environment changes those, one that
a test sends signals to, one without a stream or with a limit of its shell, and one
whose terminal sends keys are the installed program's. With TESTS_RUN=installed in the
environment of pytest, all are.
"""

import atexit
import gc
import marshal
import os
import pkgutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

_INSTALLED = str(Path(sys.executable).with_name("co"))
_STATUS = struct.Struct("ii")
"""What the server writes of each run: its process and its exit code."""

# What is read by Python at its start, or by an import.
_BEFORE_ANY_LINE = ("PYTHON", "LC_", "LANG", "FORCE_COLOR", "GITHUB_ACTIONS", "PY_COL")

# What the server was started with itself, of those: the simulation of a system.
_SIMULATION = {("LANG", "C.UTF-8")}
if os.environ.get("TESTS_SYSTEM"):
    _SIMULATION.add(("PYTHONPATH", os.environ["PYTHONPATH"]))

_LIBRARIES = (
    "httpx",
    "jsonschema",
    "markdown_it",
    "rich.console",
    "rich.progress",
    "rich.syntax",
    "rich.table",
    "sqlite3",
    "typer",
    "yaml",
)
# Sends its own words, environment and streams to the server, and ends as the run does;
# of C modules alone, because others take longer to import than the run takes.
_CLIENT = """\
#!{python} -ISE
import _signal, _socket, array, marshal, os, sys

environ = dict(os.environ)
environ["PATH"] = environ["PATH"].partition(os.pathsep)[2]
if any(
    name.startswith({before}) and (name, value) not in {alike}
    for name, value in environ.items()
):
    os.execve("{installed}", ["co", *sys.argv[1:]], environ)
job = dict(words=sys.argv[1:], environ=environ, cwd=os.getcwd())
path = "{folder}/" + str(os.getpid())
file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL)
os.unlink(path)
os.write(file, marshal.dumps(job))
status, theirs = os.pipe()
rights = (_socket.SOL_SOCKET, _socket.SCM_RIGHTS, array.array("i", [file, theirs, 0, 1, 2]))
_socket.socket(fileno={control}).sendmsg([b"."], [rights])
os.close(theirs)
os.close(0)
os.close(1)
os.read(status, 8)
code = int.from_bytes(os.read(status, 8)[4:], sys.byteorder, signed=True)
if code < 0:
    _signal.signal(-code, _signal.SIG_DFL)
    os.kill(os.getpid(), -code)
os._exit(code)
"""


class ForkServer:
    """A process that has imported `co`, and forks for each run."""

    def __init__(self) -> None:
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.control = self._ours.fileno()
        self._folder = tempfile.TemporaryDirectory(prefix="co-forks-")
        self.client = Path(self._folder.name) / "co"
        """An executable whose processes inherit `control`, and start runs by it."""
        self.client.write_text(
            _CLIENT.format(
                python=sys.executable,
                installed=_INSTALLED,
                before=_BEFORE_ANY_LINE,
                alike=_SIMULATION,
                folder=self._folder.name,
                control=self.control,
            )
        )
        self.client.chmod(0o700)
        environ = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(_BEFORE_ANY_LINE)
        }
        self._server = subprocess.Popen(
            [sys.executable, __file__, str(theirs.fileno())],
            env={**environ, **dict(_SIMULATION)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,  # buffered, as that of most runs
            pass_fds=[theirs.fileno()],
        )
        theirs.close()
        atexit.register(self._end)

    def can_run(self, environ: Mapping[str, str]) -> bool:
        """Whether a run with *environ* starts as the server did."""
        if os.environ.get("TESTS_RUN") == "installed":
            return False
        own = {one for one in environ.items() if one[0].startswith(_BEFORE_ANY_LINE)}
        return own == _SIMULATION

    def start(
        self,
        words: Sequence[str],
        environ: Mapping[str, str],
        cwd: Path,
        streams: Sequence[int],
    ) -> "Run":
        """Start `co` with *words* on *streams*: descriptors of its input and outputs."""
        job = {"words": [*words], "environ": {**environ}, "cwd": str(cwd)}
        status, theirs = os.pipe()
        with tempfile.TemporaryFile() as file:
            file.write(marshal.dumps(job))
            file.flush()
            given = [file.fileno(), theirs, *streams]
            socket.send_fds(self._ours, [b"\0"], given)
        os.close(theirs)
        return Run(status)

    def _end(self) -> None:
        self._ours.close()
        self._folder.cleanup()
        self._server.wait()
        if self._server.stdout:
            self._server.stdout.close()


class Run:
    """A run that was started."""

    def __init__(self, status: int) -> None:
        self._status = status
        self._pid, _ = self._next()

    def wait(self) -> int:
        """Return the exit code, negative for a signal; OSError if the server died."""
        _, code = self._next()
        os.close(self._status)
        return code

    def kill(self) -> None:
        """End the run."""
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)

    def _next(self) -> tuple[int, int]:
        if not (data := os.read(self._status, _STATUS.size)):
            raise OSError("the server of forks has died")
        return _STATUS.unpack(data)


@cache
def fork_server() -> ForkServer:
    """The server of this process, started when it is first needed."""
    return ForkServer()


def _serve(control: socket.socket) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the keepers
    while True:
        data, given, _, _ = socket.recv_fds(control, 1, 5)
        if not data:
            return
        if not os.fork():
            control.close()
            _keep(*given)
        for descriptor in given:
            os.close(descriptor)


def _keep(job: int, status: int, *streams: int) -> NoReturn:
    """Wait for the run, and report its exit code; the run itself raises _Become."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    run = os.fork()
    if not run:
        os.close(status)
        _become(job, streams)
    for stream in streams:
        os.close(stream)
    os.write(status, _STATUS.pack(run, 0))
    _, ended = os.waitpid(run, 0)
    os.write(status, _STATUS.pack(run, os.waitstatus_to_exitcode(ended)))
    os._exit(0)


def _become(job: int, streams: Sequence[int]) -> NoReturn:
    os.lseek(job, 0, os.SEEK_SET)
    with os.fdopen(job, "rb") as file:
        found: dict[str, Any] = marshal.loads(file.read())
    for descriptor, stream in enumerate(streams):
        os.dup2(stream, descriptor)
        os.close(stream)
    os.chdir(found["cwd"])
    os.environ.clear()
    os.environ.update(found["environ"])
    sys.argv = [_INSTALLED, *found["words"]]
    raise _Become


class _Become(Exception):
    pass


def _import_all() -> None:
    import cohere_cli

    names = [
        module.name
        for module in pkgutil.walk_packages(cohere_cli.__path__, "cohere_cli.")
    ]
    for name in (*_LIBRARIES, *names):
        with suppress(ImportError, AssertionError):  # those of another system, too
            import_module(name)


def main() -> NoReturn:
    """Serve; in each fork, be `co`."""
    sys.path.pop(0)  # this folder, which the installed program does not see
    _import_all()
    gc.freeze()  # no fork copies the modules to count their references
    control = socket.socket(fileno=int(sys.argv[1]))
    try:
        _serve(control)
    except _Become:
        pass
    else:
        os._exit(0)
    from cohere_cli.__main__ import entry

    entry()


if __name__ == "__main__":
    main()
