"""Servers that nobody here wrote: each is a process of its own."""

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from co_program import Co

NEEDED = ("xllamacpp", "gguf", "tokenizers", "numpy")


@contextmanager
def llama(kind: str) -> Iterator[str]:
    """Serve a random model; yield the server's address."""
    missing = [name for name in NEEDED if not importlib.util.find_spec(name)]
    if missing:
        pytest.skip(f"pip install {' '.join(missing)}")
    command = [sys.executable, Path(__file__).with_name("llama_server.py"), kind]
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, **streams) as process:
        yield process.stdout.readline().strip()
        process.stdin.close()


@pytest.fixture(scope="session")
def chat_server() -> Iterator[str]:
    with llama("chat") as address:
        yield address


@pytest.fixture(scope="session")
def rerank_server() -> Iterator[str]:
    with llama("rerank") as address:
        yield address


@pytest.fixture
def co(tmp_path: Path) -> Co:
    return Co(tmp_path)
