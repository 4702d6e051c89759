"""How much there is to read, where that is known before."""

import os
import stat
from collections.abc import Iterable


def total_size(sources: Iterable[str]) -> int | None:
    """Return the bytes of all *sources*, or None unless all of them are files."""
    sizes = [_size(source) for source in sources]
    known = [size for size in sizes if size is not None]
    return sum(known) if len(known) == len(sizes) else None


def _size(source: str) -> int | None:
    try:
        status = os.stat(source)  # noqa: PTH116 - Path("") is the current folder
    except (OSError, ValueError):
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None
