"""Search: the passages of files that may answer a query, best first."""

import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from io import BytesIO
from itertools import groupby
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from cohere_cli.documents.document import Document
from cohere_cli.documents.reader import document_strategy
from cohere_cli.documents.skipped import BadRecords, Notify, Skipped
from cohere_cli.documents.walk.collect import FileReader, visit
from cohere_cli.errors import ConfigProblem, UsageProblem
from cohere_cli.retrieval.bm25 import Part, Ranked, rank
from cohere_cli.retrieval.cache import WRONG_ROWS, discard, is_damage, opened_index
from cohere_cli.retrieval.full_text import FullText
from cohere_cli.retrieval.globs import chosen_by
from cohere_cli.retrieval.indexed_files import IndexedFiles, Key
from cohere_cli.retrieval.passage_rows import lines_of
from cohere_cli.retrieval.passages import Candidate, is_passage, text_of
from cohere_cli.retrieval.query import QueryTerms, query_terms
from cohere_cli.retrieval.sources import SearchedSources
from cohere_cli.text import STDIN, plural

__all__ = ["Candidate", "Counts", "Found", "find_passages"]

# While files change that are searched. In the end, those that still do are left out.
_MOST_ATTEMPTS = 20


class Counts(NamedTuple):
    """What the first stage did.

    `files` have text, `indexed` files were read in this run. `passages` are those
    of the files; `matches` hold a word of the query that is not in most passages.
    `skipped` counts files by reason.
    """

    files: int
    indexed: int
    passages: int
    matches: int
    skipped: Skipped
    seconds_index: float
    seconds_query: float


class Found(NamedTuple):
    """The best passages, best first, and what led to them."""

    candidates: list[Candidate]
    counts: Counts


def find_passages(
    query: str,
    sources: Sequence[str],
    *,
    limit: int = 200,
    matching: re.Pattern[str] | None = None,
    globs: Sequence[str] = (),
    cache: Path | None,
    notify: Notify,
    detail: Callable[[str], None],
) -> Found:
    """Return up to *limit* passages of *sources* that hold most of *query*.

    *sources* are files, folders and patterns, read as by `chat -d`; *globs* choose
    among their paths, *matching* among the texts of passages. The index of *sources*
    is in the folder *cache*, brought up to date first; without it, and wherever it
    cannot be used (*detail* gets a line on it), the search is in memory: the result is
    the same. *notify* gets lines on skipped files.

    Raises `InputProblem` for a source that cannot be read, and `ConfigProblem` where
    SQLite has no full-text search.
    """
    if STDIN in sources:
        hint = "name files and folders"
        raise UsageProblem("cannot search standard input", hint=hint)
    search = _Search(
        SearchedSources.of(sources),
        query_terms(query),
        limit,
        matching,
        tuple(globs),
        _once(notify),
        _once(detail),
        {},
    )
    roots = search.sources.roots
    try:
        if cache is None:
            return search.run(None, FullText.temporary)
        with opened_index(cache, roots, detail) as stored:
            return search.run(stored, FullText.temporary)
    except (sqlite3.Error, *WRONG_ROWS) as exc:
        # A fault of this program, rather than of rows, is raised again below.
        if cache is None and not isinstance(exc, sqlite3.Error):
            raise
        detail(f"the index cannot be used: {exc}; searching in memory")
        if cache and is_damage(exc):
            discard(cache, roots)
    try:
        return search.run(None, partial(FullText.temporary, ":memory:"))
    except sqlite3.Error as exc:
        raise ConfigProblem(f"the search failed: {exc}") from exc


def _once(notify: Notify) -> Notify:
    """Return *notify* without lines that it had: a search may start anew."""
    known: set[str] = set()

    def notify_once(line: str) -> None:
        if line not in known:
            known.add(line)
            notify(line)

    return notify_once


