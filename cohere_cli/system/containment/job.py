"""A command on Windows, in a job object: the system ends all in it, also with `co`."""

import sys

assert sys.platform == "win32"  # noqa: S101 - for mypy: what follows is Windows alone

import ctypes
import errno
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from ctypes import wintypes
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO, TYPE_CHECKING

from cohere_cli.system.processes import APART, handle_of

if TYPE_CHECKING:
    from cohere_cli.system.containment.contained import Bounds, Channel

# Of <winnt.h> and <winbase.h>.
_EXTENDED_LIMITS = 9  # JobObjectExtendedLimitInformation
_JOB_TIME, _ACTIVE_PROCESSES, _PROCESS_MEMORY = 0x4, 0x8, 0x100
_DIE_ON_UNHANDLED_EXCEPTION, _KILL_ON_JOB_CLOSE = 0x400, 0x2000
_CREATE_SUSPENDED = 0x4
_THIS = -1  # what GetCurrentProcess returns

_TICKS = 10_000_000  # of 100 ns, in a second
_MOST_PROCESSES = 512
_ENDED_BY_US = 1  # the exit code of what is ended
_CHUNK = 1 << 16
_LAST_SECONDS = 5.0
_PROGRAMS = ("", ".exe", ".com")
_BATCH = (".bat", ".cmd")


