"""OpenAI's tools, and which of them may be called, in the words of `/v2/chat`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from cohere_cli.api.bodies import Tool, ToolFunction
from cohere_cli.api.validate import Flaw, InvalidBody
from cohere_cli.compose.openai.lookup import field_at
from cohere_cli.compose.openai.losses import Losses
from cohere_cli.compose.openai.request import (
    Choice,
    ChosenTool,
    CustomTool,
    Function,
    FunctionTool,
    Request,
)

_NO_PARAMETERS = {"type": "object", "properties": {}}


@dataclass(frozen=True, slots=True)
class ChosenTools:
    """What a body of `/v2/chat` says of tools; None: not said."""

    declared: tuple[Tool, ...] | None = None
    strict: bool | None = None
    choice: Literal["REQUIRED", "NONE"] | None = None


def chosen_tools(request: Request, losses: Losses) -> ChosenTools:
    """Translate the tools of *request*, and its choice among them.

    Raises `InvalidBody` when it names none, or one that is not declared.
    """
    functions = _functions(request.tools or (), losses)
    choice = request.tool_choice
    if isinstance(choice, ChosenTool) and choice.type == "function":
        functions = _only(_name_in(choice), functions, losses)
    return ChosenTools(
        tuple(map(_tool, functions.values())) or None,
        _strictness(functions, request.strict_tools, losses),
        _choice(choice, losses),
    )


def _functions(
    tools: Iterable[FunctionTool | CustomTool], losses: Losses
) -> Mapping[int, Function]:
    """Return the functions by their place among the tools."""
    found = {}
    for at, tool in enumerate(tools):
        match tool:
            case FunctionTool(function=function):
                found[at] = function
            case CustomTool(type=kind):
                losses.add(("tools", at), field_at(("tools", at, "type"), kind).why)
    return found


def _name_in(choice: ChosenTool) -> str:
    if choice.function is None:
        raise InvalidBody(Flaw(("tool_choice", "function"), "missing"))
    return choice.function.name


def _only(
    name: str, functions: Mapping[int, Function], losses: Losses
) -> Mapping[int, Function]:
    kept = {at: each for at, each in functions.items() if each.name == name}
    if not kept:
        path = ("tool_choice", "function", "name")
        raise InvalidBody(Flaw(path, "wrong", "names no tool that is declared"))
    if others := len(functions) - len(kept):
        why = "a call can be required, but not of which tool"
        losses.add(("tools",), why, what=f"{others} of {len(functions)} left out")
    return kept


def _tool(function: Function) -> Tool:
    parameters = _NO_PARAMETERS if function.parameters is None else function.parameters
    return Tool(ToolFunction(function.name, parameters, function.description))


def _strictness(
    functions: Mapping[int, Function], default: bool | None, losses: Losses
) -> bool | None:
    """Return what all functions say; a strict one among others cannot be told.

    The *default* is for those that say nothing.
    """
    strict = {
        at: default if function.strict is None else function.strict
        for at, function in functions.items()
    }
    said = {*strict.values()} or {default}
    if len(said) == 1:
        return said.pop()
    for at in (at for at, each in strict.items() if each):
        path = ("tools", at, "function", "strict")
        losses.add(path, "all tools are strict, or none is")
    return None


def _choice(choice: Choice, losses: Losses) -> Literal["REQUIRED", "NONE"] | None:
    match choice:
        case None | "auto":
            return None
        case "none":
            return "NONE"
        case "required" | ChosenTool(type="function"):
            return "REQUIRED"
        case ChosenTool():
            losses.add(("tool_choice",), "the model chooses among all tools")
            return None
