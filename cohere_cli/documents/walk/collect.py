"""From what the user named to its files, each read once: folders and patterns too."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from cohere_cli.documents.detect import is_generated
from cohere_cli.documents.document import Document
from cohere_cli.documents.open_file import (
    STDIN,
    UnreadableFile,
    open_regular_file,
    open_source,
    shown,
)
from cohere_cli.documents.source import Notify, Skipped, Source
from cohere_cli.documents.walk.file_list import name_error, read_names
from cohere_cli.documents.walk.folders import Search, normalize, parse_search
from cohere_cli.errors import InputProblem

Reader = Callable[[Source], Iterable[Document]]
_Identity = tuple[int, int] | str
# The documents of a found file are held until it is known to be whole. A larger one
# is read twice instead.
_MOST_HELD = 16 * 2**20


@dataclass(frozen=True, slots=True)
class ReadStrategy:
    """How to read a file that was named, and one that was found.

    *otherwise* is how to read a found one that is broken in the first way. Where
    there is a *separator*, standard input names files, with that between them.
    """

    named: Reader
    found: Reader
    fallback: Reader | None = None
    separator: bytes = b""


def collect(
    sources: Iterable[str], stdin: BinaryIO, ways: ReadStrategy, tell: Notify
) -> Iterator[Document]:
    """Yield the documents of *sources*, in their order, no file's twice.

    A file that is both named and found is read as one that is named. *tell* gets a
    line a source about what was skipped in it. Raises `InputProblem`, also for a
    search that finds nothing to read.
    """
    wanted = _resolve(sources)
    named = {_identity(path) for path, search in wanted if search is None}
    gathering = _Collector(ways, tell, named, set())
    for path, search in wanted:
        if search is not None:
            yield from gathering.found(search)
        elif path == STDIN and ways.separator:
            yield from gathering.from_list(stdin)
        else:
            yield from gathering.named(path, stdin)


def _resolve(sources: Iterable[str]) -> list[tuple[str, Search | None]]:
    wanted: list[tuple[str, Search | None]] = []
    for source in sources:
        if source == STDIN and (STDIN, None) in wanted:
            raise InputProblem("standard input is named twice", hint="name `-` once")
        search = None if source == STDIN else parse_search(source)
        wanted.append((normalize(source), search))
    return wanted


def _identity(path: str) -> _Identity:
    """Return what is the same for all names of a file."""
    if path == STDIN:
        return path
    try:
        status = os.stat(path)  # noqa: PTH116 - Path("") is the current folder
    except (OSError, ValueError):
        return path
    return status.st_dev, status.st_ino


@dataclass(frozen=True, slots=True)
class _Collector:
    """How to read, and which files were named or have been read."""

    ways: ReadStrategy
    tell: Notify
    names: set[_Identity]
    read: set[_Identity]

    def named(self, path: str, stdin: BinaryIO) -> Iterator[Document]:
        """Yield the documents of a file that was named, unless it has been read."""
        if self._is_new(path):
            with open_source(path, stdin) as stream:
                source = Source.begin(path, stream)
                yield from self.ways.named(source)
            self._tell_of(source.skipped, path)

    def from_list(self, stdin: BinaryIO) -> Iterator[Document]:
        """Yield the documents of the files that standard input names."""
        skipped = Skipped()
        with open_source(STDIN, stdin) as stream:
            names = read_names(
                Source.begin(STDIN, stream, skipped), self.ways.separator
            )
            for number, path in names:
                if self._is_new(path):
                    yield from self._at(number, path, skipped)
        self._tell_of(skipped, STDIN)

    def found(self, search: Search) -> Iterator[Document]:
        """Yield the documents of the files that *search* finds."""
        skipped = Skipped()
        is_any = False
        for path in search.files(skipped.add):
            identity = _identity(path)
            is_known = identity in self.names or identity in self.read
            documents = () if is_known else self._readable(path, skipped)
            if documents:
                self.read.add(identity)
            is_any = is_any or is_known or bool(documents)
            yield from documents
        if not is_any:
            raise _no_files_error(search, skipped)
        self._tell_of(skipped, search.source)

    def _is_new(self, path: str) -> bool:
        identity = _identity(path)
        is_new = identity not in self.read
        self.read.add(identity)
        return is_new

    def _tell_of(self, skipped: Skipped, source: str) -> None:
        if skipped:
            self.tell(f"{shown(source)}: {skipped}")

    def _at(self, number: int, path: str, skipped: Skipped) -> Iterable[Document]:
        try:
            with open_regular_file(path) as stream:
                return tuple(self.ways.named(Source.begin(path, stream, skipped)))
        except UnreadableFile as exc:
            problem = name_error(exc, path, number)
            if problem:
                raise problem from exc
            skipped.add(exc.reason)
            return ()

    def _readable(self, path: str, skipped: Skipped) -> Iterable[Document]:
        try:
            return self._documents(path, skipped)
        except UnreadableFile as exc:
            skipped.add(exc.reason)
            return ()

    def _documents(self, path: str, skipped: Skipped) -> Iterable[Document]:
        """Read a found file to its end: a broken one is to be read in another way."""
        if is_generated(path):
            raise UnreadableFile("is generated", reason="generated", where=shown(path))
        try:
            return _read_fully(self.ways.found, path, skipped)
        except InputProblem:
            if self.ways.fallback is None:
                raise
            return _read_fully(self.ways.fallback, path, skipped)


def _read_fully(way: Reader, path: str, skipped: Skipped) -> Iterable[Document]:
    with open_regular_file(path) as stream:
        if os.fstat(stream.fileno()).st_size <= _MOST_HELD:
            return tuple(way(Source.begin(path, stream, skipped)))
        for _ in way(Source.begin(path, stream)):
            pass
    return _read_again(way, path, skipped)


def _read_again(way: Reader, path: str, skipped: Skipped) -> Iterator[Document]:
    with open_regular_file(path) as stream:
        yield from way(Source.begin(path, stream, skipped))


def _no_files_error(search: Search, skipped: Skipped) -> InputProblem:
    what, hint = search.failure
    hint = str(skipped) if skipped else hint
    return InputProblem(what, where=shown(search.source), hint=hint)
