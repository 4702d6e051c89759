"""The calls by which a program meets its machine; one of them can be made to fail.

It replaces names of the standard library for good: only a process that ends soon may
let it do so.
"""

import builtins
import errno
import fcntl
import io
import os
import socket
import sys
import sysconfig
from collections.abc import Callable
from contextlib import suppress
from typing import Any

_SYSTEM = {
    "open": errno.EMFILE,
    "stat": errno.EACCES,
    "scandir": errno.EACCES,
    "mkdir": errno.EROFS,
    "chmod": errno.EPERM,
    "fchmod": errno.EPERM,
    "fsync": errno.EIO,
    "replace": errno.EACCES,
    "rename": errno.EACCES,
    "unlink": errno.EACCES,
}
_SOCKET = {
    "connect": errno.ECONNREFUSED,
    "bind": errno.EADDRINUSE,
    "listen": errno.EADDRINUSE,
    "send": errno.ECONNRESET,
    "sendall": errno.ECONNRESET,
    "recv": errno.ECONNRESET,
    "recv_into": errno.ECONNRESET,
}


_PROGRAM = tuple(map(os.path.realpath, sysconfig.get_paths().values()))


def _is_program(file: object) -> bool:
    """Whether *file* belongs to the program: without it there is none to be tried."""
    return isinstance(file, str | os.PathLike) and str(file).startswith(_PROGRAM)


class Seam:
    """Counts the calls, and makes number *failing* of them fail (from 1; 0: none)."""

    def __init__(self, failing: int) -> None:
        self._failing = failing
        self.calls: list[str] = []

    def meet(self, call: str, number: int) -> None:
        """Note a *call*; raise its error if it is its turn."""
        self.calls.append(call)
        if len(self.calls) == self._failing:
            raise OSError(number, os.strerror(number))

    def install(self) -> None:
        """Put this seam between the program and its machine."""
        for name, number in _SYSTEM.items():
            setattr(os, name, self._failable(getattr(os, name), name, number))
        for name, number in _SOCKET.items():
            call = self._losing(getattr(socket.socket, name), name, number)
            setattr(socket.socket, name, call)
        fcntl.flock = self._failable(fcntl.flock, "flock", errno.ENOLCK)
        builtins.open = io.open = self._opened
        for module in [one for name, one in sys.modules.items() if "cohere_" in name]:
            if hasattr(module, "FileIO"):
                module.FileIO = self._raw
        sys.stdin = io.TextIOWrapper(io.BufferedReader(self._raw(0, "r", "stdin")))
        sys.stdout = self._stream(1, "stdout")
        sys.stderr = self._stream(2, "stderr")

    def _failable(self, call: Callable[..., Any], name: str, number: int) -> Any:
        def failable(*args: Any, **kwargs: Any) -> Any:
            if not _is_program(args[0]):
                self.meet(name, number)
            return call(*args, **kwargs)

        return failable

    def _losing(self, call: Callable[..., Any], name: str, number: int) -> Any:
        def losing(one: socket.socket, *args: Any, **kwargs: Any) -> Any:
            try:
                self.meet(name, number)
            except OSError:
                # After that, the peer sends nothing more.
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
                raise
            return call(one, *args, **kwargs)

        return losing

    def _stream(self, descriptor: int, name: str) -> io.TextIOWrapper:
        raw = self._raw(descriptor, "w", name)
        return io.TextIOWrapper(io.BufferedWriter(raw), line_buffering=name == "stderr")

    def _raw(self, file: Any, mode: str = "r", name: str = "a file") -> io.FileIO:
        if _is_program(file):
            return io.FileIO(file, mode)
        if not isinstance(file, int):
            self.meet("open", errno.EMFILE)
        raw = _File(file, mode)
        raw.seam, raw.called = self, name
        return raw

    def _opened(self, file: Any, mode: str = "r", *given: Any, **more: Any) -> Any:
        """Do as `open` does, as far as a program of ours asks for it."""
        raw = self._raw(file, mode.replace("b", "").replace("t", ""))
        buffered: Any = io.BufferedReader if raw.readable() else io.BufferedWriter
        if raw.readable() and raw.writable():
            buffered = io.BufferedRandom
        if "b" in mode:
            return raw if 0 in given or more.get("buffering") == 0 else buffered(raw)
        kept = {name: more.get(name) for name in ("encoding", "errors", "newline")}
        return io.TextIOWrapper(buffered(raw), **kept)


class _File(io.FileIO):
    seam: Seam
    called: str

    def read(self, size: int | None = -1) -> Any:
        self.seam.meet(f"read {self.called}", errno.EIO)
        return super().read(-1 if size is None else size)

    def readall(self) -> Any:
        self.seam.meet(f"read {self.called}", errno.EIO)
        return super().readall()

    def readinto(self, buffer: Any) -> Any:
        self.seam.meet(f"read {self.called}", errno.EIO)
        return super().readinto(buffer)

    def write(self, data: Any) -> Any:
        self.seam.meet(f"write {self.called}", errno.ENOSPC)
        return super().write(data)
