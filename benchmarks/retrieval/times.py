"""How long first and second searches take, and what they hold; prints Markdown.

    python -m benchmarks.retrieval.times [MEGABYTES]...

Each search is a process of its own; seconds are those of its CPU, so that other
programs matter less. The folders are filled with Python files of this machine.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

QUERY = "how is the configuration file parsed and merged"
SOURCES = Path("/usr/lib/python3.11"), Path("/usr/lib/python3/dist-packages")
_FILE_BYTES = 10_000
_SCRIPT = """
import sys
from pathlib import Path
from cohere_cli.retrieval.search import find_passages
cache = Path(sys.argv[2]) if sys.argv[2] else None
found = find_passages(
    sys.argv[3], [sys.argv[1]], cache=cache, notify=lambda _: None, detail=print
)
assert found.candidates or found.counts.files == 1
"""


class Cost(NamedTuple):
    """What a process took: seconds of CPU, and MiB of memory at most."""

    seconds: float
    memory: float


def main() -> None:
    """Measure as the command line says."""
    measure([int(each) for each in sys.argv[1:]] or [50, 500])


def measure(megabytes: list[int]) -> None:
    """Print a row for each size."""
    print("| MB in files of 10 kB | first, CPU s | a MB, ms | MiB | second, CPU s |"
          " more than an empty folder, s | index, MB |")  # fmt: skip
    print("|---|---|---|---|---|---|---|")
    for size in megabytes:
        print(row(size), flush=True)


def row(size: int) -> str:
    """Return the figures of a folder of *size* MB."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        folder, empty, cache = place / "files", place / "empty", place / "cache"
        for path in (folder, empty):
            path.mkdir()
        (empty / "a").write_text("nothing\n")
        fill(folder, size * 1_000_000)
        first = search(folder, cache)
        again = min(search(folder, cache).seconds for _ in range(3))
        search(empty, cache)
        least = min(search(empty, cache).seconds for _ in range(3))
        stored = sum(path.stat().st_size for path in cache.iterdir())
    figures = (
        f"{first.seconds:.2f}",
        f"{first.seconds / size * 1000:.0f}",
        f"{first.memory:.0f}",
        f"{again:.2f}",
        f"{again - least:.2f}",
        f"{stored / 1e6:.0f}",
    )
    return f"| {size} | {' | '.join(figures)} |"


def fill(folder: Path, size: int) -> None:
    """Write *size* bytes of code to files, 100 in each folder."""
    texts = code()
    for number in range(size // _FILE_BYTES):
        path = folder / str(number // 100) / f"{number}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(next(texts))


def code() -> Iterator[str]:
    """Yield pieces of 10 kB, again and again, each time with other names."""
    paths = sorted(path for each in SOURCES for path in each.rglob("*.py"))
    turn = 0
    while True:
        for path in paths:
            try:
                text = path.read_text()
            except (OSError, UnicodeDecodeError):
                continue
            for at in range(0, len(text) - _FILE_BYTES, _FILE_BYTES):
                turn += 1
                yield text[at : at + _FILE_BYTES].replace("self", f"self{turn}")


def search(folder: Path, cache: Path) -> Cost:
    """Search in a process of its own."""
    command = [sys.executable, "-c", _SCRIPT, str(folder), str(cache), QUERY]
    process = os.posix_spawn(sys.executable, command, os.environ)
    _, status, usage = os.wait4(process, 0)
    assert status == 0
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


if __name__ == "__main__":
    main()
