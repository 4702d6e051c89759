"""Opens the files that the user named: regular files, and pipes of the shell."""

import io
import os
import re
import shlex
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, cast

from cohere_cli.errors import InputProblem
from cohere_cli.system.open_files import NO_WAIT, PLAIN, make_blocking
from cohere_cli.text import STDIN, nearest, os_reason, shown_source

UNREADABLE = "unreadable"
"""The reason for skipping what the operating system refused."""
# A pipe that took the file's place after the first look cannot block us.
_FLAGS = os.O_RDONLY | NO_WAIT | PLAIN
# `<(command)` in a shell: a pipe that is open already, so it has a writer.
_OPEN_ALREADY = re.compile(r"/dev/(?:fd/[0-9]+|stdin)|/proc/(?:self|[0-9]+)/fd/[0-9]+")
# Enough for any folder that people type names from.
_MAX_SIBLINGS = 2000
_FILE_TYPES = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


class UnreadableFile(InputProblem):
    """A file that cannot be read as text.

    *reason* gives the cause in one to three words, for the summary of skipped files.
    It *is_final* if it is of the file itself: until that changes, it stays as it is.
    """

    def __init__(
        self,
        what: str,
        *,
        reason: str,
        where: str = "",
        hint: str = "",
        is_final: bool = True,
    ) -> None:
        super().__init__(what, where=where, hint=hint)
        self.reason = reason
        self.is_final = is_final


@contextmanager
def open_source(source: str, stdin: BinaryIO) -> Iterator[BinaryIO]:
    """Open the file *source* for reading bytes, or give *stdin* for "-".

    Raises `UnreadableFile` unless it is a regular file or `<(command)`.
    """
    if source == STDIN:
        # Some parents leave it non-blocking: there a pause would look like the end.
        with suppress(OSError, ValueError):
            make_blocking(stdin.fileno())
        yield _typed(stdin) if stdin.isatty() else stdin
        return
    with open_regular_file(source) as stream:
        yield stream


def _typed(stdin: BinaryIO) -> BinaryIO:
    """Return *stdin*, a terminal, as a stream that stays at its end.

    A terminal can be read on after Ctrl-D, so a second read would need another one.
    """
    return io.BufferedReader(_Typed(stdin))


class _Typed(io.RawIOBase):
    """The bytes that are typed, up to the first end."""

    def __init__(self, stdin: BinaryIO) -> None:
        self._stdin = cast("io.BufferedReader", stdin)
        self._has_ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = b"" if self._has_ended else self._stdin.read1(len(buffer))
        self._has_ended = not data
        buffer[: len(data)] = data
        return len(data)


def open_regular_file(path: str) -> BinaryIO:
    """Open the file *path*; raises as `open_source` does."""
    # Not `open`, which asks whether each is a terminal, in twice the time.
    return io.BufferedReader(io.FileIO(_descriptor(path)))


def suffix_of(name: str) -> str:
    """Return the end of a file's name, from the last dot on, in lower case."""
    # Not by pathlib: for ten thousand files it would take a second.
    return os.path.splitext(name)[1].lower()  # noqa: PTH122 - see above


def read_error(exc: OSError | ValueError, where: str) -> UnreadableFile:
    """Return the error to raise for what the operating system refused."""
    what = f"cannot be read: {os_reason(exc)}"
    return UnreadableFile(what, reason=UNREADABLE, where=where, is_final=False)


def no_text_hint(source: str, lacking: str = "text") -> str:
    """Return the hint for a source, a file or "-", that has nothing to read."""
    if source == STDIN:
        return "did the command before it fail?"
    return f"name a file with {lacking}"


def _descriptor(path: str) -> int:
    try:
        # Before it is opened: opening alone makes some devices act.
        mode = os.stat(path).st_mode  # noqa: PTH116 - Path("") is the current folder
        _require_regular(mode, path)
        descriptor = os.open(path, _FLAGS)
    except FileNotFoundError as exc:
        what, hint = "no such file", _suggestion(path)
        raise UnreadableFile(
            what, reason="missing", where=_where(path), hint=hint
        ) from exc
    except (OSError, ValueError) as exc:
        raise read_error(exc, _where(path)) from exc
    try:
        _require_regular(os.fstat(descriptor).st_mode, path)
    except UnreadableFile:
        os.close(descriptor)
        raise
    # Reading waits for the writer of a pipe; for files it makes no difference.
    make_blocking(descriptor)
    return descriptor


def _require_regular(mode: int, path: str) -> None:
    is_pipe = stat.S_ISFIFO(mode) and _OPEN_ALREADY.fullmatch(path)
    if stat.S_ISREG(mode) or is_pipe:
        return
    file_type = _FILE_TYPES.get(stat.S_IFMT(mode), "a special file")
    is_folder = stat.S_ISDIR(mode)
    hint = "name the files in it" if is_folder else "pipe it in and name it `-`"
    what = f"is {file_type}, not a regular file"
    reason = "folder" if is_folder else "special"
    raise UnreadableFile(what, reason=reason, where=_where(path), hint=hint)


_URL = re.compile(r"(https?|mcp):/+(.+)", re.DOTALL)


def _where(path: str) -> str:
    # A URL loses one of the slashes where folders are searched.
    shown = _URL.sub(r"\1://\2", path) if _URL.fullmatch(path) else path
    return shown_source(shown) or "an empty name"


def page_hint(path: str) -> str:
    """Return how to read the page or the resource at *path*, a URL; else ""."""
    url = _URL.fullmatch(path)
    if not url:
        return ""
    address = shlex.quote(f"{url[1]}://{url[2]}")
    if url[1] == "mcp":
        return f"`co chat QUESTION -d {address}` reads a resource of an MCP server"
    return f"`curl -sL {address} | co chat QUESTION -d -` reads a page"


def _suggestion(path: str) -> str:
    """Return a hint for a name that no file has, "" if it is near no other."""
    if hint := page_hint(path):
        return hint
    if path.startswith("@") and _exists(path[1:]):
        return f"leave out the @: {shown_source(path[1:])}"
    near = _sibling(Path(path))
    return f"did you mean {shown_source(near)}?" if near else _searched(Path(path))


def _searched(path: Path) -> str:
    """Return where *path* was looked for, or that its folder is missing."""
    if not _exists(str(path.parent)):
        return f"there is no folder {shown_source(str(path.parent))}"
    if path.is_absolute():
        return ""
    return f"the current folder is {shown_source(str(Path.cwd()))}"


def _exists(path: str) -> bool:
    try:
        return bool(os.stat(path))  # noqa: PTH116 - as in `_descriptor`
    except (OSError, ValueError):
        return False


def _sibling(path: Path) -> str:
    """Return the file of a similar name, or with another suffix, in the same folder."""
    try:
        with os.scandir(path.parent) as entries:
            names = [entry.name for entry in islice(entries, _MAX_SIBLINGS)]
    except OSError:
        return ""
    same = [name for name in names if Path(name).stem == path.stem]
    near = nearest(path.name, names) or (same[0] if len(same) == 1 else "")
    return str(path.with_name(near)) if near else ""


# As git writes a name with unusual bytes.
_QUOTED = re.compile(rb'"(?:[^"\\]|\\(?:[abfnrtv"\\]|[0-7]{3}))+"')


def unquote_name(raw: bytes) -> bytes:
    """Return the name that git put in quotes, with escapes as in C; others as is."""
    from codecs import escape_decode

    return escape_decode(raw[1:-1])[0] if _QUOTED.fullmatch(raw) else raw
