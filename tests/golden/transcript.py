"""Transcripts of commands: read from a golden file, run, and written back.

A golden file holds one entry for each command line, separated by blank lines:

    # a comment, kept as it is
    $ printf 'a\nb\n' | co rerank -q a -o json
    | what it writes to standard output
    ! what it writes to standard error
    = 0

The line after `$` is run by bash in a folder with a copy of `tests/golden/files`.
In what is compared, that folder is `DIR`, the home `HOME`, and a port `PORT`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copytree, ignore_patterns

from co_program import Co

FOLDER = Path(__file__).parent
FILES = FOLDER / "files"
_VARIABLE = [
    (re.compile(r"127\.0\.0\.1:\d{4,5}\b"), "127.0.0.1:PORT"),
    (re.compile(r"\b\d+(\.\d+)? ?m?s\b"), "N s"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}\b"), "UUID"),
]


@dataclass(frozen=True, slots=True)
class Entry:
    """A command line, what stands above it, and what came of it."""

    command: str
    comment: str = ""
    stdout: str = ""
    stderr: str = ""
    code: int = 0

    def __str__(self) -> str:
        lines = [
            *self.comment.splitlines(),
            f"$ {self.command}",
            *(f"| {line}".rstrip() for line in self.stdout.splitlines()),
            *(f"! {line}".rstrip() for line in self.stderr.splitlines()),
            f"= {self.code}",
        ]
        return "\n".join(lines) + "\n"


def entries(path: Path) -> Iterator[Entry]:
    """Yield the entries of the golden file at *path*."""
    for block in re.split(r"\n{2,}", path.read_text().strip()):
        lines = block.splitlines()
        by_mark = {
            mark: "".join(f"{line[2:]}\n" for line in lines if line[:1] == mark)
            for mark in "$|!="
        }
        yield Entry(
            by_mark["$"].strip(),
            "\n".join(line for line in lines if line.startswith("#")),
            by_mark["|"],
            by_mark["!"],
            int(by_mark["="] or 0),
        )


def run(entry: Entry, co: Co, folder: Path) -> Entry:
    """Return *entry* with what comes of it now, run in a new copy of the files."""
    copytree(FILES, folder, ignore=ignore_patterns("__pycache__"))
    done = co.shell(entry.command, cwd=folder)
    return replace(
        entry,
        stdout=steady(done.stdout.decode("utf-8", "backslashreplace"), folder, co),
        stderr=steady(done.stderr.decode("utf-8", "backslashreplace"), folder, co),
        code=done.returncode,
    )


def steady(text: str, folder: Path, co: Co) -> str:
    """Return *text* without what changes from run to run."""
    text = text.replace(str(folder), "DIR").replace(co.environ["HOME"], "HOME")
    for pattern, name in _VARIABLE:
        text = pattern.sub(name, text)
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())
