"""Confines the paths of a caller to what a search of chosen folders finds."""

import os
import re
from collections.abc import Iterable, Sequence
from glob import escape
from pathlib import PurePath

from cohere_cli.errors import InputProblem, UsageProblem
from cohere_cli.text import is_folder

_LETTER = re.compile(r"\w")


class Confinement:
    """Folders that are served; `roots` are their real paths, each once."""

    def __init__(self, folders: Iterable[str]) -> None:
        self.roots = tuple(dict.fromkeys(map(_real_folder, folders)))

    def sources(self, paths: Sequence[str]) -> tuple[str, ...]:
        """Return what to search for *paths*; all the folders without any.

        A path is relative to one of the folders, or absolute in it. It becomes a
        pattern below the folder: so hidden and ignored files stay out, and links that
        lead elsewhere, as in a search of the whole folder. Raises `UsageProblem`.
        """
        return tuple(map(self._source, paths)) if paths else self.roots

    def _source(self, path: str) -> str:
        parts = PurePath(path).parts
        if "\0" in path or ".." in parts:
            raise self._outside(path)
        if any(part.startswith(".") for part in parts):
            what = "hidden files are not served"
            raise UsageProblem(what, where=path, hint=self._hint())
        found = next(filter(None, (_below(root, path) for root in self.roots)), None)
        if found is None:
            raise self._outside(path)
        return found

    def _outside(self, path: str) -> UsageProblem:
        what = "there is no such path in the folders that are served"
        return UsageProblem(what, where=path.replace("\0", "\\0"), hint=self._hint())

    def _hint(self) -> str:
        return f"the folders: {', '.join(self.roots)}"


def _real_folder(folder: str) -> str:
    if not is_folder(folder):
        raise InputProblem(
            "is not a folder", where=folder, hint="name folders to serve"
        )
    return os.path.realpath(folder)


def _below(root: str, path: str) -> str | None:
    """Return the pattern that means *path* in *root* alone; None if it is not there."""
    whole = os.path.join(root, path)  # noqa: PTH118 - of any bytes
    real = os.path.realpath(whole)
    if not os.path.exists(real):  # noqa: PTH110
        return None
    if real == root:
        return root
    inside = os.path.normpath(whole)
    # A link may lead elsewhere in the folder; it is found there without the link.
    if os.path.commonpath((root, real)) != root or inside != real:
        return None
    first, *rest = PurePath(real).relative_to(root).parts
    pattern = "/".join((root, _as_pattern(first), *map(escape, rest)))
    if os.path.lexists(pattern):
        return None  # a name that looks like the pattern of another
    return f"{pattern}/" if is_folder(real) else pattern


def _as_pattern(name: str) -> str:
    """Return a pattern that matches *name* alone, and does not look like a name."""
    escaped = escape(name)
    if escaped != name:
        return escaped
    return _LETTER.sub(lambda found: f"[{found[0]}]", name, count=1)
