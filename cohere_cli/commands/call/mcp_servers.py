"""The MCP servers of a call: those of its session, or its own."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cohere_cli.config.paths import config_directory
from cohere_cli.documents.document import Document, with_unique_ids
from cohere_cli.terminal import Terminal
from cohere_cli.text import RESOURCE
from cohere_cli.tools.mcp.configuration import read_servers
from cohere_cli.tools.mcp.resources import ResourceName
from cohere_cli.tools.mcp.servers import OpenServers

if TYPE_CHECKING:
    from cohere_cli.commands.flags.chat import ChatRequestFlags


@contextmanager
def servers_of(flags: "ChatRequestFlags", terminal: Terminal) -> Iterator[OpenServers]:
    """Yield the servers that *flags* have, else new ones, which end with the context.

    They are started when they are used.
    """
    if flags.servers is not None:
        yield flags.servers
        return
    with new_servers(terminal) as servers:
        yield servers


@contextmanager
def new_servers(terminal: Terminal) -> Iterator[OpenServers]:
    """Yield the servers of config.toml, of which none runs yet; end those that do."""

    def note(line: str) -> None:
        terminal.note(f"co: {line}")

    def detail(line: str) -> None:
        terminal.detail(f"co: {line}")

    configured = read_servers(config_directory(terminal.environ))
    servers = OpenServers(configured, terminal.environ, note, detail)
    try:
        yield servers
    finally:
        servers.close()


def start(servers: OpenServers, names: Sequence[str], terminal: Terminal) -> None:
    """Start those of *names* that do not run; the seconds that takes are shown."""
    from cohere_cli.render.waiting import waiting_line

    with waiting_line(terminal, "starting MCP servers"):
        servers.open(names)


def names_in(sources: Sequence[str]) -> list[str]:
    """Return the servers whose resources are among *sources*."""
    resources = (one for one in sources if one.startswith(RESOURCE))
    return [ResourceName.parse(one).server for one in resources]


def resource_documents(
    sources: Sequence[str],
    flags: "ChatRequestFlags",
    terminal: Terminal,
    taken: Collection[str],
    check: Callable[[Document], None],
) -> tuple[Document, ...]:
    """Return the documents of the resources *sources*.

    No id is one of *taken*. *check* gets each document, and may raise an error.
    """
    found: list[Document] = []
    with servers_of(flags, terminal) as servers:
        start(servers, names_in(sources), terminal)
        for source in dict.fromkeys(sources):
            for document in servers.documents(source, split=flags.split):
                check(document)
                found.append(document)
    return (*with_unique_ids(found, taken),)
