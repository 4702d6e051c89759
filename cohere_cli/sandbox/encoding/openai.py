"""Converts requests and replies of Cohere's OpenAI-compatible endpoint."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cohere_cli.api.protocol.events import (
    CitationEnd,
    CitationStart,
    ContentDelta,
    ContentEnd,
    ContentStart,
    MessageEnd,
    MessageStart,
    ToolCallDelta,
    ToolCallEnd,
    ToolCallStart,
    ToolPlanDelta,
)
from cohere_cli.api.protocol.reply import Reply
from cohere_cli.api.protocol.requests import ChatBody, CompatBody, to_json
from cohere_cli.api.protocol.validation import validate
from cohere_cli.sandbox.answers.models import CREATED
from cohere_cli.sandbox.encoding.events import SandboxEvent
from cohere_cli.sandbox.messages import as_bytes, invalid

_CONTENT = {"text": "content", "thinking": "reasoning_content"}
_REASONS = {"MAX_TOKENS": "length", "TOOL_CALL": "tool_calls"}

Delta = Mapping[str, Any]


def encode_chunks(events: Iterable[SandboxEvent], model: str) -> Iterator[bytes]:
    """Yield a server-sent event for each of *events* that OpenAI's format supports.

    There are no `event:` lines. Plans and citations are left out. Thinking is sent
    as `reasoning_content`, which other compatible servers use. The last chunk has the
    usage even if it was not requested, as observed at the real endpoint.
    """
    name = ""
    for event in events:
        if isinstance(event, MessageStart):
            name = event.id
        delta = _delta(event)
        if delta is None:
            continue
        reason, usage = None, {}
        if isinstance(event, MessageEnd):
            reason = _reason(event.finish_reason)
            usage = {"usage": _usage(event.usage)}
        choice = {"index": 0, "finish_reason": reason, "delta": delta}
        chunk = _envelope(name, [choice], model, "chat.completion.chunk")
        yield _sse_frame({**chunk, **usage})


def usage_chunk(reply: Reply, model: str) -> bytes:
    """Return the last chunk of OpenAI's `include_usage`, which has no choices."""
    chunk = _envelope(reply.id, [], model, "chat.completion.chunk")
    return _sse_frame({**chunk, "usage": _usage(reply.usage)})


def encode_completion(reply: Reply, model: str) -> Mapping[str, Any]:
    """Return the reply as a completion that is not streamed."""
    choice = {
        "index": 0,
        "finish_reason": _reason(reply.finish_reason),
        "message": _message(reply),
    }
    envelope = _envelope(reply.id, [choice], model, "chat.completion")
    return {**envelope, "usage": _usage(reply.usage)}


def _sse_frame(chunk: Mapping[str, Any]) -> bytes:
    return b"data: %b\n\n" % as_bytes(chunk)


def _delta(event: SandboxEvent) -> Delta | None:
    match event:
        case MessageStart():
            return {"content": "", "role": "assistant"}
        case ContentDelta(type=kind, text=text):
            return {_CONTENT[kind]: text}
        case ToolCallStart():
            call = _call(event.id, event.name, event.arguments)
            return {"tool_calls": [{"index": event.index, **call}]}
        case ToolCallDelta(index=index, arguments=text):
            return {"tool_calls": [{"index": index, "function": {"arguments": text}}]}
        case MessageEnd():
            return {}
        case ContentStart() | ContentEnd() | ToolPlanDelta() | ToolCallEnd():
            return None
        case CitationStart() | CitationEnd():
            return None


