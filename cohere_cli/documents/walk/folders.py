"""The files below a folder: in order, without what is hidden or left out."""

import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import translate
from functools import cache
from pathlib import PurePath

from cohere_cli.documents.open_file import STDIN
from cohere_cli.documents.walk.gitignore import IgnoreRules

_MAGIC = re.compile(r"[*?]|\[.+\]")
_ANY_DEPTH = "**"

States = frozenset[int]
"""Which part of a pattern a path has come to, in each way to read the path."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern's parts, between its slashes; `**` is any number of folders.

    As in a shell, a name that begins with a dot is meant only by a part that
    begins with one. `.git` is never meant.
    """

    parts: tuple[str, ...]

    def start(self) -> States:
        """Return the stages of an empty path."""
        return self._with_depths([0])

    def after(self, stages: States, name: str) -> States:
        """Return the stages of a path, that has come to *stages*, with *name* added."""
        return self._with_depths(
            [
                stage if self.parts[stage] == _ANY_DEPTH else stage + 1
                for stage in stages
                if self._means(stage, name)
            ]
        )

    def matches(self, stages: States) -> bool:
        """Whether the pattern means a path that has come to *stages*."""
        return len(self.parts) in stages

    def may_match_below(self, stages: States) -> bool:
        """Whether the pattern may mean a path that is longer."""
        return any(stage < len(self.parts) for stage in stages)

    def _means(self, stage: int, name: str) -> bool:
        if stage == len(self.parts) or name == ".git":
            return False
        part = self.parts[stage]
        if name.startswith(".") and not part.startswith("."):
            return False
        return part == _ANY_DEPTH or _expression(part).match(name) is not None

    def _with_depths(self, reached: list[int]) -> States:
        """Add what comes after each `**`, which may stand for no folder at all."""
        stages = set(reached)
        for stage, part in enumerate(self.parts):
            if part == _ANY_DEPTH and stage in stages:
                stages.add(stage + 1)
        return frozenset(stages)


ALL_FILES = Pattern((_ANY_DEPTH, "*"))


def split_pattern(path: str) -> tuple[str, Pattern] | None:
    """Return the folder with which *path* begins, and the pattern below it.

    None if *path* is no pattern. One that ends with a slash means all that is in
    the folders that it matches.
    """
    parts = PurePath(path).parts
    first = next((at for at, part in enumerate(parts) if _MAGIC.search(part)), None)
    if first is None:
        return None
    below = parts[first:]
    if path.endswith("/"):
        below = (*below, _ANY_DEPTH)
    # It stands for folders alone: what is in them is still to be named.
    if below[-1] == _ANY_DEPTH:
        below = (*below, "*")
    return str(PurePath(*parts[:first])), Pattern(below)


@cache
def _expression(part: str) -> re.Pattern[str]:
    return re.compile(translate(part))


_LEFT_OUT = "hidden files, and those that .gitignore names, are left out"

OnSkip = Callable[[str], None]
"""Takes the reason why one more file is passed by."""


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for: the files below `folder` that `pattern` means.

    `source` is the folder or the pattern as the user gave it.
    """

    source: str
    folder: str
    pattern: Pattern = ALL_FILES

    @property
    def failure(self) -> tuple[str, str]:
        """What to say, with which hint, when nothing is found."""
        if normalize(self.source) == self.folder:
            return "there are no readable files in it", _LEFT_OUT
        return "no file matches", f"`**` goes into folders; {_LEFT_OUT}"

    def files(self, skip: OnSkip) -> Iterator[str]:
        """Yield paths, sorted part by part; *skip* is told of what cannot be read.

        Left out are hidden names, what `.gitignore` files name, and links: one
        to a file of the same folder is followed, no other.
        """
        start = _Folder(self.folder, IgnoreRules.of(self.folder), self.pattern.start())
        root = os.path.realpath(self.folder)
        # No recursion: folders may be nested deeper than Python's calls.
        pending: list[str | _Folder] = [start]
        while pending:
            here = pending.pop()
            if isinstance(here, str):
                yield here
            else:
                inside = list(_inside(here, self.pattern, root, skip))
                pending += reversed(inside)


@dataclass(frozen=True, slots=True)
class _Folder:
    path: str
    rules: IgnoreRules
    states: States


def parse_search(source: str) -> Search | None:
    """Return the search that *source* asks for, None if it names one file.

    What exists under that very name is no pattern.
    """
    try:
        mode = os.stat(source).st_mode  # noqa: PTH116 - Path("") is the current folder
    except (OSError, ValueError):
        split = None if os.path.lexists(source) else split_pattern(source)
        return Search(source, *split) if split else None
    return Search(source, normalize(source)) if stat.S_ISDIR(mode) else None


def normalize(path: str) -> str:
    """Return *path* without what changes nothing: `./`, `//`, a slash at its end."""
    if path in ("", STDIN):
        return path
    shorter = str(PurePath(path))
    # A file of that name is not standard input.
    return f"./{shorter}" if shorter == STDIN else shorter


def _inside(
    folder: _Folder, pattern: Pattern, root: str, skip: OnSkip
) -> Iterator[str | _Folder]:
    try:
        with os.scandir(folder.path) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError:
        skip("unreadable")
        return
    for entry in entries:
        stages = pattern.after(folder.states, entry.name)
        if not stages:
            continue
        is_folder = entry.is_dir(follow_symlinks=False)
        wanted = (
            pattern.may_match_below(stages) if is_folder else pattern.matches(stages)
        )
        if not wanted or folder.rules.ignores(entry.name, is_folder=is_folder):
            continue
        path = _below(folder.path, entry.name)
        if is_folder:
            yield _Folder(path, folder.rules.below(entry.name), stages)
        elif _is_to_read(entry, root, skip):
            yield path


def _below(folder: str, name: str) -> str:
    path = name if folder == os.curdir else os.path.join(folder, name)  # noqa: PTH118 - fast
    return f"./{path}" if path == STDIN else path


def _is_to_read(entry: "os.DirEntry[str]", root: str, skip: OnSkip) -> bool:
    """Whether *entry*, no folder, is to be read; a link may not lead elsewhere."""
    if not entry.is_symlink():
        return True
    target = os.path.realpath(entry.path)
    if os.path.commonpath((root, target)) != root:
        skip("linked from elsewhere")
        return False
    # A folder of the same folder is come to without the link.
    return not os.path.isdir(target)  # noqa: PTH112 - of any bytes
