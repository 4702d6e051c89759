"""Descriptors: the flags to open files with, and reading and waiting by descriptor."""

import errno
import os
import sys
from typing import TextIO

if sys.platform == "win32":
    # O_BINARY: else the C library replaces line ends, and takes Ctrl-Z for the end.
    PLAIN = os.O_BINARY | os.O_NOINHERIT
    """For every file: its own bytes, and not for programs that are started."""

    NO_WAIT = 0
    """For a file that may be a pipe or a terminal: opening does not wait."""

    _PAUSE = 0.02  # seconds between two looks at a pipe

    NO_LINK = 0
    """Not if the file is a symbolic link; see `require_no_link`."""

    def require_no_link(path: str | os.PathLike[str]) -> None:
        """Raise `OSError` (ELOOP) if *path* is a symbolic link, before it is opened.

        Between that look and the opening it can be replaced: only by someone who may
        write to its folder. Windows lets administrators alone make links, by default.
        """
        if os.path.islink(path):  # noqa: PTH114 - pathlib would do the same
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), os.fspath(path))

    def read_at(descriptor: int, size: int, offset: int) -> bytes:
        """Return up to *size* bytes from *offset* on; the position stays."""
        before = os.lseek(descriptor, 0, os.SEEK_CUR)
        try:
            os.lseek(descriptor, offset, os.SEEK_SET)
            return os.read(descriptor, size)
        finally:
            os.lseek(descriptor, before, os.SEEK_SET)

    def write_at(descriptor: int, data: bytes, offset: int) -> None:
        """Write *data* at *offset*; the position stays."""
        before = os.lseek(descriptor, 0, os.SEEK_CUR)
        try:
            os.lseek(descriptor, offset, os.SEEK_SET)
            os.write(descriptor, data)
        finally:
            os.lseek(descriptor, before, os.SEEK_SET)

    def make_blocking(descriptor: int) -> None:
        """Do nothing: a parent process cannot make a descriptor here non-blocking."""

    def wait_for_room(descriptor: int) -> None:
        """Wait until a pipe may take more; only sockets can be waited for."""
        from time import sleep

        sleep(0.01)

    def is_silent(stream: TextIO, seconds: float) -> bool:
        """Whether *stream* is a pipe with neither data nor an end within *seconds*.

        Pipes of Windows can only be looked at again and again.
        """
        import ctypes
        import msvcrt
        from time import monotonic, sleep

        peek = ctypes.windll.kernel32.PeekNamedPipe
        available, end = ctypes.c_ulong(), monotonic() + seconds
        try:
            handle = ctypes.c_void_p(msvcrt.get_osfhandle(stream.fileno()))
        except (OSError, ValueError):
            return False
        while peek(handle, None, 0, None, ctypes.byref(available), None):
            if available.value or monotonic() > end:
                return not available.value
            sleep(_PAUSE)
        return False

    def is_broken_pipe(exc: OSError) -> bool:
        """Whether *exc* says that the reader of a pipe is gone: EPIPE, or EINVAL."""
        return isinstance(exc, BrokenPipeError) or exc.errno == errno.EINVAL

else:
    PLAIN = os.O_CLOEXEC
    """For every file: its own bytes, and not for programs that are started."""

    NO_WAIT = os.O_NONBLOCK | os.O_NOCTTY
    """For a file that may be a pipe or a terminal: opening does not wait."""

    NO_LINK = os.O_NOFOLLOW
    """Not if the file is a symbolic link; see `require_no_link`."""

    def require_no_link(path: str | os.PathLike[str]) -> None:
        """Do nothing: the flag `NO_LINK` has the system refuse a link."""

    def read_at(descriptor: int, size: int, offset: int) -> bytes:
        """Return up to *size* bytes from *offset* on; the position stays."""
        return os.pread(descriptor, size, offset)

    def write_at(descriptor: int, data: bytes, offset: int) -> None:
        """Write *data* at *offset*; the position stays."""
        os.pwrite(descriptor, data, offset)

    def make_blocking(descriptor: int) -> None:
        """Have reading wait for data; some parents leave descriptors non-blocking."""
        os.set_blocking(descriptor, True)

    def wait_for_room(descriptor: int) -> None:
        """Wait until a non-blocking descriptor takes more."""
        from select import select

        select([], [descriptor], [])

    def is_silent(stream: TextIO, seconds: float) -> bool:
        """Whether *stream* has neither data nor an end within *seconds*."""
        from select import select

        try:
            ready, _, _ = select([stream], [], [], seconds)
        except (OSError, ValueError):
            return False
        return not ready

    def is_broken_pipe(exc: OSError) -> bool:
        """Whether *exc* says that the reader of a pipe is gone."""
        return isinstance(exc, BrokenPipeError)
