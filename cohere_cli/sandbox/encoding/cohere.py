"""Encodes replies for `/v2/chat`: server-sent events or one JSON object."""

from collections.abc import Mapping
from typing import Any

from cohere_cli.api.protocol.events import (
    Citation,
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
from cohere_cli.sandbox.encoding.events import SandboxEvent
from cohere_cli.sandbox.messages import as_bytes

DONE = b"data: [DONE]\n\n"

_EMPTY = {
    "role": "assistant",
    "content": [],
    "tool_plan": "",
    "tool_calls": [],
    "citations": [],
}


def encode_event(event: SandboxEvent) -> bytes:
    """Return the server-sent event for *event*: two lines and a blank one."""
    data = _data(event)
    return b"event: %b\ndata: %b\n\n" % (data["type"].encode(), as_bytes(data))


def encode_reply(reply: Reply) -> Mapping[str, Any]:
    """Return the reply as the API sends it without streaming.

    Empty parts (text beside tool calls, citations) have no key.
    """
    response: dict[str, Any] = {
        "id": reply.id,
        "message": _message(reply),
        "finish_reason": reply.finish_reason,
        "usage": reply.usage or {},
    }
    if reply.logprobs:
        response["logprobs"] = list(reply.logprobs)
    return response


def _data(event: SandboxEvent) -> dict[str, Any]:  # noqa: C901 - a flat match
    match event:
        case MessageStart(id=name):
            delta = {"message": _EMPTY}
            return {"id": name, "type": "message-start", "delta": delta}
        case ContentStart(index=index, type=kind, text=text):
            block = {"type": kind, kind: text}
            return _message_event("content-start", index, {"content": block})
        case ContentDelta(index=index, type=kind, text=text, logprobs=logprobs):
            data = _message_event("content-delta", index, {"content": {kind: text}})
            return data if logprobs is None else {**data, "logprobs": logprobs}
        case ContentEnd(index=index):
            return {"type": "content-end", "index": index}
        case ToolPlanDelta(text=text):
            return _message_event("tool-plan-delta", None, {"tool_plan": text})
        case ToolCallStart(index=index):
            call = _call(event.id, event.name, event.arguments)
            return _message_event("tool-call-start", index, {"tool_calls": call})
        case ToolCallDelta(index=index, arguments=text):
            piece = {"function": {"arguments": text}}
            return _message_event("tool-call-delta", index, {"tool_calls": piece})
        case ToolCallEnd(index=index):
            return {"type": "tool-call-end", "index": index}
        case CitationStart(index=index, citation=citation):
            cited = {"citations": _citation(citation)}
            return _message_event("citation-start", index, cited)
        case CitationEnd(index=index):
            return {"type": "citation-end", "index": index}
        case MessageEnd():
            return {"type": "message-end", "delta": _end_delta(event)}


def _message_event(
    kind: str, index: int | None, message: Mapping[str, Any]
) -> dict[str, Any]:
    place = {} if index is None else {"index": index}
    return {"type": kind, **place, "delta": {"message": message}}


def _call(name: str, function: str, arguments: str) -> dict[str, Any]:
    return {
        "id": name,
        "type": "function",
        "function": {"name": function, "arguments": arguments},
    }


def _citation(citation: Citation) -> dict[str, Any]:
    data: dict[str, Any] = {
        "start": citation.start,
        "end": citation.end,
        "text": citation.text,
        "sources": [source.data for source in citation.sources],
        "type": "TEXT_CONTENT",
    }
    if citation.content_index is not None:
        data["content_index"] = citation.content_index
    return data


def _end_delta(event: MessageEnd) -> dict[str, Any]:
    end: dict[str, Any] = {"finish_reason": event.finish_reason}
    end["usage"] = event.usage or {}
    failure = {"error": event.error, "error_type": event.error_type}
    return end | {key: reason for key, reason in failure.items() if reason}


def _message(reply: Reply) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant"}
    if reply.tool_plan:
        message["tool_plan"] = str(reply.tool_plan)
    if reply.tool_calls:
        # The arguments of a tool without parameters are "null" here, not "".
        message["tool_calls"] = [
            _call(call.id, call.name, str(call.arguments) or "null")
            for _, call in sorted(reply.tool_calls.items())
        ]
    if reply.content:
        message["content"] = [
            {"type": block.type, block.type: str(block.text)}
            for _, block in sorted(reply.content.items())
        ]
    if reply.citations:
        message["citations"] = [_citation(each) for each in reply.citations]
    return message
