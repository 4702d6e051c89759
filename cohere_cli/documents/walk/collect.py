"""From named files, folders and patterns to documents, each file read once."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Generic, Protocol, TypeVar

from cohere_cli.documents.binary_types import is_extractable
from cohere_cli.documents.detect import has_format
from cohere_cli.documents.document import Document
from cohere_cli.documents.formats.text import is_generated
from cohere_cli.documents.open_file import (
    UNREADABLE,
    UnreadableFile,
    open_regular_file,
    open_source,
)
from cohere_cli.documents.skipped import BadRecords, Notify, Skipped
from cohere_cli.documents.source import Source
from cohere_cli.documents.walk.file_list import read_names, require_separator
from cohere_cli.documents.walk.first_look import reason_to_skip, status_of
from cohere_cli.documents.walk.folders import Search, normalize, parse_search
from cohere_cli.errors import InputProblem
from cohere_cli.system.open_files import read_at
from cohere_cli.text import STDIN, shown_source

Reader = Callable[[Source], Iterable[Document]]
IsWanted = Callable[[str], bool]
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
_Identity = tuple[int, int] | str
# The documents of a found file are held until the file proves to be valid. A larger
# one is read twice instead.
_MAX_HELD_BYTES = 16 * 2**20
_HEAD_BYTES = 512


@dataclass(frozen=True, slots=True)
class ReadStrategy:
    """How to read a file that the user named, and one found in a folder.

    *fallback* reads a found file that *found* refuses. With a *separator*, standard
    input is a list of file names with that between them. *skips_empty*: a found file
    without a byte counts as skipped; *takes_nuls*: it may have NULs. *is_extracted*
    gets a file's first bytes and its path: whether the readers extract its text.
    """

    named: Reader
    found: Reader
    fallback: Reader | None = None
    separator: bytes = b""
    skips_empty: bool = True
    takes_nuls: bool = False
    is_extracted: Callable[[bytes, str], bool] = lambda *_: False


def collect(
    sources: Iterable[str],
    stdin: BinaryIO,
    strategy: ReadStrategy,
    notify: Notify,
    bad: BadRecords,
) -> Iterator[Document]:
    """Yield the documents of *sources*, in their order, no file twice.

    A file that is both named and found is read as a named one. *notify* gets one
    line for each source in which something was skipped, *bad* the records that cannot
    be read. Raises `InputProblem`, also for a search without a readable file. Unless
    bad records are refused, a named file that cannot be opened is refused first.
    """
    searches = _resolve(sources)
    if not bad.are_refused:
        _require_files(path for path, search in searches if search is None)
    yield from _visit(searches, FileReader(strategy, bad, stdin), notify)


def visit(
    sources: Iterable[str], files: "Files[T]", notify: Notify, wanted: IsWanted
) -> Iterator[T]:
    """Yield what *files* gives for each file of *sources*, as `collect` chooses them.

    Files whose path is not *wanted* are passed over. Raises `InputProblem`.
    """
    yield from _visit(_resolve(sources), files, notify, wanted)


def _visit(
    searches: "list[tuple[str, Search | None]]",
    files: "Files[T]",
    notify: Notify,
    wanted: IsWanted = lambda _: True,
) -> Iterator[T]:
    named = {_identity(path) for path, search in searches if search is None}
    collector = _Collector(files, notify, named, set(), wanted)
    for path, search in searches:
        if search is not None:
            yield from collector.found(search)
        elif path == STDIN and files.separator:
            yield from collector.from_list()
        else:
            yield from collector.named(path)
    collector.report_counts()


def _require_files(paths: Iterable[str]) -> None:
    for path in paths:
        if path != STDIN:
            open_regular_file(path).close()


def _resolve(sources: Iterable[str]) -> list[tuple[str, Search | None]]:
    searches: list[tuple[str, Search | None]] = []
    for source in sources:
        if source == STDIN and (STDIN, None) in searches:
            raise InputProblem("standard input is named twice", hint="name `-` once")
        search = None if source == STDIN else parse_search(source)
        searches.append((normalize(source), search))
    return searches


def _identity(path: str) -> _Identity:
    """Return what all names of a file share: device and inode."""
    return path if path == STDIN else _identity_of(path, status_of(path))


def _identity_of(path: str, status: os.stat_result | str) -> _Identity:
    return path if isinstance(status, str) else (status.st_dev, status.st_ino)


class Files(Protocol[T_co]):
    """What becomes of each chosen file; `skipped` counts what is left out of it."""

    @property
    def separator(self) -> bytes: ...
    def named(self, path: str, skipped: Skipped) -> Iterable[T_co]: ...
    def listed(self, skipped: Skipped, is_new: IsWanted) -> Iterable[T_co]: ...
    def found(
        self, path: str, status: os.stat_result | str, skipped: Skipped
    ) -> Iterable[T_co]: ...


@dataclass(frozen=True, slots=True)
class _Collector(Generic[T]):
    """What reads files, and which files were named or have been read."""

    files: Files[T]
    notify: Notify
    named_files: set[_Identity]
    read_files: set[_Identity]
    wanted: IsWanted
    counts: dict[str, Skipped] = field(default_factory=dict)
    """Of each named file in which there is nothing else than counts to report."""

    def named(self, path: str) -> Iterator[T]:
        """Yield what a named file gives, unless it has been read."""
        if self._is_new(path) and self.wanted(path):
            skipped = Skipped()
            yield from self.files.named(path, skipped)
            if skipped.files or skipped.doubled:
                self._report(skipped, path)
            elif skipped:
                self.counts[path] = skipped

    def from_list(self) -> Iterator[T]:
        """Yield what the files give that standard input names."""
        skipped = Skipped()
        yield from self.files.listed(skipped, self._is_new)
        self._report(skipped, STDIN)

    def found(self, search: Search) -> Iterator[T]:
        """Yield what the files give that *search* finds."""
        skipped = Skipped()
        is_any = False
        for path in search.files(skipped.add):
            if not self.wanted(path):
                is_any = True
                continue
            status = status_of(path)
            identity = _identity_of(path, status)
            is_known = identity in self.named_files or identity in self.read_files
            given = () if is_known else self.files.found(path, status, skipped)
            if given:
                self.read_files.add(identity)
            is_any = is_any or is_known or bool(given)
            yield from given
        if not is_any:
            what, hint = search.failure
            hint = str(skipped) if skipped else hint
            raise InputProblem(what, where=shown_source(search.source), hint=hint)
        self._report(skipped, search.source)

    def report_counts(self) -> None:
        """Report those of all named files in one line: a shell names hundreds."""
        counts = self.counts
        source = next(iter(counts)) if len(counts) == 1 else f"{len(counts):,} files"
        total = Skipped(
            blank_lines=sum(one.blank_lines for one in counts.values()),
            converted=sum(one.converted for one in counts.values()),
            textless=sum(one.textless for one in counts.values()),
        )
        self._report(total, source)

    def _is_new(self, path: str) -> bool:
        identity = _identity(path)
        is_new = identity not in self.read_files
        self.read_files.add(identity)
        return is_new

    def _report(self, skipped: Skipped, source: str) -> None:
        if skipped:
            self.notify(f"{shown_source(source)}: {skipped}")


@dataclass(frozen=True, slots=True)
class FileReader:
    """Reads chosen files as documents, by a strategy."""

    strategy: ReadStrategy
    bad: BadRecords
    stdin: BinaryIO

    @property
    def separator(self) -> bytes:
        """What separates names on standard input, if it is a list of them."""
        return self.strategy.separator

    def named(self, path: str, skipped: Skipped) -> Iterator[Document]:
        """Yield the documents of a file that the user named."""
        with open_source(path, self.stdin) as stream:
            yield from self._readable(path, stream, skipped)

    def _readable(
        self, path: str, stream: BinaryIO, skipped: Skipped
    ) -> Iterator[Document]:
        """Yield documents up to where the file at *path* can no longer be read."""
        try:
            source = Source.begin(path, stream, skipped, self.bad)
            yield from self.strategy.named(source)
        except InputProblem as exc:
            self.bad.add(exc)

    def listed(self, skipped: Skipped, is_new: IsWanted) -> Iterator[Document]:
        """Yield the documents of the files that standard input names."""
        with open_source(STDIN, self.stdin) as stream:
            names = read_names(Source.begin(STDIN, stream, skipped), self.separator)
            for number, path in names:
                if is_new(path):
                    yield from self._read_listed(number, path, skipped)

    def _read_listed(
        self, number: int, path: str, skipped: Skipped
    ) -> Iterable[Document]:
        try:
            with open_regular_file(path) as stream:
                return tuple(self.strategy.named(Source.begin(path, stream, skipped)))
        except UnreadableFile as exc:
            require_separator(path, number)
            skipped.add(exc.reason, is_final=exc.is_final)
            return ()

    def found(
        self, path: str, status: os.stat_result | str, skipped: Skipped
    ) -> Iterable[Document]:
        """Read a found file; a generated or unreadable one is skipped."""
        strategy = self.strategy
        if is_generated(path):
            reason = "generated"
        else:
            reason = reason_to_skip(
                path,
                status,
                takes_nuls=strategy.takes_nuls,
                is_extracted=strategy.is_extracted,
            )
        if not reason:
            return self._read_text(path, skipped)
        if reason != "empty" or strategy.skips_empty:
            skipped.add(reason, is_final=reason != UNREADABLE)
        return ()

    def _read_text(self, path: str, skipped: Skipped) -> Iterable[Document]:
        found, fallback = self.strategy.found, self.strategy.fallback
        try:
            try:
                return _read_fully(found, path, skipped, self.bad)
            except InputProblem as exc:
                is_text = isinstance(exc, UnreadableFile) and not has_format(path)
                if fallback is None or is_text:
                    raise
                return _read_fully(fallback, path, skipped, self.bad)
        except UnreadableFile as exc:
            skipped.add(exc.reason, is_final=exc.is_final)
            return ()


def _read_fully(
    read: Reader, path: str, skipped: Skipped, bad: BadRecords
) -> Iterable[Document]:
    """Return the documents of a file that *read* accepts to its end."""
    problems: list[InputProblem] = []
    with open_regular_file(path) as stream:
        descriptor = stream.fileno()
        is_large = os.fstat(descriptor).st_size > _MAX_HELD_BYTES
        # Of a PDF no more than its text is held.
        if is_large and not is_extractable(read_at(descriptor, _HEAD_BYTES, 0), path):
            trial = BadRecords(bad.policy)
            if not sum(1 for _ in read(Source.begin(path, stream, None, trial))):
                trial.raise_first()
            return _read_again(read, path, skipped, bad)
        trial = BadRecords(bad.policy, problems.append)
        documents = tuple(read(Source.begin(path, stream, skipped, trial)))
    if not documents:
        trial.raise_first()
    for problem in problems:
        bad.add(problem)
    return documents


def _read_again(
    read: Reader, path: str, skipped: Skipped, bad: BadRecords
) -> Iterator[Document]:
    with open_regular_file(path) as stream:
        yield from read(Source.begin(path, stream, skipped, bad))
