"""Commands typed at a terminal: read from a file each, run, and written back.

A file holds one command line and what its screen shows, by width in columns:

    # a comment, kept as it is
    $ co chat Hi -p sandbox
    @ 60
    | what stands on a screen of 60 columns
    @ 80 100 160
    | and on wider ones
    = 0

The line after `$` is run by bash in a folder with a copy of `tests/golden/files`. What
changes from run to run stands in the files as DIR, HOME, PORT, UUID and N.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copytree, ignore_patterns

import pexpect
import pyte
from co_program import Co

from tests.golden.transcript import FILES, steady

FOLDER = Path(__file__).parent
WIDTHS = (60, 80, 100, 160)
_ROWS = 200
_SECONDS = 60
_JOINERS = re.compile("[\u200d\ufe0f]")  # pyte loses what follows them


@dataclass(frozen=True, slots=True)
class Typed:
    """A command line, the comment above it, its screens by width and its exit code."""

    command: str
    comment: str
    screens: dict[int, str]
    code: int

    def __str__(self) -> str:
        widths: dict[str, list[int]] = {}
        for width, screen in self.screens.items():
            widths.setdefault(screen, []).append(width)
        lines = [*self.comment.splitlines(), f"$ {self.command}"]
        for screen, same in widths.items():
            lines.append(f"@ {' '.join(map(str, same))}")
            lines += (f"| {line}".rstrip() for line in screen.splitlines())
        return "\n".join([*lines, f"= {self.code}\n"])


def read(path: Path) -> Typed:
    """Return the command of the file at *path*."""
    command, comment, code = "", [], 0
    screens: dict[int, str] = {}
    widths: list[int] = []
    for line in path.read_text().splitlines():
        mark, rest = line[:1], line[2:]
        match mark:
            case "#":
                comment.append(line)
            case "$":
                command = rest
            case "@":
                widths = [*map(int, rest.split())]
                screens |= dict.fromkeys(widths, "")
            case "|":
                screens |= {each: f"{screens[each]}{rest}\n" for each in widths}
            case "=":
                code = int(rest)
    return Typed(command, "\n".join(comment), dict(sorted(screens.items())), code)


def run(typed: Typed, home: Path, widths: Iterable[int] = WIDTHS) -> Typed:
    """Return *typed* with the screens of *widths* as they are now."""
    screens, code = {}, 0
    for width in widths:
        screens[width], code = _screen(typed.command, home / str(width), width)
    return replace(typed, screens=screens, code=code)


def _screen(command: str, home: Path, width: int) -> tuple[str, int]:
    home.mkdir(parents=True)
    folder = home / "files"
    # Who compiles all files of a clone leaves more of them.
    copytree(FILES, folder, ignore=ignore_patterns("__pycache__"))
    co = Co(home)
    child = pexpect.spawn(
        "bash",
        ["-c", command],
        cwd=str(folder),
        env=co.environ,
        dimensions=(_ROWS, width),
        timeout=_SECONDS,
        encoding="utf-8",
    )
    written = child.read()
    child.close()
    screen = pyte.Screen(width, _ROWS)
    pyte.Stream(screen).feed(_JOINERS.sub("", written))
    lines = "\n".join(line.rstrip() for line in screen.display).rstrip()
    code = child.exitstatus if child.exitstatus is not None else -child.signalstatus
    return steady(f"{lines}\n", folder, co), code
