"""A body of `/v2/chat` in OpenAI's words, as Cohere's endpoint takes them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cohere_cli.api.protocol.requests import (
    AssistantContent,
    AssistantMessage,
    CalledFunction,
    ChatBody,
    CompatBody,
    DocumentContent,
    Message,
    ResponseFormat,
    SystemMessage,
    TextContent,
    Thinking,
    ThinkingContent,
    Tool,
    ToolCall,
    ToolContent,
    ToolMessage,
    UserMessage,
    to_json,
)
from cohere_cli.api.protocol.validation import Path
from cohere_cli.request.openai.losses import Loss, Losses

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
class CompatTranslation:
    """A body of `/chat/completions`, and what of Cohere's it does not say."""

    body: CompatBody
    losses: tuple[Loss, ...]


def to_openai(body: ChatBody) -> CompatTranslation:
    """Translate *body*; what has no word in OpenAI's is among the losses."""
    losses = Losses()
    for name, why in _NATIVE_ONLY.items():
        if getattr(body, name):
            losses.add((name,), why)
    return CompatTranslation(_compat(body, losses), losses.told())


def _compat(body: ChatBody, losses: Losses) -> CompatBody:
    return CompatBody(
        model=body.model,
        messages=translate_messages(body.messages, losses),
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
    return {"type": "function", "function": {**to_json(tool.function), **strict}}


Json = dict[str, Any]


def translate_messages(messages: Iterable[Message], losses: Losses) -> tuple[Json, ...]:
    """Translate *messages*; a plan for tool calls is the text that comes with them."""
    numbered = enumerate(messages)
    return tuple(_message(each, ("messages", at), losses) for at, each in numbered)


def _message(message: Message, path: Path, losses: Losses) -> Json:
    match message:
        case SystemMessage() | UserMessage():
            told: Json = to_json(message)
            return told
        case AssistantMessage():
            return _assistant(message, path, losses)
        case ToolMessage():
            return _result(message, path, losses)


def _assistant(message: AssistantMessage, path: Path, losses: Losses) -> Json:
    if message.citations:
        losses.add((*path, "citations"), "a message cites nothing")
    calls = message.tool_calls
    told = {
        "role": "assistant",
        "content": _content(message, path, losses),
        "reasoning_content": _thoughts(message.content, path, losses),
        "tool_calls": None if calls is None else [*map(_call, calls)],
    }
    return {name: value for name, value in told.items() if value is not None}


def _content(
    message: AssistantMessage, path: Path, losses: Losses
) -> str | list[Json] | None:
    said = _said(message.content)
    plan = message.tool_plan
    if not plan:
        return said
    if any(said if isinstance(said, str) else (each["text"] for each in said or ())):
        losses.add((*path, "tool_plan"), "the text has its place")
        return said
    if not message.tool_calls:
        why = "there is no call that it plans"
        losses.add((*path, "tool_plan"), why, what="told as text")
    return plan


def _said(
    content: str | tuple[AssistantContent, ...] | None,
) -> str | list[Json] | None:
    if content is None or isinstance(content, str):
        return content
    texts = [block for block in content if isinstance(block, TextContent)]
    if len(texts) == len(content):
        return [to_json(block) for block in texts]
    # Beside thinking, which has a field of its own, one text needs no list.
    return texts[0].text if len(texts) == 1 else [*map(to_json, texts)] or None


def _thoughts(
    content: str | tuple[AssistantContent, ...] | None, path: Path, losses: Losses
) -> str | None:
    if content is None or isinstance(content, str):
        return None
    thinking = [isinstance(block, ThinkingContent) for block in content]
    if True in thinking[1:]:
        why = "all thinking comes first, as one text"
        losses.add((*path, "content"), why, what="put together")
    thoughts = (each.thinking for each in content if isinstance(each, ThinkingContent))
    return "".join(thoughts) or None


def _call(call: ToolCall) -> Json:
    called = call.function or CalledFunction()
    function = {"name": called.name or "", "arguments": called.arguments or "{}"}
    return {"id": call.id, "type": "function", "function": function}


def _result(message: ToolMessage, path: Path, losses: Losses) -> Json:
    content = message.content
    told = content if isinstance(content, str) else _texts(content, path, losses)
    return {"role": "tool", "tool_call_id": message.tool_call_id, "content": told}


def _texts(content: Iterable[ToolContent], path: Path, losses: Losses) -> list[Json]:
    texts = []
    for at, block in enumerate(content):
        match block:
            case TextContent():
                texts.append(to_json(block))
            case DocumentContent(document=document):
                why = "a text cannot be cited"
                losses.add((*path, "content", at), why, what="told as text")
                texts.append({"type": "text", "text": _shown(document.data)})
    return texts


def _shown(data: Mapping[str, Any] | str) -> str:
    return data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