def _message(reply: Reply) -> Mapping[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": reply.text}
    if reply.thinking:
        message["reasoning_content"] = reply.thinking
    if not reply.tool_calls:
        return message
    calls = [
        _call(call.id, call.name, str(call.arguments) or "{}")
        for _, call in sorted(reply.tool_calls.items())
    ]
    return message | {"content": None, "tool_calls": calls}


def _call(name: str, function: str, arguments: str) -> dict[str, Any]:
    return {
        "id": name,
        "type": "function",
        "function": {"name": function, "arguments": arguments},
    }


def _envelope(
    name: str, choices: list[dict[str, Any]], model: str, kind: str
) -> dict[str, Any]:
    return {
        "id": name,
        "choices": choices,
        "created": CREATED,
        "model": model,
        "object": kind,
    }


def _reason(finish_reason: str) -> str:
    return _REASONS.get(finish_reason, "stop")


def _usage(usage: Mapping[str, Any] | None) -> Mapping[str, int]:
    billed = (usage or {}).get("billed_units", {})
    read, written = billed.get("input_tokens", 0), billed.get("output_tokens", 0)
    return {
        "prompt_tokens": read,
        "completion_tokens": written,
        "total_tokens": read + written,
    }


# Sent by OpenAI's clients, but unsupported or undocumented according to
# https://docs.cohere.com/docs/compatibility-api.
_IGNORED = """
audio logit_bias logprobs metadata modalities n parallel_tool_calls prediction
service_tier store stream_options top_logprobs user
"""
IGNORED_FIELDS = frozenset(_IGNORED.split())
_EFFORTS = {"none": "disabled", "high": "enabled"}

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CompatRequest:
    """The equivalent `/v2/chat` request, and whether to stream a usage chunk."""

    body: ChatBody
    wants_usage: bool = False


def wants_usage(options: object) -> bool:
    """Whether `stream_options` request a usage chunk; raises `ApiError`."""
    if options is None:
        return False
    if isinstance(options, Mapping):
        include = options.get("include_usage", False)
        if isinstance(include, bool):
            return include
    raise invalid("stream_options.include_usage must be true or false")


def to_chat_body(body: CompatBody) -> ChatBody:
    """Return the equivalent `/v2/chat` request; raises `InvalidBody` or `ApiError`.

    Sampling parameters are left out: nothing here is sampled.
    """
    tools, choice = _tools(body)
    tokens = body.max_completion_tokens
    fields: dict[str, Any] = {
        "model": body.model,
        "messages": [_reply_message(turn) for turn in body.messages],
        "stream": body.stream,
        "max_tokens": body.max_tokens if tokens is None else tokens,
        "stop_sequences": [body.stop] if isinstance(body.stop, str) else body.stop,
        "response_format": _response_format(body.response_format or {}),
        "thinking": _thinking(body.reasoning_effort),
        "tools": tools,
        "tool_choice": choice,
    }
    return validate(
        ChatBody,
        {key: to_json(each) for key, each in fields.items() if each is not None},
    )


def _reply_message(turn: Json) -> Json:
    message = {key: value for key, value in turn.items() if value is not None}
    match message.get("role"):
        case "developer" | "system":
            return {"role": "system", "content": message.get("content", "")}
        case "assistant" if message.get("tool_calls"):
            return {"role": "assistant", "tool_calls": message["tool_calls"]}
        case "assistant" | "user" as role:
            return {"role": role, "content": message.get("content", "")}
        case "tool":
            call_id = message.get("tool_call_id", "")
            return {
                "role": "tool",
                "tool_call_id": call_id,
                "content": message.get("content", ""),
            }
        case _:
            return message


def _tools(body: CompatBody) -> tuple[list[dict[str, Any]] | None, str | None]:
    """Return the tools that may be called, and the `tool_choice` of `/v2/chat`."""
    tools = [_tool(tool) for tool in body.tools or ()]
    match body.tool_choice:
        case None | "auto":
            choice = None
        case "none" | "required" as word:
            choice = word.upper()
        case {"type": "function", "function": {"name": name}}:
            tools = [tool for tool in tools if tool["function"].get("name") == name]
            choice = "REQUIRED"
        case _:
            raise invalid(
                "tool_choice must be 'none', 'auto', 'required' or a function"
            )
    return tools or None, choice


def _tool(tool: Json) -> dict[str, Any]:
    function = tool.get("function")
    if not isinstance(function, Mapping):
        raise invalid("tools must be functions")
    copy = {key: function[key] for key in function if key != "strict"}
    copy.setdefault("parameters", {"type": "object", "properties": {}})
    return {"type": "function", "function": copy}


def _response_format(wanted: Json) -> Json | None:
    """Accept the schema where Cohere's or OpenAI's documentation places it."""
    match wanted:
        case {"type": "json_object", "schema": dict(schema)}:
            return {"type": "json_object", "json_schema": schema}
        case {"type": "json_schema", "json_schema": {"schema": dict(schema)}}:
            return {"type": "json_object", "json_schema": schema}
        case {"type": "json_object" | "text" as kind}:
            return {"type": kind}
        case {}:
            if wanted:
                raise invalid("response_format must be of type text or json_object")
    return None


def _thinking(effort: str | None) -> Json | None:
    if effort is None:
        return None
    if effort not in _EFFORTS:
        raise invalid("reasoning_effort must be one of 'none', 'high'")
    return {"type": _EFFORTS[effort]}
