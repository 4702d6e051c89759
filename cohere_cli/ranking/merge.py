"""The rankings of many requests, merged into one: by score, ties in input order."""

import heapq
import marshal
import os
from array import array
from collections.abc import Iterator
from contextlib import suppress
from types import TracebackType
from typing import IO, Any, Generic, Protocol, Self, TypeVar

from cohere_cli.documents.document import Document
from cohere_cli.errors import InputProblem

RecordT = TypeVar("RecordT")


class Merge(Protocol[RecordT]):
    """Takes scored records in any order and gives them back best first.

    Scores of one model for one query can be compared across requests: it looks at
    each document by itself.
    """

    def add(self, index: int, score: float, record: RecordT) -> None:
        """Take record number *index* of all; no index comes twice."""
        ...

    def best(self) -> Iterator[tuple[int, float, RecordT]]:
        """Yield index, score and record, best first."""
        ...


class TopRecords(Generic[RecordT]):
    """Keeps the *most* best records, in memory; None keeps all of them."""

    def __init__(self, most: int | None) -> None:
        self._most = most
        # The smallest first: the worst score, and of equal ones the last record.
        self._heap: list[tuple[float, int, RecordT]] = []

    def add(self, index: int, score: float, record: RecordT) -> None:
        """Take record number *index* of all, and let go of the worst one."""
        entry = (score, -index, record)
        if self._most is None or len(self._heap) < self._most:
            heapq.heappush(self._heap, entry)
        else:
            heapq.heappushpop(self._heap, entry)

    def best(self) -> Iterator[tuple[int, float, RecordT]]:
        """Yield index, score and record, best first."""
        for score, index, record in sorted(self._heap, reverse=True):
            yield -index, score, record


class Store(Protocol[RecordT]):
    """Keeps records somewhere else than in memory."""

    def put(self, record: RecordT) -> int: ...
    def get(self, place: int) -> RecordT: ...


class SpilledRecords(Generic[RecordT]):
    """Keeps all records in *store*, and 24 bytes of each in memory."""

    def __init__(self, store: Store[RecordT]) -> None:
        self._store = store
        self._indexes = array("Q")
        self._scores = array("d")
        self._places = array("Q")

    def add(self, index: int, score: float, record: RecordT) -> None:
        """Take record number *index* of all."""
        self._indexes.append(index)
        self._scores.append(score)
        self._places.append(self._store.put(record))

    def best(self) -> Iterator[tuple[int, float, RecordT]]:
        """Yield index, score and record, best first."""
        order = sorted(range(len(self._indexes)), key=self._indexes.__getitem__)
        # The second sorting leaves equal scores in the order of the first.
        order.sort(key=self._scores.__getitem__, reverse=True)
        for at in order:
            yield self._indexes[at], self._scores[at], self._store.get(self._places[at])


class DocumentSpool:
    """Takes documents, and gives each back for the number that it was given.

    They stand in a temporary file that has no name and that only this user may read:
    nobody else can have written what is loaded from it. Memory holds eight bytes a
    document. Raises `InputProblem` when the file cannot be made or the disk is full.
    """

    def __init__(self) -> None:
        import tempfile

        self._ends = array("Q", [0])
        self._is_flushed = True
        try:
            self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed below
        except OSError as exc:
            raise _unkept(exc) from exc

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # What a full disk did not take is not missed now.
        with suppress(OSError):
            self._file.close()

    def __len__(self) -> int:
        return len(self._ends) - 1

    def put(self, document: Document) -> int:
        """Keep *document*; return its number, from 0 in the order they came."""
        data = document.data
        # Of most texts the bytes are enough.
        is_plain = isinstance(data, str) and data.encode() == document.raw
        kept: Any = None if is_plain else data
        packed = marshal.dumps((kept, *document[1:]))
        self._is_flushed = False
        try:
            self._file.write(packed)
        except OSError as exc:
            raise _unkept(exc) from exc
        self._ends.append(self._ends[-1] + len(packed))
        return len(self) - 1

    def get(self, place: int) -> Document:
        """Return the document with the number *place*."""
        self._flush()
        start, end = self._ends[place], self._ends[place + 1]
        try:
            packed = os.pread(self._file.fileno(), end - start, start)
        except OSError as exc:
            raise _unkept(exc) from exc
        data, raw, *rest = marshal.loads(packed)  # noqa: S302 - our own, see above
        return Document(raw.decode() if data is None else data, raw, *rest)

    def _flush(self) -> None:
        if not self._is_flushed:
            try:
                self._file.flush()
            except OSError as exc:
                raise _unkept(exc) from exc
            self._is_flushed = True


def _unkept(exc: OSError) -> InputProblem:
    says = (exc.strerror or str(exc)).lower()
    what = f"the records cannot be kept on disk: {says}"
    return InputProblem(what, hint="set TMPDIR to a folder with room for them")
