"""Documents kept on disk until they are asked for: memory stays flat."""

import marshal
import os
from array import array
from contextlib import suppress
from types import TracebackType
from typing import IO, Any, Self

from cohere_cli.documents.document import Document
from cohere_cli.errors import InputProblem


class Spool:
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
