"""A command in containment: with limits, and ended with all that it has started.

POSIX needs a process between that does it; Windows has job objects.
"""

import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import IO

from cohere_cli.system.containment.contained import Bounds, Contained


def start(
    command: Sequence[str],
    environ: Mapping[str, str],
    folder: str | None,
    stdin: IO[bytes] | int,
    bounds: Bounds,
) -> AbstractContextManager[Contained]:
    """Start *command*; leaving the context ends all that came of it.

    Raises `OSError` if it cannot be started.
    """
    if sys.platform == "win32":
        from cohere_cli.system.containment.job import running_in_job

        return running_in_job(command, environ, folder, stdin, bounds)
    else:  # noqa: RET505 - for mypy, which skips this on Windows
        from cohere_cli.system.containment.supervised import supervised

        return supervised(command, environ, folder, stdin, bounds)
