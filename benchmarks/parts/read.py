"""Reading of records, beside a bare loop over the same lines."""

import json
from statistics import median

from benchmarks.commands import Commands
from benchmarks.table import Figure, Row
from benchmarks.turns import take_turns

TITLE = "Read"
ROUNDS, QUICK_ROUNDS = 5, 3
# The most microseconds that a record may take beyond the bare loop.
MOST = {"lines": 2.5}


def measure(commands: Commands, rounds: int) -> list[Row]:
    """Return the rows of this part; `walk.py` measures folders."""
    runs = take_turns({"read": commands.script("reading.py")}, rounds)["read"]
    found = [json.loads(run.output) for run in runs]
    rows = [row(kind, [one[kind] for one in found]) for kind in found[0]]
    memory = median(run.memory for run in runs)
    return [*rows, Row("peak memory of that", (Figure(memory, "MB"),))]


def row(kind: str, costs: list[dict[str, float]]) -> Row:
    """Return the row of one format."""
    more, times = (median(one[key] for one in costs) for key in ("more", "times"))
    figure = Figure(more, "µs beyond a bare loop", MOST.get(kind))
    return Row(f"a record of 500 B, {kind}", (figure, Figure(times, "× bare loop")))
