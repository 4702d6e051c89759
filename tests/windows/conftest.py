"""Programs that see Windows."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from co_program import Co

from cohere_cli.sandbox import running

SIMULATION = str(Path(__file__).parent)


@pytest.fixture
def windows(tmp_path: Path) -> Callable[..., str]:
    """Run a script in which modules of `co` see Windows; return what it prints."""

    def run(script: str, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", script, *words],
            env={**os.environ, "PYTHONPATH": SIMULATION},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=50,
            check=False,
        )
        assert done.stderr == ""
        return done.stdout

    return run


@pytest.fixture
def co(tmp_path: Path) -> Co:
    """The program, which sees Windows."""
    program = Co(tmp_path)
    program.environ["PYTHONPATH"] = SIMULATION
    return program


@pytest.fixture
def sandboxed(co: Co) -> Iterator[Co]:
    """`co`, with a server that it knows nothing of."""
    with running() as served:
        co.environ |= {"CO_API_URL": served.url, "CO_API_KEY": served.key}
        yield co
