"""One line of a `.gitignore`, parsed as git does: the paths it means, part by part."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cohere_cli.documents.walk.bracket import (
    ALL_BYTES,
    Bracket,
    ByteSet,
    InvalidPatternError,
)

STAR: ByteSet = -1
"""In a part: any number of bytes."""

Glob = tuple[ByteSet, ...]
"""What matches a name, byte by byte: one of a set, or `STAR`."""
Part = bytes | Glob
"""What matches one name of a path: the name itself, or a pattern."""

ANY: Part = (STAR,)
ANY_DEPTH: Part = (STAR, STAR)
"""Any number of folders, also none; no other part has two stars in a row."""

Path = tuple[Part, ...]

_SPECIAL = re.compile(rb"[*?\[\\]")
# `**` is special between slashes only; before an escaped slash it is not empty.
_TOKEN = re.compile(
    rb"(?P<depth>(?<![^/])\*\*+(?:/|\Z))|(?P<folders>(?<![^/])\*\*+\\/)"
    rb"|(?P<slash>\\?/)|(?P<star>\*+)|(?P<one>\?)|(?P<bracket>\[)"
    rb"|\\(?P<escaped>.)|(?P<name>[^*?\[\\/]+)",
    re.DOTALL,
)
# git compares the text before the first wildcard by itself, and takes the rest for a
# pattern of its own: in `/doc**/a` the stars begin it, as they do in `**/a`.
_GLUED = re.compile(
    rb"(?P<head>[^*?\[\\]*[^*?\[\\/])\*\*+(?:/\*\*+)*(?P<end>/|\\/|\Z)", re.DOTALL
)


class Rule(NamedTuple):
    """The paths that a line means, below the folder of the rules.

    `is_ignored` is False for a line that begins with `!`.
    """

    paths: tuple[Path, ...]
    is_ignored: bool
    is_for_folders: bool

    @property
    def glob_bytes(self) -> int:
        """How many bytes its globs have."""
        parts = (part for path in self.paths for part in path)
        return sum(len(part) for part in parts if not isinstance(part, bytes))


def parse_rule(line: bytes, *, fold: bool) -> Rule | None:
    """Parse *line*, without its end; None for a comment and what matches nothing.

    With *fold*, the names to compare with are in lower case.
    """
    pattern = _without_blanks(line)
    if not pattern or pattern.startswith(b"#"):
        return None
    is_ignored = not pattern.startswith(b"!")
    pattern = pattern.removeprefix(b"!")
    is_for_folders = pattern.endswith(b"/")
    try:
        paths = _paths(pattern.removesuffix(b"/"), fold=fold)
    except InvalidPatternError:
        return None
    return Rule(paths, is_ignored, is_for_folders)


def _without_blanks(line: bytes) -> bytes:
    r"""Return *line* without a carriage return and blanks at its end; `\ ` stays."""
    line = line.removesuffix(b"\r")
    bare = line.rstrip(b" ")
    is_escaped = (len(bare) - len(bare.rstrip(b"\\"))) % 2 == 1
    return line[: len(bare) + is_escaped]


def _paths(pattern: bytes, *, fold: bool) -> tuple[Path, ...]:
    if b"/" not in pattern:
        return ((ANY_DEPTH, *_parts(pattern, fold=fold)),)
    texts = _alternatives(pattern.removeprefix(b"/"))
    return tuple(tuple(_parts(text, fold=fold)) for text in texts)


def _alternatives(pattern: bytes) -> tuple[bytes, ...]:
    """Return what *pattern* means as patterns with no special `**` after a name."""
    glued = _GLUED.match(pattern)
    if glued is None:
        return (pattern,)
    head, below = glued["head"], pattern[glued.end() :]
    deeper = b"%b*/**/%b" % (head, below)
    match glued["end"]:
        case b"":
            return head + b"*", head + b"*/**"
        case b"/":
            return head + below, deeper
        case _:
            return (deeper,)


def _parts(pattern: bytes, *, fold: bool) -> Iterator[Part]:
    """Yield the parts of *pattern*; raises `InvalidPatternError`."""
    if not _SPECIAL.search(pattern):
        return iter((pattern.lower() if fold else pattern).split(b"/"))
    return _parts_with_wildcards(pattern, fold=fold)


def _parts_with_wildcards(pattern: bytes, *, fold: bool) -> Iterator[Part]:
    glob: list[ByteSet] = []
    at = 0
    while found := _TOKEN.match(pattern, at):
        token, at = found[0], found.end()
        match found.lastgroup:
            case "depth":
                yield ANY_DEPTH
                # At the end, it means what is in the folders.
                glob += () if token.endswith(b"/") else ANY
            case "folders":
                yield from (ANY, ANY_DEPTH)
            case "slash":
                yield _part(glob)
                glob = []
            case "bracket":
                bracket = Bracket(pattern, found.start(), fold=fold)
                at = bracket.at
                glob.append(bracket.members)
            case "name":
                glob += (1 << byte for byte in (token.lower() if fold else token))
            case "escaped":
                glob.append(1 << token[1])
            case _:
                glob.append(STAR if token.startswith(b"*") else ALL_BYTES)
    if at < len(pattern):
        raise InvalidPatternError
    yield _part(glob)


def _part(glob: list[ByteSet]) -> Part:
    """Return *glob*, as a name if it matches nothing else."""
    name = literal(glob)
    return tuple(glob) if name is None else name


_BYTES = {1 << byte: byte for byte in range(256)}


def literal(glob: Sequence[ByteSet]) -> bytes | None:
    """Return the one text that *glob* matches, None if it matches more or nothing."""
    if STAR in glob:
        return None
    try:
        return bytes([_BYTES[members] for members in glob])
    except KeyError:
        return None
