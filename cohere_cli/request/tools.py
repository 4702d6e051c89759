"""Tool declarations read from files: what the API gets, and what `co` runs."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from cohere_cli.api.protocol.requests import Tool
from cohere_cli.api.protocol.validation import InvalidBody, Violation, validate
from cohere_cli.errors import InputProblem, UsageProblem
from cohere_cli.text import did_you_mean, nearest

if TYPE_CHECKING:
    from cohere_cli.documents.formats.parsed_file import ParsedFile, Path

RUN_FIELDS = (
    "run",
    "stdin",
    "result",
    "approve",
    "timeout",
    "memory",
    "cwd",
    "env",
)
"""The fields of a tool, beside the API's, that say how `co` runs it."""


class Declared(NamedTuple):
    """A tool of a file: `tool` has only the API's fields, `run` only `RUN_FIELDS`.

    `path` leads to it in the file; *is_bare*: there, it is the function alone.
    """

    tool: Mapping[str, Any]
    run: Mapping[str, Any]
    path: "Path"
    is_bare: bool


def parse_tools(file: "ParsedFile") -> tuple[Tool, ...]:
    """Return the tools that *file* declares.

    It holds a tool, a list of tools, or a body with `tools`; a bare function stands
    for a tool. Raises `InputProblem` with file and line.
    """
    return tuple(parse_tool(each, file) for each in declared_tools(file))


def declared_tools(file: "ParsedFile") -> Iterator[Declared]:
    """Yield the tools that *file* declares, unvalidated; see `parse_tools`.

    Raises `InputProblem` if there are none, or if one has a command in a wrong place.
    """
    value, path = file.value, list[str | int]()
    if isinstance(value, Mapping) and "tools" in value:
        value, path = value["tools"], ["tools"]
    elif isinstance(value, Mapping):
        yield _declared(value, path, file)
        return
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise file.error_at("declares no tools", path, hint=_HINT)
    for at, each in enumerate(value):
        yield _declared(each, [*path, at], file)


def parse_tool(declared: Declared, file: "ParsedFile") -> Tool:
    """Return the tool as the API takes it; raises `InputProblem` with file and line."""
    try:
        return validate(Tool, declared.tool)
    except InvalidBody as exc:
        raise _problem(exc.violation, declared, file) from exc


def without_run_fields(tools: Any) -> Any:
    """Return the `tools` of a body without what is for `co` alone."""
    if not isinstance(tools, list):
        return tools
    return [
        {name: one for name, one in tool.items() if name not in RUN_FIELDS}
        if isinstance(tool, Mapping)
        else tool
        for tool in tools
    ]


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


def _declared(value: Mapping[str, Any], path: "Path", file: "ParsedFile") -> Declared:
    is_bare = "function" not in value and "name" in value
    run = {name: one for name, one in value.items() if name in RUN_FIELDS}
    rest = {name: one for name, one in value.items() if name not in RUN_FIELDS}
    tool = {"type": "function", "function": rest} if is_bare else rest
    if not is_bare:
        _require_place(value.get("function"), path, file)
    return Declared(tool, run, path, is_bare)


def _require_place(function: Any, path: "Path", file: "ParsedFile") -> None:
    """Raise `InputProblem` for a field of `RUN_FIELDS` inside of `function`."""
    inside = function if isinstance(function, Mapping) else {}
    for name in RUN_FIELDS:
        if name in inside:
            path = [*path, "function", name]
            hint = f"{name} stands beside `function`, as `type` does"
            raise file.error_at(
                f"in a tool: {name!r} is in `function`", path, hint=hint
            )


def _problem(
    violation: Violation, declared: Declared, file: "ParsedFile"
) -> InputProblem:
    steps = violation.path[1:] if declared.is_bare else violation.path
    violation = replace(violation, path=steps)
    near = violation.nearest
    if violation.fault == "unknown" and len(steps) == 1:
        near = near or nearest(str(steps[0]), RUN_FIELDS)
    hint = f"did you mean {near!r}?" if near else _HINT
    return file.error_at(f"in a tool: {violation}", [*declared.path, *steps], hint=hint)


_HINT = "a tool is {type: function, function: {name, description, parameters}}"
