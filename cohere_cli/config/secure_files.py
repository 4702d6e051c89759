"""Files that only their owner can read, written atomically."""

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cohere_cli.errors import ConfigProblem
from cohere_cli.system import private_files
from cohere_cli.system.open_files import NO_LINK, NO_WAIT, PLAIN, require_no_link
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
    # Opening a named pipe would wait for its writer.
    flags = os.O_RDONLY | PLAIN | NO_WAIT
    try:
        if secret:
            require_no_link(path)
        descriptor = os.open(path, flags | (NO_LINK if secret else 0))
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
    return FileContent(data, private_files.mode_of(status))


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
        private_files.replace(new, path)
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
        flags = os.O_RDWR | os.O_CREAT | NO_LINK | PLAIN
        require_no_link(directory / ".lock")
        descriptor = os.open(directory / ".lock", flags, 0o600)
        # As for new files; it is another user's where a directory is shared.
        with contextlib.suppress(PermissionError):
            private_files.make_private(descriptor)
    except OSError as exc:
        raise _os_problem("write in", directory, exc) from exc
    from cohere_cli.system import file_locks

    try:
        _wait_for(descriptor, directory)
        yield
    finally:
        file_locks.close(descriptor)


def _check(status: os.stat_result, path: Path, *, secret: bool) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise _problem(path, "is not a regular file")
    # An administrator may provide the settings of all users, but not their keys.
    if not private_files.is_own(status, or_system=not secret):
        raise _problem(path, "belongs to another user")


def _write_new(path: Path, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_LINK | PLAIN
    descriptor = os.open(path, flags, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        # The umask may have removed even the owner's bits.
        private_files.make_private(descriptor)
        file.write(data)
        file.flush()
        os.fsync(descriptor)


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
            private_files.make_folder(one)
        except FileExistsError:
            if one == directory and one.is_dir():
                private_files.revoke(one, 0o077 if own else 0o022)
            elif one == directory:
                raise NotADirectoryError(
                    errno.ENOTDIR, os.strerror(errno.ENOTDIR)
                ) from None
    if own:
        private_files.revoke(directory.parent, 0o022)


def _wait_for(descriptor: int, directory: Path) -> None:
    from cohere_cli.system import file_locks

    try:
        file_locks.wait_for(descriptor, _LOCK_TIMEOUT)
    except BlockingIOError as exc:
        raise _problem(directory, "is locked by another co") from exc
    except OSError as exc:
        # Some network file systems have no locks.
        raise _os_problem("lock", directory, exc) from exc


def _problem(path: Path, why: str) -> ConfigProblem:
    return ConfigProblem(f"{path.name} {why}", where=str(path), hint=_FIX)


def _os_problem(action: str, path: Path, exc: OSError) -> ConfigProblem:
    if exc.errno == errno.ELOOP and path.is_symlink():
        return _problem(path, "is a symbolic link")
    message = f"cannot {action} {path.name}: {os_reason(exc)}"
    return ConfigProblem(message, where=str(path), hint=_FIX)


_FIX = "fix this, or set CO_CONFIG_DIR to another directory"
