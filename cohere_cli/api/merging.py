"""The rankings of many requests, merged into one: by score, ties in input order."""

import heapq
from array import array
from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar

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


class Best(Generic[RecordT]):
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


class Stored(Generic[RecordT]):
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
