"""Patterns of file names, `docs/**/*.md`, followed one folder at a time."""

import re
from dataclasses import dataclass
from fnmatch import translate
from functools import cache
from pathlib import PurePath

_MAGIC = re.compile(r"[*?]|\[.+\]")
_ANY_DEPTH = "**"

Stages = frozenset[int]
"""Which part of a pattern a path has come to, in each way to read the path."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern's parts, between its slashes; `**` is any number of folders.

    As in a shell, a name that begins with a dot is meant only by a part that
    begins with one. `.git` is never meant.
    """

    parts: tuple[str, ...]

    def start(self) -> Stages:
        """Return the stages of an empty path."""
        return self._with_depths([0])

    def after(self, stages: Stages, name: str) -> Stages:
        """Return the stages of a path, that has come to *stages*, with *name* added."""
        return self._with_depths(
            [
                stage if self.parts[stage] == _ANY_DEPTH else stage + 1
                for stage in stages
                if self._means(stage, name)
            ]
        )

    def is_met(self, stages: Stages) -> bool:
        """Whether the pattern means a path that has come to *stages*."""
        return len(self.parts) in stages

    def goes_on(self, stages: Stages) -> bool:
        """Whether the pattern may mean a path that is longer."""
        return any(stage < len(self.parts) for stage in stages)

    def _means(self, stage: int, name: str) -> bool:
        if stage == len(self.parts) or name == ".git":
            return False
        part = self.parts[stage]
        if name.startswith(".") and not part.startswith("."):
            return False
        return part == _ANY_DEPTH or _expression(part).match(name) is not None

    def _with_depths(self, reached: list[int]) -> Stages:
        """Add what comes after each `**`, which may stand for no folder at all."""
        stages = set(reached)
        for stage, part in enumerate(self.parts):
            if part == _ANY_DEPTH and stage in stages:
                stages.add(stage + 1)
        return frozenset(stages)


EVERYTHING = Pattern((_ANY_DEPTH, "*"))


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
