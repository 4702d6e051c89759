"""The sources of a search as absolute paths, and the names of files below them."""

import os
from collections.abc import Sequence
from typing import NamedTuple

from cohere_cli.documents.walk.folders import normalize, parse_search
from cohere_cli.errors import InputProblem
from cohere_cli.system.paths import slashed


class SearchedSources(NamedTuple):
    """Files, folders and patterns: as given, and as absolute paths, which name the
    index. `folder` is what all of them are in, with a slash at its end.
    """

    given: tuple[str, ...]
    roots: tuple[str, ...]
    folder: str
    current: str

    @classmethod
    def of(cls, given: Sequence[str]) -> "SearchedSources":
        """Return the sources as the user gave them; raises `InputProblem`."""
        try:
            return cls._of(given)
        except FileNotFoundError as exc:
            hint = "change to another folder"
            raise InputProblem("the current folder is gone", hint=hint) from exc

    @classmethod
    def _of(cls, given: Sequence[str]) -> "SearchedSources":
        # Not by pathlib: names of any bytes, and no folder is looked at.
        roots = tuple(os.path.abspath(normalize(each)) for each in given)  # noqa: PTH100
        folders = [
            os.path.abspath(search.folder)  # noqa: PTH100
            if (search := parse_search(each))
            else os.path.dirname(root)  # noqa: PTH120
            for each, root in zip(given, roots, strict=True)
        ]
        above, current = _common(folders), f"{slashed(os.getcwd())}/"  # noqa: PTH109
        return cls(tuple(given), roots, above, current)

    def name(self, path: str) -> str:
        """Return *path* below the folder: the same from wherever it is searched."""
        is_whole = os.path.isabs(path)  # noqa: PTH117 - of any bytes
        whole = slashed(path if is_whole else f"{self.current}{path}")
        if not whole.startswith(self.folder) or "/../" in whole or "/./" in whole:
            whole = slashed(os.path.abspath(whole))  # noqa: PTH100 - of any bytes
        return whole.removeprefix(self.folder)


def _common(folders: Sequence[str]) -> str:
    """Return the folder that all are in, with a slash; "" if there is none."""
    try:
        folder = os.path.commonpath(folders or [os.sep])
    except ValueError:  # on several drives of Windows; then names are whole paths
        return ""
    return f"{slashed(folder).rstrip('/')}/"
