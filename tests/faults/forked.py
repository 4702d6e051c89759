"""Runs `co` in a fork of this process, with one of its calls to the machine failing."""

import gc
import json
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from tests.faults.seam import Seam

_PATIENCE = 20.0  # seconds, after which a run counts as hanging
_LOOK = 0.002
_LOST_AT_EXIT = 120  # what Python ends with when the last flush fails


@dataclass(frozen=True, slots=True)
class Ran:
    """How a run ended; `code` is None if it had to be killed.

    `calls` are those that it made to its machine, `modules` what it has loaded, `peak`
    is its memory in KiB, with that of the process that it was forked from.
    """

    code: int | None
    out: bytes
    err: str
    calls: list[str]
    modules: list[str]
    peak: int


def ran(words: Sequence[str], home: Path, env: Mapping[str, str], failing: int) -> Ran:
    """Run `co` in *home*, where `stdin` is; call number *failing* fails, 0 is none."""
    for name in (".report", ".out", ".err"):
        (home / name).touch(0o600)
    child = os.fork()
    if not child:
        _become(words, home, env, failing)
    code, peak = _code_of(child)
    # A run that had to be killed tells nothing.
    calls, modules = json.loads((home / ".report").read_text() or "[[], []]")
    message = (home / ".err").read_text(errors="replace")
    return Ran(code, (home / ".out").read_bytes(), message, calls, modules, peak)


def _code_of(child: int) -> tuple[int | None, int]:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        number, status, used = os.wait4(child, os.WNOHANG)
        if number:
            return os.waitstatus_to_exitcode(status), used.ru_maxrss
        time.sleep(_LOOK)
    os.kill(child, signal.SIGKILL)
    _, _, used = os.wait4(child, 0)
    return None, used.ru_maxrss


def _become(
    words: Sequence[str], home: Path, env: Mapping[str, str], failing: int
) -> NoReturn:
    code = _LOST_AT_EXIT
    seam = Seam(failing)
    telling = os.open(home / ".report", os.O_WRONLY)
    try:
        _enter(home, env)
        seam.install()
        code = _run(words)
    finally:
        shown = json.dumps([seam.calls, sorted(sys.modules)]).encode()
        os.write(telling, shown)
        os._exit(code)


def _enter(home: Path, env: Mapping[str, str]) -> None:
    # What the parent process has left behind is not the run's to clean up, or to warn of.
    gc.freeze()
    # Bytecode that one run writes and another finds would make their calls differ.
    sys.dont_write_bytecode = True
    os.chdir(home)
    os.environ.clear()
    os.environ.update(env)
    writing = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    ways = [("stdin", os.O_RDONLY), (".out", writing), (".err", writing)]
    for descriptor, (name, flags) in enumerate(ways):
        os.dup2(os.open(name, flags, 0o600), descriptor)


def _run(words: Sequence[str]) -> int:
    from cohere_cli.__main__ import main

    sys.argv = ["co", *words]
    try:
        main()
    except SystemExit as exc:
        code = exc.code if isinstance(exc.code, int) else 1
    sys.stdout.flush()
    sys.stderr.flush()
    return code