class _Search(NamedTuple):
    """What is searched for, and where."""

    sources: SearchedSources
    terms: QueryTerms
    limit: int
    matching: re.Pattern[str] | None
    globs: tuple[str, ...]
    notify: Notify
    detail: Notify
    piped: dict[Key, tuple[Document, ...]]

    def run(self, stored: FullText | None, make_own: Callable[[], FullText]) -> Found:
        """Search with the index *stored*; files that change meanwhile are read again.

        Raises `sqlite3.Error`, after which the search can start anew.
        """
        held: set[Key] = set()
        attempt = 0
        while True:
            attempt += 1
            found, changed = self._attempt(self._files(stored, make_own, held))
            if not changed:
                return found
            if attempt == _MOST_ATTEMPTS:
                files = plural(len(changed), "file")
                self.notify(f"{files} left out, changed during each attempt to read")
                return found
            held |= changed

    def _files(
        self,
        stored: FullText | None,
        make_own: Callable[[], FullText],
        held: set[Key],
    ) -> IndexedFiles:
        reader = FileReader(document_strategy(split=True), BadRecords(), BytesIO())
        return IndexedFiles(
            reader, stored, held, self.sources.name, self.detail, make_own, self.piped
        )

    def _attempt(self, files: IndexedFiles) -> tuple[Found, set[Key]]:
        """Return what was found, and the files that have changed meanwhile."""
        with closing(files):
            return self._found(files)

    def _found(self, files: IndexedFiles) -> tuple[Found, set[Key]]:
        start = perf_counter()
        is_wanted = chosen_by(self.globs, self.sources.name)
        for _ in visit(self.sources.given, files, self.notify, is_wanted):
            pass
        files.commit()
        parts = files.parts()
        indexed = perf_counter()
        ranking = rank(parts, self.terms)
        reading = _Reading(files, parts)
        candidates = reading.candidates(ranking, self.limit, self.matching)
        if not self.globs:
            files.tidy(parts)
        passages = sum(part.passages for part in parts)
        counts = Counts(
            len(files.entries),
            files.indexed,
            passages,
            len(ranking),
            files.skipped,
            indexed - start,
            perf_counter() - indexed,
        )
        return Found(candidates, counts), reading.changed


class _Reading:
    """Reads ranked passages from their files; `changed` are those that differ now."""

    def __init__(self, files: IndexedFiles, parts: Sequence[Part]) -> None:
        self._files = files
        self._parts = parts
        self._entries = {
            (at, entry.id): (order, entry)
            for at, part in enumerate(parts)
            for order, entry in enumerate(files.entries)
            if entry.index is part.full_text
        }
        self.changed: set[Key] = set()

    def candidates(
        self, ranking: list[Ranked], limit: int, matching: re.Pattern[str] | None
    ) -> list[Candidate]:
        """Return the best passages, or the best of those that *matching* finds."""
        found: list[Candidate] = []
        for some in _by_score(ranking, limit):
            found += self._read(some, matching)
            if len(found) >= limit:
                break
        return found[:limit]

    def _read(
        self, ranked: list[Ranked], matching: re.Pattern[str] | None
    ) -> Iterator[Candidate]:
        """Yield passages of about the same score, or better than the next ones."""
        places = sorted(map(self._place, ranked))
        texts = self._texts(places)
        for place in places:
            document = texts.get((place.order, place.number))
            if document is None:
                continue
            text = text_of(document)
            if matching is None or matching.search(text):
                lines = lines_of(document, text)
                yield Candidate(_with_lines(document, lines), *lines, -place.negative)

    def _place(self, one: Ranked) -> "_Place":
        number = self._parts[one.part].full_text.number(one.passage)
        order, _ = self._entries[one.part, one.file]
        return _Place(-one.score, order, number)

    def _texts(self, places: list["_Place"]) -> dict[tuple[int, int], Document]:
        """Return passages by the order of their file and their number in it."""
        texts: dict[tuple[int, int], Document] = {}
        wanted = sorted((place.order, place.number) for place in places)
        for order, group in groupby(wanted, lambda pair: pair[0]):
            entry = self._files.entries[order]
            documents = self._files.read_again(entry, {number for _, number in group})
            if documents is None:
                self.changed.add(entry.key)
            for number, document in (documents or {}).items():
                texts[order, number] = document
        return texts


class _Place(NamedTuple):
    """Where a ranked passage is: sorts by score, then as the files are visited."""

    negative: float
    order: int
    number: int


def _by_score(ranking: list[Ranked], size: int) -> Iterator[list[Ranked]]:
    """Yield the ranking in parts of *size*, or more where the last scores are equal."""
    ordered = sorted(ranking, key=lambda one: -one.score)
    at = 0
    while at < len(ordered):
        end = min(at + max(size, 1), len(ordered))
        while end < len(ordered) and ordered[end].score == ordered[end - 1].score:
            end += 1
        yield ordered[at:end]
        at = end


def _with_lines(document: Document, lines: tuple[int, int]) -> Document:
    """Return a passage with its lines in its id, a short file, too."""
    if is_passage(document) and not document.part_of:
        return document._replace(id=f"{document.id}:{lines[0]}-{lines[1]}")
    return document
