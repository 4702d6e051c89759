"""A body in OpenAI's words as a body of `/v2/chat`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from cohere_cli.api.bodies import ChatBody, ResponseFormat, Thinking
from cohere_cli.api.validate import Flaw, InvalidBody, validate
from cohere_cli.compose.openai.losses import Loss, Losses, note_left_over
from cohere_cli.compose.openai.request import (
    Format,
    JsonFormat,
    Request,
    SchemaFormat,
    TextFormat,
)
from cohere_cli.compose.openai.tools_to_native import chosen_tools
from cohere_cli.compose.openai.turns_to_native import messages_of
from cohere_cli.errors import InputProblem

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
class NativeChat:
    """A body of `/v2/chat`, and what of OpenAI's it does not say."""

    body: ChatBody
    losses: tuple[Loss, ...]


def to_native(body: Mapping[str, Any], *, where: str = "") -> NativeChat:
    """Translate *body*, which is OpenAI's, made of JSON types.

    Raises `InputProblem` with the path of the first thing that makes it no such
    body; *where* is the file that it is from.
    """
    try:
        request = _read(body)
        losses = Losses()
        note_left_over(body, request, losses)
        chat = _chat(request, losses)
    except InvalidBody as exc:
        near = exc.flaw.nearest
        hint = f"did you mean {near!r}?" if near else ""
        raise InputProblem(str(exc), where=where, hint=hint) from exc
    return NativeChat(chat, losses.told())


def _read(body: Mapping[str, Any]) -> Request:
    request = validate(Request, body)
    for name, twin in _TWINS.items():
        if getattr(request, name) is not None and getattr(request, twin) is not None:
            says = f"means the same as {twin!r}: leave out one of them"
            raise InvalidBody(Flaw((name,), "wrong", says))
    return request


def _chat(request: Request, losses: Losses) -> ChatBody:
    messages = messages_of(request.messages, losses)
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
        raise InvalidBody(Flaw(("stop",), "wrong", says))
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
