"""The installed program, run as a user runs it."""

import os
import subprocess
import sys
import termios
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Timer

from tests.fork_server import fork_server
from tests.pty_reader import received

ROOT = Path(__file__).parent.parent
CO = Path(sys.executable).with_name("co")
_LONGEST = 30  # seconds


class Co:
    """Runs `co` with a home of its own, in the project's folder."""

    def __init__(self, home: Path) -> None:
        self.environ = {
            "PATH": f"{CO.parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(home),
            "CO_CONFIG_DIR": str(home / "config"),
            "CO_CACHE_DIR": str(home / "cache"),
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
        }
        if os.environ.get("TESTS_SYSTEM"):
            # Of the simulation; such a run is never a fork.
            self.environ["PYTHONPATH"] = os.environ["PYTHONPATH"]

    def __call__(
        self,
        *words: str,
        stdin: bytes | None = None,
        env: Mapping[str, str] | None = None,
        cwd: Path = ROOT,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run to the end. Without *stdin*, standard input is /dev/null."""
        environ = {**self.environ, **(env or {})}
        run = _run_forked if fork_server().can_run(environ) else _run_installed
        return run(words, environ, cwd, stdin)

    def start(self, *words: str, **more: object) -> subprocess.Popen[bytes]:
        """Start, and let the test talk to it."""
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE}
        return subprocess.Popen(
            [CO, *words],
            cwd=ROOT,
            env=self.environ,
            **{**streams, "stderr": subprocess.PIPE, **more},
        )

    def shell(
        self, script: str, *, cwd: Path = ROOT, forked: bool = True
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a line of bash in which `co` is a client of the forks, or the program."""
        environ = {**self.environ}
        server = fork_server()
        forked = forked and server.can_run(environ)
        if forked:
            environ["PATH"] = f"{server.client.parent}{os.pathsep}{environ['PATH']}"
        return subprocess.run(
            ["bash", "-c", script],
            cwd=cwd,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_LONGEST,
            check=False,
            pass_fds=[server.control] if forked else [],
        )


def on_terminal(
    words: Sequence[str],
    environ: Mapping[str, str],
    cwd: Path,
    size: tuple[int, int],
) -> bytes:
    """Run `co` to its end, and return what it wrote to a terminal.

    *size* is its rows and columns. It controls no process: no key of it is a signal.
    """
    leader, follower = os.openpty()
    termios.tcsetwinsize(follower, size)
    if fork_server().can_run(environ):
        run = fork_server().start(words, environ, cwd, [follower] * 3)
    else:
        streams = dict.fromkeys(("stdin", "stdout", "stderr"), follower)
        run = subprocess.Popen([CO, *words], cwd=cwd, env=environ, **streams)
    os.close(follower)
    written = b"".join(received(leader))
    os.close(leader)
    run.wait()
    return written


def _run_installed(
    words: Sequence[str], environ: Mapping[str, str], cwd: Path, stdin: bytes | None
) -> subprocess.CompletedProcess[bytes]:
    given = {"input": stdin} if stdin is not None else {"stdin": subprocess.DEVNULL}
    return subprocess.run(
        [CO, *words],
        cwd=cwd,
        env=environ,
        capture_output=True,
        timeout=_LONGEST,
        check=False,
        **given,
    )


def _run_forked(
    words: Sequence[str], environ: Mapping[str, str], cwd: Path, stdin: bytes | None
) -> subprocess.CompletedProcess[bytes]:
    with ThreadPoolExecutor(3) as pool:
        (source, to), (out, theirs), (err, their_notes) = (os.pipe() for _ in range(3))
        if stdin is None:
            os.close(source)
            source = os.open(os.devnull, os.O_RDONLY)
        streams = [source, theirs, their_notes]
        run = fork_server().start(words, environ, cwd, streams)
        for descriptor in streams:
            os.close(descriptor)
        read = pool.map(_all_of, (out, err))
        pool.submit(_give, to, stdin or b"")
        timer = Timer(_LONGEST, run.kill)
        timer.start()
        code = run.wait()
        timer.cancel()
        return subprocess.CompletedProcess([CO, *words], code, *read)


def _all_of(descriptor: int) -> bytes:
    with os.fdopen(descriptor, "rb") as stream:
        return stream.read()


def _give(descriptor: int, data: bytes) -> None:
    with suppress(BrokenPipeError), os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
