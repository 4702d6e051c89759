"""The files of indexes in the cache: opened, listed, and removed."""

import os
import re
import sqlite3
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import partial
from hashlib import blake2b
from pathlib import Path
from time import sleep
from typing import NamedTuple

from cohere_cli.config.secure_files import make_private
from cohere_cli.retrieval.file_state import state_of
from cohere_cli.retrieval.full_text import FullText
from cohere_cli.system import file_locks, private_files
from cohere_cli.system.open_files import (
    NO_LINK,
    NO_WAIT,
    PLAIN,
    read_at,
    require_no_link,
    write_at,
)
from cohere_cli.text import os_reason, valid_unicode

# A run that waits longer indexes the changed files for itself.
_PATIENCE = 2.0
_PASSING = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
}
WRONG_ROWS = (TypeError, ValueError, ArithmeticError, LookupError)
"""What rows of a damaged file raise, whose values have any type and size."""
_ENDINGS = ("", "-wal", "-shm", "-journal")
_NAME = re.compile(r"([0-9a-f]{32})\.sqlite(?:-wal|-shm|-journal|\.lock)?")


class CachedIndex(NamedTuple):
    """An index file: of which folder, its bytes, its counts, and its last change.

    `changed` is in seconds since the epoch. `root` is "" for a file that cannot be
    read.
    """

    root: str
    path: Path
    size: int
    files: int
    passages: int
    changed: float


class Cleared(NamedTuple):
    """What was removed: how many indexes, and their bytes; and how many stay.

    Of those, `used` are in use by other runs, and `refusals` say why the system kept
    one each.
    """

    removed: int
    freed: int
    used: int
    refusals: tuple[str, ...]


class _Unusable(Exception):
    """An index that this run leaves alone; the text says why."""


@contextmanager
def opened_index(
    folder: Path, sources: Sequence[str], detail: Callable[[str], None]
) -> Iterator[FullText | None]:
    """Open the index of *sources*, which are absolute paths, in the cache *folder*.

    It is created, or replaced if it is of another version or damaged, or was changed
    by anything else than a search. Gives None where that is not possible: *detail*
    gets one line that says why.
    """
    try:
        path = _path(folder, sources)
        lock = _locked(path)
    except (OSError, _Unusable) as exc:
        detail(f"the index cannot be used: {os_reason(exc)}; searching in memory")
        yield None
        return
    database = None
    try:
        try:
            database = _opened(path, lock, valid_unicode(", ".join(sources)))
        except (OSError, sqlite3.Error, _Unusable) as exc:
            detail(f"the index cannot be used: {os_reason(exc)}; searching in memory")
        note_state = partial(_note_state, path, lock)
        if database:
            note_state()
        yield FullText(database, note_state) if database else None
    finally:
        if database:
            with suppress(sqlite3.Error):
                database.close()
            # The last run to close it writes what is in its log.
            _note_state(path, lock)
        file_locks.close(lock)


def is_damage(exc: Exception) -> bool:
    """Whether the file is damaged, rather than busy, full or not to be written."""
    return getattr(exc, "sqlite_errorcode", 0) & 0xFF not in _PASSING


def discard(folder: Path, sources: Sequence[str]) -> None:
    """Remove the index of *sources*, which is damaged, unless another run uses it."""
    with suppress(OSError):
        _remove(_path(folder, sources))


def list_indexes(folder: Path) -> list[CachedIndex]:
    """Return the index files in *folder*, the last changed first; raises `OSError`."""
    found = [_described(path) for path in _index_files(folder)]
    return sorted(found, key=lambda each: -each.changed)


def clear_indexes(folder: Path) -> Cleared:
    """Remove the index files in *folder*; raises `OSError` if it cannot be listed.

    One that another run uses right now stays. What killed runs left behind goes, too;
    no other file is touched.
    """
    removed = freed = used = 0
    refusals = []
    for path in _index_files(folder):
        try:
            size = _remove(path)
        except BlockingIOError:
            used += 1
        except OSError as exc:
            refusals.append(os_reason(exc))
        else:
            removed += size > 0
            freed += size
    return Cleared(removed, freed, used, tuple(refusals))


def _path(folder: Path, sources: Sequence[str]) -> Path:
    make_private(folder, own=True)
    key = b"\0".join(map(os.fsencode, sources))
    return folder / f"{blake2b(key, digest_size=16).hexdigest()}.sqlite"


def _index_files(folder: Path) -> list[Path]:
    """Return the paths of indexes of which any file is in *folder*."""
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 - names, not paths
    except FileNotFoundError:
        return []
    found = {match[1] for name in names if (match := _NAME.fullmatch(name))}
    return [folder / f"{digest}.sqlite" for digest in sorted(found)]


def _with_ending(path: Path, ending: str) -> Path:
    return path.with_name(f"{path.name}{ending}")


def _locked(path: Path) -> int:
    """Return the lock of an index that is in use, open.

    SQLite's own locks do not help here: they are on the file, and an index is
    replaced by another file of that name, of which SQLite would then use the log.
    """
    while True:
        descriptor = _open_lock(path)
        try:
            file_locks.take(descriptor, shared=True)
            if _is_current(path, descriptor):
                return descriptor
        except BlockingIOError as exc:
            file_locks.close(descriptor)
            raise _Unusable("it is being replaced") from exc
        except BaseException:
            file_locks.close(descriptor)
            raise
        file_locks.close(descriptor)


_FLAGS = os.O_RDWR | os.O_CREAT | NO_LINK | PLAIN | NO_WAIT


