"""Reads what a program writes to a pseudo-terminal."""

import contextlib
import os
from collections.abc import Iterator


def received(leader: int) -> Iterator[bytes]:
    """Yield what is written to the terminal until its last writer closes it.

    Linux reports the end as an OSError, sometimes before the last bytes: what was
    written between its two checks is returned by the next read.
    """
    for _ in range(2):
        with contextlib.suppress(OSError):
            while data := os.read(leader, 1 << 16):
                yield data
