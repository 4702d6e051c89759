"""Locks of files and folders against other processes: until they are closed."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

_PAUSE = 0.01  # seconds between two attempts

if sys.platform == "win32":
    import msvcrt

    from cohere_cli.system.open_files import PLAIN

    # Locks of Windows are of ranges of bytes, which no other process can read or write
    # then, so they are far behind the end of any of these files. `msvcrt` has no shared
    # locks: one is that of any single byte of the range, and an exclusive one is that
    # of the whole range.
    _START, _SHARES = 1 << 30, 64
    _taken: dict[int, tuple[int, int]] = {}  # by descriptor: the start and the bytes

    def take(descriptor: int, *, shared: bool = False) -> None:
        """Lock a file, in place of a lock that this descriptor has already.

        Raises `BlockingIOError` if another process has a lock against that, and other
        `OSError` if there are no locks here. The lock that there was is lost then.
        """
        release(descriptor)
        first = os.getpid() % _SHARES
        shares = ((first + nth) % _SHARES for nth in range(_SHARES))
        ranges = [(_START + one, 1) for one in shares] if shared else [(_START, 64)]
        for start, size in ranges:
            if _try(descriptor, start, size):
                _taken[descriptor] = start, size
                return
        raise BlockingIOError

    def _try(descriptor: int, start: int, size: int) -> bool:
        os.lseek(descriptor, start, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, size)
        except PermissionError:
            return False
        return True

    def release(descriptor: int) -> None:
        """Give up the lock of a file, if this descriptor has one."""
        if taken := _taken.pop(descriptor, None):
            start, size = taken
            with suppress(OSError):
                os.lseek(descriptor, start, os.SEEK_SET)
                msvcrt.locking(descriptor, msvcrt.LK_UNLCK, size)

    def close(descriptor: int) -> None:
        """Close a file with its lock, which the system alone may free later."""
        release(descriptor)
        os.close(descriptor)

    def remove(descriptor: int, path: Path) -> None:
        """Close the file *path*, and remove it unless another process has it open."""
        close(descriptor)
        with suppress(OSError):
            path.unlink()

    @contextmanager
    def locked_folder(folder: Path) -> Iterator[None]:
        """Lock *folder*, by the file `.lock` in it; wait for other processes.

        Raises `OSError` if that file cannot be made.
        """
        path = folder / ".lock"
        descriptor = _locked(path)
        try:
            yield
        finally:
            remove(descriptor, path)

    def _locked(path: Path) -> int:
        """Return the file *path*, locked, and not one that was removed meanwhile."""
        while True:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | PLAIN, 0o600)
            try:
                wait_for(descriptor)
                if os.path.samestat(path.stat(), os.fstat(descriptor)):
                    return descriptor
            except FileNotFoundError:
                pass
            except BaseException:
                close(descriptor)
                raise
            close(descriptor)

else:
    import fcntl

    def take(descriptor: int, *, shared: bool = False) -> None:
        """Lock a file, in place of a lock that this descriptor has already.

        Raises `BlockingIOError` if another process has a lock against that, and other
        `OSError` if there are no locks here, as in some network file systems.
        """
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)

    def release(descriptor: int) -> None:
        """Give up the lock of a file, if this descriptor has one."""
        fcntl.flock(descriptor, fcntl.LOCK_UN)

    def close(descriptor: int) -> None:
        """Close a file with its lock."""
        os.close(descriptor)

    def remove(descriptor: int, path: Path) -> None:
        """Remove the file *path*, and close it; raises `OSError`."""
        try:
            path.unlink(missing_ok=True)
        finally:
            os.close(descriptor)

    @contextmanager
    def locked_folder(folder: Path) -> Iterator[None]:
        """Lock *folder* itself; wait for other processes.

        Raises `OSError` if it cannot be opened. In a file system without locks,
        there is none.
        """
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
        descriptor = os.open(folder, flags)
        try:
            with suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def wait_for(descriptor: int, seconds: float = float("inf")) -> None:
    """Lock a file as `take` does, once no other process has a lock.

    Raises `BlockingIOError` after *seconds*.
    """
    end = monotonic() + seconds
    while True:
        try:
            take(descriptor)
        except BlockingIOError:
            if monotonic() > end:
                raise
            sleep(_PAUSE)
        else:
            return
