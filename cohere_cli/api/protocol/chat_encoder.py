"""Encodes the events of a reply in the wire format of `/v2/chat`."""

from collections.abc import Mapping
from typing import Any

from cohere_cli.api.protocol.chat import encode_citation
from cohere_cli.api.protocol.events import (
    CitationEnd,
    CitationStart,
    ContentDelta,
    ContentEnd,
    ContentStart,
    KnownEvent,
    MessageEnd,
    MessageStart,
    ToolCallDelta,
    ToolCallEnd,
    ToolCallStart,
    ToolPlanDelta,
)

_EMPTY = {
    "role": "assistant",
    "content": [],
    "tool_plan": "",
    "tool_calls": [],
    "citations": [],
}


def encode_event(event: KnownEvent) -> dict[str, Any]:  # noqa: C901 - a flat match
    """Return the object that `ChatDecoder` reads as *event*."""
    match event:
        case MessageStart(id=id_):
            delta = {"message": _EMPTY}
            return {"id": id_, "type": "message-start", "delta": delta}
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
        case ToolCallStart(index=index, id=id_, name=name, arguments=text):
            function = {"name": name, "arguments": text}
            call = {"id": id_, "type": "function", "function": function}
            return _message_event("tool-call-start", index, {"tool_calls": call})
        case ToolCallDelta(index=index, arguments=text):
            piece = {"function": {"arguments": text}}
            return _message_event("tool-call-delta", index, {"tool_calls": piece})
        case ToolCallEnd(index=index):
            return {"type": "tool-call-end", "index": index}
        case CitationStart(index=index, citation=citation):
            cited = {"citations": encode_citation(citation)}
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


def _end_delta(event: MessageEnd) -> dict[str, Any]:
    end: dict[str, Any] = {"finish_reason": event.finish_reason}
    if event.usage is not None:
        end["usage"] = event.usage
    failure = {"error": event.error, "error_type": event.error_type}
    return end | {key: reason for key, reason in failure.items() if reason}
