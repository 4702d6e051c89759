"""Serves tools on standard input and output, as the Model Context Protocol has it."""

import json
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any

from cohere_cli import __version__
from cohere_cli.commands.mcp.service import FolderService, ServedTool
from cohere_cli.errors import CoError
from cohere_cli.request.schema.validate import find_violation
from cohere_cli.terminal import Terminal
from cohere_cli.tools.mcp.loop_thread import LoopThread
from cohere_cli.tools.mcp.package import import_server, require_package

if TYPE_CHECKING:
    from mcp_types import CallToolResult, ListToolsResult

_MOST_AT_ONCE = 4  # calls: each is a search of its own


def run(service: FolderService, terminal: Terminal) -> None:
    """Answer requests until standard input ends; log to standard error."""
    require_package()
    import_server()
    if terminal.stdin.isatty():
        terminal.note("co: waiting for a program that speaks MCP; Ctrl-C ends this")
    loop = LoopThread()
    try:
        # In a thread: a signal can end this one, though standard input is waited for.
        loop.submit(_serve(service, terminal)).result()
    except CancelledError:
        return
    except BaseExceptionGroup as exc:
        if exc.subgroup(BrokenPipeError):
            raise BrokenPipeError from exc
        raise
    finally:
        loop.close()


async def _serve(service: FolderService, terminal: Terminal) -> None:
    import anyio
    from mcp.server.lowlevel import Server
    from mcp.server.stdio import stdio_server

    limiter = anyio.CapacityLimiter(_MOST_AT_ONCE)

    async def list_tools(*_: object) -> "ListToolsResult":
        return _listed(service)

    async def call_tool(_: object, params: Any) -> "CallToolResult":
        return await anyio.to_thread.run_sync(
            _called, service, terminal, params.name, params.arguments, limiter=limiter
        )

    server: Server[Any] = Server(
        "co",
        version=__version__,
        instructions="Searches folders of files. Cite the ids of passages.",
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


def _listed(service: FolderService) -> "ListToolsResult":
    from mcp_types import ListToolsResult, Tool, ToolAnnotations

    # None changes a file, and only what the API answers is from outside.
    hints = ToolAnnotations(read_only_hint=True, open_world_hint=False)
    return ListToolsResult(
        tools=[
            Tool(
                name=name,
                description=tool.description,
                input_schema=tool.schema,
                annotations=hints,
            )
            for name, tool in service.tools.items()
        ]
    )


def _called(
    service: FolderService, terminal: Terminal, name: str, arguments: Any
) -> "CallToolResult":
    """Return the result of a call; what goes wrong is its text."""
    from mcp_types import CallToolResult, TextContent

    try:
        answer = _checked(service, name, arguments).run(arguments or {})
    except CoError as exc:
        terminal.note(f"co: {name}: {exc}")
        text = f"{exc}\nhint: {exc.hint}" if exc.hint else str(exc)
    except Exception as exc:  # noqa: BLE001 - the server goes on
        text = f"a bug in co: {type(exc).__name__}: {exc}"
        terminal.note(f"co: {name}: {text}")
    else:
        content: Any = [TextContent(text=answer.text)]
        return CallToolResult(content=content, structured_content=answer.data)
    return CallToolResult(content=[TextContent(text=text)], is_error=True)


def _checked(service: FolderService, name: str, arguments: Any) -> ServedTool:
    """Return the tool *name*; raises `CoError` if *arguments* do not fit it."""
    from cohere_cli.errors import UsageProblem

    tool = service.tools.get(name)
    if tool is None:
        known = f"tools: {', '.join(service.tools)}"
        raise UsageProblem(f"there is no tool {name!r}", hint=known)
    violation = find_violation(json.dumps(arguments or {}), tool.schema)
    if violation:
        raise UsageProblem(violation.replace("the answer", "the arguments", 1))
    return tool
