"""The servers of a call: started together, and ended together."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from cohere_cli.documents.document import Document
from cohere_cli.terminal import clean_line, mask_notes
from cohere_cli.text import listed, plural
from cohere_cli.tools.mcp.configuration import ServerConfig, find_server
from cohere_cli.tools.mcp.connection import MOST_LISTED, Connection
from cohere_cli.tools.mcp.loop_thread import LoopThread
from cohere_cli.tools.mcp.names import api_names
from cohere_cli.tools.mcp.package import require_package
from cohere_cli.tools.mcp.resources import ResourceName, read_resources
from cohere_cli.tools.mcp.tool import McpTool

if TYPE_CHECKING:
    from mcp_types import Tool

Notify = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class OpenServers:
    """Servers that have been started or connected to, by name."""

    connections: Mapping[str, Connection]
    notify: Notify
    detail: Notify

    def tools(self, names: Iterable[str] | None = None) -> list[McpTool]:
        """Return the tools of the servers *names*, by default of all of them.

        `notify` gets a line for what is left out. Raises `CoError`.
        """
        wanted = self.connections if names is None else dict.fromkeys(names)
        found = [
            (connection, tool)
            for name in wanted
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

        `mcp://NAME` is all that the server lists. Raises `CoError`.
        """
        connection = self.connections[ResourceName.parse(source).server]
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

    All of them start at once, and each is waited for. *notify* gets lines on what is
    left out, *detail* those that matter less. Raises `CoError`, also for a name that
    is not configured.
    """
    wanted = [find_server(servers, name) for name in dict.fromkeys(names)]
    require_package()
    keys = {one.name: _key(one) for one in wanted}
    loop = LoopThread()
    connections: dict[str, Connection] = {}
    try:
        for one in wanted:
            connections[one.name] = Connection(one, loop, environ, keys[one.name])
        for connection in connections.values():
            connection.greeting()
        yield OpenServers(connections, notify, detail)
    finally:
        for connection in connections.values():
            connection.begin_end()
        for connection in connections.values():
            connection.end()
        loop.close()


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
