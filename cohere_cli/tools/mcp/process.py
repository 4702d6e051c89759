"""The process of a server, and the messages that it exchanges: a line of JSON each."""

import asyncio
import os
import re
from asyncio.subprocess import PIPE, Process, create_subprocess_exec
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cohere_cli.errors import ConfigProblem
from cohere_cli.system.processes import APART, BASIC_VARIABLES, end_group
from cohere_cli.system.signals import signal_name
from cohere_cli.text import os_reason
from cohere_cli.tools.mcp.configuration import ServerConfig
from cohere_cli.tools.process import holds_key

if TYPE_CHECKING:
    from anyio.streams.memory import MemoryObjectReceiveStream as Receiving
    from anyio.streams.memory import MemoryObjectSendStream as Sending
    from mcp.shared.message import SessionMessage

MOST_BYTES = 8 * 2**20
"""Of one message: more than any model reads."""

MOST_UNASKED = 64 * 2**20
"""Bytes that a server may send between two messages to it."""

_PASSED = re.compile(r"PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR")
_TAIL = 4096  # bytes of standard error
# Seconds: to end by itself, as the protocol wants; to end after SIGTERM.
_GRACE, _LAST_GRACE = 1.0, 0.5
_POLL = 0.02
_TOP = Path(os.path.abspath(os.sep))  # noqa: PTH100 - of the drive, where there are


