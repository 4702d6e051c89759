"""A prompt for each of many records, beside the SDK and a bare script."""

import tempfile
import zlib
from pathlib import Path

from benchmarks.commands import Commands
from benchmarks.processes import Command, Failed
from benchmarks.server import Plan
from benchmarks.table import Figure, Row
from benchmarks.turns import Turns, medians, ratio, take_turns, typical

TITLE = "Map"
ROUNDS, QUICK_ROUNDS = 3, 1
FEW, MANY = 10_000, 100_000
LARGE = 100_000, 1_000_000
"""The sizes that the targets are for, with `--large`: a run of up to an hour."""
LATENCY = 50  # milliseconds
CONCURRENCY = 16
OPTIONS = ("-o", "text", "--yes", "--concurrency", str(CONCURRENCY))


def measure(commands: Commands, rounds: int) -> list[Row]:
    """Return the rows of this part; `Failed` where an answer is not its record's."""
    return measured(commands, rounds, FEW, MANY)


def measure_large(commands: Commands, rounds: int) -> list[Row]:
    """Return the same rows for ten times as many records."""
    return measured(commands, rounds, *LARGE)


def measured(commands: Commands, rounds: int, few: int, many: int) -> list[Row]:
    """Return the rows: speed and CPU with *few* records, memory with *many*."""
    slow = commands.server.url(Plan(thought=LATENCY))
    at_once = commands.server.url(Plan())
    with tempfile.TemporaryDirectory() as folder:
        timed, sized = Path(folder, "few"), Path(folder, "many")
        write(few, timed)
        write(many, sized)
        peers = {
            "co": co(commands, timed, slow),
            "SDK": commands.sdk("sdk_map.py", str(timed), slow),
            "httpx": commands.script("httpx_map.py", str(timed), slow),
        }
        turns = take_turns(peers, rounds)
        large = take_turns({"many": co(commands, sized, at_once)}, 1)
    check(turns, few)
    check(large, many)
    return [speed(turns, few), effort(turns), size(large, many)]


def co(commands: Commands, path: Path, url: str) -> Command:
    """Return the command of `co`."""
    words = ("Classify: {text}", str(path), *OPTIONS, "--base-url", url)
    return commands.co("map", *words)


def record(number: int) -> str:
    """Return record *number*: 499 characters that no other one has."""
    return f"record {number} has {zlib.crc32(b'%d' % number):08x} ".ljust(499, "x")


def write(count: int, path: Path) -> None:
    """Write that many records."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{record(number)}\n" for number in range(count))


def check(turns: Turns, count: int) -> None:
    """Raise `Failed` unless all runs have the answer to each record, in order."""
    expected = [f"{zlib.crc32(record(n).encode()):08x}" for n in range(count)]
    for name, runs in turns.items():
        for run in runs:
            found = [line.rpartition(" ")[2] for line in run.output.splitlines()]
            if found != expected:
                raise Failed(f"{name}: the answers are not those of the records")


def speed(turns: Turns, count: int) -> Row:
    """Return how fast `co` is."""
    share = ratio(turns, "httpx", "co", "wall")
    return Row(
        f"map of {count:,} × 500 B, {LATENCY} ms latency, {CONCURRENCY} at a time",
        (Figure(share and share * 100, "% of bare httpx", 85, at_least=True),),
        medians(turns, "wall", "co", "SDK", "httpx"),
    )


def effort(turns: Turns) -> Row:
    """Return the CPU time of `co`."""
    return Row(
        "CPU of that",
        (Figure(ratio(turns, "co", "SDK", "cpu"), "× SDK in an async loop", 0.35),),
        medians(turns, "cpu", "co", "SDK", "httpx"),
    )


def size(turns: Turns, count: int) -> Row:
    """Return the memory of a large run."""
    return Row(
        f"map of {count:,} × 500 B, all different: memory",
        (Figure(typical(turns, "many", "memory"), "MB", 120),),
        medians(turns, "wall", "many"),
    )
