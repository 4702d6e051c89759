"""A body in OpenAI's words as a body of `/v2/chat`."""

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
from cohere_cli.request.openai.fields import field_at
from cohere_cli.request.openai.losses import Loss, Losses, add_unread_fields
from cohere_cli.request.openai.request import (
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

# What `/v2/chat` takes of what OpenAI gives a wider range.
_RANGES = {
    "temperature": (0.0, 1.0),
    "top_p": (0.01, 0.99),
    "frequency_penalty": (0.0, 1.0),
    "presence_penalty": (0.0, 1.0),
}
_MOST_SEED = 2**64 - 1
_MOST_STOPS = 5
_TWINS = {"max_completion_tokens": "max_tokens", "thinking": "reasoning_effort"}
_EFFORTS: Mapping[str, Literal["enabled", "disabled"]] = {
    "none": "disabled",
    "high": "enabled",
}


@dataclass(frozen=True, slots=True)
class NativeTranslation:
    """A body of `/v2/chat`, and what of OpenAI's it does not say."""

    body: ChatBody
    losses: tuple[Loss, ...]


def to_native(body: Mapping[str, Any], *, where: str = "") -> NativeTranslation:
    """Translate *body*, which is OpenAI's, made of JSON types.

    Raises `InputProblem` with the path of the first thing that makes it no such
    body; *where* is the file that it is from.
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
    return NativeTranslation(chat, losses.told())


def _read(body: Mapping[str, Any]) -> Request:
    request = validate(Request, body)
    for name, twin in _TWINS.items():
        if getattr(request, name) is not None and getattr(request, twin) is not None:
            says = f"means the same as {twin!r}: leave out one of them"
            raise InvalidBody(Violation((name,), "wrong", says))
    return request


def _chat(request: Request, losses: Losses) -> ChatBody:
    messages = translate_messages(request.messages, losses)
    tools = chosen_tools(request, losses)
    tokens = request.max_completion_tokens
    return ChatBody(
        model=request.model,
        messages=messages,
        stream=request.stream,
        tools=tools.declared,
        strict_tools=tools.strict,
        tool_choice=tools.choice,
        documents=request.documents,
        citation_options=request.citation_options,
        response_format=_format(request.response_format),
        safety_mode=request.safety_mode,
        max_tokens=request.max_tokens if tokens is None else tokens,
        stop_sequences=_stops(request.stop),
        temperature=_within(request, "temperature", losses),
        seed=_seed(request.seed, losses),
        frequency_penalty=_within(request, "frequency_penalty", losses),
        presence_penalty=_within(request, "presence_penalty", losses),
        k=request.k,
        p=_within(request, "top_p", losses),
        logprobs=request.logprobs,
        thinking=request.thinking or _thinking(request.reasoning_effort, losses),
        priority=request.priority,
    )


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
    if len(stop or ()) > _MOST_STOPS:
        says = f"must have at most {_MOST_STOPS} entries"
        raise InvalidBody(Violation(("stop",), "wrong", says))
    return stop


def _within(request: Request, name: str, losses: Losses) -> float | None:
    """Return the number of that *name*, or the nearest to it that there is."""
    value: float | None = getattr(request, name)
    if value is None:
        return None
    low, high = _RANGES[name]
    nearest = min(max(value, low), high)
    if nearest != value:
        why = f"it may be from {low:g} to {high:g}"
        losses.add((name,), why, what=f"{nearest:g} instead of {value:g}")
    return nearest


def _seed(seed: int | None, losses: Losses) -> int | None:
    if seed is None or 0 <= seed <= _MOST_SEED:
        return seed
    losses.add(("seed",), f"it may be from 0 to {_MOST_SEED}")
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
        raise InvalidBody(Violation(("tool_choice", "function"), "missing"))
    return choice.function.name


def _only(
    name: str, functions: Mapping[int, Function], losses: Losses
) -> Mapping[int, Function]:
    kept = {at: each for at, each in functions.items() if each.name == name}
    if not kept:
        path = ("tool_choice", "function", "name")
        raise InvalidBody(Violation(path, "wrong", "names no tool that is declared"))
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
