"""A reply that was kept in a file: a recording, an event stream, or a JSON body."""

import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cohere_cli.api.recording import FORMAT, VERSION
from cohere_cli.api.strict_json import loads
from cohere_cli.errors import InputProblem
from cohere_cli.sandbox.response import EVENTS, JSON, HangUp, Response

_LOWEST_STATUS, _HIGHEST_STATUS = 200, 599
_EVENT = re.compile(rb".+?(?:\r\n\r\n|\n\n|\r\r|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Kept:
    """A reply's status, type and body; `is_whole` if the server sent it to its end."""

    status: int
    content_type: str
    body: bytes
    is_whole: bool = True

    def played(self, trace: str) -> Response:
        """Return the reply once more, byte for byte; a stream event by event."""
        streams = self.content_type.startswith(EVENTS) or not self.is_whole
        body = self._events() if streams else self.body
        return Response(self.status, trace, body, self.content_type)

    def _events(self) -> Iterator[bytes]:
        yield from _EVENT.findall(self.body)
        if not self.is_whole:
            raise HangUp("close")


def kept_in(path: Path, where: str = "") -> Kept:
    """Read the file *path*; raises `InputProblem`, which names *where* or the file."""
    data = _read(path, where or str(path))
    first, _, rest = data.partition(b"\n")
    if b'"%b"' % FORMAT.encode() in first:
        return _recording(first, rest.splitlines(), str(path))
    if data.lstrip().startswith((b"{", b"[")):
        return Kept(200, JSON, data)
    return Kept(200, EVENTS, data)


def _read(path: Path, where: str) -> bytes:
    try:
        if path.exists() and not path.is_file():
            # A pipe or a device could hold us for ever.
            raise InputProblem(f"{path} is no regular file", where=where)
        return path.read_bytes()
    except (OSError, ValueError) as exc:
        reason = getattr(exc, "strerror", None) or str(exc)
        said = f"{path} cannot be read: {reason.lower()}"
        raise InputProblem(said, where=where) from exc


def _recording(heading: bytes, lines: list[bytes], source: str) -> Kept:
    status, kind = _heading(heading, source)
    body, end = b"", ""
    for number, line in enumerate(lines, 2):
        try:
            piece, end = _moment(loads(line))
        except (ValueError, TypeError) as exc:
            if number > len(lines):
                # Begun, but never ended: the disk was full, or the program killed.
                break
            said = f"is no line of a recording: {exc}"
            raise InputProblem(said, where=f"{source}:{number}") from exc
        body += piece
    return Kept(status, kind, body, is_whole=end in ("complete", "incomplete"))


def _heading(line: bytes, source: str) -> tuple[int, str]:
    try:
        told = loads(line)
    except ValueError:
        told = None
    match told:
        case {"status": int(status), "content-type": str(kind), **more} if more.get(
            FORMAT
        ) == VERSION and _can_be_sent(status, kind):
            return status, kind
        case _:
            said = "the first line is no heading of a recording that can be read"
            raise InputProblem(said, where=f"{source}:1")


def _can_be_sent(status: int, kind: str) -> bool:
    """Whether they make a head: a line end in a type would begin another header."""
    return (
        _LOWEST_STATUS <= status <= _HIGHEST_STATUS
        and kind.isascii()
        and kind.isprintable()
    )


def _moment(line: Any) -> tuple[bytes, str]:
    match line:
        case {"data": str(text)}:
            return text.encode(), ""
        case {"base64": str(text)}:
            return b64decode(text, validate=True), ""
        case {"end": str(end)}:
            return b"", end
        case _:
            raise ValueError("it has to have `data`, `base64` or `end`")
