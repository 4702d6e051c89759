"""A mock of Cohere's API on the loopback interface: real sockets, no model."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from cohere_cli.sandbox.server import Sandbox


def running(
    *,
    port: int = 0,
    log: Callable[[str], None] | None = None,
    watch: Callable[[str, bytes], None] | None = None,
    script: Iterable[Mapping[str, Any]] = (),
    faults: Iterable[str] = (),
    replay: Path | None = None,
    trial: bool = False,
    any_key: bool = False,
) -> AbstractContextManager[Sandbox]:
    """Run a sandbox on 127.0.0.1 while the block runs; port 0 means any free one.

    It accepts connections when the block begins. *log* receives one line per
    request: method, path, status and request id, never a key or a body. *watch*
    receives the path and body of each request whose head is accepted, so that tests
    can check what a program sends. Both are called from the threads of the
    connections.

    *script* holds the rules of a script, whose files are relative to the current
    folder; *faults* are injected into every reply; *replay* is a folder of
    recordings. *trial* enforces the limits of a trial key; *any_key* accepts any
    key, not only the sandbox's own.

    Raises `UsageProblem` if it cannot listen or a fault does not exist, and
    `InputProblem` if a script or a folder cannot be used.
    """
    from cohere_cli.sandbox.pipeline import Setup, parse_fault_options, parse_script
    from cohere_cli.sandbox.server import run_server

    rules = ((f"rule {number}", rule) for number, rule in enumerate(script, 1))
    setup = Setup(
        rules=parse_script(rules, Path()),
        faults=parse_fault_options(faults),
        replay=replay,
        trial=trial,
        any_key=any_key,
    )
    return run_server(port, log, watch, setup)
