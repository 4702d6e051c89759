"""The servers of a call: started when they are used, and ended together."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from cohere_cli.documents.document import Document
from cohere_cli.terminal import clean_line, mask_notes
from cohere_cli.text import listed, plural
from cohere_cli.tools.mcp.configuration import ServerConfig, find_server
from cohere_cli.tools.mcp.connection import MOST_LISTED, Connection
from cohere_cli.tools.mcp.loop_thread import LoopThread, wait_for
from cohere_cli.tools.mcp.names import api_names
from cohere_cli.tools.mcp.package import require_package
from cohere_cli.tools.mcp.resources import ResourceName, read_resources
from cohere_cli.tools.mcp.tool import McpTool

if TYPE_CHECKING:
    from mcp_types import Tool

_BEGIN = 10.0  # seconds: no start is waited for

Notify = Callable[[str], None]


class OpenServers:
    """Servers of *configured*, which are started when they are first used.

    `connections` are those that run, by name. `notify` gets lines on what is left out,
    `detail` those that matter less. `close` ends them.
    """

    def __init__(
        self,
        configured: Mapping[str, ServerConfig],
        environ: Mapping[str, str],
        notify: Notify = lambda _: None,
        detail: Notify = lambda _: None,
    ) -> None:
        require_package()
        self.connections: dict[str, Connection] = {}
        self.notify = notify
        self.detail = detail
        self._configured = configured
        self._environ = environ
        self._loop: LoopThread | None = None
        self._tools: dict[tuple[str, ...], list[McpTool]] = {}

    def open(self, names: Iterable[str]) -> None:
        """Start or connect to those of the servers *names* that do not run.

        All of them start at once, and each is waited for. One that has ended since it
        was started is started again, and a line says so. Raises `CoError`, also for a
        name that is not configured; then none of them is left.
        """
        wanted = [find_server(self._configured, one) for one in dict.fromkeys(names)]
        self._drop_lost(one.name for one in wanted)
        new = [one for one in wanted if one.name not in self.connections]
        if not new:
            return
        keys = {one.name: _key(one) for one in new}
        self._loop = self._loop or LoopThread()
        self._tools.clear()
        try:
            # There, so that no signal comes between the start and the record of it.
            wait_for(self._loop.submit(self._begin(new, keys, self._loop)), _BEGIN)
            for one in new:
                self.connections[one.name].greeting()
        except BaseException:
            self._end([one.name for one in new])
            raise

    async def _begin(
        self, servers: Iterable[ServerConfig], keys: Mapping[str, str], loop: LoopThread
    ) -> None:
        for one in servers:
            begun = Connection(one, loop, self._environ, keys[one.name])
            self.connections[one.name] = begun

    def _drop_lost(self, names: Iterable[str]) -> None:
        for name in names:
            connection = self.connections.get(name)
            if connection is not None and connection.is_lost:
                again = "connected to" if connection.server.url else "started"
                self.notify(f"{connection.loss()}: it is {again} again")
                self._end([name])

    def _end(self, names: Iterable[str]) -> None:
        ending = [self.connections[one] for one in names if one in self.connections]
        try:
            for connection in ending:
                connection.begin_end()
            for connection in ending:
                connection.end()
        finally:
            # A signal may have come meanwhile: then there is no more patience.
            for connection in ending:
                connection.kill()
                self.connections.pop(connection.server.name, None)

    def close(self) -> None:
        """End all that run."""
        try:
            self._end([*self.connections])
        finally:
            if self._loop is not None:
                self._loop.close()
                self._loop = None

    def tools(self, names: Iterable[str] | None = None) -> list[McpTool]:
        """Return the tools of the servers *names*, by default of all that run.

        They stay as they are until a server is started. `notify` gets a line for what
        is left out. Raises `CoError`.
        """
        wanted = (*dict.fromkeys(self.connections if names is None else names),)
        self.open(wanted)
        if wanted not in self._tools:
            self._tools[wanted] = self._listed(wanted)
        return self._tools[wanted]

    def _listed(self, names: Iterable[str]) -> list[McpTool]:
        found = [
            (connection, tool)
            for name in names
            for connection in [self.connections[name]]
            if connection.greeting().has_tools
            for tool in self._chosen(connection)
        ]
        called = api_names((one.server.name, tool.name) for one, tool in found)
        pairs = zip(found, called, strict=True)
        tools = [McpTool(one, tool, name) for (one, tool), name in pairs]
        self._note_schemas(tools)
        return tools

    def documents(self, source: str, *, split: bool = True) -> tuple[Document, ...]:
        """Return the documents of the resource *source*: `mcp://NAME/URI`.

        `mcp://NAME` is all that the server lists, and in a URI `*` stands for any
        characters. Raises `CoError`.
        """
        server = ResourceName.parse(source).server
        self.open([server])
        connection = self.connections[server]
        return read_resources(source, connection, split=split, notify=self.notify)

    def _chosen(self, connection: Connection) -> Iterator["Tool"]:
        """Yield the tools that the configuration admits."""
        tools, server = connection.tools(), connection.server
        for glob in server.tools:
            if tools and not any(fnmatchcase(one.name, glob) for one in tools):
                has = clean_line(listed([one.name for one in tools]))
                what = f"no tool of {server.title} matches {glob!r}"
                self.notify(f"{what}; it has {has}")
        if len(tools) == MOST_LISTED:
            self.notify(f"{server.title}: only its first {MOST_LISTED:,} tools")
        for tool in tools:
            if any(fnmatchcase(tool.name, glob) for glob in server.tools):
                yield tool

    def _note_schemas(self, tools: Sequence[McpTool]) -> None:
        """Log, once a server, what of the schemas the API does not take.

        Limits of values are in the descriptions instead.
        """
        for name in self.connections:
            changed = [
                one
                for one in tools
                if one.left_out and one.connection.server.name == name
            ]
            if changed:
                words = {word: None for one in changed for word in one.left_out}
                what = f"the schemas of {plural(len(changed), 'tool')} are sent without"
                title = self.connections[name].server.title
                self.detail(f"{title}: {what} {clean_line(listed(words))}")


@contextmanager
def open_servers(
    names: Iterable[str],
    servers: Mapping[str, ServerConfig],
    environ: Mapping[str, str],
    notify: Notify = lambda _: None,
    detail: Notify = lambda _: None,
) -> Iterator[OpenServers]:
    """Start or connect to the servers *names* of *servers*; end them with the context.

    More of *servers* are started when they are used. For the rest see `OpenServers`.
    """
    opened = OpenServers(servers, environ, notify, detail)
    try:
        opened.open(names)
        yield opened
    finally:
        opened.close()


def _key(server: ServerConfig) -> str:
    """Return what the key command of *server* prints, "" if it has none."""
    if not server.key_command:
        return ""
    from cohere_cli.config.credentials import validate_key
    from cohere_cli.config.key_stores import run_key_command

    hint = f"`co mcp list` shows where {server.name} is configured"
    text = run_key_command(
        server.key_command, server.name, owner=server.title, hint=hint
    )
    key = validate_key(text, f"the key of {server.title}")
    # As in a reply that quotes what was sent.
    mask_notes(lambda line: line.replace(key, "…"))
    return key
