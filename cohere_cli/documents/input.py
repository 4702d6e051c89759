"""One source's bytes, read once from front to back: as lines of text or whole."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from errno import EAGAIN
from io import BytesIO
from typing import BinaryIO

from cohere_cli.documents.opening import shown, unreadable
from cohere_cli.documents.text import Text
from cohere_cli.documents.unfit import Unfit

# Of a whole file, or of one line: what is held in memory at once.
MOST_BYTES = 64 * 2**20
_HEAD_BYTES = 64 * 2**10
_BOM = b"\xef\xbb\xbf"
_NUL = "a NUL"
_LARGE = "over 64 MiB"
_UTF_16 = "convert it: iconv -f UTF-16 -t UTF-8"
_REMEDIES = {
    b"\xff\xfe": _UTF_16,
    b"\xfe\xff": _UTF_16,
    b"%PDF-": "extract its text first, for instance with pdftotext",
    b"PK\x03\x04": "it is an archive or an office file: extract its text first",
    b"\x1f\x8b": "it is compressed: decompress it first, for instance with gunzip",
}


@dataclass(frozen=True, slots=True)
class Input:
    """What comes from `source`. `head` is its first bytes, looked at in advance."""

    source: str
    head: bytes
    _held: BytesIO
    _rest: BinaryIO

    @classmethod
    def begin(cls, source: str, stream: BinaryIO) -> "Input":
        """Look at the first bytes of *stream*."""
        with _reading(source):
            head = _read(stream, _HEAD_BYTES)
        return cls(source, head, BytesIO(head), stream)

    @property
    def name(self) -> str:
        return shown(self.source)

    def lines(self) -> Iterator[Text]:
        r"""Yield every line with its end; only `\n` ends one.

        Memory holds one line at a time, of 64 MiB at most.
        """
        offset, number = 0, 1
        while line := self._line():
            if len(line) > MOST_BYTES:
                where = f"{self.name}:{number}"
                what = "a line is longer than 64 MiB"
                raise Unfit(what, reason=_LARGE, where=where)
            yield Text(self._decoded(line, number, offset), self.name, number)
            offset += len(line)
            number += 1

    def whole(self) -> Text:
        """Return all of it, of 64 MiB at most."""
        data = self._held.read()
        # A film is known by its beginning: its gigabytes need not be read.
        if b"\0" not in data:
            with _reading(self.source):
                data += _read(self._rest, MOST_BYTES)
        if len(data) > MOST_BYTES:
            hint = "split it, or write its records as JSON lines"
            what = "larger than 64 MiB"
            raise Unfit(what, reason=_LARGE, where=self.name, hint=hint)
        return Text(self._decoded(data, 1, 0), self.name)

    def _line(self) -> bytes:
        with _reading(self.source):
            line = self._held.readline()
            if not line.endswith(b"\n"):
                line += self._rest.readline(MOST_BYTES)
        return line

    def _decoded(self, data: bytes, line: int, offset: int) -> str:
        # The mark belongs to the file: as part of a record it would wander.
        bare = data if offset else data.removeprefix(_BOM)
        try:
            return _text(bare)
        except UnicodeDecodeError as exc:
            at = offset + len(data) - len(bare) + exc.start
            line += bare.count(b"\n", 0, exc.start)
            what = f"not UTF-8 text: {exc.reason} at byte {at}"
            where, hint = f"{self.name}:{line}", self._remedy(exc.reason)
            raise Unfit(what, reason="not text", where=where, hint=hint) from exc

    def _remedy(self, reason: str) -> str:
        for start, remedy in _REMEDIES.items():
            if self.head.startswith(start):
                return remedy
        if reason == _NUL:
            return "only text is read: extract it first"
        return "convert it, for instance: iconv -f WINDOWS-1252 -t UTF-8"


def _text(data: bytes) -> str:
    # Python takes NUL for text, but only binary files and UTF-16 have it.
    nul = data.find(b"\0")
    if nul >= 0:
        raise UnicodeDecodeError("utf-8", data, nul, nul + 1, _NUL)
    return data.decode()


def _read(stream: BinaryIO, size: int) -> bytes:
    data: bytes | None = stream.read(size)
    if data is None:
        # Some files of /proc: their readers are to wait, as a pipe's are.
        raise BlockingIOError(EAGAIN, os.strerror(EAGAIN))
    return data


@contextmanager
def _reading(source: str) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        raise unreadable(exc, shown(source)) from exc