class BasicLimits(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION."""

    _fields_ = (
        ("process_time", ctypes.c_int64),
        ("job_time", ctypes.c_int64),
        ("flags", ctypes.c_uint32),
        ("smallest_working_set", ctypes.c_size_t),
        ("largest_working_set", ctypes.c_size_t),
        ("active_processes", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority_class", ctypes.c_uint32),
        ("scheduling_class", ctypes.c_uint32),
    )


class ExtendedLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""

    _fields_ = (
        ("basic", BasicLimits),
        ("io_counters", ctypes.c_ulonglong * 6),
        ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t),
        ("peak_process_memory", ctypes.c_size_t),
        ("peak_job_memory", ctypes.c_size_t),
    )


def limits_of(bounds: "Bounds") -> ExtendedLimits:
    """Return *bounds* as a job has them: there is none for the size of a file."""
    limits = ExtendedLimits()
    basic = limits.basic
    basic.flags = _KILL_ON_JOB_CLOSE | _DIE_ON_UNHANDLED_EXCEPTION
    basic.flags |= _ACTIVE_PROCESSES
    if bounds.seconds:
        basic.flags |= _JOB_TIME
        basic.job_time = bounds.seconds * _TICKS
    basic.active_processes = _MOST_PROCESSES
    if bounds.memory is not None:
        basic.flags |= _PROCESS_MEMORY
        limits.process_memory = bounds.memory
    return limits


class Job:
    """A job object; all in it ends with the last handle of it, which this process has.

    So it does if this process is killed.
    """

    def __init__(self, bounds: "Bounds") -> None:
        self._kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        self._kernel.CreateJobObjectW.restype = wintypes.HANDLE
        self._handle = wintypes.HANDLE(self._kernel.CreateJobObjectW(None, None))
        if not self._handle.value:
            raise ctypes.WinError(ctypes.get_last_error())
        limits = limits_of(bounds)
        self._require(
            self._kernel.SetInformationJobObject(
                self._handle,
                _EXTENDED_LIMITS,
                ctypes.byref(limits),
                ctypes.sizeof(limits),
            )
        )

    def add(self, process: "subprocess.Popen[bytes]") -> None:
        """Put *process*, which was started suspended, into the job, and have it run."""
        handle = wintypes.HANDLE(handle_of(process))
        self._require(self._kernel.AssignProcessToJobObject(self._handle, handle))
        # Popen closes the handle of the thread, with which ResumeThread would do.
        if ctypes.WinDLL("ntdll").NtResumeProcess(handle):
            raise OSError(errno.EACCES, "the process cannot be resumed")

    def add_this(self) -> None:
        """Put this process into the job, for as long as it lives."""
        this = wintypes.HANDLE(_THIS)
        self._require(self._kernel.AssignProcessToJobObject(self._handle, this))

    def end(self) -> None:
        """End all that is in the job."""
        self._kernel.TerminateJobObject(self._handle, _ENDED_BY_US)

    def close(self) -> None:
        """End all that is in the job, and the job."""
        self.end()
        self._kernel.CloseHandle(self._handle)

    def _require(self, succeeded: int) -> None:
        if not succeeded:
            error = ctypes.WinError(ctypes.get_last_error())
            self._kernel.CloseHandle(self._handle)
            raise error


@contextmanager
def running_in_job(
    command: Sequence[str],
    environ: Mapping[str, str],
    folder: str | None,
    stdin: IO[bytes] | int,
    bounds: "Bounds",
) -> Iterator["JobRun"]:
    """Start *command*; see `start`.

    A batch file is refused: `cmd.exe` would read its words as a shell does.
    """
    program = program_path(command[0], environ.get("PATH", ""), folder)
    job = Job(bounds)
    try:
        process = subprocess.Popen(  # noqa: S603 - no shell; the words are the declared ones
            [program, *command[1:]],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environ,
            cwd=folder,
            creationflags=APART["creationflags"] | _CREATE_SUSPENDED,
        )
        try:
            job.add(process)
        except OSError:
            process.kill()
            raise
        run = JobRun(process, job)
        try:
            yield run
        finally:
            run.end()
    finally:
        job.close()


def program_path(name: str, path: str, folder: str | None) -> str:
    """Return the path of the program *name*, of which *path* has the folders.

    The current folder is none of them: Windows would look there first. Raises
    `OSError` if there is none, or if it is a batch file.
    """
    is_path = "/" in name or "\\" in name or ":" in name
    folders = [Path(folder or "")] if is_path else [*map(Path, path.split(os.pathsep))]
    for one in folders:
        for ending in (*_PROGRAMS, *_BATCH):
            file = one / f"{name}{ending}"
            if not file.is_file():
                continue
            if file.suffix.lower() in _BATCH:
                reason = "a batch file, whose words are read by a shell"
                raise PermissionError(errno.EACCES, reason)
            return str(file)
    raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))


class JobRun:
    """A command that runs; see `Contained`. Threads read: no pipe can be waited for."""

    def __init__(self, process: "subprocess.Popen[bytes]", job: Job) -> None:
        self._process = process
        self._job = job
        self._events: SimpleQueue[tuple[Channel, bytes]] = SimpleQueue()
        self._open: set[Channel] = {"output", "errors", "report"}
        streams: tuple[tuple[Channel, IO[bytes] | None], ...] = (
            ("output", process.stdout),
            ("errors", process.stderr),
        )
        self._threads = [
            Thread(target=self._read, args=pair, daemon=True) for pair in streams
        ]
        self._threads.append(Thread(target=self._wait, daemon=True))
        for thread in self._threads:
            thread.start()

    @property
    def is_open(self) -> bool:
        """Whether more may come from it."""
        return bool(self._open)

    def read(self, seconds: float) -> Iterator[tuple["Channel", bytes]]:
        """Return what comes within *seconds*; b"" is the end of a channel."""
        try:
            name, data = self._events.get(timeout=seconds)
        except Empty:
            return
        if not data:
            self._open.discard(name)
        yield name, data

    def ask_to_end(self) -> None:
        """End the command at once, with all that it has started."""
        self._job.end()

    def end(self) -> None:
        """End the command, and wait for that."""
        self.ask_to_end()
        self._process.wait()
        for thread in self._threads:
            thread.join(_LAST_SECONDS)

    def _read(self, name: "Channel", stream: IO[bytes]) -> None:
        with stream:
            while data := os.read(stream.fileno(), _CHUNK):
                self._events.put((name, data))
        self._events.put((name, b""))

    def _wait(self) -> None:
        """Report the end of the command; what it has left behind ends then, too."""
        code = self._process.wait()
        self._job.end()
        self._events.put(("report", f"exit {code}\n".encode()))
        self._events.put(("report", b""))
