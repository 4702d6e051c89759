"""How long `-d .` takes in folders that are made to be hard, and the memory it takes.

    python benchmarks/walk.py [-a] [-o CASE]... [CO...]

Each case is a tree in a temporary folder. The programs CO, `co` of this environment
if none is named, take turns in it with a dry run. Seconds are of the wall and of the
processor; a run is stopped after 120. With -a, all is read that would be refused as
soon as it exceeds the context window. The last column is the last line of standard
error without its hint.
"""

import argparse
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

CO = str(Path(sys.executable).with_name("co"))
MOST_SECONDS = 120
SMALL = 2_000
MANY = 200_000
LONG_LINE = b"var a=1;" * 12_500
BINARY = b"\x89PNG\r\n\x1a\n\0\0" * 400
TEXT = b"# Title\n\n" + b"Some words of an ordinary sentence.\n" * 20


def write(path: str, content: bytes = b"") -> None:
    """Write *content* to *path*, whose folder is made."""
    with suppress(FileExistsError):
        Path(path).parent.mkdir(parents=True)
    with open(path, "wb") as file:  # noqa: PTH123 - faster, 200,000 times
        file.write(content)


def files(count: int, content: bytes = b"", each: int = 0) -> None:
    """Write *count* files: *each* of them in a folder, or all in one."""
    folders = count // each if each else 1
    for number in range(count):
        write(f"f{number % folders}/name_{number}.txt", content)


def rules(line: str) -> None:
    """Write 20,000 rules, numbered, and some files."""
    Path(".gitignore").write_text("".join(f"{line}\n" % n for n in range(20_000)))
    files(SMALL, each=10)


def deep() -> None:
    """Write a rule of many `**` over a folder that is 60 deep."""
    Path(".gitignore").write_text("**/a/" * 5 + "**/b\n")
    for name in "cde":
        write("a/" * 60 + name, b"text\n")


def stars() -> None:
    """Write names of many stars, and files that nearly match them."""
    Path(".gitignore").write_text("".join("*a" * n + "b\n" for n in range(1, 100)))
    for number in range(SMALL):
        write("a" * 200 + str(number))


def project() -> None:
    """Write 21,000 files: 18,800 of them are binary, generated, empty or special."""
    kinds = [(BINARY, ".png"), (LONG_LINE, ".js"), (b"{}", ".map"), (b"", ".txt")]
    for number in range(18_800):
        content, suffix = kinds[number % 4]
        write(f"lib/{number % 300}/{number}{suffix}", content)
    for number in range(2_200):
        write(f"src/{number % 50}/{number}.md", TEXT)


def odd() -> None:
    """Write links in circles and chains, pipes, sockets, and names of any bytes."""
    write("a.txt", b"text\n")
    for number in range(SMALL):
        Path(f"chain{number}").symlink_to(f"chain{number + 1}")
        Path(f"up{number}").symlink_to("..")
        os.mkfifo(f"pipe{number}")
    for number in range(100):
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind(f"socket{number}")
    for byte in {*range(1, 256)} - {ord("/")}:
        write(os.fsdecode(b"name%c.txt" % byte), b"text\n")
    Path("closed").mkdir(mode=0)


def large(path: str, size: int) -> None:
    """Write one line of *size* bytes to *path*."""
    write("a.txt", b"text\n")
    write("d/b.txt", b"text\n")
    with Path(path).open("wb") as file:
        file.writelines(b"a" * 1_000_000 for _ in range(size // 1_000_000))


def special(kind: Callable[[str], object]) -> None:
    """Make a `.gitignore` that is no file."""
    write("a.txt", b"text\n")
    write("d/b.txt", b"text\n")
    kind("d/.gitignore")


def nested() -> None:
    """Write 20,000 rule files, all of them different."""
    for number in range(20_000):
        write(f"d{number % 100}/e{number}/.gitignore", b"*.o\n*~\n/x%d*\n" % number)
        write(f"d{number % 100}/e{number}/a.o")


CASES: dict[str, Callable[[], None]] = {
    "** over 60 folders": deep,
    "names of many stars": stars,
    "20,000 names": lambda: rules("name%d"),
    "20,000 suffixes": lambda: rules("*.suffix%d"),
    "20,000 globs": lambda: rules("*a%d*b"),
    "20,000 paths": lambda: rules("**/x%d/**/*b"),
    "20,000 rule files": nested,
    "200,000 empty files, one folder": lambda: files(MANY),
    "200,000 empty files, nested": lambda: files(MANY, each=100),
    "200,000 binary files, nested": lambda: files(MANY, b"\0\1\2", each=100),
    "200,000 texts, nested": lambda: files(MANY, b"Some words.\n", each=100),
    "21,000 files, 18,800 skipped": project,
    "links, pipes, sockets, odd names": odd,
    "rules of 100 MB": lambda: large("d/.gitignore", 100_000_000),
    "a rule of 10 MB": lambda: large("d/.gitignore", 10_000_000),
    "rules in a pipe": lambda: special(os.mkfifo),
    "rules in a folder": lambda: special(os.mkdir),
    "rules behind a link": lambda: special(lambda at: Path(at).symlink_to("/")),
}


def run(program: str, *flags: str) -> str:
    """Return the figures of one run, as the columns of a line."""
    began = time.perf_counter()
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [program, "chat", "Hi", "-p", "sandbox", "-d", ".", "--dry-run", *flags],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
        signal.signal(signal.SIGALRM, lambda *_: process.kill())
        signal.alarm(MOST_SECONDS)
        _, status, used = os.wait4(process.pid, 0)
        signal.alarm(0)
        wall = time.perf_counter() - began
        errors.seek(0)
        lines = errors.read().decode(errors="replace").splitlines()
    lines = [line for line in lines if line.startswith("co: ")]
    code = os.waitstatus_to_exitcode(status)
    figures = f"{wall:7.2f} {used.ru_utime + used.ru_stime:7.2f}"
    last = lines[-1].removeprefix("co: ") if lines else ""
    return f"{figures} {used.ru_maxrss // 1024:6} {code:5}  {last[:90]}"


def main() -> None:
    """Print a line for each case and program."""
    parser = argparse.ArgumentParser()
    parser.add_argument("-o", "--only", action="append", choices=CASES)
    parser.add_argument("-a", "--any-size", action="store_true", help="read all")
    parser.add_argument("programs", nargs="*", default=[CO], type=os.path.abspath)
    chosen = parser.parse_args()
    os.environ["CO_CONFIG_DIR"] = "/nonexistent"
    print(f"{'case':34} {'wall':>7} {'cpu':>7} {'MB':>6} {'exit':>5}  result")
    flags = ["--any-size"] * chosen.any_size
    for case in chosen.only or CASES:
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            CASES[case]()
            for program in chosen.programs:
                print(f"{case:34} {run(program, *flags)}", flush=True)
            os.chdir("/")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
