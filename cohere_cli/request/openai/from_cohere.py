"""Translates a body of `/v2/chat` to OpenAI's format, as Cohere's endpoint takes it."""

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
from cohere_cli.request.openai.fields import TRANSLATED
from cohere_cli.request.openai.losses import Loss, Losses
from cohere_cli.strict_json import dumps

_EFFORTS = {"disabled": "none", "enabled": "high"}


@dataclass(frozen=True, slots=True)
class CompatTranslation:
    """A body of `/chat/completions`, and what the translation lost."""

    body: CompatBody
    losses: tuple[Loss, ...]


def to_openai(body: ChatBody) -> CompatTranslation:
    """Translate *body*; the losses list what OpenAI's format cannot express."""
    losses = Losses()
    for row in TRANSLATED:
        if row.loss and getattr(body, row.cohere):
            losses.add((row.cohere,), row.loss)
    return CompatTranslation(_compat(body, losses), losses.all())


def _compat(body: ChatBody, losses: Losses) -> CompatBody:
    shared = {row.path: getattr(body, row.cohere) for row in TRANSLATED if not row.loss}
    return CompatBody(
        **shared,
        model=body.model,
        messages=translate_messages(body.messages, losses),
        reasoning_effort=_effort(body.thinking, losses),
        response_format=_format(body.response_format),
        tools=_tools(body, losses),
        tool_choice=body.tool_choice and body.tool_choice.lower(),
    )


def _effort(thinking: Thinking | None, losses: Losses) -> str | None:
    if thinking is None:
        return None
    if thinking.token_budget is not None:
        losses.add(("thinking", "token_budget"), "thinking has no token budget")
    return _EFFORTS[thinking.type]


def _format(wanted: ResponseFormat | None) -> dict[str, Any] | None:
    if wanted is None:
        return None
    schema = wanted.required_schema
    return {"type": wanted.type} | ({} if schema is None else {"schema": schema})


def _tools(body: ChatBody, losses: Losses) -> tuple[dict[str, Any], ...] | None:
    if body.strict_tools and not body.tools:
        losses.add(("strict_tools",), "no tools are declared")
    if body.tools is None:
        return None
    strict = {} if body.strict_tools is None else {"strict": body.strict_tools}
    return tuple(_tool(each, strict) for each in body.tools)


def _tool(tool: Tool, strict: Mapping[str, bool]) -> dict[str, Any]:
    return {"type": "function", "function": {**to_json(tool.function), **strict}}


Json = dict[str, Any]


def translate_messages(messages: Iterable[Message], losses: Losses) -> tuple[Json, ...]:
    """Translate *messages*; a tool plan becomes the text beside its tool calls."""
    numbered = enumerate(messages)
    return tuple(_message(each, ("messages", at), losses) for at, each in numbered)


def _message(message: Message, path: Path, losses: Losses) -> Json:
    match message:
        case SystemMessage() | UserMessage():
            translated: Json = to_json(message)
            return translated
        case AssistantMessage():
            return _assistant(message, path, losses)
        case ToolMessage():
            return _result(message, path, losses)


def _assistant(message: AssistantMessage, path: Path, losses: Losses) -> Json:
    if message.citations:
        losses.add((*path, "citations"), "messages have no citations")
    calls = message.tool_calls
    fields = {
        "role": "assistant",
        "content": _content(message, path, losses),
        "reasoning_content": _thoughts(message.content, path, losses),
        "tool_calls": None if calls is None else [*map(_call, calls)],
    }
    return {name: value for name, value in fields.items() if value is not None}


def _content(
    message: AssistantMessage, path: Path, losses: Losses
) -> str | list[Json] | None:
    text = _text(message.content)
    plan = message.tool_plan
    if not plan:
        return text
    if any(text if isinstance(text, str) else (each["text"] for each in text or ())):
        losses.add((*path, "tool_plan"), "the text takes precedence")
        return text
    if not message.tool_calls:
        why = "no tool call follows it"
        losses.add((*path, "tool_plan"), why, what="sent as text")
    return plan


def _text(
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
        why = "thinking is one text before the answer"
        losses.add((*path, "content"), why, what="joined")
    thoughts = (each.thinking for each in content if isinstance(each, ThinkingContent))
    return "".join(thoughts) or None


def _call(call: ToolCall) -> Json:
    called = call.function or CalledFunction()
    function = {"name": called.name or "", "arguments": called.arguments or "{}"}
    return {"id": call.id, "type": "function", "function": function}


def _result(message: ToolMessage, path: Path, losses: Losses) -> Json:
    content = message.content
    text = content if isinstance(content, str) else _texts(content, path, losses)
    return {"role": "tool", "tool_call_id": message.tool_call_id, "content": text}


def _texts(content: Iterable[ToolContent], path: Path, losses: Losses) -> list[Json]:
    texts = []
    for at, block in enumerate(content):
        match block:
            case TextContent():
                texts.append(to_json(block))
            case DocumentContent(document=document):
                why = "text blocks cannot be cited"
                losses.add((*path, "content", at), why, what="sent as text")
                texts.append({"type": "text", "text": _as_text(document.data)})
    return texts


def _as_text(data: Mapping[str, Any] | str) -> str:
    return data if isinstance(data, str) else dumps(data)
