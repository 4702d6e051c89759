"""Reads the files that have ignore rules; those that say the same are parsed once."""

import os
import stat

from cohere_cli.documents.blocks import NUL, UTF_16_MARKS
from cohere_cli.documents.open_file import open_regular_file
from cohere_cli.documents.walk.rule_tree import RuleTree
from cohere_cli.documents.walk.work import Work
from cohere_cli.errors import InputProblem
from cohere_cli.text import BYTE_ORDER_MARK, os_reason, shown_source

# The longest published collections have some 20 KiB.
_MAX_BYTES = 512 * 2**10
# What many folders repeat is no longer. Longer ones would fill the memory.
_MAX_REPEATED = 16 * 2**10
_MAX_PARSED = 100


class RuleFiles:
    """The files of one search, whose work they count."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self._parsed: dict[tuple[bytes, bool], RuleTree] = {}

    def read(self, path: str, *, fold: bool) -> RuleTree | None:
        """Return the rules in the file *path*, None if git reads none there.

        Raises `InputProblem` for a file that cannot be read, and `TooMuchWork`.
        """
        if not _may_have_rules(path):
            return None
        data = _content(path)
        tree = self._parsed.get((data, fold))
        if tree is None:
            tree = RuleTree(data.split(b"\n"), fold=fold)
            self.work.spend(tree.cost)
            if len(data) <= _MAX_REPEATED:
                self._remember(data, tree)
        return tree

    def _remember(self, data: bytes, tree: RuleTree) -> None:
        if len(self._parsed) == _MAX_PARSED:
            self._parsed.clear()
        self._parsed[data, tree.fold] = tree


def _may_have_rules(path: str) -> bool:
    """Whether git, too, reads *path*: no folder, and no link named `.gitignore`."""
    look = os.lstat if path.endswith("/.gitignore") else os.stat
    try:
        mode = look(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError) as exc:
        raise _unreadable(path, os_reason(exc)) from exc
    return not (stat.S_ISDIR(mode) or stat.S_ISLNK(mode))


def _content(path: str) -> bytes:
    try:
        with open_regular_file(path) as stream:
            data = stream.read(_MAX_BYTES + 1)
    except InputProblem as exc:
        raise _unreadable(path, exc.what) from exc
    except OSError as exc:
        raise _unreadable(path, os_reason(exc)) from exc
    # What comes after a NUL in a line is nothing to git. More likely it is UTF-16.
    if data.startswith(UTF_16_MARKS) or NUL in data:
        raise _unreadable(path, "is not UTF-8 text")
    if len(data) > _MAX_BYTES:
        raise _unreadable(path, "is larger than 512 KiB")
    return data.removeprefix(BYTE_ORDER_MARK)


def _unreadable(path: str, what: str) -> InputProblem:
    hint = "correct or remove it; until then no file of its folder is read"
    return InputProblem(what, where=shown_source(path), hint=hint)
