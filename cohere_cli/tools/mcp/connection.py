"""A connection to a server, from its start to its end; for any thread."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import CancelledError, Future, wait
from threading import Event
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from cohere_cli import __version__
from cohere_cli.errors import CoError, ServerFault, TimedOut
from cohere_cli.tools.mcp.configuration import ServerConfig
from cohere_cli.tools.mcp.content import plain_text
from cohere_cli.tools.mcp.failure import Refused, problem_of
from cohere_cli.tools.mcp.loop_thread import LoopThread, Stopped, wait_for
from cohere_cli.tools.mcp.package import import_client
from cohere_cli.tools.mcp.process import ServerProcess
from cohere_cli.tools.mcp.streamable_http import HttpServer

if TYPE_CHECKING:
    from mcp.client.client import Client
    from mcp.client.session import ClientSession
    from mcp_types import Resource, Tool

T = TypeVar("T")

MOST_LISTED = 1000
"""Tools, or resources, of one server."""

_MOST_PAGES = 100
_END = 4.0  # seconds: more than the process gets


class Greeting(NamedTuple):
    """What a server says of itself when it is connected to; texts may be empty."""

    protocol: str
    name: str
    version: str
    has_tools: bool
    has_resources: bool


class Connection:
    """A server that has been started or connected to."""

    def __init__(
        self,
        server: ServerConfig,
        loop: LoopThread,
        environ: Mapping[str, str],
        key: str = "",
    ) -> None:
        self.server = server
        self.process: ServerProcess | None = None
        self.http = HttpServer(server, key) if server.url else None
        self._loop = loop
        self._environ = environ
        self._ended = asyncio.Event()
        self._has_failed = False
        self._session: ClientSession | None = None
        self._task: asyncio.Task[Any] | None = None
        self._greeting: Future[Greeting] = Future()
        self._life = loop.submit(self._live())

    def greeting(self) -> Greeting:
        """Wait until the server is connected to; raises `CoError` where it is not."""
        return self._waited(self._greeting, "did not answer", None)

    def run(
        self, work: "Callable[[ClientSession], Awaitable[T]]", stop: Event | None = None
    ) -> T:
        """Return what *work* gives, within the time limit of the server.

        Raises `CoError` if the server fails or refuses, and `Stopped` after *stop*.
        """
        return self._waited(
            self._loop.submit(self._with_session(work)), "did not reply", stop
        )

    def tools(self) -> "list[Tool]":
        """Return what the server lists."""
        from mcp_types import ListToolsRequest, ListToolsResult

        return self.run(lambda one: _listed(one, ListToolsRequest, ListToolsResult))

    def resources(self) -> "list[Resource]":
        """Return what the server lists."""
        from mcp_types import ListResourcesRequest, ListResourcesResult

        return self.run(
            lambda one: _listed(one, ListResourcesRequest, ListResourcesResult)
        )

    @property
    def is_lost(self) -> bool:
        """Whether it is of no more use: the process has ended, or a request failed."""
        if self.process is not None:
            return self.process.is_closed
        return self._has_failed or self._life.done()

    def loss(self) -> str:
        """Return what became of one that is lost, in words."""
        state = self.process.state if self.process else "failed"
        return f"{self.server.title} {state}"

    def begin_end(self) -> None:
        """Have the connection closed, and a process ended, without waiting for it."""
        self._loop.submit(self._end())

    def end(self) -> None:
        """Wait until all is ended, but not for long."""
        # What it raises is reported where it was waited for; raised here again, it
        # would be the context of its own cause.
        wait([self._life], _END)

    def kill(self) -> None:
        """Kill the process and its group, if they still run."""
        if self.process is not None:
            self.process.kill()

    def _waited(self, future: "Future[T]", late: str, stop: Event | None) -> T:
        seconds = self.server.timeout
        try:
            return wait_for(future, seconds, stop)
        except (CoError, Stopped):
            raise
        except TimeoutError as exc:
            self._has_failed = True
            what = f"{self.server.title} {late} within {seconds:g} s"
            raise TimedOut(what, hint=self._late_hint()) from exc
        except CancelledError as exc:
            raise ServerFault(f"{self.server.title} is closed") from exc
        except Exception as exc:
            problem = problem_of(exc, self)
            # An HTTP server that was started anew refuses all that follows.
            self._has_failed |= not isinstance(problem, Refused) or bool(problem.where)
            raise problem from exc

    def _late_hint(self) -> str:
        noise = self.process.noise if self.process else ""
        if noise:
            return f"it wrote text that is no message: {plain_text(noise)}"
        return "`timeout` of the server allows more seconds"

    async def _live(self) -> None:
        """Connect, and stay connected until the end: all in one task."""
        self._task = asyncio.current_task()
        try:
            await self._connected()
        except BaseException as exc:
            await self._release()
            if not self._greeting.done():
                self._greeting.set_exception(exc)
            raise
        await self._release()

    async def _release(self) -> None:
        self._session = None
        if self.process is not None:
            await asyncio.shield(self.process.end())

    async def _connected(self) -> None:
        transport: ServerProcess | HttpServer | None = self.http
        if transport is None:
            # It begins while the package is imported.
            transport = self.process = await ServerProcess.start(
                self.server, self._environ
            )
        import_client()
        from mcp.client.client import Client
        from mcp_types import Implementation

        ours = Implementation(name="co", version=__version__)
        async with Client(transport.streams(), client_info=ours, cache=None) as client:
            self._session = client.session
            self._greeting.set_result(_greeting_of(client))
            await self._ended.wait()

    async def _end(self) -> None:
        self._ended.set()
        if self._session is None and self._task is not None:
            self._task.cancel()  # it is still being connected to

    async def _with_session(self, work: "Callable[[ClientSession], Awaitable[T]]") -> T:
        if self._session is None:
            raise ServerFault(f"{self.server.title} is not connected")
        try:
            return await work(self._session)
        except Exception:
            if self.process is not None:
                await self.process.settle()
            raise


async def _listed(session: "ClientSession", request: Any, result: Any) -> list[Any]:
    """Return all that the server lists, page by page, up to a limit."""
    found: list[Any] = []
    async for page in _pages(session, request, result):
        found += next(one for one in page.__dict__.values() if isinstance(one, list))
        if len(found) >= MOST_LISTED:
            break
    return found[:MOST_LISTED]


async def _pages(
    session: "ClientSession", request: Any, result: Any
) -> AsyncIterator[Any]:
    from mcp_types import PaginatedRequestParams

    cursor = None
    for _ in range(_MOST_PAGES):
        params = PaginatedRequestParams(cursor=cursor)
        page = await session.send_request(request(params=params), result)
        yield page
        cursor = page.next_cursor
        if not cursor:
            return


def _greeting_of(client: "Client") -> Greeting:
    info, able = client.server_info, client.server_capabilities
    return Greeting(
        client.protocol_version,
        info.name if info else "",
        info.version if info else "",
        able.tools is not None,
        able.resources is not None,
    )
