"""The rules of a repository on what git ignores: `.gitignore` and the user's own."""

import os
import re
import warnings
from dataclasses import dataclass
from pathlib import PurePath

from cohere_cli.documents.open_file import open_regular_file
from cohere_cli.documents.walk import git
from cohere_cli.errors import InputProblem
from cohere_cli.text import BYTE_ORDER_MARK, shown_source

# The longest published collections have some 20 KiB.
_MAX_BYTES = 256 * 2**10
# With so many stars in a name, the library's expressions may take hours to fail.
_COSTLY = re.compile(r"\\?\*(?:[^/*]+\*){4,}")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class _Rule:
    """One line of a `.gitignore`; `is_ignored` is False for one that begins with !."""

    expression: re.Pattern[str]
    is_ignored: bool

    def matches(self, path: str) -> bool:
        """Whether the rule means *path* itself, and not only a folder around it."""
        found = self.expression.search(path)
        if found is None:
            return False
        is_to_the_end = found.end() == len(path)
        # The library's one named group is the slash after a folder's name. Without
        # it, `a/**` means what is in `a`.
        if not found.lastgroup:
            return not (is_to_the_end and path.endswith("/"))
        return is_to_the_end or bool(self.expression.search(path, len(path) - 1))


@dataclass(frozen=True, slots=True)
class _Level:
    """The rules of one folder; `base` is its path from the outermost, with a slash."""

    base: str
    rules: tuple[_Rule, ...]


@dataclass(frozen=True, slots=True)
class IgnoreRules:
    """The rules that apply in one folder: its own and those of its parents."""

    folder: str
    base: str = ""
    levels: tuple[_Level, ...] = ()

    @classmethod
    def of(cls, folder: str) -> "IgnoreRules":
        """Return the rules in *folder*, with those of the repository that it is in.

        A folder that is itself ignored was named on purpose: then only its own apply.
        Raises `InputProblem` for rules that cannot be read: nothing is read that git
        may hide.
        """
        real = os.path.realpath(folder)
        root = _repository(real)
        rules = cls(root, levels=_own(root))
        for name in PurePath(os.path.relpath(real, root)).parts:
            if rules.ignores(name, is_folder=True):
                return cls(real, levels=_own(real))
            rules = rules.below(name)
        return rules

    def below(self, name: str) -> "IgnoreRules":
        """Return the rules in the folder *name* of this one; raises as `of` does."""
        folder, base = f"{self.folder}/{name}", f"{self.base}{name}/"
        return IgnoreRules(folder, base, (*self.levels, *_own(folder, base)))

    def ignores(self, name: str, *, is_folder: bool) -> bool:
        """Whether *name* in this folder is ignored; the innermost rule decides."""
        path = f"{self.base}{name}/" if is_folder else f"{self.base}{name}"
        for level in reversed(self.levels):
            inner = path[len(level.base) :]
            for rule in reversed(level.rules):
                if rule.matches(inner):
                    return rule.is_ignored
        return False


def _own(folder: str, base: str = "") -> tuple[_Level, ...]:
    """Return the rules of *folder*, the last first to decide."""
    paths = [f"{folder}/.gitignore"]
    if os.path.lexists(f"{folder}/.git"):
        paths = [*git.exclude_files(folder), *paths]
    levels = (tuple(filter(None, map(_rule, _lines(path)))) for path in paths)
    return tuple(_Level(base, rules) for rules in levels if rules)


def _repository(folder: str) -> str:
    """Return the root of the repository that *folder* is in, else *folder*."""
    root = folder
    while not os.path.lexists(f"{root}/.git"):
        above = os.path.dirname(root)  # noqa: PTH120 - a real path, fast
        if above == root:
            return folder
        root = above
    return root


def _lines(path: str) -> list[str]:
    # Most folders have none, and raising an error is slow. A folder of that name has
    # no rules for git either.
    if not os.path.lexists(path) or os.path.isdir(path):  # noqa: PTH112 - of any bytes
        return []
    try:
        with open_regular_file(path) as stream:
            data = stream.read(_MAX_BYTES + 1)
    except InputProblem as exc:
        raise _unreadable(path, exc.what) from exc
    except OSError as exc:
        raise _unreadable(path, str(exc.strerror)) from exc
    if data.startswith(_UTF_16) or b"\0" in data:
        raise _unreadable(path, "is not UTF-8 text")
    if len(data) > _MAX_BYTES:
        raise _unreadable(path, "is larger than 256 KiB")
    return os.fsdecode(data.removeprefix(BYTE_ORDER_MARK)).split("\n")


def _unreadable(path: str, what: str) -> InputProblem:
    hint = "correct or remove it; until then no file of its folder is read"
    return InputProblem(what, where=shown_source(path), hint=hint)


def _rule(line: str) -> _Rule | None:
    """Parse one line; None for a comment or an invalid pattern."""
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

    if _COSTLY.search(line):
        # It matches more: what git hides stays hidden.
        line = "" if line.startswith("!") else _COSTLY.sub("*", line)
    # The folders below; the library would match their parent.
    if line.rstrip().endswith("/**/"):
        line = f"{line.rstrip()}*/"
    try:
        with warnings.catch_warnings():
            # Python's own warning about `[[` is of no use to the user.
            warnings.simplefilter("ignore", FutureWarning)
            pattern = GitIgnoreSpecPattern(line)
    except (ValueError, re.error):
        return None
    if pattern.regex is None or pattern.include is None:
        return None
    return _Rule(pattern.regex, pattern.include)
