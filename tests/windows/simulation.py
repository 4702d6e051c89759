"""Windows as `co` sees it, on another system: its modules, its absences, its refusals.

Only modules of `cohere_cli` see it, by an `__import__` of their own: the standard
library and other packages stay those of this system. So it shows that `co` uses nothing
that Windows lacks, and runs the code that is for Windows; it does not show that Windows
does what this says it does. Paths, and what a file's name may be, are this system's.
"""

import builtins
import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from importlib.abc import MetaPathFinder
from importlib.machinery import PathFinder, SourceFileLoader
from types import ModuleType
from typing import Any

PACKAGE = "cohere_cli"
HERE = os.path.dirname(os.path.abspath(__file__))
ABSENT = {"fcntl", "grp", "posix", "pty", "pwd", "resource", "termios", "tty"}
# Of signal: what Windows has.
SIGNALS = {"SIGABRT", "SIGFPE", "SIGILL", "SIGINT", "SIGSEGV", "SIGTERM"}
SIGNAL_CALLS = {"SIG_DFL", "SIG_IGN", "Signals", "Handlers", "default_int_handler"}
SIGNAL_CALLS |= {
    "getsignal",
    "raise_signal",
    "set_wakeup_fd",
    "signal",
    "valid_signals",
}
# Of os: what Windows lacks, or has since Python 3.12 alone.
OS_ABSENT = {
    *("chown", "chroot", "confstr", "ctermid", "fchdir", "fchmod", "fchown", "fork"),
    *("forkpty", "getegid", "geteuid", "getgid", "getgroups", "getloadavg", "getpgid"),
    *("getpgrp", "getpriority", "getresuid", "getsid", "getuid", "initgroups"),
    *("killpg", "lchown", "lockf", "mkfifo", "mknod", "nice", "openpty", "pathconf"),
    *("pread", "preadv", "pwrite", "pwritev", "readv", "register_at_fork", "sendfile"),
    *("set_blocking", "get_blocking", "setegid", "seteuid", "setgid", "setpgid"),
    *("setsid", "setuid", "statvfs", "sync", "sysconf", "tcgetpgrp", "tcsetpgrp"),
    *("ttyname", "uname", "wait", "wait3", "wait4", "waitid", "writev", "WNOHANG"),
    *("O_CLOEXEC", "O_DIRECTORY", "O_DSYNC", "O_NDELAY", "O_NOCTTY", "O_NOFOLLOW"),
    *("O_NONBLOCK", "O_SYNC", "O_ASYNC", "O_DIRECT", "O_NOATIME", "O_PATH", "EX_OK"),
}
SOCKET_ABSENT = {"AF_UNIX", "recv_fds", "send_fds", "SCM_RIGHTS"}
_PIDFD_OPEN, _PIDFD_GETFD = 434, 438  # of Linux


