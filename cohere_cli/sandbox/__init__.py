"""A stand-in for Cohere's API on the loopback: real sockets, no model, any key."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Where a running sandbox is: its base URL, and a key that it takes."""

    url: str
    key: str


def running(
    *,
    port: int = 0,
    log: Callable[[str], None] | None = None,
    watch: Callable[[str, bytes], None] | None = None,
) -> AbstractContextManager[Sandbox]:
    """Run a sandbox on 127.0.0.1 while the block runs; port 0 means any free one.

    It accepts connections when the block begins. *log* gets one line a request:
    method, path, status and request id, never a key or a body. *watch* gets each
    request's path and body, for tests of what a program sends. Both are called
    from the connections' own threads. Raises `UsageProblem` where it cannot listen.
    """
    from cohere_cli.sandbox.server import serving

    return serving(port, log, watch)
