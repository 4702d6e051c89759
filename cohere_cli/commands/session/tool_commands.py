"""`/tools`: the tools that the model may call, and what becomes of a call of each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from cohere_cli.api.protocol.requests import to_json
from cohere_cli.commands.call.tool_selection import (
    BUILT_IN_NAMES,
    SelectedTool,
    selected_tools,
)
from cohere_cli.commands.flags.chat import ChatFlags
from cohere_cli.commands.session.input_commands import refuse_stdin
from cohere_cli.commands.session.session import Session
from cohere_cli.conversation.session.slash_command import split_words
from cohere_cli.render.tables.columns import Cell, write_columns
from cohere_cli.text import RESOURCE, is_file, shortened
from cohere_cli.tools.approval import Approval
from cohere_cli.tools.call import Call

_NOTHING = "-"
_LONGEST = 32  # characters of the arguments


def add_tools(session: Session, argument: str) -> None:
    """List the tools, add files, servers or built-in ones, or remove all."""
    if argument == _NOTHING:
        session.dropped.add("tools")
        session.change(tools=None, tool=None, mcp=None, tools_only=None)
        session.terminal.say("co: there are no tools now")
        return
    words = split_words(argument)
    refuse_stdin(words)
    flags = _with_tools(session.flags, words)
    found = _selected(flags, session)
    session.change(tools=flags.tools, tool=flags.tool, mcp=flags.mcp)
    _list(found, session)


def _with_tools(flags: ChatFlags, words: Sequence[str]) -> ChatFlags:
    """Return *flags* with what *words* name: `mcp://NAME`, a file, a built-in tool."""
    servers = [one for one in words if one.startswith(RESOURCE)]
    built_in = [one for one in words if one in BUILT_IN_NAMES and not is_file(one)]
    files = [one for one in words if one not in (*servers, *built_in)]
    names = [one.removeprefix(RESOURCE).rstrip("/") for one in servers]
    return replace(
        flags,
        mcp=_joined(flags.mcp, names),
        tool=_joined(flags.tool, built_in),
        tools=_joined(flags.tools, files),
    )


def _joined(before: Sequence[str] | None, new: Sequence[str]) -> list[str] | None:
    return [*dict.fromkeys([*(before or ()), *new])] or None


def _selected(flags: ChatFlags, session: Session) -> list[SelectedTool]:
    """Return the tools of *flags*; the servers that have them are started."""
    if not (flags.tools or flags.tool or flags.mcp):
        return []
    servers = None
    if flags.mcp:
        from cohere_cli.commands.call.mcp_servers import start

        servers = session.servers()
        start(servers, flags.mcp, session.terminal)
    return selected_tools(flags, session.terminal, servers)


def _list(found: Sequence[SelectedTool], session: Session) -> None:
    rows = [*_rows(found, session)]
    if rows:
        headings = ("tool", "a call", "arguments", "description")
        write_columns(session.terminal, rows, headings=headings, cut=True)
        return
    ways = "/tools FILE, or /tools mcp://NAME for an MCP server, declares some"
    session.terminal.say(f"co: there are no tools; {ways}")


def _rows(found: Sequence[SelectedTool], session: Session) -> Iterator[list[Cell]]:
    approval = Approval(session.flags.allow or (), session.conversation.allowed)
    for one in found:
        function = to_json(one.declared)["function"]
        yield _row(function, _becomes(one, approval))
    if not found and "tools" not in session.dropped:
        # Those of the turns before are declared again, and nothing here runs them.
        for tool in session.conversation.body().get("tools", ()):
            yield _row(tool["function"], "left to you")


def _row(function: Mapping[str, Any], becomes: str) -> list[Cell]:
    style = {"allowed": "green", "never runs": "red", "left to you": "dim"}
    description = " ".join(str(function.get("description") or "").split())
    first = description.partition(". ")[0].removesuffix(".")
    return [
        (str(function["name"]), "bold"),
        (becomes, style.get(becomes, "")),
        (shortened(_arguments(function), _LONGEST), ""),
        (first, "dim"),
    ]


def _becomes(one: SelectedTool, approval: Approval) -> str:
    """Return what becomes of a call: whether it runs, and whether that is asked."""
    if one.runnable is None:
        return "left to you"
    if approval.is_given(Call("", one.name, "", one.runnable)):
        return "allowed"
    return "never runs" if one.runnable.approve == "never" else "asks"


def _arguments(function: Mapping[str, Any]) -> str:
    """Return the names of the arguments, with `?` after those that may be left out."""
    schema = function.get("parameters") or {}
    required = [*schema.get("required", ())]
    names = [*required, *(one for one in schema.get("properties", ()))]
    return ", ".join(
        name if name in required else f"{name}?" for name in dict.fromkeys(names)
    )
