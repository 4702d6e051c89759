"""How long a record takes to read, beside a bare loop over the same file's lines.

    python reading.py [RECORDS]

The bare loop decodes each line and keeps nothing. Every kind is read from a file of
its own with records of 500 bytes; the least of three rounds counts. Prints an object:
of each kind, the microseconds that a record takes beyond the bare loop, and the ratio.
"""

import io
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from cohere_cli.documents.reader import read_records

SIZE = 500
ROUNDS = 3
WORDS = "the quick brown fox jumps over the lazy dog and runs on "


def text_line(number: int) -> str:
    """Return a line of `SIZE` bytes."""
    return f"{number:08} {WORDS * 10}"[: SIZE - 1]


def json_line(number: int) -> str:
    """Return an object of about `SIZE` bytes."""
    text = (WORDS * 10)[: SIZE - 70]
    record = {"number": number, "title": "A title", "text": text, "score": 1.5}
    return json.dumps(record)


def row(number: int) -> str:
    """Return a row of about `SIZE` bytes, one cell in quotes."""
    return f'{number},"A title, with a comma",{(WORDS * 10)[: SIZE - 40]},1.5'


def grep_line(number: int) -> str:
    """Return a line as `grep -n` writes them."""
    return f"notes/reading.txt:{number + 1}:{text_line(number)}"[: SIZE - 1]


KINDS: dict[str, Callable[[int], str]] = {
    "lines": text_line,
    "grep": grep_line,
    "jsonl": json_line,
    "csv": row,
}


def write(path: Path, lines: Iterable[str]) -> None:
    """Write *lines*, after one that is a header for those who need one."""
    with path.open("w", encoding="utf-8") as file:
        file.write("number,title,text,score\n" if path.name == "csv" else "")
        file.writelines(f"{line}\n" for line in lines)


def bare(path: Path) -> Iterator[str]:
    """Decode the lines of *path*."""
    with path.open("rb") as file:
        for line in file:
            yield line.decode()


def seconds(make: Callable[[], Iterable[object]]) -> float:
    """Return the least time that it takes to go through what *make* returns."""
    taken = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in make():
            pass
        taken.append(time.process_time() - began)
    return min(taken)


def cost(path: Path, kind: str, count: int) -> dict[str, float]:
    """Return what a record of *kind* costs."""
    plain = seconds(lambda: bare(path))
    read = seconds(lambda: read_records([str(path)], io.BytesIO(), kind))
    return {"more": (read - plain) / count * 1e6, "times": read / plain}


def main(count: int) -> None:
    """Print the costs of all kinds."""
    costs = {}
    with tempfile.TemporaryDirectory() as folder:
        for kind, line in KINDS.items():
            path = Path(folder, kind)
            write(path, map(line, range(count)))
            costs[kind] = cost(path, kind, count)
    print(json.dumps(costs))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
