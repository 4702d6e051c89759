"""Servers and clients that nobody here wrote: each is a process of its own."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from co_program import Co

from cohere_cli.sandbox import running

NEEDED = ("xllamacpp", "gguf", "tokenizers", "numpy")
Told = dict[str, object]


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


@pytest.fixture(scope="session")
def node_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install both clients of npm; their scripts are beside them, to find them."""
    folder = tmp_path_factory.mktemp("node")
    npm_install(folder, "cohere-ai", "openai")
    for script in Path(__file__).parent.glob("*.mjs"):
        shutil.copy(script, folder)
    return folder


@pytest.fixture(scope="session")
def mcp_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install two servers of the Model Context Protocol."""
    folder = tmp_path_factory.mktemp("mcp")
    scope = "@modelcontextprotocol"
    npm_install(folder, f"{scope}/server-everything", f"{scope}/server-filesystem")
    return folder


def npm_install(folder: Path, *packages: str) -> None:
    """Install *packages* in *folder*, or skip the tests that need them."""
    missing = [name for name in ("node", "npm") if not shutil.which(name)]
    if missing:
        pytest.skip(f"no {' and no '.join(missing)} in PATH")
    # A registry that is not reached shall not outlast the test's time.
    words = ["--fetch-retries=0", "--fetch-timeout=20000", "--ignore-scripts"]
    installed = subprocess.run(
        ["npm", "install", "--no-audit", "--no-fund", *words, *packages],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if installed.returncode:
        message = installed.stderr.splitlines()
        why = next((line for line in message if line.startswith("npm err")), "failed")
        pytest.skip(f"npm install: {why}")


@pytest.fixture(scope="session")
def node(node_folder: Path) -> Callable[[str], Told]:
    """Run a script against a sandbox of its own, and return what it tells."""

    def run(script: str) -> Told:
        with running() as served:
            variables = {"CO_API_URL": served.url, "CO_API_KEY": served.key}
            shown = subprocess.run(
                ["node", script],
                cwd=node_folder,
                env=os.environ | variables,
                stdout=subprocess.PIPE,
                timeout=30,
                check=True,
            ).stdout
        return json.loads(shown)

    return run
