"""The files of a search, brought up to date in the index as they are chosen."""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from time import time_ns

from cohere_cli.documents.document import Document
from cohere_cli.documents.skipped import Skipped
from cohere_cli.documents.walk.collect import FileReader, IsWanted
from cohere_cli.documents.walk.first_look import status_of
from cohere_cli.retrieval.bm25 import Part
from cohere_cli.retrieval.file_state import is_settled, state_of
from cohere_cli.retrieval.full_text import FileRow, FullText
from cohere_cli.retrieval.passage_rows import passage_rows

# A run that is killed loses at most this much work.
_BATCH_BYTES = 8 * 2**20
_MOST_OTHERS = 1000  # passages

Key = tuple[str, bool]
"""The path of a file as the user gave it, and whether the user named the file."""


@dataclass(slots=True)
class Entry:
    """A file in an index, and its state when it was read."""

    key: Key
    index: FullText
    id: int
    state: str
    passages: int
    tokens: int

    @property
    def path(self) -> str:
        """The path as the user gave it."""
        return self.key[0]


@dataclass(slots=True)
class IndexedFiles:
    """Chooses what to read anew: `stored` if it can be written, else `own`.

    *stored* is the index in the cache, *own* one of this run alone. The documents of
    the files in *held* are kept in `documents`, because those files change all the
    time. *detail* gets one line if the cache cannot be written. *name_of* gives the
    path below the folder of the index, the same from wherever it is searched. *piped*
    are the documents of `<(command)`, which can be read only once. `entries` are the
    files, in order.
    """

    reader: FileReader
    stored: FullText | None
    held: set[Key]
    name_of: Callable[[str], str]
    detail: Callable[[str], None]
    make_own: Callable[[], FullText]
    piped: dict[Key, tuple[Document, ...]]
    own: FullText | None = None
    entries: list[Entry] = field(default_factory=list)
    skipped: Skipped = field(default_factory=Skipped)
    documents: dict[Key, tuple[Document, ...]] = field(default_factory=dict)
    indexed: int = 0
    _known: dict[Key, FileRow] = field(default_factory=dict)
    _visited: dict[Key, FileRow] = field(default_factory=dict)
    _batch: list[Entry] = field(default_factory=list)
    _batch_bytes: int = 0
    _is_open: bool = False
    _is_writable: bool = True

    separator = b""

    def __post_init__(self) -> None:
        if self.stored is not None:
            self._known = self.stored.files()

    def named(self, path: str, skipped: Skipped) -> Iterator[Entry]:
        """Yield the entry of a file that the user named."""
        entry = self._entry(path, status_of(path), skipped, is_named=True)
        if entry:
            yield entry

    def listed(self, skipped: Skipped, is_new: IsWanted) -> Iterator[Entry]:
        """Yield nothing: there is no list of files on standard input."""
        return iter(())

    def found(
        self, path: str, status: os.stat_result | str, skipped: Skipped
    ) -> tuple[Entry, ...]:
        """Return the entry of a found file, none if it has no text."""
        entry = self._entry(path, status, skipped, is_named=False)
        return (entry,) if entry else ()

    def _entry(
        self,
        path: str,
        status: os.stat_result | str,
        skipped: Skipped,
        *,
        is_named: bool,
    ) -> Entry | None:
        key, state = (path, is_named), state_of(status)
        name = (self.name_of(path), is_named)
        if name in self._visited:
            # One without text, in a folder that is searched twice: each reports it.
            _count(self._visited[name], skipped)
            return None
        row = self._known.get(name)
        if (
            self.stored
            and row
            and row.state == state
            and state
            and key not in self.held
        ):
            entry = Entry(key, self.stored, row.id, state, row.passages, row.tokens)
        else:
            entry, row = self._read(key, state)
        self._visited[name] = row
        for counts in (skipped, self.skipped):
            _count(row, counts)
        if not entry.passages:
            return None
        self.entries.append(entry)
        return entry

    def _read(self, key: Key, state: str) -> tuple[Entry, FileRow]:
        """Index a file that is new or changed."""
        self.indexed += 1
        stored = self._writable() if state and key not in self.held else None
        if stored is not None:
            try:
                row = stored.file(self.name_of(key[0]), named=key[1])
                if row and row.state == state:
                    # Another run has read it meanwhile.
                    found = Entry(key, stored, row.id, state, row.passages, row.tokens)
                    return found, row
                entry, row = self._add(key, stored)
                self._note_written(entry, row)
            except sqlite3.Error as exc:
                self.give_up_writing(exc)
            else:
                return entry, row
        return self._add_to_own(key)

    def _add_to_own(self, key: Key) -> tuple[Entry, FileRow]:
        if self.own is None:
            self.own = self.make_own()
        return self._add(key, self.own)

    def _add(self, key: Key, index: FullText) -> tuple[Entry, FileRow]:
        path, is_named = key
        status, read_at = status_of(path), time_ns()
        skipped = Skipped()
        documents = self._documents(key, status, skipped)
        name = self.name_of(path)
        rows = passage_rows(documents, name)
        id_, passages, tokens = index.add(rows)
        state = state_of(status)
        is_same = state_of(status_of(path)) == state
        reason = next(iter(skipped.files), "")
        is_sure = skipped.are_final and is_same and is_settled(status, read_at)
        row = FileRow(
            id_,
            state if is_sure else "",
            reason,
            skipped.blank_lines,
            skipped.doubled,
            skipped.converted,
            skipped.textless,
            passages,
            tokens,
        )
        index.describe(name, row, named=is_named)
        return Entry(key, index, id_, state, passages, tokens), row

    def _documents(
        self, key: Key, status: os.stat_result | str, skipped: Skipped
    ) -> Iterable[Document]:
        path, is_named = key
        if key in self.piped:
            return self.piped[key]
        if is_named:
            documents: Iterable[Document] = self.reader.named(path, skipped)
        else:
            documents = self.reader.found(path, status, skipped)
        if key in self.held:
            documents = self.documents[key] = tuple(documents)
        elif not isinstance(status, str) and not state_of(status):
            documents = self.piped[key] = tuple(documents)
        return documents

    def _writable(self) -> FullText | None:
        """Return the index in the cache, in a transaction, if it can be written."""
        if self.stored is None or not self._is_writable:
            return None
        if not self._is_open:
            try:
                self.stored.begin()
            except sqlite3.Error as exc:
                self.give_up_writing(exc)
                return None
            self._is_open = True
        return self.stored

    def _note_written(self, entry: Entry, row: FileRow) -> None:
        self._batch.append(entry)
        # A file may be gone by now: then it has no state.
        self._batch_bytes += int(entry.state.partition(" ")[0] or 0)
        if self._batch_bytes > _BATCH_BYTES:
            self.commit()

    def commit(self) -> None:
        """Keep what was indexed so far."""
        if self.stored is None or not self._is_open:
            return
        try:
            self.stored.commit()
        except sqlite3.Error as exc:
            self.give_up_writing(exc)
            return
        self._is_open = False
        self._batch.clear()
        self._batch_bytes = 0

    def give_up_writing(self, exc: sqlite3.Error) -> None:
        """Go on in memory: read again what was not committed."""
        self.detail(f"the index cannot be written: {exc}; searching in memory")
        self._is_writable = False
        if self.stored is not None:
            with suppress(sqlite3.Error):
                self.stored.roll_back()
        self._is_open = False
        lost, self._batch = self._batch, []
        for entry in lost:
            self.move(entry)

    def move(self, entry: Entry) -> None:
        """Read the file of *entry* again, into the index of this run alone."""
        again, _ = self._add_to_own(entry.key)
        entry.index, entry.id, entry.state = again.index, again.id, again.state
        entry.passages, entry.tokens = again.passages, again.tokens

    def read_again(self, entry: Entry, numbers: set[int]) -> dict[int, Document] | None:
        """Return passages of a file by number, None if it has changed since."""
        held = self.documents.get(entry.key) or self.piped.get(entry.key)
        if held:
            documents: Iterable[Document] = held
        else:
            status = status_of(entry.path)
            if state_of(status) != entry.state:
                return None
            documents = self._documents(entry.key, status, Skipped())
        most = max(numbers) + 1
        found = {
            number: document
            for number, document in enumerate(islice(documents, most))
            if number in numbers
        }
        is_same = held or state_of(status_of(entry.path)) == entry.state
        return found if is_same and len(found) == len(numbers) else None

    def parts(self) -> list[Part]:
        """Return what counts of each index, as it is in the cache right now.

        A file that another run has replaced meanwhile is read again.
        """
        if self.stored is not None:
            # From here on it stays as it is, whatever other runs write.
            self.stored.database.execute("BEGIN")
            self.stored.require_whole()
            present = self.stored.ids()
            for entry in self.entries:
                if entry.index is self.stored and entry.id not in present:
                    self.move(entry)
        if self.own is not None:
            self.own.commit()
        self.entries = [entry for entry in self.entries if entry.passages]
        indexes = [index for index in (self.stored, self.own) if index is not None]
        return [self._part(index) for index in indexes]

    def _part(self, index: FullText) -> Part:
        entries = [entry for entry in self.entries if entry.index is index]
        passages = sum(entry.passages for entry in entries)
        tokens = sum(entry.tokens for entry in entries)
        has_others = index.totals()[0] != passages
        return Part(index, {each.id for each in entries}, passages, tokens, has_others)

    def tidy(self, parts: Sequence[Part]) -> None:
        """Empty the index in the cache if most of it is of files that are gone."""
        for part in parts:
            if part.full_text is self.stored and self._is_writable:
                others = part.full_text.totals()[0] - part.passages
                if others > part.passages + _MOST_OTHERS:
                    with suppress(sqlite3.Error):
                        self.stored.database.execute("COMMIT")
                        self.stored.clear()

    def close(self) -> None:
        """End what was begun, and close the index of this run."""
        if self.own is not None:
            self.own.database.close()
        if self.stored is not None:
            with suppress(sqlite3.Error):
                self.stored.roll_back()


def _count(row: FileRow, skipped: Skipped) -> None:
    """Count what was left out of a file."""
    if row.reason:
        skipped.add(row.reason)
    skipped.blank_lines += row.blank_lines
    skipped.doubled += row.doubled
    skipped.converted += row.converted
    skipped.textless += row.textless
