"""Globs that choose paths, as `-g` takes them: much like lines of .gitignore."""

import re
from collections.abc import Callable, Sequence
from fnmatch import translate
from pathlib import PurePath

from cohere_cli.documents.walk.folders import Pattern


def chosen_by(
    globs: Sequence[str], name_of: Callable[[str], str]
) -> Callable[[str], bool]:
    """Return whether a path is chosen: if any of *globs* matches, or none is given.

    A glob without a slash matches the names of files and of folders, at any depth.
    Another matches whole paths, as they are given or below the folder that is searched
    (*name_of*). A folder that matches is chosen with all that is in it. A glob after
    `!` takes out what it matches.
    """
    taken = [_matcher(glob) for glob in globs if not glob.startswith("!")]
    left_out = [_matcher(glob[1:]) for glob in globs if glob.startswith("!")]

    def is_chosen(path: str) -> bool:
        paths = (path, name_of(path))
        if taken and not any(matches(paths) for matches in taken):
            return False
        return not any(matches(paths) for matches in left_out)

    return is_chosen


def _matcher(glob: str) -> Callable[[tuple[str, ...]], bool]:
    bare = glob.removeprefix("/")
    if "/" not in glob:
        expression = re.compile(translate(glob))
        return lambda paths: any(map(expression.match, _names(*paths)))
    parts = PurePath(bare).parts
    pattern = Pattern((*parts, "*") if parts[-1:] == ("**",) else parts)
    return lambda paths: any(_matches(pattern, path) for path in paths)


def _names(given: str, below: str) -> tuple[str, ...]:
    """Return the names in a path, but not those that lead to the folder searched."""
    return PurePath(below if given.startswith("/") else given).parts


def _matches(pattern: Pattern, path: str) -> bool:
    """Whether the path, or a folder above it, matches."""
    states = pattern.start()
    for part in PurePath(path).parts:
        states = pattern.after(states, part)
        if pattern.matches(states):
            return True
    return False
