"""Files of names that completion scripts read, as Python takes 0.1 s to start.

A file has a mark before each line: `=` the environment and the flags that its names
are for, `<` a file that they are from, `!` one that does not exist yet, and a space
before each name. A script reads the names if nothing has changed since.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from os import utime
from pathlib import Path

import cohere_cli
from cohere_cli.commands.completion.names import KINDS, Line
from cohere_cli.config.paths import cache_directory
from cohere_cli.config.secure_files import lock, write
from cohere_cli.errors import CoError

VARIABLES = (
    "CO_CONFIG_DIR",
    "CO_DATA_DIR",
    "CO_PROFILE",
    "CO_API_URL",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "HOME",
)
"""The variables that decide which names there are."""

SEPARATOR = "|"
_PACKAGE = Path(cohere_cli.__file__).parent  # a new version has other settings


def save_names(kind: str, names: Iterable[str], line: Line, started: float) -> None:
    """Save the *names* of *kind*, for which reading began at *started* (Unix time).

    An error is ignored: the script starts `cohere-cli` again.
    """
    environ = line.terminal.environ
    with suppress(CoError, OSError, ValueError):
        sources = (*KINDS[kind].sources(environ), _PACKAGE)
        # Some shells compare whole seconds: what changes in the second of the file's
        # own time would be missed.
        at = int(started) - 1
        if any(_changed(one) > at for one in sources):
            return
        lines = [
            _given(environ, line),
            *(f"{'<' if one.exists() else '!'}{one}" for one in sources),
            *(f" {one}" for one in names),
        ]
        if not all(one.isprintable() for one in lines):
            return
        path = cache_directory(environ) / "completion" / kind
        with lock(path.parent, own=True):
            write(path, "".join(f"{one}\n" for one in lines).encode())
            utime(path, (at, at))


def _changed(path: Path) -> float:
    """Return when *path* was changed last (Unix time); 0 if it does not exist."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0


def _given(environ: Mapping[str, str], line: Line) -> str:
    values = (environ.get(name, "") for name in VARIABLES)
    return f"={SEPARATOR.join((*values, *line.words))}"
