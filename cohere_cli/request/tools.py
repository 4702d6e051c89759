"""Tool declarations read from files."""

from collections.abc import Iterator, Mapping
from typing import Any

from cohere_cli.api.protocol.requests import Tool
from cohere_cli.api.protocol.validation import InvalidBody, validate
from cohere_cli.errors import InputProblem, UsageProblem
from cohere_cli.text import did_you_mean, shown_source


def parse_tools(value: Any, source: str) -> tuple[Tool, ...]:
    """Return the tools declared by *value*, which was read from *source*.

    *value* is a tool, a list of tools, or a body with `tools`; a bare function
    stands for a tool. Raises `InputProblem`.
    """
    return tuple(_tool(each, source) for each in tool_declarations(value, source))


def tool_declarations(value: Any, source: str) -> Iterator[Mapping[str, Any]]:
    """Yield the tools declared by *value*, unvalidated; see `parse_tools`."""
    if isinstance(value, Mapping):
        value = value.get("tools", [value])
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise InputProblem("declares no tools", where=shown_source(source), hint=_HINT)
    for each in value:
        bare = "function" not in each and "name" in each
        yield {"type": "function", "function": each} if bare else each


def require_declared_tool(name: str, tools: Any) -> None:
    """Raise `UsageProblem` unless one of *tools*, unvalidated, has this name."""
    functions = [one.get("function") for one in tools or () if isinstance(one, Mapping)]
    names = [str(one.get("name")) for one in functions if isinstance(one, Mapping)]
    if name in names:
        return
    listed_names = f"declared: {', '.join(names)}" if names else "declare it: -t FILE"
    words = (*names, "auto", "none", "required")
    hint = did_you_mean(name, words, listed_names, {"any": "required"})
    raise UsageProblem(f"--tool-choice: no tool {name!r} is declared", hint=hint)


def _tool(value: Mapping[str, Any], source: str) -> Tool:
    try:
        return validate(Tool, value)
    except InvalidBody as exc:
        near = exc.violation.nearest
        hint = f"did you mean {near!r}?" if near else _HINT
        raise InputProblem(
            f"in a tool: {exc}", where=shown_source(source), hint=hint
        ) from exc


_HINT = "a tool is {type: function, function: {name, description, parameters}}"
