"""Reads the sections of a file: in a process with limits, or, of a notebook, here."""

import atexit
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from cohere_cli.documents.binary_types import (
    binary_type,
    extraction_hint,
    is_extractable,
)
from cohere_cli.documents.extraction.extract import (
    FAILURES,
    NOT_INSTALLED,
    Extract,
    Refused,
)
from cohere_cli.documents.open_file import UNREADABLE, UnreadableFile
from cohere_cli.documents.source import Source
from cohere_cli.errors import InputProblem
from cohere_cli.text import os_reason

if TYPE_CHECKING:
    from cohere_cli.documents.extraction.worker_process import WorkerProcess

# Of a large PDF most are pictures and fonts.
_MOST_BYTES = 2**29


def read_extract(source: Source) -> Extract:
    """Return the sections of *source*, and count its pages without text.

    Raises `UnreadableFile` if its text cannot be extracted.
    """
    try:
        extract = _read(source)
    except Refused as exc:
        raise _unreadable(source, exc) from exc
    source.skipped.textless += extract.textless
    return extract


def _read(source: Source) -> Extract:
    if not is_extractable(source.head, source.path):
        from cohere_cli.documents.formats.notebook import notebook_extract

        return notebook_extract(source)
    with _opened(source) as descriptor:
        try:
            return _worker().extract(descriptor)
        except OSError as exc:
            what = f"cannot be read: no process can be started: {os_reason(exc)}"
            raise UnreadableFile(
                what, reason=UNREADABLE, where=source.name, is_final=False
            ) from exc


@cache
def _worker() -> "WorkerProcess":
    """Return the process that extracts the texts of all files of this one."""
    from cohere_cli.documents.extraction.worker_process import WorkerProcess

    worker = WorkerProcess()
    atexit.register(worker.close)
    return worker


@contextmanager
def _opened(source: Source) -> Iterator[int]:
    """Give the descriptor of a regular file: a copy of what comes from a pipe."""
    descriptor = source.descriptor
    if descriptor is not None:
        if os.fstat(descriptor).st_size > _MOST_BYTES:
            raise Refused("too large")
        yield descriptor
        return
    with TemporaryFile() as copy:
        try:
            for piece in source.pieces():
                copy.write(piece)
                if copy.tell() > _MOST_BYTES:
                    raise Refused("too large")
            copy.flush()
        except OSError as exc:
            what = f"cannot be copied to a temporary file: {os_reason(exc)}"
            hint = "set TMPDIR to a directory with enough space"
            raise InputProblem(what, where=source.name, hint=hint) from exc
        yield copy.fileno()


def _unreadable(source: Source, refusal: Refused) -> UnreadableFile:
    reason = str(refusal)
    what, hint = FAILURES[reason]
    kind = binary_type(source.head)
    if reason == NOT_INSTALLED and kind:
        hint = f"{hint}; or {extraction_hint(kind, source.name)}"
    # A library may be installed before the next search.
    is_final = refusal.is_final and reason != NOT_INSTALLED
    return UnreadableFile(
        what, reason=reason, where=source.name, hint=hint, is_final=is_final
    )
