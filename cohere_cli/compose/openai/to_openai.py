"""A body of `/v2/chat` in OpenAI's words, as Cohere's endpoint takes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cohere_cli.api.bodies import (
    ChatBody,
    CompatBody,
    ResponseFormat,
    Thinking,
    Tool,
    as_json,
)
from cohere_cli.compose.openai.losses import Loss, Losses
from cohere_cli.compose.openai.turns_to_openai import messages_of

# Fields of `/v2/chat` alone, and what is missing where they are.
_NATIVE_ONLY = {
    "documents": "nothing to ground the answer in can be given",
    "citation_options": "answers cite nothing",
    "safety_mode": "the mode cannot be chosen",
    "k": "only top_p cuts what is sampled from",
    "priority": "all requests wait alike",
    "logprobs": "answers come without",
}
_EFFORTS = {"disabled": "none", "enabled": "high"}


@dataclass(frozen=True, slots=True)
class CompatChat:
    """A body of `/chat/completions`, and what of Cohere's it does not say."""

    body: CompatBody
    losses: tuple[Loss, ...]


def to_openai(body: ChatBody) -> CompatChat:
    """Translate *body*; what has no word in OpenAI's is among the losses."""
    losses = Losses()
    for name, why in _NATIVE_ONLY.items():
        if getattr(body, name):
            losses.add((name,), why)
    return CompatChat(_compat(body, losses), losses.told())


def _compat(body: ChatBody, losses: Losses) -> CompatBody:
    return CompatBody(
        model=body.model,
        messages=messages_of(body.messages, losses),
        stream=body.stream,
        temperature=body.temperature,
        top_p=body.p,
        max_tokens=body.max_tokens,
        stop=body.stop_sequences,
        seed=body.seed,
        frequency_penalty=body.frequency_penalty,
        presence_penalty=body.presence_penalty,
        reasoning_effort=_effort(body.thinking, losses),
        response_format=_format(body.response_format),
        tools=_tools(body, losses),
        tool_choice=body.tool_choice and body.tool_choice.lower(),
    )


def _effort(thinking: Thinking | None, losses: Losses) -> str | None:
    if thinking is None:
        return None
    if thinking.token_budget is not None:
        losses.add(("thinking", "token_budget"), "thinking is on or off")
    return _EFFORTS[thinking.type]


def _format(wanted: ResponseFormat | None) -> dict[str, Any] | None:
    if wanted is None:
        return None
    schema = {} if wanted.json_schema is None else {"schema": wanted.json_schema}
    return {"type": wanted.type, **schema}


def _tools(body: ChatBody, losses: Losses) -> tuple[dict[str, Any], ...] | None:
    if body.strict_tools and not body.tools:
        losses.add(("strict_tools",), "there is no tool that could be strict")
    if body.tools is None:
        return None
    strict = {} if body.strict_tools is None else {"strict": body.strict_tools}
    return tuple(_tool(each, strict) for each in body.tools)


def _tool(tool: Tool, strict: Mapping[str, bool]) -> dict[str, Any]:
    return {"type": "function", "function": {**as_json(tool.function), **strict}}
