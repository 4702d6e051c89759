"""Search: the passages of files that may answer a query, best first."""

import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase
from io import BytesIO
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from cohere_cli.documents.document import Document
from cohere_cli.documents.reader import read_documents
from cohere_cli.documents.skipped import Notify, Skipped
from cohere_cli.retrieval.passages import Candidate, is_passage, text_of
from cohere_cli.retrieval.query import QueryTerms, query_terms
from cohere_cli.retrieval.word_parts import extra_words

__all__ = ["Candidate", "Counts", "Found", "find_passages"]


class Counts(NamedTuple):
    """What the first stage did: files, passages, matches, and seconds."""

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
    """Return the passages of *sources* that hold most of *query*.

    *sources* are files, folders and patterns, as `chat -d` takes them. Raises
    `InputProblem` for a source that cannot be read.
    """
    del cache, detail
    start = perf_counter()
    documents = [
        _with_lines(document)
        for document in read_documents(sources, BytesIO(), notify=notify)
        if _is_wanted(document, globs, matching)
    ]
    terms = query_terms(query)
    index = _index(documents)
    indexed = perf_counter()
    rows = _ranked(index, terms)
    candidates = [
        Candidate(documents[at], *_lines(documents[at]), score) for at, score in rows
    ]
    files = len({document.source for document in documents})
    counts = Counts(
        files,
        files,
        len(documents),
        len(rows),
        Skipped(),
        indexed - start,
        perf_counter() - indexed,
    )
    return Found(candidates[:limit], counts)


def _is_wanted(
    document: Document, globs: Sequence[str], matching: re.Pattern[str] | None
) -> bool:
    path = document.source
    names = [path if "/" in glob else path.rpartition("/")[2] for glob in globs]
    is_in = not globs or any(map(fnmatchcase, names, globs))
    return is_in and (matching is None or bool(matching.search(text_of(document))))


def _with_lines(document: Document) -> Document:
    """Return a passage with its lines in its id, a short file, too."""
    if is_passage(document) and not document.part_of:
        first, last = _lines(document)
        return document._replace(id=f"{document.id}:{first}-{last}")
    return document


def _lines(document: Document) -> tuple[int, int]:
    return document.line, document.line + text_of(document).count("\n")


def _index(documents: list[Document]) -> sqlite3.Connection:
    index = sqlite3.connect(":memory:")
    index.execute(
        "CREATE VIRTUAL TABLE passages USING fts5(body, parts, path, content='', "
        "tokenize='porter unicode61 remove_diacritics 2')"
    )
    index.executemany(
        "INSERT INTO passages(rowid, body, parts, path) VALUES (?, ?, ?, ?)",
        _rows(documents),
    )
    return index


def _rows(documents: list[Document]) -> Iterator[tuple[int, str, str, str]]:
    for at, document in enumerate(documents):
        text = text_of(document)
        yield at, text, " ".join(extra_words(text)), document.source


def _ranked(index: sqlite3.Connection, terms: QueryTerms) -> list[tuple[int, float]]:
    match = " OR ".join(term.match for term in terms.terms)
    if not match:
        return []
    return index.execute(
        "SELECT rowid, -bm25(passages) AS score FROM passages WHERE passages MATCH ? "
        "ORDER BY score DESC, rowid",
        (match,),
    ).fetchall()
