"""Rerank of many documents, beside the SDK and a bare script."""

import heapq
import json
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from benchmarks.commands import Commands
from benchmarks.processes import Command, Failed
from benchmarks.replies import score
from benchmarks.server import Plan
from benchmarks.table import Figure, Row
from benchmarks.turns import Turns, medians, ratio, take_turns, typical

TITLE = "Rerank"
ROUNDS, QUICK_ROUNDS = 5, 3
FEW, MANY = 100_000, 1_000_000
LATENCY = 50  # milliseconds
TOP = 10
OPTIONS = (
    *("--input", "lines", "--yes", "-o", "jsonl"),
    *("--batch-size", "1000", "--concurrency", "8"),
)


def measure(commands: Commands, rounds: int) -> list[Row]:
    """Return the rows of this part; `Failed` where the ten best are not the same."""
    url = commands.server.url(Plan(thought=LATENCY))
    with tempfile.TemporaryDirectory() as folder:
        few, many = Path(folder, "few"), Path(folder, "many")
        best = {"many": write(MANY, many)}
        best |= dict.fromkeys(("co", "SDK", "httpx"), write(FEW, few))
        peers = {
            "co": rerank(commands, few, url),
            "SDK": commands.sdk("sdk_rerank.py", str(few), url),
            "httpx": commands.script("httpx_rerank.py", str(few), url),
            "many": rerank(commands, many, url),
        }
        turns = take_turns(peers, rounds)
    check(turns, best)
    return [speed(turns), size(turns)]


def rerank(commands: Commands, path: Path, url: str) -> Command:
    """Return the command of `co`."""
    words = ("-q", "q", str(path), "-n", str(TOP), *OPTIONS, "--base-url", url)
    return commands.co("rerank", *words)


def document(number: int) -> str:
    """Return document *number*: 499 characters that no other one has."""
    return f"document {number} has {zlib.crc32(b'%d' % number):08x} ".ljust(499, "x")


def write(count: int, path: Path) -> list[int]:
    """Write that many documents; return the numbers of the best."""

    def scores() -> Iterator[tuple[float, int]]:
        with path.open("w", encoding="utf-8") as file:
            for number in range(count):
                text = document(number)
                file.write(f"{text}\n")
                yield score(text), -number

    return [-number for _, number in heapq.nlargest(TOP, scores())]


def check(turns: Turns, best: dict[str, list[int]]) -> None:
    """Raise `Failed` unless all runs found the best documents."""
    for name, runs in turns.items():
        for run in runs:
            found = [json.loads(line)["index"] for line in run.output.splitlines()]
            if found != best[name]:
                raise Failed(
                    f"{name}: {found} are not the best, which are {best[name]}"
                )


def speed(turns: Turns) -> Row:
    """Return how fast `co` is."""
    share = ratio(turns, "httpx", "co", "wall")
    return Row(
        f"rerank of {FEW:,} × 500 B, {LATENCY} ms latency, 8 at a time",
        (
            Figure(ratio(turns, "co", "SDK", "wall"), "× SDK one by one", 0.15),
            Figure(share and share * 100, "% of bare httpx", 85, at_least=True),
        ),
        medians(turns, "wall", "co", "SDK", "httpx"),
    )


def size(turns: Turns) -> Row:
    """Return the memory of a large run, and its time beside that of a small one."""
    longer = ratio(turns, "many", "co", "wall")
    return Row(
        f"rerank of {MANY:,} × 500 B: memory; time per document",
        (
            Figure(typical(turns, "many", "memory"), "MB", 100),
            Figure(longer and longer * FEW / MANY, f"× of {FEW:,}", 1.2),
        ),
        medians(turns, "wall", "many"),
    )
