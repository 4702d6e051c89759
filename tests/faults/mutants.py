"""Switches one defence off at a time: each time a check of this folder must notice.

`python -m tests.faults.mutants --count N`; a check that no mutant fails proves nothing.
"""

import os
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree, ignore_patterns

from tests.co_program import ROOT
from tests.faults.alone import main
from tests.faults.tally import Tally

_LONGEST = 150.0  # seconds: a mutant that hangs is noticed too
_SKIPPED = ignore_patterns("__pycache__", ".hypothesis", "*.pyc")

STREAMS = ("tests.faults.streams", "--count", "5000")
SEQUENCES = ("tests.faults.sequences", "--count", "1000")
CODE_POINTS = ("tests.faults.code_points", "--count", "1114112")
KILLS = ("tests.faults.kills", "--count", "30")


def case(name: str) -> tuple[str, ...]:
    """Return how one case of the matrix is run."""
    return ("tests.faults", "--only", name)


@dataclass(frozen=True, slots=True)
class Mutant:
    """In *file*, *old* is put as *new*; what runs as `python -m` *by* has to fail."""

    name: str
    file: str
    old: str
    new: str
    by: tuple[str, ...]


MUTANTS = [
    Mutant("a byte order mark", "api/sse.py", ".removeprefix(_BOM)", "", STREAMS),
    Mutant(
        "a line without end",
        "api/sse.py",
        "if self._line > LONGEST_LINE or ",
        "if ",
        STREAMS,
    ),
    Mutant(
        "an event without end",
        "api/sse.py",
        " or self._event > LONGEST_EVENT:",
        ":",
        STREAMS,
    ),
    Mutant("an event left open", "api/sse.py", r', [b"\n\n"])', ", [])", STREAMS),
    Mutant(
        "a stream without its end",
        "api/protocol/stream.py",
        'raise AnswerIncomplete("answer incomplete: the stream ended',
        'return print("',
        SEQUENCES,
    ),
    Mutant(
        "something garbled",
        "api/protocol/stream.py",
        "if garbled:",
        "if 0:",
        case("A7"),
    ),
    Mutant("a web page", "api/responses.py", "if got != kind:", "if 0:", case("A17")),
    Mutant(
        "a compressed stream",
        "api/responses.py",
        'encoding != "identity"',
        "False",
        case("A16"),
    ),
    Mutant(
        "a redirect",
        "api/transport.py",
        "verify=trust,",
        "verify=trust, follow_redirects=True,",
        case("A21"),
    ),
    Mutant("asking again", "api/client.py", "if handed_on:", "if 0:", case("A4")),
    Mutant(
        "a monthly limit",
        "api/retry.py",
        ' and "/ month" not in',
        ' and "" in',
        case("B3"),
    ),
    Mutant(
        "a wrong pairing",
        "api/protocol/rerank.py",
        "if len({one.index for one in results}) != len(results):",
        "if 0:",
        case("B12"),
    ),
    Mutant(
        "C1 controls", "terminal.py", "set(range(0x7F, 0xA0))", "{0x7F}", CODE_POINTS
    ),
    Mutant("bidi", "terminal.py", "_CONTROLS | _BIDI |", "_CONTROLS |", CODE_POINTS),
    Mutant(
        "an error's text", "terminal.py", "{clean_line(text)}", "{text}", case("B6")
    ),
    Mutant(
        "a key that a server repeats",
        "api/connection.py",
        'secret.encode(), b"***"',
        'b"", b""',
        case("E4"),
    ),
    Mutant(
        "a signal",
        "app.py",
        "os.kill(os.getpid(), number)",
        "sys.exit(130)",
        case("C2"),
    ),
    Mutant(
        "other readers",
        "config/secure_files.py",
        "os.fchmod(descriptor, 0o600)",
        "os.fchmod(descriptor, 0o644)",
        KILLS,
    ),
    Mutant(
        "a link for a file",
        "config/secure_files.py",
        "flags | (os.O_NOFOLLOW if secret else 0)",
        "flags",
        case("D6"),
    ),
    Mutant(
        "many writers",
        "config/secure_files.py",
        "fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)",
        "pass",
        KILLS,
    ),
    Mutant(
        "half a file",
        "config/secure_files.py",
        "_write_new(new, data)\n        new.replace(path)",
        "path.write_bytes(data)",
        case("D1"),
    ),
]


def check(*, seed: int, count: int) -> Tally:
    """Try up to *count* mutants, and each of their checks on the program as it is."""
    mutants = MUTANTS[:count]
    controls = [Mutant("", "", "", "", by) for by in {one.by: 0 for one in mutants}]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        told = pool.map(lambda one: _trouble(one, seed), [*controls, *mutants])
        failures = list(filter(None, told))
    total = len(controls) + len(mutants)
    return Tally("mutants", total - len(failures), total, failures)


def _trouble(mutant: Mutant, seed: int) -> str:
    with _copy() as (python, folder):
        if mutant.name and not _is_put_in(mutant, folder):
            return (
                f"{mutant.name}: stale, {mutant.file} does not say {mutant.old!r} once"
            )
        noticed = not _holds(
            [str(python), "-m", *mutant.by, "--seed", str(seed)], folder
        )
    if noticed is bool(mutant.name):
        return ""
    by = " ".join(mutant.by)
    return f"{mutant.name}: {by} notices nothing" if mutant.name else f"{by} fails"


@contextmanager
def _copy() -> Iterator[tuple[Path, Path]]:
    """Yield a Python that has a copy of the project installed, and the copy.

    It finds all other packages where this Python does.
    """
    with tempfile.TemporaryDirectory() as home:
        folder, programs = Path(home) / "project", Path(home) / "bin"
        for name in ("cohere_cli", "tests", "examples"):
            copytree(ROOT / name, folder / name, ignore=_SKIPPED)
        paths = sysconfig.get_paths(vars={"base": home, "platbase": home})
        packages = Path(paths["purelib"])
        packages.mkdir(parents=True)
        programs.mkdir()
        base = Path(sys.base_prefix) / "bin"
        (Path(home) / "pyvenv.cfg").write_text(f"home = {base}\n")
        python = programs / "python"
        python.symlink_to(Path(sys.executable).resolve())
        ours = sysconfig.get_paths()["purelib"]
        (packages / "project.pth").write_text(f"{folder}\n{ours}\n")
        start = f"#!{python}\nfrom cohere_cli.app import main\nmain()\n"
        (programs / "co").write_text(start)
        (programs / "co").chmod(0o755)
        yield python, folder


def _is_put_in(mutant: Mutant, folder: Path) -> bool:
    path = folder / "cohere_cli" / mutant.file
    source = path.read_text()
    path.write_text(source.replace(mutant.old, mutant.new))
    return source.count(mutant.old) == 1


def _holds(command: list[str], folder: Path) -> bool:
    try:
        run = subprocess.run(
            command, cwd=folder, capture_output=True, timeout=_LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return run.returncode == 0


if __name__ == "__main__":
    main(check, len(MUTANTS))
