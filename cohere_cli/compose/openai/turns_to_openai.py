"""The messages of `/v2/chat` in OpenAI's words."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from cohere_cli.api.bodies import (
    AssistantContent,
    AssistantMessage,
    CalledFunction,
    DocumentContent,
    Message,
    SystemMessage,
    TextContent,
    ThinkingContent,
    ToolCall,
    ToolContent,
    ToolMessage,
    UserMessage,
    as_json,
)
from cohere_cli.api.validate import Path
from cohere_cli.compose.openai.losses import Losses

Json = dict[str, Any]


def messages_of(messages: Iterable[Message], losses: Losses) -> tuple[Json, ...]:
    """Translate *messages*; a plan for tool calls is the text that comes with them."""
    numbered = enumerate(messages)
    return tuple(_message(each, ("messages", at), losses) for at, each in numbered)


def _message(message: Message, path: Path, losses: Losses) -> Json:
    match message:
        case SystemMessage() | UserMessage():
            told: Json = as_json(message)
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
        return [as_json(block) for block in texts]
    # Beside thinking, which has a field of its own, one text needs no list.
    return texts[0].text if len(texts) == 1 else [*map(as_json, texts)] or None


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
                texts.append(as_json(block))
            case DocumentContent(document=document):
                why = "a text cannot be cited"
                losses.add((*path, "content", at), why, what="told as text")
                texts.append({"type": "text", "text": _shown(document.data)})
    return texts


def _shown(data: Mapping[str, Any] | str) -> str:
    return data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
