"""The rules of a repository on what git ignores: `.gitignore` and the user's own."""

import os
from collections.abc import Iterable
from pathlib import PurePath

from cohere_cli.documents.walk import git
from cohere_cli.documents.walk.rule_files import RuleFiles
from cohere_cli.documents.walk.rule_tree import NO_RULE, Place
from cohere_cli.documents.walk.work import Work


class IgnoreRules:
    """The rules that apply in one folder: its own and those of its parents."""

    __slots__ = ("_files", "_fold", "_folder", "_lookups", "_per_byte", "_places")

    def __init__(
        self, folder: str, files: RuleFiles, places: Iterable[Place], *, fold: bool
    ) -> None:
        """Add the rules of *folder* to those of its parents, where it has *places*.

        *fold*: names match in any case, as the settings of the repository say.
        """
        self._folder = folder
        self._files = files
        self._fold = fold
        # The innermost last.
        self._places = (*filter(None, places), *self._own())
        self._lookups = sum(place.lookups for place in self._places)
        self._per_byte = sum(place.per_byte for place in self._places)

    @classmethod
    def of(cls, folder: str, work: Work | None = None) -> "IgnoreRules":
        """Return the rules in *folder*, with those of the repository that it is in.

        A folder that is itself ignored was named on purpose: then only its own apply.
        Raises `InputProblem` for rules that cannot be read: nothing is read that git
        may hide. Raises `TooMuchWork`, as all methods do.
        """
        files = RuleFiles(work or Work(folder))
        real = os.path.realpath(folder)
        root = _repository(real)
        rules = cls(root, files, (), fold=False)
        for name in PurePath(os.path.relpath(real, root)).parts:
            if rules.ignores(name, is_folder=True):
                return cls(real, files, (), fold=rules._fold)
            rules = rules.below(name)
        return rules

    def below(self, name: str) -> "IgnoreRules":
        """Return the rules in the folder *name* of this one; raises as `of` does."""
        raw = self._counted(name)
        places = (place.below(raw) for place in self._places)
        folder = f"{self._folder}/{name}"
        return IgnoreRules(folder, self._files, places, fold=self._fold)

    def ignores(self, name: str, *, is_folder: bool) -> bool:
        """Whether *name* in this folder is ignored; the innermost rule decides."""
        if not self._places:
            return False
        raw = self._counted(name)
        for place in reversed(self._places):
            rule = place.last_rule(raw, is_folder=is_folder)
            if rule != NO_RULE:
                return bool(rule % 2)
        return False

    def _counted(self, name: str) -> bytes:
        """Return the bytes of *name*; count the work of matching it."""
        raw = os.fsencode(name)
        self._files.work.spend(self._lookups + self._per_byte * len(raw))
        return raw

    def _own(self) -> list[Place]:
        paths = [f"{self._folder}/.gitignore"]
        if os.path.lexists(f"{self._folder}/.git"):
            settings = git.read_settings(self._folder)
            self._fold = settings.ignores_case
            paths = [*settings.exclude_files, *paths]
        trees = (self._files.read(path, fold=self._fold) for path in paths)
        return [tree.start for tree in trees if tree and tree.start]


def _repository(folder: str) -> str:
    """Return the root of the repository that *folder* is in, else *folder*."""
    root = folder
    while not os.path.lexists(f"{root}/.git"):
        above = os.path.dirname(root)  # noqa: PTH120 - a real path, fast
        if above == root:
            return folder
        root = above
    return root
