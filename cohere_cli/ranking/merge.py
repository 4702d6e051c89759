"""Merges the rankings of many requests: by score, ties in the order of the input.

Scores of one model for one query can be compared across requests, because it scores
each document by itself.
"""

import heapq
import marshal
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from cohere_cli.documents.document import Document
from cohere_cli.errors import InputProblem
from cohere_cli.strict_json import decode_record, dumps

Scored = tuple[int, float, Document]
"""A document's number in the input, from 0, its score, and the document."""


class TopRecords:
    """Keeps the *limit* best records in memory; None keeps all of them."""

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        # The smallest first: the worst score, and of equal scores the last record.
        self._heap: list[tuple[float, int, Document]] = []

    def add(self, index: int, score: float, record: Document) -> None:
        """Add record number *index*; no index may come twice."""
        entry = (score, -index, record)
        if self._limit is None or len(self._heap) < self._limit:
            heapq.heappush(self._heap, entry)
        else:
            heapq.heappushpop(self._heap, entry)

    def best(self) -> Iterator[Scored]:
        """Yield the records, best first."""
        for score, index, record in sorted(self._heap, reverse=True):
            yield -index, score, record


class SpilledRecords:
    """Keeps all records on disk, in a temporary database of SQLite's.

    SQLite deletes the file's name once it is open, and only this user can read it:
    no other user can have written what is unmarshalled from it. It stands where TMPDIR
    says. Raises `InputProblem` when the disk is full.
    """

    def __init__(self) -> None:
        import sqlite3

        self._failure = sqlite3.Error
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            "CREATE TABLE records (number INTEGER, score REAL, record BLOB); BEGIN;"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._database.close()

    def add(self, index: int, score: float, record: Document) -> None:
        """Add record number *index*; no index may come twice."""
        with self._writing():
            row = (index, score, _packed(record))
            self._database.execute("INSERT INTO records VALUES (?, ?, ?)", row)

    def best(self) -> Iterator[Scored]:
        """Yield the records, best first."""
        with self._writing():
            # Sorting an index is faster than sorting the records themselves.
            self._database.execute(
                "CREATE INDEX IF NOT EXISTS best ON records (score DESC, number)"
            )
            query = "SELECT * FROM records ORDER BY score DESC, number"
            for index, score, packed in self._database.execute(query):
                yield index, score, _unpacked(packed)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except self._failure as exc:
            what = f"cannot store the records on disk: {exc}"
            hint = "set TMPDIR to a directory with enough space"
            raise InputProblem(what, hint=hint) from exc


def _packed(record: Document) -> bytes:
    data = record.data
    # Without the table, which no ranking is written with.
    rest = record[1:-1]
    # Of most texts the bytes are enough.
    is_plain = isinstance(data, str) and data.encode() == record.raw
    content: Any = None if is_plain else data
    try:
        return marshal.dumps((content, *rest))
    except ValueError:  # a `WrittenNumber`
        return marshal.dumps((dumps(content).encode(), *rest))


def _unpacked(packed: bytes) -> Document:
    data, raw, *rest = marshal.loads(packed)  # noqa: S302 - our own, see SpilledRecords
    if isinstance(data, bytes):
        data, _, _ = decode_record(data.decode(), 0)
    return Document(raw.decode() if data is None else data, raw, *rest)