class View(ModuleType):
    """A module without some of its names, and with others."""

    def __init__(self, real: ModuleType, absent: set[str], **more: Any) -> None:
        super().__init__(real.__name__)
        self._real, self._absent = real, absent
        self.__dict__.update(more)

    def __getattr__(self, name: str) -> Any:
        if name in self._absent:
            raise AttributeError(f"Windows has no {self._real.__name__}.{name}")
        return getattr(self._real, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("_real", "_absent"):
            self.__dict__[name] = value
        else:
            setattr(self._real, name, value)


# Descriptors and processes.


def _open(path: Any, flags: int, mode: int = 0o777, **more: Any) -> int:
    if not flags & BINARY and path != os.devnull:
        raise AssertionError(f"os.open without O_BINARY would change line ends: {path}")
    if os.path.isdir(path):  # as Windows does
        raise PermissionError(errno.EACCES, "Permission denied", path)
    return os.open(path, flags & ~(BINARY | NO_INHERIT), mode, **more)


BINARY, NO_INHERIT = 1 << 40, 1 << 41


def _kill(pid: int, number: int) -> None:
    raise AssertionError("os.kill ends any process at once on Windows")


def _stay(*_: Any, **__: Any) -> None:
    """Do what Windows does with a mode: nothing that matters here."""


class Select:
    """select(), which Windows has for sockets alone."""

    @staticmethod
    def select(*lists: Any) -> Any:
        import select

        for one in (item for items in lists[:3] for item in items):
            if not isinstance(one, socket.socket):
                raise OSError(10038, "an operation was attempted on no socket")
        return select.select(*lists)


def _share(own: socket.socket, _pid: int) -> bytes:
    return f"{os.getpid()} {own.fileno()}".encode()


class Socket(socket.socket):
    """A socket that can be shared with another process."""

    share = _share


def _socketpair() -> tuple[Socket, Socket]:
    return tuple(Socket(fileno=one.detach()) for one in socket.socketpair())  # type: ignore[return-value]


def _taken(pid: int, descriptor: int) -> int:
    """Return a copy of what is open in process *pid*."""
    libc = ctypes.CDLL(None, use_errno=True)
    process = libc.syscall(_PIDFD_OPEN, pid, 0)
    found = libc.syscall(_PIDFD_GETFD, process, descriptor, 0)
    if found < 0:
        raise OSError(ctypes.get_errno(), "cannot be taken over")
    os.close(process)
    return int(found)


def _fromshare(data: bytes) -> socket.socket:
    pid, descriptor = map(int, data.split())
    return socket.socket(fileno=_taken(pid, descriptor))


class Popen(subprocess.Popen):  # type: ignore[type-arg]
    """Processes as Windows starts them: by flags, never by a fork's means."""

    def __init__(self, args: Any, **options: Any) -> None:
        for name in ("pass_fds", "preexec_fn", "start_new_session", "process_group"):
            assert not options.get(name), f"Windows has no {name}"
        flags = options.pop("creationflags", 0)
        args = [*args]
        if args[1:4] == ["-I", "-c", args[3] if len(args) > 3 else None]:
            # Our own code, which would not simulate.
            args[3] = (
                f"import sys; sys.path.insert(0, {HERE!r}); import simulation; simulation.install(); {args[3]}"
            )
        if flags & NEW_GROUP:
            options["start_new_session"] = True
        if program := PROGRAMS.get(os.path.basename(args[0]).rpartition("\\")[2]):
            args = [sys.executable, "-c", program, *args[1:]]
        super().__init__(args, **options)
        self._handle = self.pid

    def send_signal(self, sig: int) -> None:
        assert sig == signal.SIGTERM, f"Windows cannot send {sig}"
        super().send_signal(signal.SIGKILL)

    terminate = kill = lambda self: subprocess.Popen.send_signal(self, signal.SIGKILL)


NEW_GROUP, NO_WINDOW, SUSPENDED = 0x200, 0x8000000, 0x4
PROGRAMS = {
    "icacls.exe": "",
    "taskkill.exe": "import os, sys; os.killpg(int(sys.argv[2]), 9)",
}


async def _exec(*args: Any, creationflags: int = 0, **options: Any) -> Any:
    import asyncio.subprocess as real

    group = {"start_new_session": True} if creationflags & NEW_GROUP else {}
    return await real.create_subprocess_exec(*args, **group, **options)


def _run(*args: Any, **options: Any) -> Any:
    before, subprocess.Popen = subprocess.Popen, Popen  # type: ignore[misc]
    try:
        return subprocess.run(*args, **options)
    finally:
        subprocess.Popen = before  # type: ignore[misc]


# Modules that Windows alone has.


class Msvcrt(ModuleType):
    """`msvcrt`, by record locks: of ranges of bytes, and against this process, too."""

    LK_NBLCK, LK_UNLCK = 2, 0

    @staticmethod
    def locking(descriptor: int, mode: int, size: int) -> None:
        import fcntl

        # Open file descriptions have locks of their own, as handles of Windows have.
        start = os.lseek(descriptor, 0, os.SEEK_CUR)
        kind = fcntl.F_UNLCK if mode == Msvcrt.LK_UNLCK else fcntl.F_WRLCK
        import struct

        request = struct.pack("hhqqi4x", kind, os.SEEK_SET, start, size, 0)
        try:
            fcntl.fcntl(descriptor, 37, request)  # F_OFD_SETLK
        except BlockingIOError as exc:
            raise PermissionError(errno.EACCES, "Permission denied") from exc

    @staticmethod
    def get_osfhandle(descriptor: int) -> int:
        os.fstat(descriptor)
        return descriptor

    @staticmethod
    def open_osfhandle(handle: int, _flags: int) -> int:
        return _taken(handle >> 32, handle & 0xFFFFFFFF)


class Reduction(ModuleType):
    """`multiprocessing.reduction`."""

    @staticmethod
    def duplicate(handle: int, _process: int) -> int:
        return os.getpid() << 32 | handle


class Kernel:
    """The calls of Windows that `co` makes, and what was called."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.jobs: dict[int, list[int]] = {}

    def __getattr__(self, name: str) -> Any:
        def call(*args: Any) -> int:
            self.calls.append((name, args))
            return ANSWERS.get(name, lambda *_: 1)(self, *args)

        call_with_type: Any = call
        return self.__dict__.setdefault(name, call_with_type)


def _add(kernel: Kernel, _job: Any, process: Any) -> int:
    kernel.jobs[_job.value].append(process.value)
    return 1


def _new_job(kernel: Kernel, *_: Any) -> int:
    number = len(kernel.jobs) + 1
    kernel.jobs[number] = []
    return number


def _end_all(kernel: Kernel, job: Any, *_: Any) -> int:
    # As far as a group goes: a job has also those that have left it.
    for pid in kernel.jobs[job.value]:
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
    return 1


def _write(text: str) -> Any:
    def write(_: Kernel, *args: Any) -> int:
        buffer = next(one for one in args if hasattr(one, "value"))
        buffer.value = text
        return 1

    return write


def _peek(_: Kernel, handle: Any, *rest: Any) -> int:
    import select

    ready, _, _ = select.select([handle.value or 0], [], [], 0)
    if not ready:
        return 1
    size = ctypes.c_int()
    ctypes.CDLL(None).ioctl(handle.value or 0, 0x541B, ctypes.byref(size))  # FIONREAD
    rest[3]._obj.value = size.value
    return int(size.value > 0)


ANSWERS: dict[str, Any] = {
    "PeekNamedPipe": _peek,
    "CreateJobObjectW": _new_job,
    "AssignProcessToJobObject": _add,
    "TerminateJobObject": _end_all,
    "NtResumeProcess": lambda *_: 0,
    "GetConsoleMode": lambda *_: 0,
    "GetConsoleWindow": lambda *_: 0,
    "GetSystemDirectoryW": _write(r"C:\Windows\System32"),
    "GetUserNameExW": lambda _, __, name, ___: setattr(name, "value", r"PC\user") or 1,
}


class Dlls:
    """`ctypes.windll`: one object for all libraries."""

    def __init__(self) -> None:
        self._kernel = Kernel()

    def __getattr__(self, name: str) -> Kernel:
        return self._kernel


def _last_error() -> int:
    return 5


def _view(name: str) -> ModuleType | None:
    """Return what stands for the module *name*, if it is another one here."""
    match name:
        case "sys":
            return View(sys, set(), platform="win32")
        case "os":
            more: dict[str, Any] = {"O_BINARY": BINARY, "O_NOINHERIT": NO_INHERIT}
            more |= {"open": _open, "kill": _kill, "chmod": _stay, "name": "nt"}
            return View(os, OS_ABSENT, **more)
        case "signal" | "_signal":
            real = __import__(name)
            absent = {*dir(real)} - SIGNALS - SIGNAL_CALLS
            more = {"SIGBREAK": 21, "CTRL_C_EVENT": 0, "CTRL_BREAK_EVENT": 1}
            more |= {"signal": _signal, "getsignal": _getsignal}
            more |= {"set_wakeup_fd": _set_wakeup_fd}
            return View(real, absent, **more)
        case "socket":
            more = {"fromshare": _fromshare, "socketpair": _socketpair}
            return View(socket, SOCKET_ABSENT, **more)
        case "select":
            return Select  # type: ignore[return-value]
        case "subprocess":
            more = {"Popen": Popen, "run": _run}
            more |= {
                "CREATE_NEW_PROCESS_GROUP": NEW_GROUP,
                "CREATE_NO_WINDOW": NO_WINDOW,
            }
            return View(subprocess, {"_posixsubprocess"}, **more)
        case "asyncio.subprocess":
            import asyncio.subprocess as real

            return View(real, set(), create_subprocess_exec=_exec)
        case "msvcrt":
            return Msvcrt(name)
        case "multiprocessing.reduction":
            return Reduction(name)
        case "ctypes":
            more = {"WinDLL": lambda *_, **__: DLLS.any, "windll": DLLS}
            more |= {"get_last_error": _last_error, "WinError": _win_error}
            return View(ctypes, {"CDLL"}, **more)
        case _:
            return None


def _signal(number: int, handler: Any) -> Any:
    # One that Windows has, and Linux has not: a console that is closed.
    if number != 21:
        return signal.signal(number, handler)
    if callable(handler):
        own = handler
        handler = lambda _, frame: own(21, frame)  # noqa: E731
    return signal.signal(signal.SIGHUP, handler)


def _set_wakeup_fd(descriptor: int, **more: Any) -> int:
    if descriptor >= 0:  # Windows takes one that blocks, too
        os.set_blocking(descriptor, False)
    return signal.set_wakeup_fd(descriptor, **more)


def _getsignal(number: int) -> Any:
    return signal.getsignal(signal.SIGHUP if number == 21 else number)


def _win_error(code: int) -> OSError:
    return PermissionError(errno.EACCES, f"Windows error {code}")


DLLS = Dlls()
_VIEWS: dict[str, ModuleType] = {}


def view(name: str) -> ModuleType | None:
    """Return what stands for the module *name*, the same one each time."""
    if name not in _VIEWS and (found := _view(name)) is not None:
        _VIEWS[name] = found
    return _VIEWS.get(name)


def windows_import(
    name: str,
    globals_: Any = None,
    locals_: Any = None,
    names: Any = (),
    level: int = 0,
) -> Any:
    """Import as a module of `co` on Windows does."""
    if name.partition(".")[0] in ABSENT:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    if name == "multiprocessing" and "reduction" in (names or ()):
        return type(
            "multiprocessing", (), {"reduction": view("multiprocessing.reduction")}
        )
    if (found := view(name)) is not None:
        if names and "." not in name:
            builtins.__import__(name, globals_, locals_, names, level)  # its submodules
        return found
    return builtins.__import__(name, globals_, locals_, names, level)


class Loader(SourceFileLoader):
    """Loads a module of `co` that imports as on Windows."""

    def exec_module(self, module: ModuleType) -> None:
        own = {**vars(builtins), "__import__": windows_import}
        module.__dict__["__builtins__"] = own
        super().exec_module(module)
        if module.__name__ == f"{PACKAGE}.system.keyboard":
            module.__dict__["PATH"] = "/dev/tty"  # for CONIN$, which no path leads to


class Finder(MetaPathFinder):
    """Finds the modules of `co`."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name.partition(".")[0] != PACKAGE:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec and isinstance(spec.loader, SourceFileLoader):
            spec.loader = Loader(spec.loader.name, spec.loader.path)
        return spec


def install() -> None:
    """Have modules of `co` that are imported from now on see Windows."""
    if not any(isinstance(one, Finder) for one in sys.meta_path):
        sys.meta_path.insert(0, Finder())
