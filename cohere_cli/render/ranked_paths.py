"""A ranking as the files that its records came from."""

import os
from collections.abc import Iterable, Iterator

from cohere_cli.render.ranked_record import RankedRecord
from cohere_cli.terminal import Terminal, clean_line


def has_path(source: str) -> bool:
    """Whether a record's source is a file, not standard input."""
    return source != "-"


def path_lines(
    terminal: Terminal, ranked: Iterable[RankedRecord], end: bytes
) -> Iterator[bytes]:
    """Yield each file once, at its best record's rank; a note tells of the pathless."""
    seen: set[str] = set()
    pathless = 0
    for one in ranked:
        source = one.record.source
        if not has_path(source):
            pathless += 1
        elif source not in seen:
            seen.add(source)
            yield _path(terminal, source) + end
    if pathless:
        terminal.note(f"co: left out for want of a path: standard input ({pathless:,})")


def _path(terminal: Terminal, source: str) -> bytes:
    if terminal.shows_output:
        return clean_line(source).encode()
    try:
        # A name that is no UTF-8 is the same bytes again.
        return os.fsencode(source)
    except UnicodeEncodeError:
        # A name that was read from a list, in another encoding than the locale's.
        return source.encode("utf-8", "replace")
