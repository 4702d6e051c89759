"""The database of the history: its file, its tables, and how it is opened."""

import os
import sqlite3
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from cohere_cli.config.paths import data_directory
from cohere_cli.config.secure_files import make_private
from cohere_cli.errors import ConfigProblem
from cohere_cli.system import file_locks, private_files
from cohere_cli.system.open_files import NO_LINK, NO_WAIT, PLAIN, require_no_link
from cohere_cli.text import os_reason

SCHEMA = 1
"""The version of the tables."""
_APPLICATION = 0x636F6869  # "cohi"

_NAME = "history.sqlite"
ENDINGS = ("", "-wal", "-shm")
"""Of the names of the database's files."""
_PATIENCE = 10.0  # seconds that another process may write
_WAIT = 250  # milliseconds of one wait for it
_SHORT_PATIENCE = 2000  # milliseconds that it may read what is to be overwritten

# `found` has no texts of its own: it reads them from `turns`.
_TABLES = """
CREATE TABLE conversations(
  key INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, name TEXT UNIQUE, head INTEGER,
  last INTEGER, changed REAL);
CREATE TABLE turns(
  key INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, number INTEGER NOT NULL,
  parent INTEGER NOT NULL, command TEXT, status TEXT, model TEXT, profile TEXT,
  base_url TEXT, began REAL, seconds REAL, prompt TEXT, answer TEXT, request BLOB,
  reply BLOB, error BLOB, call BLOB, first INTEGER, terminal TEXT, folder TEXT,
  UNIQUE(conversation, number));
CREATE INDEX turn_kinds ON turns(conversation, number, model, command, status);
CREATE INDEX turn_times ON turns(began);
CREATE INDEX turn_terminals ON turns(terminal, began);
CREATE INDEX turn_folders ON turns(folder, began);
CREATE TABLE texts(hash TEXT PRIMARY KEY, body BLOB);
CREATE TABLE uses(turn INTEGER, hash TEXT, PRIMARY KEY(turn, hash)) WITHOUT ROWID;
CREATE INDEX uses_of_texts ON uses(hash);
CREATE VIRTUAL TABLE found USING fts5(
  prompt, answer, content='turns', content_rowid='key',
  tokenize="porter unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'");
CREATE TRIGGER turn_added AFTER INSERT ON turns BEGIN
  INSERT INTO found(rowid, prompt, answer) VALUES (new.key, new.prompt, new.answer);
END;
CREATE TRIGGER turn_deleted AFTER DELETE ON turns BEGIN
  INSERT INTO found(found, rowid, prompt, answer)
    VALUES ('delete', old.key, old.prompt, old.answer);
  DELETE FROM uses WHERE turn = old.key;
END;
CREATE TRIGGER turn_changed AFTER UPDATE OF prompt, answer ON turns BEGIN
  INSERT INTO found(found, rowid, prompt, answer)
    VALUES ('delete', old.key, old.prompt, old.answer);
  INSERT INTO found(rowid, prompt, answer) VALUES (new.key, new.prompt, new.answer);
END;
"""


class HistoryUnusable(ConfigProblem):
    """The history cannot be read or written; an answer never depends on that."""


def history_path(environ: Mapping[str, str]) -> Path:
    """Return the path of the database, in a directory of its own."""
    return data_directory(environ) / "history" / _NAME


@contextmanager
def opened(path: Path, *, create: bool = True) -> Iterator[sqlite3.Connection]:
    """Open the database at *path*; its errors become `HistoryUnusable`.

    It is created if there is none and *create* is true; otherwise it is empty, and
    lives in memory.
    """
    database = _opened(path, create=create)
    try:
        yield database
    except sqlite3.Error as exc:
        raise unusable(path, _reason(exc)) from exc
    finally:
        database.close()


def _opened(path: Path, *, create: bool) -> sqlite3.Connection:
    try:
        if create:
            make_private(path.parent, own=True)
        is_file = create or path.exists()
        return _connected(path) if is_file else _in_memory()
    except sqlite3.Error as exc:
        raise unusable(path, _reason(exc)) from exc
    except OSError as exc:
        raise unusable(path, os_reason(exc)) from exc


