"""A long answer into a pipe: time and memory."""

from benchmarks.commands import Commands
from benchmarks.processes import Command
from benchmarks.replies import tokens
from benchmarks.server import Plan
from benchmarks.table import Figure, Row
from benchmarks.turns import Turns, medians, ratio, take_turns, typical

TITLE = "Stream"
ROUNDS, QUICK_ROUNDS = 7, 5
EVENTS = 20_000


def measure(commands: Commands, rounds: int) -> list[Row]:
    """Return the rows of this part."""
    turns = take_turns({**writers(commands), **short(commands)}, rounds)
    return [duration(turns), memory(turns)]


def writers(commands: Commands) -> dict[str, Command | None]:
    """Return the commands that write the long answer, or its events."""
    url = commands.server.url(Plan(EVENTS))
    answer = "".join(tokens(EVENTS)).rstrip()
    found = {
        "co": commands.chat(url),
        "SDK": commands.sdk("sdk_chat.py", url),
        "node": commands.node(url),
    }
    checked = {
        name: command and command._replace(expected=answer)
        for name, command in found.items()
    }
    return {**checked, "curl": commands.curl(url)}


def short(commands: Commands) -> dict[str, Command | None]:
    """Return the command that writes one token."""
    return {"co, 1 event": commands.chat(commands.server.url(Plan()))}


def duration(turns: Turns) -> Row:
    """Return how long the whole answer takes."""
    figures = [Figure(ratio(turns, "co", "SDK", "wall"), "× SDK", 0.15)]
    if "node" in turns:
        figures.append(Figure(ratio(turns, "co", "node", "wall"), "× node's SDK", 1))
    names = ("co", "SDK", "node", "curl")
    return Row(
        f"{EVENTS:,} events into a pipe", tuple(figures), medians(turns, "wall", *names)
    )


def memory(turns: Turns) -> Row:
    """Return the memory of that, and how much more it is than for one event."""
    most, least = (typical(turns, name, "memory") for name in ("co", "co, 1 event"))
    growth = None if most is None or least is None else most - least
    return Row(
        "peak memory of that; growth over these events",
        (
            Figure(ratio(turns, "co", "SDK", "memory"), "× SDK", 0.5),
            Figure(growth, "MB", 1),
        ),
        medians(turns, "memory", *turns),
    )
