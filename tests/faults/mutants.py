"""Disables one defence at a time: each time a check of this folder must notice.

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

from tests.co_program import ROOT
from tests.faults.alone import main
from tests.faults.mutation import Mutation
from tests.faults.tally import Tally

_LONGEST = 150.0  # seconds: a mutant that hangs is noticed too

STREAMS = ("tests.faults.streams", "--count", "5000")
SEQUENCES = ("tests.faults.sequences", "--count", "1000")
CODE_POINTS = ("tests.faults.code_points", "--count", "1114112")
KILLS = ("tests.faults.kills", "--count", "30")


def case(name: str) -> tuple[str, ...]:
    """Return how one case of the matrix is run."""
    return ("tests.faults", "--only", name)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A program with one *mutation*: `python -m` *by* must fail on it.

    Without a mutation, it must not.
    """

    name: str
    mutation: Mutation | None
    by: tuple[str, ...]


def _mutant(name: str, target: str, expression: str, by: tuple[str, ...]) -> Mutant:
    """Return the mutant in which *target*, `module:name`, becomes *expression*."""
    module, _, attribute = target.partition(":")
    return Mutant(name, Mutation(f"cohere_cli.{module}", attribute, expression), by)


MUTANTS = [
    _mutant("a byte order mark", "api.sse:_BOM", "bytes(3)", STREAMS),
    _mutant(
        "a line without end",
        "api.sse:_Meter._grow",
        "ignoring(old, ' line ')",
        STREAMS,
    ),
    _mutant(
        "an event without end",
        "api.sse:_Meter._grow",
        "ignoring(old, ' event ')",
        STREAMS,
    ),
    _mutant(
        "an event left open", "api.sse:chain", "lambda chunks, end: chunks", STREAMS
    ),
    _mutant(
        "a stream without its end",
        "api.protocol.stream:require_end",
        "lambda events: events",
        SEQUENCES,
    ),
    _mutant(
        "something garbled",
        "api.protocol.stream:_check",
        "lambda end, garbled: old(end, 0)",
        case("A7"),
    ),
    _mutant(
        "a web page",
        "api.responses:require_content_type",
        "lambda response, kind: None",
        case("A17"),
    ),
    _mutant(
        "a compressed stream",
        "api.responses:require_content_type",
        "lambda response, kind: old(uncompressed(response), kind)",
        case("A16"),
    ),
    _mutant(
        "a redirect",
        "api.transport:httpx",
        "but(old, Client=partial(old.Client, follow_redirects=True))",
        case("A21"),
    ),
    _mutant(
        "asking again",
        "api.client:Client._with_retries",
        "retried_after_content",
        case("A4"),
    ),
    _mutant(
        "a monthly limit",
        "api.retry:is_retryable",
        "lambda status, message: status in RETRIED_STATUSES",
        case("B3"),
    ),
    _mutant(
        "a wrong pairing",
        "api.protocol.rerank:_check_places",
        "lambda results, expected: None",
        case("B12"),
    ),
    _mutant(
        "C1 controls",
        "terminal:_VISIBLE",
        "{code: text for code, text in old.items() if not 0x7F < code < 0xA0}",
        CODE_POINTS,
    ),
    _mutant(
        "bidi",
        "terminal:_VISIBLE",
        "{code: text for code, text in old.items() if code not in _BIDI}",
        CODE_POINTS,
    ),
    _mutant(
        "an error's text",
        "terminal:clean_line",
        "lambda text: text",
        case("B6"),
    ),
    _mutant(
        "a key that a server repeats",
        "api.connection:Connection.without_secrets",
        "lambda self, body: body",
        case("E4"),
    ),
    _mutant("a signal", "app:_die_of_signal", "lambda *_: sys.exit(130)", case("C2")),
    _mutant(
        "other readers",
        "config.secure_files:os",
        "but(old, fchmod=lambda descriptor, _: old.fchmod(descriptor, 0o644))",
        KILLS,
    ),
    _mutant(
        "a link for a file",
        "config.secure_files:os",
        "but(old, O_NOFOLLOW=0)",
        case("D6"),
    ),
    _mutant("many writers", "config.secure_files:_wait_for", "lambda *_: None", KILLS),
    _mutant(
        "half a file",
        "config.secure_files:write",
        "lambda path, data: path.write_bytes(data)",
        case("D1"),
    ),
]


def check(*, seed: int, count: int) -> Tally:
    """Try up to *count* mutants, and each of their checks on the program as it is."""
    mutants = MUTANTS[:count]
    stale = [f"{one.name}: stale" for one in mutants if one.mutation.is_stale()]
    controls = [Mutant("", None, by) for by in {one.by: 0 for one in mutants}]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        troubles = pool.map(lambda one: _trouble(one, seed), [*controls, *mutants])
        failures = [*stale, *filter(None, troubles)]
    total = len(controls) + len(mutants)
    return Tally("mutants", total - len(failures), total, failures)


def _trouble(mutant: Mutant, seed: int) -> str:
    with _environment(mutant.mutation) as python:
        noticed = not _holds([str(python), "-m", *mutant.by, "--seed", str(seed)])
    if noticed is bool(mutant.name):
        return ""
    by = " ".join(mutant.by)
    return f"{mutant.name}: {by} notices nothing" if mutant.name else f"{by} fails"


@contextmanager
def _environment(mutation: Mutation | None) -> Iterator[Path]:
    """Yield a Python with the project installed, in which *mutation* is made.

    It finds all other packages where this Python does.
    """
    with tempfile.TemporaryDirectory() as home:
        programs = Path(home) / "bin"
        paths = sysconfig.get_paths(vars={"base": home, "platbase": home})
        packages = Path(paths["purelib"])
        packages.mkdir(parents=True)
        programs.mkdir()
        base = Path(sys.base_prefix) / "bin"
        (Path(home) / "pyvenv.cfg").write_text(f"home = {base}\n")
        python = programs / "python"
        python.symlink_to(Path(sys.executable).resolve())
        ours = sysconfig.get_paths()["purelib"]
        (packages / "project.pth").write_text(f"{ROOT}\n{ours}\n")
        if mutation:
            start = (
                f"from tests.faults.mutation import Mutation\n{mutation!r}.install()\n"
            )
            (packages / "sitecustomize.py").write_text(start)
        program = f"#!{python}\nfrom cohere_cli.__main__ import main\nmain()\n"
        (programs / "co").write_text(program)
        (programs / "co").chmod(0o755)
        yield python


def _holds(command: list[str]) -> bool:
    try:
        run = subprocess.run(
            command, cwd=ROOT, capture_output=True, timeout=_LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return run.returncode == 0


if __name__ == "__main__":
    main(check, len(MUTANTS))