def unusable(path: Path, reason: str) -> HistoryUnusable:
    """Return the error for a history that cannot be used for this *reason*."""
    hint = "--no-history, or `history = false` in the profile, does without"
    what = f"the history cannot be used: {reason}"
    return HistoryUnusable(what, where=str(path), hint=hint)


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """Write all that the block writes, or nothing."""
    _begin(database)
    try:
        yield
    except BaseException:
        # A full disk has ended the transaction already.
        with suppress(sqlite3.Error):
            database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")


def _begin(database: sqlite3.Connection) -> None:
    """Begin to write, once no other process does.

    SQLite's own wait would not end at Ctrl-C.
    """
    database.execute(f"PRAGMA busy_timeout = {_WAIT}")
    for remaining in reversed(range(int(_PATIENCE * 1000 // _WAIT))):
        try:
            database.execute("BEGIN IMMEDIATE")
            break
        except sqlite3.OperationalError as exc:
            if exc.sqlite_errorcode != sqlite3.SQLITE_BUSY or not remaining:
                raise
    database.execute(f"PRAGMA busy_timeout = {_PATIENCE * 1000:.0f}")


def overwrite_freed(database: sqlite3.Connection) -> bool:
    """Overwrite what was deleted, also in the index and in the log.

    Returns whether nothing of it is left in the files: another process that reads
    keeps the log.
    """
    database.execute("INSERT INTO found(found) VALUES ('optimize')")
    database.execute("VACUUM")
    database.execute(f"PRAGMA busy_timeout = {_SHORT_PATIENCE}")
    busy, _, _ = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    database.execute(f"PRAGMA busy_timeout = {_PATIENCE * 1000:.0f}")
    return not busy


def _connected(path: Path) -> sqlite3.Connection:
    _create_private(path)
    database = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
    try:
        # What is deleted is overwritten with zeros.
        database.execute("PRAGMA secure_delete = ON")
        if not _version(database):
            _create(database, path)
        _require_current(database, path)
        # A power cut may lose the last turns, but not damage the file.
        database.execute("PRAGMA synchronous = NORMAL")
    except BaseException:
        database.close()
        raise
    return database


def _in_memory() -> sqlite3.Connection:
    database = sqlite3.connect(":memory:", isolation_level=None)
    database.executescript(_TABLES)
    return database


def _create(database: sqlite3.Connection, path: Path) -> None:
    """Create the tables, unless another process has just done so.

    SQLite does not wait for another process that changes the kind of the log, so a
    lock of the directory is taken for it.
    """
    with file_locks.locked_folder(path.parent):
        if _version(database):
            return
        if database.execute("SELECT count(*) FROM sqlite_schema").fetchone() != (0,):
            raise unusable(path, "it is not a history of co")
        database.execute("PRAGMA journal_mode = WAL")
        database.executescript(
            f"BEGIN IMMEDIATE; {_TABLES} PRAGMA application_id = {_APPLICATION};"
            f"PRAGMA user_version = {SCHEMA}; COMMIT;"
        )


def _version(database: sqlite3.Connection) -> int:
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def _require_current(database: sqlite3.Connection, path: Path) -> None:
    (application,) = database.execute("PRAGMA application_id").fetchone()
    if application != _APPLICATION:
        raise unusable(path, "it is not a history of co")
    if (version := _version(database)) > SCHEMA:
        raise unusable(path, f"a newer co has written it (version {version})")


_FLAGS = os.O_RDWR | os.O_CREAT | NO_LINK | PLAIN | NO_WAIT


def _create_private(path: Path) -> None:
    """Create the file for its owner alone; SQLite's others get the same mode."""
    require_no_link(path)
    descriptor = os.open(path, _FLAGS, 0o600)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise unusable(path, "it is not a regular file")
        if private_files.mode_of(status) & 0o077:
            private_files.make_private(descriptor)
    finally:
        os.close(descriptor)


def _reason(exc: sqlite3.Error) -> str:
    """Return SQLite's reason in the words of the other messages."""
    code = getattr(exc, "sqlite_errorcode", 0) & 0xFF
    return _REASONS.get(code, str(exc))


_REASONS = {
    sqlite3.SQLITE_BUSY: "another process has locked it",
    sqlite3.SQLITE_CORRUPT: "it is damaged",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_NOTADB: "it is not a history of co",
    sqlite3.SQLITE_READONLY: "it cannot be written",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened",
    sqlite3.SQLITE_IOERR: "it cannot be read or written",
}
