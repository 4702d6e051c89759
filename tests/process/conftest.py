"""The program, and the servers that it talks to."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from co_program import Co
from documented import clone_into

from cohere_cli.sandbox import running
from cohere_cli.sandbox.server import Sandbox


@pytest.fixture
def co(tmp_path: Path) -> Co:
    return Co(tmp_path)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of the repository, in which documented commands are run."""
    folder = tmp_path_factory.mktemp("clone") / "co"
    clone_into(folder)
    return folder


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """One mock server for all tests that only need an answer."""
    with running() as served:
        yield served


@pytest.fixture
def sandboxed(co: Co, sandbox: Sandbox) -> Co:
    """`co`, with the sandbox for an API: quicker than starting one in each call."""
    co.environ |= {"CO_API_URL": sandbox.url, "CO_API_KEY": sandbox.key}
    return co
