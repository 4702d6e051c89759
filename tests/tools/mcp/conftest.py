"""Servers to start: the bare one, in each of its ways."""

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from cohere_cli.tools.mcp.configuration import ServerConfig
from cohere_cli.tools.mcp.servers import OpenServers, open_servers

BARE = Path(__file__).with_name("bare_server.py")
ENVIRON = {"PATH": "/usr/bin:/bin", "HOME": "/", "CO_API_KEY": "secret", "FOO": "bar"}


def bare(way: str, *words: str, **options: object) -> ServerConfig:
    """Return the bare server, which behaves in one *way*."""
    command = (sys.executable, str(BARE), way, *words)
    return ServerConfig("bare", "config.toml:1", command, **options)


@contextmanager
def _opened(*configured: ServerConfig, **callbacks: object) -> Iterator[OpenServers]:
    servers = {one.name: one for one in configured}
    with open_servers(servers, servers, ENVIRON, **callbacks) as opened:
        yield opened


class Opened:
    def __call__(
        self, *configured: ServerConfig, **callbacks: object
    ) -> AbstractContextManager[OpenServers]:
        return _opened(*configured, **callbacks)


@pytest.fixture
def opened() -> Opened:
    return Opened()
