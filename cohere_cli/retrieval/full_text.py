"""A full-text index of passages in SQLite: its tables, what is added, what matches."""

import os
import sqlite3
import zlib
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, NamedTuple

from cohere_cli import __version__
from cohere_cli.errors import ConfigProblem

# Another version of the program may read files in another way.
SCHEMA = zlib.crc32(f"1 {__version__}".encode()) >> 1
"""The version of the tables; a file of another version is rebuilt."""
APPLICATION = 0x636F6978
"""Marks a file as an index of this program: `coix`."""

# `porter` finds the forms of English words. Marks belong to letters in the scripts of
# India and in Thai.
_TABLES = """
CREATE TABLE source(root TEXT);
CREATE TABLE files(
  id INTEGER PRIMARY KEY, path BLOB, named INTEGER, state TEXT,
  reason TEXT, blank_lines INTEGER, doubled INTEGER, converted INTEGER,
  textless INTEGER, passages INTEGER, tokens INTEGER);
CREATE UNIQUE INDEX file_paths ON files(path, named);
CREATE TABLE passages(
  id INTEGER PRIMARY KEY, file INTEGER, number INTEGER, first INTEGER, last INTEGER,
  tokens INTEGER);
CREATE VIRTUAL TABLE words USING fts5(
  body, parts, headings, path, content='',
  tokenize="porter unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'");
"""
# Of each column, in whole numbers: `TermHits` counts on it.
WEIGHTS = (1, 1, 2, 2)
_RANK = f"bm25(words, {', '.join(map(str, WEIGHTS))})"
# Fewer and larger writes than FTS5's own; a query looks into a few more segments.
_HASH_BYTES, _SEGMENTS = 8 * 2**20, 8
_MOST_HELD = 64  # passages


class FileRow(NamedTuple):
    """What is known of a file: its state when it was read, and what that gave.

    `state` is "" where the file may have changed in the same tick of the clock.
    """

    id: int
    state: str
    reason: str
    blank_lines: int
    doubled: int
    converted: int
    textless: int
    passages: int
    tokens: int


class PassageRow(NamedTuple):
    """A passage as it is indexed; `number` counts those of its file from 0."""

    number: int
    first: int
    last: int
    body: str
    parts: str
    headings: str
    path: str


# A plain tuple: a word has ten thousand of them.
Hit = tuple[int, float, int, int]
"""A passage that matches a term: its id, FTS5's rank, its tokens, its file."""


