"""Files that only their owner reads, and that are whole whatever happens."""

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cohere_cli.errors import ConfigProblem

# Far above what people write by hand; a mistaken path must not fill the memory.
_LARGEST = 1 << 20
_LOCK_PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class FileContent:
    """A file's bytes and permission bits; `mode` is None where there is no file."""

    data: bytes = field(default=b"", repr=False)
    mode: int | None = None

    @property
    def open_to_others(self) -> bool:
        """Whether anyone but its owner may do anything with the file."""
        return bool((self.mode or 0) & (stat.S_IRWXG | stat.S_IRWXO))


def read(path: Path, *, secret: bool = False) -> FileContent:
    """Return what is in *path*, and nothing where there is no such file.

    A *secret* file is the user's own and no symbolic link: whoever could put
    another file in its place would learn the next key. Raises `ConfigProblem`.
    """
    # Without O_NONBLOCK a named pipe keeps the program waiting for its writer.
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK
    try:
        descriptor = os.open(path, flags | (os.O_NOFOLLOW if secret else 0))
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            _check(status, path, secret=secret)
            data = file.read(_LARGEST + 1)
    except FileNotFoundError:
        return FileContent()
    except OSError as exc:
        raise _unusable("read", path, exc) from exc
    if len(data) > _LARGEST:
        raise _refused(path, "is larger than 1 MiB")
    return FileContent(data, stat.S_IMODE(status.st_mode))


def write(path: Path, data: bytes) -> None:
    """Put *data* in *path* as a whole, readable by its owner only.

    The caller holds the lock of its directory. Raises `ConfigProblem`; then the
    old file is as it was.
    """
    # One fixed name: after a kill there is at most one left over, not hundreds.
    new = path.with_name(f".{path.name}.new")
    try:
        new.unlink(missing_ok=True)
        _write_new(new, data)
        new.replace(path)
        _sync_directory(path.parent)
    except OSError as exc:
        with contextlib.suppress(OSError):
            new.unlink(missing_ok=True)
        raise _unusable("write", path, exc) from exc


@contextlib.contextmanager
def lock(directory: Path) -> Iterator[None]:
    """Let one process at a time change files in *directory*; create it if need be.

    Raises `ConfigProblem`, also when another process keeps the lock for 30 s.
    """
    try:
        _make_private(directory)
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(directory / ".lock", flags, 0o600)
    except OSError as exc:
        raise _unusable("write in", directory, exc) from exc
    try:
        _wait_for(descriptor, directory)
        yield
    finally:
        os.close(descriptor)


def _check(status: os.stat_result, path: Path, *, secret: bool) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise _refused(path, "is not a file")
    # An administrator may give everybody their settings, but nobody their key.
    owners = {os.geteuid()} if secret else {os.geteuid(), 0}
    if status.st_uid not in owners:
        raise _refused(path, "belongs to another user")


def _write_new(path: Path, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        # The umask may have taken even the owner's bits away.
        os.fchmod(descriptor, 0o600)
        file.write(data)
        file.flush()
        os.fsync(descriptor)


def _sync_directory(directory: Path) -> None:
    """Make the new name last through a power cut."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_private(directory: Path) -> None:
    try:
        directory.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        _close_to_writers(directory)
    else:
        directory.chmod(0o700)


def _close_to_writers(directory: Path) -> None:
    """Take from others the right to put files into the user's own directory.

    Not more than that, because CO_CONFIG_DIR may name a directory that has other
    uses; and a sticky one, like /tmp, is shared on purpose.
    """
    status = directory.stat()
    writers = stat.S_IWGRP | stat.S_IWOTH
    shared = status.st_mode & stat.S_ISVTX or status.st_uid != os.geteuid()
    if status.st_mode & writers and not shared:
        directory.chmod(stat.S_IMODE(status.st_mode) & ~writers)


def _wait_for(descriptor: int, directory: Path) -> None:
    import fcntl
    import time

    end = time.monotonic() + _LOCK_PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            if time.monotonic() > end:
                raise _refused(directory, "is locked by another co") from exc
            time.sleep(0.01)
        except OSError as exc:
            # Some network's file systems have no locks.
            raise _unusable("lock", directory, exc) from exc
        else:
            return


def _refused(path: Path, why: str) -> ConfigProblem:
    return ConfigProblem(f"{path.name} {why}", where=str(path), hint=_MEND)


def _unusable(doing: str, path: Path, exc: OSError) -> ConfigProblem:
    if exc.errno == errno.ELOOP:
        return _refused(path, "is a symbolic link")
    reason = exc.strerror or str(exc)
    return ConfigProblem(f"cannot {doing} {path.name}: {reason}", where=str(path))


_MEND = "put it right, or name another directory with CO_CONFIG_DIR"