class ServerProcess:
    """A server that is run, in a session and process group of its own.

    It has no terminal, few variables, and never a key of `co`. `problem` is why no
    more is read from it, "" as long as it behaves.
    """

    def __init__(self, process: Process) -> None:
        self._process = process
        self._errors = bytearray()
        self._unasked = 0
        self.problem = ""
        self.noise = ""
        """The last line on standard output that is no message."""

    @classmethod
    async def start(
        cls, server: ServerConfig, environ: Mapping[str, str]
    ) -> "ServerProcess":
        """Start the command of *server*; raises `ConfigProblem` if that fails."""
        program, *words = server.command
        program = os.path.expanduser(program)  # noqa: ASYNC240, PTH111 - no look at a disk
        try:
            process = await create_subprocess_exec(
                program,
                *words,
                stdin=PIPE,
                stdout=PIPE,
                stderr=PIPE,
                limit=MOST_BYTES,
                env=process_environment(server, environ),
                cwd=_folder(server, environ),
                **APART,  # Ctrl-C is for this process
            )
        except (OSError, ValueError) as exc:
            what = f"{server.title} cannot be started: {program}: {os_reason(exc)}"
            hint = "is it installed, and in PATH? `command` may have its whole path"
            raise ConfigProblem(what, where=server.where, hint=hint) from exc
        return cls(process)

    @property
    def last_words(self) -> str:
        """The last line on standard error that is not blank."""
        lines = self._errors.decode(errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    @property
    def state(self) -> str:
        """How the process ended, or what it did, in words."""
        code = self._process.returncode
        if self.problem or code is None:
            return self.problem or "closed its output"
        if code < 0:
            return f"was ended by {signal_name(-code)}"
        return f"ended with exit code {code}"

    @asynccontextmanager
    async def streams(self) -> "AsyncIterator[Any]":
        """Yield what the session reads messages from, and what it writes them to."""
        import anyio

        to_session, incoming = anyio.create_memory_object_stream[Any](0)
        outgoing, from_session = anyio.create_memory_object_stream[Any](0)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._read, to_session)
            tasks.start_soon(self._write, from_session)
            tasks.start_soon(self._read_errors)
            try:
                yield incoming, outgoing
            finally:
                tasks.cancel_scope.cancel()
                for stream in (to_session, incoming, outgoing, from_session):
                    stream.close()

    @property
    def is_closed(self) -> bool:
        """Whether nothing more is read from it."""
        stdout = self._process.stdout
        return bool(self.problem) or stdout is None or stdout.at_eof()

    async def settle(self) -> None:
        """Wait a moment for the end of a process that has closed its output."""
        if self.is_closed:
            await self._ended_within(_LAST_GRACE)

    async def end(self) -> None:
        """End the process and its group: at first by closing its standard input."""
        if self._process.stdin:
            self._process.stdin.close()
        await self._ended_within(_GRACE)
        end_group(self._process.pid, at_once=False)
        await self._ended_within(_LAST_GRACE)
        self.kill()
        await self._ended_within(_LAST_GRACE)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._read_errors(), _POLL)
        # Of a pipe that a process outside of the group holds open.
        self._process._transport.close()  # type: ignore[attr-defined]  # noqa: SLF001

    def kill(self) -> None:
        """Kill the process and its group at once, from any thread."""
        end_group(self._process.pid, at_once=True)

    async def _ended_within(self, seconds: float) -> None:
        """Wait for the process; not by `wait`, which also waits for its pipes."""
        for _ in range(int(seconds / _POLL)):
            if self._process.returncode is not None:
                return
            await asyncio.sleep(_POLL)

    async def _read(self, to_session: "Sending[SessionMessage]") -> None:
        from anyio import BrokenResourceError, ClosedResourceError

        with suppress(BrokenResourceError, ClosedResourceError):
            async with to_session:
                async for line in self._lines():
                    if (message := self._message(line)) is not None:
                        await to_session.send(message)

    async def _lines(self) -> AsyncIterator[bytes]:
        """Yield the lines of standard output, as long as they are of a sane size."""
        stdout = self._process.stdout
        while stdout is not None:
            try:
                line = await stdout.readline()
            except ValueError:
                self._refuse(f"sent more than {MOST_BYTES >> 20} MiB in one message")
                return
            self._unasked += len(line)
            if self._unasked > MOST_UNASKED:
                most = f"{MOST_UNASKED >> 20} MiB"
                self._refuse(f"sent more than {most} that it was not asked for")
                return
            if not line:
                return
            yield line

    def _refuse(self, problem: str) -> None:
        self.problem = problem
        self.kill()

    def _message(self, line: bytes) -> "SessionMessage | None":
        """Return the message in *line*; None if it is another text, as of a banner."""
        from mcp.shared.message import SessionMessage
        from mcp_types import jsonrpc_message_adapter

        try:
            message = jsonrpc_message_adapter.validate_json(line, by_name=False)
        except (ValueError, RecursionError):
            self.noise = line[:_TAIL].decode(errors="replace").strip() or self.noise
            return None
        return SessionMessage(message)

    async def _write(self, from_session: "Receiving[SessionMessage]") -> None:
        stdin = self._process.stdin
        async with from_session:
            async for one in from_session:
                text = one.message.model_dump_json(by_alias=True, exclude_unset=True)
                self._unasked = 0
                # That the pipe is closed is seen where its other end is read.
                with suppress(OSError):
                    if stdin is not None:
                        stdin.write(f"{text}\n".encode())
                        await stdin.drain()

    async def _read_errors(self) -> None:
        stderr = self._process.stderr
        while stderr is not None and (some := await stderr.read(_TAIL)):
            self._errors += some
            del self._errors[:-_TAIL]


def process_environment(
    server: ServerConfig, environ: Mapping[str, str]
) -> dict[str, str]:
    """Return the variables of the process: a few of *environ*, and the server's own."""
    passed = {
        name: text
        for name, text in environ.items()
        if _PASSED.fullmatch(name) or name in BASIC_VARIABLES
    }
    for name, text in server.env.items():
        if text is not None:
            passed[name] = text
        elif name in environ and not holds_key(environ[name], environ):
            passed[name] = environ[name]
    return passed


def _folder(server: ServerConfig, environ: Mapping[str, str]) -> str:
    """Return where it runs: by default at home.

    The current directory may be another's: npx runs programs that it finds there.
    """
    if server.cwd:
        return server.cwd
    home = Path(environ.get("HOME") or environ.get("USERPROFILE") or "")
    return str(home if home.is_absolute() and home.is_dir() else _TOP)
