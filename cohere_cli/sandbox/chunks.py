"""A reply in OpenAI's shape, as Cohere's compatibility endpoint writes it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cohere_cli.api.accumulate import Reply
from cohere_cli.api.events import (
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
from cohere_cli.sandbox.speech import Spoken
from cohere_cli.sandbox.wire import as_bytes

# A fixed time, so that the same request gets the same bytes.
CREATED = 1_700_000_000

_CONTENT = {"text": "content", "thinking": "reasoning_content"}
_REASONS = {"MAX_TOKENS": "length", "TOOL_CALL": "tool_calls"}

Delta = Mapping[str, Any]


def chunks(events: Iterable[Spoken], model: str) -> Iterator[bytes]:
    """Yield a server-sent event for each of *events* that OpenAI has a word for.

    There are no `event:` lines. Plans and citations have no word. Thinking has
    none of OpenAI's, but the one that other servers of this shape use. The usage
    comes with the end, asked for or not, as in what the endpoint was seen to send.
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
        yield _framed({**chunk, **usage})


def usage_chunk(reply: Reply, model: str) -> bytes:
    """Return what OpenAI's `include_usage` asks for: a last chunk without choices."""
    chunk = _envelope(reply.id, [], model, "chat.completion.chunk")
    return _framed({**chunk, "usage": _usage(reply.usage)})


def completion(reply: Reply, model: str) -> Mapping[str, Any]:
    """Return the reply in one piece."""
    choice = {
        "index": 0,
        "finish_reason": _reason(reply.finish_reason),
        "message": _message(reply),
    }
    envelope = _envelope(reply.id, [choice], model, "chat.completion")
    return {**envelope, "usage": _usage(reply.usage)}


def _framed(chunk: Mapping[str, Any]) -> bytes:
    return b"data: %b\n\n" % as_bytes(chunk)


def _delta(event: Spoken) -> Delta | None:
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
