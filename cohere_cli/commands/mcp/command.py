"""`co mcp`: lists and checks the servers of tools, and serves folders as one."""

import re
import shlex
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cohere_cli.commands.call.session import JsonFlag, ProfileFlag
from cohere_cli.commands.registry import show_help
from cohere_cli.terminal import Terminal
from cohere_cli.text import RESOURCE, plural, shortened

if TYPE_CHECKING:
    from cohere_cli.tools.mcp.configuration import ServerConfig
    from cohere_cli.tools.mcp.connection import Connection
    from cohere_cli.tools.mcp.servers import OpenServers
    from cohere_cli.tools.mcp.tool import McpTool

app = typer.Typer()

_LONGEST_SHOWN = 120  # characters of a description

_VerboseFlag = Annotated[
    bool, typer.Option("--verbose", "-v", help="Print details to standard error.")
]


@app.callback(invoke_without_command=True)
def mcp(ctx: typer.Context) -> None:
    """List and check servers of tools; serve folders to other programs.

    Servers of the Model Context Protocol are configured in config.toml, as [mcp.NAME]
    with command = [...] or url = "...".
    """
    if ctx.invoked_subcommand is None:
        show_help(ctx)


@app.command("list")
def list_(json: JsonFlag = False) -> None:
    """List the servers that are configured; none of them is started.

    In a pipe: name, how it is reached, approval, and place in the file, as TSV.

    $ co mcp list

    $ co mcp list --json
    """
    terminal = Terminal.system()
    found = [*_servers(terminal).values()]
    if json:
        from cohere_cli.render.json import write_json

        write_json(terminal, [_as_object(one) for one in found])
    elif terminal.shows_output:
        _draw(found, terminal)
    else:
        from cohere_cli.render.tables.ranking_rows import tsv_line

        for one in found:
            cells = (one.name, _shown_way(one), one.approve, one.where)
            terminal.write(tsv_line(cells))


@app.command("check")
def check(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of a server.")],
    json: JsonFlag = False,
    verbose: _VerboseFlag = False,
) -> None:
    """Start or connect to a server; show its tools and resources.

    $ co mcp check files

    A server that does not work is an error that says why.

    $ co mcp check files --json | jq -r '.tools[].name'
    """
    from cohere_cli.render.waiting import working_line
    from cohere_cli.tools.mcp.servers import open_servers

    terminal = replace(Terminal.system(), verbose=verbose)
    with (
        working_line(terminal, f"asking {name}"),
        open_servers(
            [name],
            _servers(terminal),
            terminal.environ,
            notify=lambda line: terminal.note(f"co: {line}"),
            detail=lambda line: terminal.detail(f"co: {line}"),
        ) as opened,
    ):
        found = _findings(opened, name)
    if json:
        from cohere_cli.render.json import write_json

        write_json(terminal, found)
    else:
        _write_findings(found, terminal)


@app.command("serve")
def serve(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH", help="Folders to search, not changed."),
    ],
    *,
    allow_ask: Annotated[
        bool,
        typer.Option("--allow-ask", help="Offer `ask`, too: a chat request a call."),
    ] = False,
    lexical: Annotated[
        bool,
        typer.Option("--lexical", help="Search by words alone; no key, no network."),
    ] = False,
    profile: ProfileFlag = None,
    verbose: _VerboseFlag = False,
) -> None:
    """Serve folders to another program: `search`, `rerank` and `ask`.

    The program starts this command and speaks the Model Context Protocol with it, on
    standard input and output. It can read what a search of the folders finds, and
    nothing else.

    $ co mcp serve ~/notes docs --allow-ask

    $ co mcp serve . --lexical
    """
    from cohere_cli.commands.mcp.serve import run
    from cohere_cli.commands.mcp.service import FolderService

    terminal = replace(Terminal.system(), verbose=verbose)
    service = FolderService.of(
        paths, terminal, profile=profile, lexical=lexical, allow_ask=allow_ask
    )
    run(service, terminal)


def _servers(terminal: Terminal) -> "Mapping[str, ServerConfig]":
    from cohere_cli.config.paths import config_directory
    from cohere_cli.tools.mcp.configuration import read_servers

    return read_servers(config_directory(terminal.environ))


def _shown_way(server: "ServerConfig") -> str:
    return server.url or shlex.join(server.command)


def _as_object(server: "ServerConfig") -> dict[str, Any]:
    """Return a server as an object; of headers and variables only the names."""
    way = {"url": server.url} if server.url else {"command": [*server.command]}
    return {
        "name": server.name,
        **way,
        "approve": server.approve,
        "tools": [*server.tools],
        "timeout": server.timeout,
        "env": [*server.env],
        "headers": [*server.headers],
        "cwd": server.cwd or None,
        "where": server.where,
    }


def _draw(found: "list[ServerConfig]", terminal: Terminal) -> None:
    from cohere_cli.render.tables.columns import write_columns

    rows = [
        ((one.name, "bold"), (one.approve, ""), (_shown_way(one), "dim"))
        for one in found
    ]
    if rows:
        write_columns(terminal, rows, headings=("server", "approve", "reached by"))
    else:
        terminal.note("co: no MCP server is configured: `co config edit` adds one")


def _findings(opened: "OpenServers", name: str) -> dict[str, Any]:
    connection = opened.connections[name]
    greeting = connection.greeting()
    return {
        "name": name,
        "server": greeting.name or None,
        "version": greeting.version or None,
        "protocol": greeting.protocol,
        "tools": [_tool_object(one) for one in opened.tools()],
        "resources": _resources(connection) if greeting.has_resources else [],
    }


def _tool_object(tool: "McpTool") -> dict[str, Any]:
    function = tool.declaration["function"]
    return {
        "name": function["name"],
        "tool": tool.own_name,
        "description": function["description"],
        "parameters": function["parameters"],
        "left_out": tool.left_out,
    }


def _resources(connection: "Connection") -> list[str]:
    from cohere_cli.tools.mcp.content import plain_text

    start = f"{RESOURCE}{connection.server.name}/"
    return [f"{start}{plain_text(one.uri)}" for one in connection.resources()]


def _write_findings(found: dict[str, Any], terminal: Terminal) -> None:
    from cohere_cli.render.tables.columns import write_columns

    server = " ".join(filter(None, (found["server"], found["version"])))
    tools, resources = found["tools"], found["resources"]
    counts = f"{plural(len(tools), 'tool')}, {plural(len(resources), 'resource')}"
    about = f"{server or 'a server'}, protocol {found['protocol']}: {counts}"
    terminal.note(f"co: {found['name']}: {about}")
    rows = [
        ((one["name"], "bold"), (_first_sentence(one["description"]), "dim"))
        for one in tools
    ]
    rows += [((one, "bold"), ("", "")) for one in resources]
    if rows:
        write_columns(terminal, rows)


def _first_sentence(text: str) -> str:
    """Return the beginning of a description, some of which are pages long."""
    found = re.match(r"[^\n]*?[.!?](?=\s|$)|[^\n]*", text.strip())
    return shortened(found[0] if found else "", _LONGEST_SHOWN)