class FullText:
    """The index in one database. Methods raise `sqlite3.Error`.

    *committed* is called whenever the file has changed.
    """

    def __init__(
        self,
        database: sqlite3.Connection,
        committed: Callable[[], None] = lambda: None,
    ) -> None:
        self.database = database
        self._committed = committed
        self._last_file = 0
        self._next_passage = 1
        self._described: list[tuple[Any, ...]] = []

    @classmethod
    def temporary(cls, place: str = "") -> "FullText":
        """Return an empty index; without a *place* it goes to a file if it grows."""
        index = cls(sqlite3.connect(place, isolation_level=None))
        index.database.execute("PRAGMA journal_mode = OFF")
        index.database.execute("PRAGMA synchronous = OFF")
        index.create("")
        index.begin()
        return index

    def create(self, root: str) -> None:
        """Create the tables in an empty database; raises `ConfigProblem`."""
        run = self.database.execute
        try:
            for statement in _TABLES.split(";\n"):
                run(statement)
        except sqlite3.OperationalError as exc:
            if "no such module" not in str(exc):
                raise
            what = "the SQLite of this Python has no full-text search (FTS5)"
            raise ConfigProblem(what, hint="use a Python whose SQLite has it") from exc
        run("INSERT INTO words(words, rank) VALUES ('hashsize', ?)", (_HASH_BYTES,))
        run("INSERT INTO words(words, rank) VALUES ('automerge', ?)", (_SEGMENTS,))
        run("INSERT INTO source VALUES (?)", (root,))
        run(f"PRAGMA application_id = {APPLICATION}")
        run(f"PRAGMA user_version = {SCHEMA}")

    def is_current(self) -> bool:
        """Whether the database is an index of this version, with its tables."""
        return self._pragma("application_id") == APPLICATION and (
            self._pragma("user_version") == SCHEMA
        )

    def is_empty(self) -> bool:
        """Whether the database has no tables yet."""
        run = self.database.execute
        return run("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None

    def clear(self) -> None:
        """Remove everything but the tables, and the last id: none is used twice."""
        run = self.database.execute
        run("BEGIN IMMEDIATE")
        run("DELETE FROM files WHERE id < (SELECT MAX(id) FROM files)")
        run("UPDATE files SET path = NULL, passages = 0, tokens = 0")
        run("DELETE FROM passages")
        run("INSERT INTO words(words) VALUES ('delete-all')")
        run("COMMIT")
        self._committed()

    def root(self) -> str:
        """Return the folder, or the sources, that the index is of."""
        row = self.database.execute("SELECT root FROM source").fetchone()
        return str(row[0])

    def size(self) -> tuple[int, int]:
        """Return how many files have passages in the index, and how many passages."""
        row = self.database.execute(
            "SELECT COUNT(*), COALESCE(SUM(passages), 0) FROM files "
            "WHERE passages > 0 AND path NOT NULL"
        ).fetchone()
        return row[0], row[1]

    def require_whole(self) -> None:
        """Raise `sqlite3.DatabaseError` unless the tables have the same passages."""
        run = self.database.execute
        (expected, _) = self.totals()
        for table in ("passages", "words_docsize"):
            if run(f"SELECT COUNT(*) FROM {table}").fetchone() != (expected,):  # noqa: S608
                raise sqlite3.DatabaseError(f"{table} does not have all passages")

    def _pragma(self, name: str) -> int:
        return int(self.database.execute(f"PRAGMA {name}").fetchone()[0])

    def files(self) -> dict[tuple[str, bool], FileRow]:
        """Return what is known of all files, by path and whether it was named."""
        rows = self.database.execute(
            "SELECT path, named, id, state, reason, blank_lines, doubled, converted, "
            "textless, passages, tokens FROM files WHERE path NOT NULL"
        )
        return {
            (os.fsdecode(path), bool(named)): FileRow(*rest)
            for path, named, *rest in rows
        }

    def file(self, path: str, *, named: bool) -> FileRow | None:
        """Return what is known of one file."""
        row = self.database.execute(
            "SELECT id, state, reason, blank_lines, doubled, converted, textless, "
            "passages, tokens FROM files WHERE path = ? AND named = ?",
            (os.fsencode(path), named),
        ).fetchone()
        return FileRow(*row) if row else None

    def ids(self) -> set[int]:
        """Return the ids of all files that were not replaced."""
        rows = self.database.execute("SELECT id FROM files WHERE path NOT NULL")
        return {id_ for (id_,) in rows}

    def totals(self) -> tuple[int, int]:
        """Return the passages and the tokens of all files, replaced ones included."""
        row = self.database.execute(
            "SELECT COALESCE(SUM(passages), 0), COALESCE(SUM(tokens), 0) FROM files"
        ).fetchone()
        return row[0], row[1]

    def begin(self) -> None:
        """Begin to add files; until the end no other run can."""
        self.database.execute("BEGIN IMMEDIATE")
        run = self.database.execute
        (self._last_file,) = run("SELECT COALESCE(MAX(id), 0) FROM files").fetchone()
        (last,) = run("SELECT COALESCE(MAX(id), 0) FROM passages").fetchone()
        self._next_passage = last + 1

    def add(self, passages: Iterable[PassageRow]) -> tuple[int, int, int]:
        """Index the passages of a file that `describe` then names.

        Returns the id of the file, and the numbers of its passages and their tokens.
        """
        self._last_file += 1
        left, start, total = iter(passages), self._next_passage, 0
        while rows := list(islice(left, _MOST_HELD)):
            total += self._insert(self._last_file, self._next_passage, rows)
            self._next_passage += len(rows)
        return self._last_file, self._next_passage - start, total

    def describe(self, path: str, row: FileRow, *, named: bool) -> None:
        """Note which file was added, in place of an earlier one of that path.

        The words of the earlier one stay in the index, but belong to no path.
        """
        name = os.fsencode(path)
        self._described.append((name, named, *row))

    def commit(self) -> None:
        """Keep the files that were added."""
        database = self.database
        # Only now, and in two statements: before each such statement, FTS5 writes the
        # words that it holds to the disk, which would double the time of indexing.
        database.executemany(
            "UPDATE files SET path = NULL WHERE path = ? AND named = ?",
            [each[:2] for each in self._described],
        )
        database.executemany(
            "INSERT INTO files VALUES (?3, ?1, ?2, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            self._described,
        )
        database.execute("COMMIT")
        self._committed()
        self._described.clear()

    def roll_back(self) -> None:
        """Forget the files that were added."""
        self._described.clear()
        if self.database.in_transaction:
            self.database.execute("ROLLBACK")

    def _insert(self, file: int, start: int, rows: list[PassageRow]) -> int:
        """Insert *rows*, with ids from *start* on; return how many tokens they have."""
        database, end = self.database, start + len(rows)
        database.executemany(
            "INSERT INTO words(rowid, body, parts, headings, path) "
            "VALUES (?, ?, ?, ?, ?)",
            [(id_, *row[3:]) for id_, row in enumerate(rows, start)],
        )
        sizes = database.execute(
            "SELECT sz FROM words_docsize WHERE id >= ? AND id < ? ORDER BY id",
            (start, end),
        )
        tokens = [_sum_of_varints(size) for (size,) in sizes]
        database.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)",
            [
                (id_, file, *row[:3], number)
                for id_, row, number in zip(
                    range(start, end), rows, tokens, strict=True
                )
            ],
        )
        return sum(tokens)

    def count(self, match: str) -> int:
        """Return how many passages match, those of replaced files included."""
        row = self.database.execute(
            "SELECT COUNT(*) FROM words WHERE words MATCH ?", (match,)
        ).fetchone()
        return int(row[0])

    def hits(self, match: str) -> list[Hit]:
        """Return all passages that match, those of replaced files included."""
        return self.database.execute(
            f"SELECT words.rowid, {_RANK}, passages.tokens, passages.file FROM words "  # noqa: S608 - of constants
            "JOIN passages ON passages.id = words.rowid WHERE words MATCH ?",
            (match,),
        ).fetchall()

    def number(self, passage: int) -> int:
        """Return the number of a passage in its file, from 0."""
        row = self.database.execute(
            "SELECT number FROM passages WHERE id = ?", (passage,)
        ).fetchone()
        if row is None:
            raise sqlite3.DatabaseError("a passage is missing")
        return int(row[0])


def _sum_of_varints(data: bytes) -> int:
    """Return the sum of numbers as SQLite stores them, 7 bits a byte."""
    total = number = 0
    for byte in data:
        number = number << 7 | byte & 0x7F
        if byte < 0x80:  # noqa: PLR2004 - the last byte of a number
            total += number
            number = 0
    return total
