"""The files below a folder: in order, without what is hidden or left out."""

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePath

from cohere_cli.documents.gitignore import Rules
from cohere_cli.documents.opening import STDIN
from cohere_cli.documents.patterns import EVERYTHING, Pattern, Stages, split_pattern

_LEFT_OUT = "hidden files, and those that .gitignore names, are left out"

Skip = Callable[[str], None]
"""Takes the reason why one more file is passed by."""


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for: the files below `folder` that `pattern` means.

    `source` is the folder or the pattern as the user gave it.
    """

    source: str
    folder: str
    pattern: Pattern = EVERYTHING

    @property
    def failure(self) -> tuple[str, str]:
        """What to say, with which hint, when nothing is found."""
        if plain(self.source) == self.folder:
            return "there are no readable files in it", _LEFT_OUT
        return "no file matches", f"`**` goes into folders; {_LEFT_OUT}"

    def files(self, skip: Skip) -> Iterator[str]:
        """Yield paths, sorted part by part; *skip* is told of what cannot be read.

        Left out are hidden names, what `.gitignore` files name, and links: one
        to a file of the same folder is followed, no other.
        """
        start = _Folder(self.folder, Rules.of(self.folder), self.pattern.start())
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
    rules: Rules
    stages: Stages


def search_of(source: str) -> Search | None:
    """Return the search that *source* asks for, None if it names one file.

    What exists under that very name is no pattern.
    """
    try:
        mode = os.stat(source).st_mode  # noqa: PTH116 - Path("") is the current folder
    except (OSError, ValueError):
        split = None if os.path.lexists(source) else split_pattern(source)
        return Search(source, *split) if split else None
    return Search(source, plain(source)) if stat.S_ISDIR(mode) else None


def plain(path: str) -> str:
    """Return *path* without what changes nothing: `./`, `//`, a slash at its end."""
    if path in ("", STDIN):
        return path
    shorter = str(PurePath(path))
    # A file of that name is not standard input.
    return f"./{shorter}" if shorter == STDIN else shorter


def _inside(
    folder: _Folder, pattern: Pattern, root: str, skip: Skip
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
        stages = pattern.after(folder.stages, entry.name)
        if not stages:
            continue
        is_folder = entry.is_dir(follow_symlinks=False)
        wanted = pattern.goes_on(stages) if is_folder else pattern.is_met(stages)
        if not wanted or folder.rules.leave_out(entry.name, is_folder=is_folder):
            continue
        path = _below(folder.path, entry.name)
        if is_folder:
            yield _Folder(path, folder.rules.below(entry.name), stages)
        elif _is_to_read(entry, root, skip):
            yield path


def _below(folder: str, name: str) -> str:
    path = name if folder == os.curdir else os.path.join(folder, name)  # noqa: PTH118 - fast
    return f"./{path}" if path == STDIN else path


def _is_to_read(entry: "os.DirEntry[str]", root: str, skip: Skip) -> bool:
    """Whether *entry*, no folder, is to be read; a link may not lead elsewhere."""
    if not entry.is_symlink():
        return True
    target = os.path.realpath(entry.path)
    if os.path.commonpath((root, target)) != root:
        skip("linked from elsewhere")
        return False
    # A folder of the same folder is come to without the link.
    return not os.path.isdir(target)  # noqa: PTH112 - of any bytes
