"""Answers on a terminal: time to the first token, and CPU time of drawing."""

from benchmarks.commands import Commands
from benchmarks.processes import Command
from benchmarks.server import Plan
from benchmarks.table import Figure, Row
from benchmarks.turns import medians, ratio, take_turns

TITLE = "Render"
ROUNDS, QUICK_ROUNDS = 11, 5


def measure(commands: Commands, rounds: int) -> list[Row]:
    """Return the rows of this part; `drawing.py` measures kinds of Markdown."""
    return [first_token(commands, rounds), drawing(commands, rounds)]


def first_token(commands: Commands, rounds: int) -> Row:
    """Measure the first token of a server that needs 300 ms."""
    url = commands.server.url(Plan(thought=300))
    peers = {"co": commands.chat(url), "curl": commands.curl(url)}
    turns = take_turns(on_terminals(peers), rounds)
    return Row(
        "first token on a terminal, server needs 300 ms",
        (Figure(ratio(turns, "co", "curl", "first"), "× curl", 1.3),),
        medians(turns, "first", *peers),
    )


def drawing(commands: Commands, rounds: int) -> Row:
    """Measure an answer that comes at the speed of a fast model."""
    url = commands.server.url(Plan(500, pace=5))
    peers = {"co": commands.chat(url), "SDK": commands.sdk("sdk_chat.py", url)}
    turns = take_turns(on_terminals(peers), rounds)
    return Row(
        "500 tokens at 5 ms on a terminal, CPU",
        (Figure(ratio(turns, "co", "SDK", "cpu"), "× SDK printing plain text", 0.4),),
        medians(turns, "cpu", *peers),
    )


def on_terminals(commands: dict[str, Command | None]) -> dict[str, Command | None]:
    """Return *commands*, each on a terminal of its own."""
    return {
        name: command and command._replace(on_terminal=True)
        for name, command in commands.items()
    }