def _open_lock(path: Path) -> int:
    name = _with_ending(path, ".lock")
    require_no_link(name)
    return os.open(name, _FLAGS, 0o600)


def _is_current(path: Path, lock: int) -> bool:
    """Whether *lock* is still that of *path*: another run may have removed it."""
    with suppress(FileNotFoundError):
        return os.path.samestat(_with_ending(path, ".lock").lstat(), os.fstat(lock))
    return False


def _opened(path: Path, lock: int, root: str) -> sqlite3.Connection:
    if _is_as_left(path, lock):
        try:
            return _connected(path, root)
        except (sqlite3.DatabaseError, _Unusable) as exc:
            if isinstance(exc, sqlite3.Error) and not is_damage(exc):
                raise
    _replace(path, lock)
    return _connected(path, root)


def _replace(path: Path, lock: int) -> None:
    """Remove an index that no other run uses, or raise `_Unusable`."""
    try:
        file_locks.take(lock)
        if _is_current(path, lock):
            _unlink(path)
        # Other runs may use the new one from its beginning.
        file_locks.take(lock, shared=True)
    except BlockingIOError as exc:
        raise _Unusable("it is damaged, and in use") from exc
    if not _is_current(path, lock):
        raise _Unusable("it is being removed")


# SQLite has no checksums, and finds other words in a page that was overwritten. So the
# file of the lock has the state of the index as the last run left it: its size, times
# and inode. Whatever else writes to the index changes its times.


def _note_state(path: Path, lock: int) -> None:
    """Note the state of an index, which this run has written or may write."""
    with suppress(OSError):
        state = _state(path)
        if _noted_state(lock) != state:
            # In one piece, over any earlier one: another run may read or write it.
            write_at(lock, state.ljust(_STATE_BYTES).encode(), 0)


def _is_as_left(path: Path, lock: int) -> bool:
    """Whether an index is as a run has left it, or there is no file.

    A run that commits changes it a moment before it notes that.
    """
    for pause in _PAUSES:
        state = _state(path)
        if not state or state == _noted_state(lock):
            return True
        if _is_alone(path, lock):
            return False
        sleep(pause)
    return False


_STATE_BYTES = 128
_PAUSES = (0.001, 0.01, 0.05, 0.1, 0.2)  # seconds


def _state(path: Path) -> str:
    try:
        return state_of(path.lstat())
    except OSError:
        return ""


def _noted_state(lock: int) -> str:
    return read_at(lock, _STATE_BYTES, 0).decode(errors="replace").strip()


def _is_alone(path: Path, lock: int) -> bool:
    """Whether no other run has the lock; this one shares it in the end."""
    try:
        file_locks.take(lock)
    except BlockingIOError:
        is_alone = False
    else:
        is_alone = True
    file_locks.take(lock, shared=True)
    if not _is_current(path, lock):
        raise _Unusable("it is being removed")
    return is_alone


def _connected(path: Path, root: str) -> sqlite3.Connection:
    _create_private(path)
    database = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
    try:
        index = FullText(database)
        if index.is_empty():
            # Readers are not stopped by a run that indexes.
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("BEGIN IMMEDIATE")
            if index.is_empty():
                index.create(root)
            database.execute("COMMIT")
        _require_current(index)
        # A power cut may lose the last transactions, but not damage the file.
        database.execute("PRAGMA synchronous = NORMAL")
    except BaseException:
        database.close()
        raise
    return database


def _require_current(index: FullText) -> None:
    if not index.is_current():
        raise _Unusable("it is of another version")


def _create_private(path: Path) -> None:
    """Create the file for its owner alone; SQLite's others get the same mode."""
    require_no_link(path)
    descriptor = os.open(path, _FLAGS, 0o600)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise _Unusable("it is not a regular file")
        if private_files.mode_of(status) & 0o077:
            private_files.make_private(descriptor)
    finally:
        os.close(descriptor)


def _remove(path: Path) -> int:
    """Remove an index and what belongs to it, and return its bytes.

    Raises `BlockingIOError` if it is in use, and other `OSError`.
    """
    lock = _open_lock(path)
    try:
        file_locks.take(lock)
        freed = _unlink(path)
    except BaseException:
        file_locks.close(lock)
        raise
    file_locks.remove(lock, _with_ending(path, ".lock"))
    return freed


def _unlink(path: Path) -> int:
    freed = 0
    for one in (_with_ending(path, ending) for ending in _ENDINGS):
        with suppress(FileNotFoundError):
            size = one.lstat().st_size
            one.unlink()
            freed += size
    return freed


def _described(path: Path) -> CachedIndex:
    size, changed = _size(path)
    root, files, passages = "", 0, 0
    with suppress(OSError, sqlite3.Error, *WRONG_ROWS):
        # Else SQLite makes files for its log, and a list would change what it lists.
        is_alone = not _bytes_of(_with_ending(path, "-wal"))
        uri = f"{path.as_uri()}?mode=ro{'&immutable=1' if is_alone else ''}"
        with closing(sqlite3.connect(uri, uri=True, timeout=_PATIENCE)) as database:
            index = FullText(database)
            if index.is_current():
                root = index.root()
                files, passages = index.size()
    return CachedIndex(root, path, size, files, passages, changed)


def _size(path: Path) -> tuple[int, float]:
    """Return the bytes of an index with its log, and when it was last changed."""
    size, changed = 0, 0.0
    for ending in _ENDINGS:
        with suppress(OSError):
            status = _with_ending(path, ending).lstat()
            size += status.st_size
            # The others change when the index is read.
            if ending in ("", "-wal") and status.st_size:
                changed = max(changed, status.st_mtime)
    return size, changed


def _bytes_of(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0
