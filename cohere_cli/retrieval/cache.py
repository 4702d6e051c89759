"""The files of the index in the cache: their list, and their removal."""

from pathlib import Path
from typing import NamedTuple


class CachedIndex(NamedTuple):
    """An index file: of which folder, its bytes, its counts, and its last change.

    `changed` is in seconds since the epoch.
    """

    root: str
    path: Path
    size: int
    files: int
    passages: int
    changed: float


def list_indexes(folder: Path) -> list[CachedIndex]:
    """Return the index files in *folder*, the last changed first."""
    del folder
    return []


def clear_indexes(folder: Path) -> int:
    """Remove the index files in *folder*, and return how many bytes that freed."""
    del folder
    return 0
