"""What one run of a command takes: time to its first token, wall, CPU, and memory."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

SPAWN = Path(__file__).with_name("spawn.py")


class Command(NamedTuple):
    """A command, its whole environment, and the text whose arrival is measured."""

    words: tuple[str, ...]
    environ: Mapping[str, str]
    until: str = ""
    on_terminal: bool = False
    expected: str | None = None
    """The output, apart from white space at its end."""
    is_peer: bool = False
    """Whether it may fail: a peer is then left out."""


class Run(NamedTuple):
    """What a run took, in milliseconds and MB, and what it wrote."""

    first: float
    wall: float
    cpu: float
    memory: float
    output: str


class Failed(Exception):
    """A command failed, was silent for too long, or wrote something else."""


def run(command: Command) -> Run:
    """Run *command* to its end; raise `Failed` where it fails."""
    spawned = subprocess.run(
        [sys.executable, "-I", "-S", str(SPAWN)],
        input=json.dumps([*command[:4]]),
        capture_output=True,
        check=True,
        text=True,
    )
    figures = json.loads(spawned.stdout)
    is_right = command.expected in {None, figures["output"].rstrip()}
    if figures.pop("code") or not is_right:
        line = " ".join(command.words)[:300]
        raise Failed(f"{line}: {spawned.stderr[-1000:]}{figures['output'][-300:]!r}")
    return Run(**figures)
