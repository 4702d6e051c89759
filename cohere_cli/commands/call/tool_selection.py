"""The tools that the flags of a call name: of files, of servers, of `co` itself."""

from collections.abc import Collection, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

from cohere_cli.api.protocol.requests import Tool
from cohere_cli.api.protocol.validation import validate
from cohere_cli.errors import UsageProblem
from cohere_cli.terminal import Terminal
from cohere_cli.text import RESOURCE, did_you_mean, listed, shown_source
from cohere_cli.tools.builtin import BUILT_IN
from cohere_cli.tools.declaration import read_tools
from cohere_cli.tools.tool import RunnableTool

if TYPE_CHECKING:
    from cohere_cli.commands.flags.chat import ChatFlags
    from cohere_cli.tools.mcp.servers import OpenServers

BUILT_IN_NAMES = ("search", *BUILT_IN)
"""What --tool takes."""


class SelectedTool(NamedTuple):
    """A tool as it is declared, and as it runs: None if its calls are left to the user.

    `origin` is where it comes from, for people.
    """

    declared: Tool
    runnable: RunnableTool | None
    origin: str

    @property
    def name(self) -> str:
        """The name by which the model calls it."""
        return self.declared.function.name


def selected_tools(
    flags: "ChatFlags",
    terminal: Terminal,
    servers: "OpenServers | None",
    secrets: Collection[str] = (),
) -> list[SelectedTool]:
    """Return the tools of -t, --mcp and --tool, the built-in ones.

    Of the others, --tools-only chooses. *servers* are those of --mcp, and *secrets*
    what no command may get. Raises `CoError`.
    """
    found = [*_of_files(flags, terminal, secrets), *_of_servers(flags, servers)]
    if flags.tools_only:
        found = _only(found, flags.tools_only)
    for name in dict.fromkeys(flags.tool or ()):
        found.append(_as_selected(_built_in(name, flags, terminal)))
    _require_different([one.name for one in found])
    return found


def _of_files(
    flags: "ChatFlags", terminal: Terminal, secrets: Collection[str]
) -> Iterator[SelectedTool]:
    for source in flags.tools or ():
        found = read_tools(source, terminal.stdin.buffer, terminal.environ, secrets)
        runnable = {one.name: one for one in found.runnable}
        for tool in found.declared:
            run = runnable.get(tool.function.name)
            yield SelectedTool(tool, run, shown_source(source))


def _of_servers(
    flags: "ChatFlags", servers: "OpenServers | None"
) -> Iterator[SelectedTool]:
    if flags.mcp and servers is not None:
        yield from map(_as_selected, servers.tools(flags.mcp))


def _as_selected(tool: RunnableTool) -> SelectedTool:
    return SelectedTool(validate(Tool, tool.declaration), tool, tool.origin)


def _only(found: Sequence[SelectedTool], patterns: Sequence[str]) -> list[SelectedTool]:
    names = [one.name for one in found]
    if not names:
        hint = "-t FILE and --mcp NAME declare some"
        raise UsageProblem("--tools-only: there are no tools", hint=hint)
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in names):
            what = f"--tools-only {pattern}: no tool has such a name"
            raise UsageProblem(what, hint=_nearest(pattern, names))
    return [
        one
        for one in found
        if any(fnmatchcase(one.name, pattern) for pattern in patterns)
    ]


def _nearest(pattern: str, names: Sequence[str]) -> str:
    # The name of a tool begins with that of its server.
    longer = f"*_{pattern}"
    if any(fnmatchcase(name, longer) for name in names):
        return f"did you mean {longer!r}?"
    return did_you_mean(pattern, names, f"tools: {listed(names)}")


def _built_in(name: str, flags: "ChatFlags", terminal: Terminal) -> RunnableTool:
    if name == "search":
        from cohere_cli.commands.retrieval.search_tool import SearchTool

        return SearchTool(_searched(flags.document or ["."]), terminal)
    if name in BUILT_IN:
        return BUILT_IN[name]
    hint = did_you_mean(name, BUILT_IN_NAMES, f"built in: {', '.join(BUILT_IN_NAMES)}")
    raise UsageProblem(f"no such built-in tool: {name!r}", hint=hint)


def _searched(sources: Sequence[str]) -> list[str]:
    """Return *sources*; raises `UsageProblem` for a resource."""
    resource = next((one for one in sources if one.startswith(RESOURCE)), None)
    if resource is None:
        return [*sources]
    what = f"--tool search looks into files: {resource} is a resource of an MCP server"
    raise UsageProblem(what, hint="leave out --tool search: the resource is sent whole")


def _require_different(names: Sequence[str]) -> None:
    repeated = [name for name in names if names.count(name) > 1]
    if repeated:
        hint = "rename one of them"
        raise UsageProblem(f"two tools are named {repeated[0]!r}", hint=hint)
