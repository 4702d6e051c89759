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

_REASONS = {"MAX_TOKENS": "length", "TOOL_CALL": "tool_calls"}

Delta = Mapping[str, Any]


def chunks(events: Iterable[Spoken], model: str) -> Iterator[bytes]:
    """Yield a server-sent event for each of *events* that OpenAI has a word for.

    There are no `event:` lines. Thinking, plans and citations have no word.
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
        chunk = _envelope(name, choice, model, "chat.completion.chunk")
        yield b"data: %b\n\n" % as_bytes({**chunk, **usage})


def completion(reply: Reply, model: str) -> Mapping[str, Any]:
    """Return the reply in one piece."""
    choice = {
        "index": 0,
        "finish_reason": _reason(reply.finish_reason),
        "message": _message(reply),
    }
    envelope = _envelope(reply.id, choice, model, "chat.completion")
    return {**envelope, "usage": _usage(reply.usage)}


def _delta(event: Spoken) -> Delta | None:
    match event:
        case MessageStart():
            return {"content": "", "role": "assistant"}
        case ContentDelta(type="text", text=text):
            return {"content": text}
        case ToolCallStart():
            call = _call(event.id, event.name, event.arguments)
            return {"tool_calls": [{"index": event.index, **call}]}
        case ToolCallDelta(index=index, arguments=text):
            return {"tool_calls": [{"index": index, "function": {"arguments": text}}]}
        case MessageEnd():
            return {}
        case ContentDelta() | ContentStart() | ContentEnd() | ToolPlanDelta():
            return None
        case ToolCallEnd() | CitationStart() | CitationEnd():
            return None


def _message(reply: Reply) -> Mapping[str, Any]:
    if not reply.tool_calls:
        return {"role": "assistant", "content": reply.text}
    calls = [
        _call(call.id, call.name, str(call.arguments) or "{}")
        for _, call in sorted(reply.tool_calls.items())
    ]
    return {"role": "assistant", "content": None, "tool_calls": calls}


def _call(name: str, function: str, arguments: str) -> dict[str, Any]:
    return {
        "id": name,
        "type": "function",
        "function": {"name": function, "arguments": arguments},
    }


def _envelope(name: str, choice: Delta, model: str, kind: str) -> dict[str, Any]:
    return {
        "id": name,
        "choices": [choice],
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
