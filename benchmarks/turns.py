"""Commands that take turns, round by round, and what their runs have in common.

A machine that slows down slows all commands of a round. So a ratio is the median of
the ratios of all rounds, which is steadier than the ratio of two medians.
"""

import sys
from collections.abc import Mapping
from statistics import median
from typing import Literal

from benchmarks.processes import Command, Failed, Run, run

Turns = Mapping[str, list[Run]]
Figure = Literal["first", "wall", "cpu", "memory"]


def take_turns(commands: Mapping[str, Command | None], rounds: int) -> Turns:
    """Run all *commands* that there are, *rounds* times each.

    A peer that fails is left out, with a line on standard error.
    """
    present = {name: command for name, command in commands.items() if command}
    runs: dict[str, list[Run]] = {name: [] for name in present}
    for _ in range(rounds):
        for name in [*runs]:
            try:
                runs[name].append(run(present[name]))
            except Failed as exc:
                if not present[name].is_peer:
                    raise
                print(f"{name} is left out: {exc}", file=sys.stderr)
                del runs[name]
    return runs


def typical(turns: Turns, name: str, figure: Figure) -> float | None:
    """Return the median of a figure; None where the command is missing."""
    runs = turns.get(name)
    return median(getattr(run, figure) for run in runs) if runs else None


def ratio(turns: Turns, name: str, other: str, figure: Figure) -> float | None:
    """Return the median ratio of a figure; None where a command is missing."""
    if not (name in turns and other in turns):
        return None
    pairs = zip(turns[name], turns[other], strict=True)
    return median(getattr(one, figure) / getattr(two, figure) for one, two in pairs)


def medians(turns: Turns, figure: Figure, *names: str) -> str:
    """Return the medians of the commands called *names* that ran, in words."""
    unit = "MB" if figure == "memory" else "ms"
    found = {name: typical(turns, name, figure) for name in names}
    known = [(name, value) for name, value in found.items() if value is not None]
    return ", ".join(f"{name} {value:,.0f} {unit}" for name, value in known)
