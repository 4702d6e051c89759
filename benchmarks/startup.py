"""How long `co` takes to start, as a multiple of what Python itself takes.

    python benchmarks/startup.py [ROUNDS]

The commands take turns, round by round, so that a machine that slows down slows all
of them. Only the ratios mean something.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

CO = str(Path(sys.executable).with_name("co"))
ROOT = Path(__file__).parent.parent
COMMANDS = {
    "python -S -c pass": [sys.executable, "-S", "-c", "pass"],
    "co --version": [CO, "--version"],
    "co --help": [CO, "--help"],
    "co chat --dry-run": [CO, "chat", "Hi", "--dry-run"],
    "co replay": [CO, "replay", "tests/data/text.sse"],
    "co chat -p sandbox": [CO, "chat", "Hi", "-p", "sandbox"],
    "co rerank -p sandbox": [
        *(CO, "rerank", "-q", "capital", "examples/capitals.txt", "-p", "sandbox"),
    ],
}


def seconds(command: list[str]) -> float:
    """Return how long one run takes, from its start to its end."""
    began = time.perf_counter()
    subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "CO_CONFIG_DIR": "/nonexistent"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - began


def main(rounds: int) -> None:
    """Print the median of each command, and its ratio to Python's own start."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(rounds):
        for name, command in COMMANDS.items():
            times[name].append(seconds(command))
    unit = statistics.median(times["python -S -c pass"])
    for name, taken in times.items():
        median = statistics.median(taken)
        print(f"{name:22} {median * 1000:6.0f} ms  {median / unit:5.1f} x")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
