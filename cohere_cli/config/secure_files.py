"""Files that only their owner can read, written atomically."""

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cohere_cli.errors import ConfigProblem
from cohere_cli.text import os_reason

# Far above what people write by hand; a wrong path must not fill the memory.
_MAX_SIZE = 1 << 20
_LOCK_TIMEOUT = 30.0


@dataclass(frozen=True, slots=True)
class FileContent:
    """A file's bytes and permission bits; `mode` is None where there is no file."""

    data: bytes = field(default=b"", repr=False)
    mode: int | None = None


def read(path: Path, *, secret: bool = False) -> FileContent:
    """Return the contents of *path*, empty where there is no such file.

    A *secret* file must be the user's own and not a symbolic link: someone who
    could replace it would learn the next key. Raises `ConfigProblem`.
    """
    # Without O_NONBLOCK, opening a named pipe waits for its writer.
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK
    try:
        descriptor = os.open(path, flags | (os.O_NOFOLLOW if secret else 0))
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            _check(status, path, secret=secret)
            data = file.read(_MAX_SIZE + 1)
    except FileNotFoundError:
        return FileContent()
    except OSError as exc:
        raise _os_problem("read", path, exc) from exc
    if len(data) > _MAX_SIZE:
        raise _problem(path, "is larger than 1 MiB")
    return FileContent(data, stat.S_IMODE(status.st_mode))


def write(path: Path, data: bytes) -> None:
    """Write *data* to *path* atomically, readable by its owner only.

    The caller holds the lock of its directory. Raises `ConfigProblem`; then the
    old file is unchanged.
    """
    # One fixed name: kills leave at most one file behind, not hundreds.
    new = path.with_name(f".{path.name}.new")
    try:
        new.unlink(missing_ok=True)
        _write_new(new, data)
        new.replace(path)
        _sync_directory(path.parent)
    except OSError as exc:
        with contextlib.suppress(OSError):
            new.unlink(missing_ok=True)
        raise _os_problem("write", path, exc) from exc


@contextlib.contextmanager
def lock(directory: Path, *, own: bool = False) -> Iterator[None]:
    """Lock *directory* against other processes; see `make_private`.

    Raises `ConfigProblem`, also when another process holds the lock for 30 s.
    """
    try:
        make_private(directory, own=own)
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(directory / ".lock", flags, 0o600)
        # As for new files; it is another user's where a directory is shared.
        with contextlib.suppress(PermissionError):
            os.fchmod(descriptor, 0o600)
    except OSError as exc:
        raise _os_problem("write in", directory, exc) from exc
    try:
        _wait_for(descriptor, directory)
        yield
    finally:
        os.close(descriptor)


def _check(status: os.stat_result, path: Path, *, secret: bool) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise _problem(path, "is not a regular file")
    # An administrator may provide the settings of all users, but not their keys.
    owners = {os.geteuid()} if secret else {os.geteuid(), 0}
    if status.st_uid not in owners:
        raise _problem(path, "belongs to another user")


def _write_new(path: Path, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        # The umask may have removed even the owner's bits.
        os.fchmod(descriptor, 0o600)
        file.write(data)
        file.flush()
        os.fsync(descriptor)


def _sync_directory(directory: Path) -> None:
    """Make the new name durable: it survives a power cut."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_private(directory: Path, *, own: bool = False) -> None:
    """Create *directory*, and those above it, for their owner under any umask.

    One that exists loses the right of others to create files in it. Not more than
    that, because CO_CONFIG_DIR may name a directory that has other uses; unless it is
    *own*, a part of the data directory: then others lose all rights to it, and the
    right to replace it. Raises `OSError`.
    """
    missing = [directory]
    while not missing[-1].parent.exists():
        missing.append(missing[-1].parent)
    for one in reversed(missing):
        try:
            one.mkdir(mode=0o700)
        except FileExistsError:
            if one == directory and one.is_dir():
                _revoke_access(one, 0o077 if own else 0o022)
            elif one == directory:
                raise NotADirectoryError(
                    errno.ENOTDIR, os.strerror(errno.ENOTDIR)
                ) from None
        else:
            # The umask may have removed even the owner's bits.
            one.chmod(0o700)
    if own:
        _revoke_access(directory.parent, 0o022)


def _revoke_access(directory: Path, bits: int) -> None:
    """Take *bits* from the user's own directory; a sticky one is shared on purpose."""
    status = directory.stat()
    shared = status.st_mode & stat.S_ISVTX or status.st_uid != os.geteuid()
    if status.st_mode & bits and not shared:
        directory.chmod(stat.S_IMODE(status.st_mode) & ~bits)


def _wait_for(descriptor: int, directory: Path) -> None:
    import fcntl
    import time

    end = time.monotonic() + _LOCK_TIMEOUT
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            if time.monotonic() > end:
                raise _problem(directory, "is locked by another co") from exc
            time.sleep(0.01)
        except OSError as exc:
            # Some network file systems have no locks.
            raise _os_problem("lock", directory, exc) from exc
        else:
            return


def _problem(path: Path, why: str) -> ConfigProblem:
    return ConfigProblem(f"{path.name} {why}", where=str(path), hint=_FIX)


def _os_problem(action: str, path: Path, exc: OSError) -> ConfigProblem:
    if exc.errno == errno.ELOOP and path.is_symlink():
        return _problem(path, "is a symbolic link")
    message = f"cannot {action} {path.name}: {os_reason(exc)}"
    return ConfigProblem(message, where=str(path), hint=_FIX)


_FIX = "fix this, or set CO_CONFIG_DIR to another directory"
