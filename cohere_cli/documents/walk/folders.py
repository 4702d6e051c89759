"""The files below a folder that match a pattern, without hidden and ignored ones."""

import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from errno import ELOOP
from fnmatch import translate
from functools import cache, lru_cache
from pathlib import PurePath

from cohere_cli.documents.open_file import page_hint
from cohere_cli.documents.walk.gitignore import IgnoreRules
from cohere_cli.documents.walk.work import TooMuchWork, Work
from cohere_cli.errors import InputProblem
from cohere_cli.text import STDIN, shown_source

_MAGIC = re.compile(r"[*?]|\[.+\]")
_ANY_DEPTH = "**"
_ANY = ("*", _ANY_DEPTH)

States = frozenset[int]
"""The parts of a pattern that may match next: the states of an NFA over a path."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern's parts, between its slashes; `**` is any number of folders.

    As in a shell, only a part that begins with a dot matches a name that begins with
    one. `.git` never matches.
    """

    parts: tuple[str, ...]

    def start(self) -> States:
        """Return the states of an empty path."""
        return _with_any_depth(self.parts, (0,))

    def after(self, states: States, name: str) -> States:
        """Return the states after *name* is added to a path in *states*."""
        reached = (
            state if self.parts[state] == _ANY_DEPTH else state + 1
            for state in states
            if self._part_matches(state, name)
        )
        return _with_any_depth(self.parts, tuple(reached))

    def matches(self, states: States) -> bool:
        """Whether a path in *states* matches the whole pattern."""
        return len(self.parts) in states

    def may_match_below(self, states: States) -> bool:
        """Whether a longer path may match."""
        return any(state < len(self.parts) for state in states)

    def _part_matches(self, state: int, name: str) -> bool:
        if state == len(self.parts) or name == ".git":
            return False
        part = self.parts[state]
        if name.startswith(".") and not part.startswith("."):
            return False
        return part in _ANY or _expression(part).match(name) is not None


# Most names lead where others have led.
@lru_cache(1000)
def _with_any_depth(parts: tuple[str, ...], reached: tuple[int, ...]) -> States:
    """Add the state after each `**`, which also matches no folder at all."""
    states = set(reached)
    for state, part in enumerate(parts):
        if part == _ANY_DEPTH and state in states:
            states.add(state + 1)
    return frozenset(states)


ALL_FILES = Pattern((_ANY_DEPTH, "*"))


def split_pattern(path: str) -> tuple[str, Pattern] | None:
    """Return the folder with which *path* begins, and the pattern below it.

    None if *path* is not a pattern. One that ends with a slash means everything in
    the folders that it matches.
    """
    parts = PurePath(path).parts
    first = next((at for at, part in enumerate(parts) if _MAGIC.search(part)), None)
    if first is None:
        return None
    below = parts[first:]
    if path.endswith(_SEPARATORS):
        below = (*below, _ANY_DEPTH)
    # `**` matches folders only: add the files in them.
    if below[-1] == _ANY_DEPTH:
        below = (*below, "*")
    return str(PurePath(*parts[:first])), Pattern(below)


@cache
def _expression(part: str) -> re.Pattern[str]:
    return re.compile(translate(part))


# Windows has both; what is joined here has the first.
_SEPARATORS = ("/", os.sep)
_LEFT_OUT_HINT = "hidden files and those in .gitignore are left out"

OnSkip = Callable[[str], None]
"""Takes the reason why one more file is skipped."""


@dataclass(frozen=True, slots=True)
class Search:
    """The files below `folder` that match `pattern`.

    `source` is the folder or the pattern as the user gave it.
    """

    source: str
    folder: str
    pattern: Pattern = ALL_FILES

    @property
    def failure(self) -> tuple[str, str]:
        """The message and the hint when nothing is found."""
        if normalize(self.source) == self.folder:
            return "contains no readable files", _LEFT_OUT_HINT
        hint = f"`**` matches subfolders; {_LEFT_OUT_HINT}"
        return "no file matches", page_hint(self.source) or hint

    def files(self, skip: OnSkip) -> Iterator[str]:
        """Yield paths, sorted part by part; *skip* gets the reason for each skip.

        Left out are hidden names, what git ignores, and links, except one to a file
        of the same folder. Raises `InputProblem` if it is unknown what git ignores.
        """
        rules = IgnoreRules.of(self.folder, Work(shown_source(self.source)))
        start = _Folder(self.folder, rules, self.pattern.start())
        root = os.path.realpath(self.folder)
        # No recursion: folders may be nested deeper than Python's stack.
        pending: list[str | _Folder] = [start]
        while pending:
            here = pending.pop()
            if isinstance(here, str):
                yield here
            # Only now: its neighbours' rules, all at once, would fill the memory.
            elif opened := here.opened(skip):
                inside = list(_inside(opened, self.pattern, root, skip))
                pending += reversed(inside)


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder, with its own rules or else those of the folder that *name* is in."""

    path: str
    rules: IgnoreRules
    states: States
    name: str = ""

    def opened(self, skip: OnSkip) -> "_Folder | None":
        """Return the folder with its own rules, None if they are unknown."""
        if not self.name:
            return self
        try:
            rules = self.rules.below(self.name)
        except TooMuchWork:
            raise
        except InputProblem:
            skip(f"folder with unreadable ignore rules: {shown_source(self.path)}")
            return None
        return _Folder(self.path, rules, self.states)


def parse_search(source: str) -> Search | None:
    """Return the search for a folder or a pattern, None if *source* names one file.

    The name of an existing file is not a pattern.
    """
    try:
        mode = os.stat(source).st_mode  # noqa: PTH116 - Path("") is the current folder
    except (OSError, ValueError):
        split = None if os.path.lexists(source) else split_pattern(source)
        return Search(source, *split) if split else None
    return Search(source, normalize(source)) if stat.S_ISDIR(mode) else None


def normalize(path: str) -> str:
    """Return *path* without `./`, `//` and a slash at its end."""
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
    prefix = _prefix(folder.path)
    for entry in entries:
        states = pattern.after(folder.states, entry.name)
        if not states:
            continue
        is_folder = entry.is_dir(follow_symlinks=False)
        wanted = (
            pattern.may_match_below(states) if is_folder else pattern.matches(states)
        )
        if not wanted or folder.rules.ignores(entry.name, is_folder=is_folder):
            continue
        path = f"{prefix}{entry.name}"
        if is_folder:
            yield _Folder(path, folder.rules, states, entry.name)
        elif _should_read(entry, root, skip):
            # A file of that name is not standard input.
            yield f"./{path}" if path == STDIN else path


def _prefix(folder: str) -> str:
    """Return what comes before the names in *folder*."""
    if folder == os.curdir:
        return ""
    return folder if folder.endswith(_SEPARATORS) else f"{folder}/"


def _should_read(entry: "os.DirEntry[str]", root: str, skip: OnSkip) -> bool:
    """Whether to read *entry*, which is not a folder; a link must stay below *root*."""
    if not entry.is_symlink() or _is_circle(entry.path):
        return True
    target = os.path.realpath(entry.path)
    if os.path.commonpath((root, target)) != root:
        skip("linked from elsewhere")
        return False
    # A folder below *root* is reached without the link.
    return not os.path.isdir(target)  # noqa: PTH112 - of any bytes


def _is_circle(path: str) -> bool:
    """Whether the link leads to itself, or over so many links as in a circle.

    Then no file can be read there, and to follow it here would take long.
    """
    try:
        os.stat(path)  # noqa: PTH116 - of any bytes
    except OSError as exc:
        return exc.errno == ELOOP
    return False
