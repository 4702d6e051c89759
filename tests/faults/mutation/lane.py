"""A warm process that runs pytest in a fork for each request, one after another.

It has what is slow to import, and nothing of the project: each fork imports that anew,
with the module that is mutated. A request and an answer are a line of JSON each.
"""

import importlib
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

_HEAVY = ("pytest", "hypothesis", "httpx", "pydantic", "yaml", "jsonschema", "pexpect")
_LOOK = 0.01
# That it is loaded already is the point.
_QUIET = "ignore::pytest.PytestAssertRewriteWarning"
_PYTEST = ("-q", "-p", "no:cacheprovider", "-W", _QUIET)
_ORDINARY = {0, 1, 5}
"""What pytest ends with if it could run: all passed, some failed, none chosen."""


def main() -> None:
    """Answer requests until standard input ends."""
    for name in _HEAVY:
        importlib.import_module(name)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    for line in sys.stdin:
        asked = json.loads(line)
        sys.stdout.write(json.dumps(_answer(asked)) + "\n")
        sys.stdout.flush()


def _answer(asked: dict[str, Any]) -> list[Any]:
    """Return the reports of the tests; one without a name is about the whole run."""
    child = os.fork()
    if not child:
        _become(asked)
    try:
        status = _wait(child, asked["longest"])
    except BaseException:
        os.killpg(child, signal.SIGKILL)  # it has a group of its own
        raise
    reports = _reports(asked["report"])
    if status is None:
        return [*reports, {"test": "", "outcome": "timed out"}]
    whole = os.waitstatus_to_exitcode(status) in _ORDINARY
    return reports if whole else [*reports, {"test": "", "outcome": "failed"}]


def _wait(child: int, longest: float) -> int | None:
    """Return the status of *child*; kill it, and return None, if it takes too long."""
    end, parent = time.monotonic() + longest, os.getppid()
    while time.monotonic() < end:
        number, status = os.waitpid(child, os.WNOHANG)
        if number:
            return status
        if os.getppid() != parent:
            sys.exit(1)
        time.sleep(_LOOK)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def _reports(path: str) -> list[Any]:
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _become(asked: dict[str, Any]) -> NoReturn:
    os.setpgid(0, 0)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for descriptor, name in (
        (0, os.devnull),
        (1, asked["output"]),
        (2, asked["output"]),
    ):
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND
        os.dup2(os.open(name, flags, 0o600), descriptor)
    code = 1
    try:
        code = _tested(asked)
    finally:
        sys.stdout.flush()
        os._exit(code)


def _tested(asked: dict[str, Any]) -> int:
    sys.executable = asked["python"]
    if asked["finder"]:
        exec(compile(asked["finder"], "finder", "exec"), {})
    # After the finder: what these import is the mutant's.
    import pytest

    from tests.faults.mutation.recorder import Recorder

    recorder = Recorder(asked["report"], asked["limits"], traced=asked["traced"])
    words = [*_PYTEST, *asked["options"], *asked["files"]]
    return int(pytest.main(words, plugins=[recorder]))


if __name__ == "__main__":
    main()
