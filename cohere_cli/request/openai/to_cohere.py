"""Translates an OpenAI body to a body of `/v2/chat`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from cohere_cli.api.protocol.requests import (
    ChatBody,
    ResponseFormat,
    Thinking,
    Tool,
    ToolFunction,
)
from cohere_cli.api.protocol.validation import InvalidBody, Violation, validate
from cohere_cli.errors import InputProblem
from cohere_cli.request.chat import MAX_STOP_SEQUENCES
from cohere_cli.request.openai.fields import TRANSLATED, Field, field_at
from cohere_cli.request.openai.losses import Loss, Losses, add_unread_fields
from cohere_cli.request.openai.request import (
    AnyRequest,
    Choice,
    ChosenTool,
    CustomTool,
    Format,
    Function,
    FunctionTool,
    JsonFormat,
    Request,
    SchemaFormat,
    TextFormat,
)
from cohere_cli.request.openai.to_cohere_messages import translate_messages

_MAX_SEED = 2**64 - 1
_DUPLICATES = {"max_completion_tokens": "max_tokens", "thinking": "reasoning_effort"}
_EFFORTS: Mapping[str, Literal["enabled", "disabled"]] = {
    "none": "disabled",
    "high": "enabled",
}


@dataclass(frozen=True, slots=True)
class NativeTranslation:
    """A body of `/v2/chat`, and what the translation lost."""

    body: ChatBody
    losses: tuple[Loss, ...]


def to_native(body: Mapping[str, Any], *, where: str = "") -> NativeTranslation:
    """Translate *body*, an OpenAI body in JSON types.

    Raises `InputProblem` with the path of the first invalid field; *where* is the
    file that the body was read from.
    """
    try:
        request = _read(body)
        losses = Losses()
        add_unread_fields(body, request, losses)
        chat = _chat(request, losses)
    except InvalidBody as exc:
        near = exc.violation.nearest
        hint = f"did you mean {near!r}?" if near else ""
        raise InputProblem(str(exc), where=where, hint=hint) from exc
    return NativeTranslation(chat, losses.all())


def _read(body: Mapping[str, Any]) -> Request:
    request = validate(AnyRequest, body)
    for name, twin in _DUPLICATES.items():
        if getattr(request, name) is not None and getattr(request, twin) is not None:
            problem = f"duplicates {twin!r}: remove one of them"
            raise InvalidBody(Violation((name,), "wrong", problem))
    return request


def _chat(request: Request, losses: Losses) -> ChatBody:
    messages = translate_messages(request.messages, losses)
    tools = chosen_tools(request, losses)
    shared = {row.cohere: _value(request, row, losses) for row in TRANSLATED}
    return ChatBody(
        **shared,
        model=request.model,
        messages=messages,
        tools=tools.declared,
        strict_tools=tools.strict,
        tool_choice=tools.choice,
        response_format=_format(request.response_format),
        thinking=request.thinking or _thinking(request.reasoning_effort, losses),
    )


def _value(request: Request, row: Field, losses: Losses) -> Any:
    """Return the value of the field of *row*, as `/v2/chat` takes it."""
    value = getattr(request, row.path)
    match row.path:
        case "max_tokens" if request.max_completion_tokens is not None:
            return request.max_completion_tokens
        case "stop":
            return _stops(value)
        case "seed":
            return _seed(value, losses)
        case _ if row.bounds and value is not None:
            return _clamp(value, row.path, row.bounds, losses)
        case _:
            return value


def _format(wanted: Format | None) -> ResponseFormat | None:
    match wanted:
        case None:
            return None
        case TextFormat():
            return ResponseFormat("text")
        case JsonFormat(schema=schema):
            return ResponseFormat("json_object", schema)
        case SchemaFormat(json_schema=wrapper):
            return ResponseFormat("json_object", wrapper.schema)


def _stops(stop: str | tuple[str, ...] | None) -> tuple[str, ...] | None:
    if isinstance(stop, str):
        return (stop,)
    if len(stop or ()) > MAX_STOP_SEQUENCES:
        problem = f"must have at most {MAX_STOP_SEQUENCES} entries"
        raise InvalidBody(Violation(("stop",), "wrong", problem))
    return stop


def _clamp(
    value: float, name: str, bounds: tuple[float, float], losses: Losses
) -> float:
    low, high = map(float, bounds)
    clamped = min(max(value, low), high)
    if clamped != value:
        why = f"the range is {low:g} to {high:g}"
        losses.add((name,), why, what=f"{clamped:g} instead of {value:g}")
    return clamped


def _seed(seed: int | None, losses: Losses) -> int | None:
    if seed is None or 0 <= seed <= _MAX_SEED:
        return seed
    losses.add(("seed",), f"the range is 0 to {_MAX_SEED}")
    return None


def _thinking(effort: str | None, losses: Losses) -> Thinking | None:
    if effort is None:
        return None
    if effort not in _EFFORTS:
        losses.add(("reasoning_effort",), "thinking is on (high) or off (none)")
        return None
    return Thinking(_EFFORTS[effort])


_NO_PARAMETERS = {"type": "object", "properties": {}}


@dataclass(frozen=True, slots=True)
class ChosenTools:
    """The tool fields of a `/v2/chat` body; None means unset."""

    declared: tuple[Tool, ...] | None = None
    strict: bool | None = None
    choice: Literal["REQUIRED", "NONE"] | None = None


def chosen_tools(request: Request, losses: Losses) -> ChosenTools:
    """Translate the tools of *request* and its tool choice.

    Raises `InvalidBody` when the choice names no tool, or one that is not declared.
    """
    functions = _functions(request.tools or (), losses)
    choice = request.tool_choice
    if isinstance(choice, ChosenTool) and choice.type == "function":
        functions = _only(_chosen_name(choice), functions, losses)
    return ChosenTools(
        tuple(map(_tool, functions.values())) or None,
        _strictness(functions, request.strict_tools, losses),
        _choice(choice, losses),
    )


def _functions(
    tools: Iterable[FunctionTool | CustomTool], losses: Losses
) -> Mapping[int, Function]:
    """Return the functions by their position among the tools."""
    found = {}
    for at, tool in enumerate(tools):
        match tool:
            case FunctionTool(function=function):
                found[at] = function
            case CustomTool(type=kind):
                losses.add(("tools", at), field_at(("tools", at, "type"), kind).why)
    return found


def _chosen_name(choice: ChosenTool) -> str:
    if choice.function is None:
        raise InvalidBody(Violation(("tool_choice", "function"), "missing"))
    return choice.function.name


def _only(
    name: str, functions: Mapping[int, Function], losses: Losses
) -> Mapping[int, Function]:
    chosen = {at: each for at, each in functions.items() if each.name == name}
    if not chosen:
        path = ("tool_choice", "function", "name")
        raise InvalidBody(Violation(path, "wrong", "is not a declared tool"))
    if others := len(functions) - len(chosen):
        why = "a call can be required, but not a particular tool"
        losses.add(("tools",), why, what=f"{others} of {len(functions)} left out")
    return chosen


def _tool(function: Function) -> Tool:
    parameters = _NO_PARAMETERS if function.parameters is None else function.parameters
    return Tool(ToolFunction(function.name, parameters, function.description))


def _strictness(
    functions: Mapping[int, Function], default: bool | None, losses: Losses
) -> bool | None:
    """Return the strictness that all functions share, or None if they differ.

    *default* applies to functions without a value of their own.
    """
    strict = {
        at: default if function.strict is None else function.strict
        for at, function in functions.items()
    }
    values = {*strict.values()} or {default}
    if len(values) == 1:
        return values.pop()
    for at in (at for at, each in strict.items() if each):
        path = ("tools", at, "function", "strict")
        losses.add(path, "strict applies to all tools or none")
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
            losses.add(("tool_choice",), "all declared tools stay available")
            return None
