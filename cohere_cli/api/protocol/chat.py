"""The wire format of `/v2/chat`: decodes its events and responses, encodes replies.

Source: https://docs.cohere.com/reference/chat-stream. In deltas `tool_calls` and
`citations` are objects, not lists, and `tool-plan-delta` has no index.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cohere_cli.api.protocol.events import (
    ChatEvent,
    Citation,
    CitationEnd,
    CitationStart,
    ContentDelta,
    ContentEnd,
    ContentStart,
    ContentType,
    GarbledEvent,
    MessageEnd,
    MessageStart,
    Source,
    ToolCallDelta,
    ToolCallEnd,
    ToolCallStart,
    ToolPlanDelta,
    UnknownEvent,
)
from cohere_cli.api.protocol.reply import Content, Reply, ToolCall
from cohere_cli.errors import ServerFault
from cohere_cli.strict_json import count, loads, mapping, text

Json = Mapping[str, Any]


class ChatDecoder:
    """Decodes a stream of `/v2/chat`, one `data` at a time."""

    def read(self, data: str) -> Iterator[ChatEvent]:
        """Yield the event in *data*."""
        yield decode_event(data)

    def close(self, *, done: bool) -> Iterator[ChatEvent]:
        """Yield nothing: `message-end` is an event of this endpoint."""
        yield from ()


def decode_event(data: str) -> ChatEvent:
    """Return the event in *data*, or `GarbledEvent` if it is invalid."""
    try:
        event = loads(data)
        build = _BUILDERS.get(event["type"], _unknown)
        return build(event, data)
    except (ValueError, TypeError, KeyError, AttributeError):
        return GarbledEvent(raw=data)


def decode_response(response: Json) -> Iterator[ChatEvent]:
    """Yield a response that was not streamed as the events of a stream.

    Raises `ServerFault` if it is not a chat response.
    """
    try:
        yield from _events_of(response)
    except (TypeError, KeyError, AttributeError, ValueError) as exc:
        raise ServerFault("the reply is not a chat response") from exc


def encode_response(reply: Reply) -> dict[str, Any]:
    """Return *reply* as a response that is not streamed."""
    message: dict[str, Any] = {"role": "assistant"}
    if reply.tool_plan:
        message["tool_plan"] = str(reply.tool_plan)
    if reply.tool_calls:
        calls = sorted(reply.tool_calls.items())
        message["tool_calls"] = [_call_object(call) for _, call in calls]
    if reply.content:
        blocks = sorted(reply.content.items())
        message["content"] = [_content_object(block) for _, block in blocks]
    if reply.citations:
        message["citations"] = [*map(encode_citation, reply.citations)]
    response: dict[str, Any] = {"id": reply.id, "message": message}
    if reply.finish_reason:
        response["finish_reason"] = reply.finish_reason
    if reply.usage is not None:
        response["usage"] = dict(reply.usage)
    if reply.logprobs:
        response["logprobs"] = [dict(item) for item in reply.logprobs]
    return response


def encode_citation(citation: Citation) -> dict[str, Any]:
    """Return the server's object of *citation*, or one in its shape."""
    if citation.data:
        return dict(citation.data)
    place = citation.content_index
    return {
        "start": citation.start,
        "end": citation.end,
        "text": citation.text,
        "sources": [dict(source.data) for source in citation.sources],
        "type": "TEXT_CONTENT",
    } | ({} if place is None else {"content_index": place})


def _content_object(block: Content) -> dict[str, Any]:
    return {"type": block.type, block.type: str(block.text)}


def _call_object(call: ToolCall) -> dict[str, Any]:
    # A call without arguments is "" in a stream and "null" in a single response.
    function = {"name": call.name, "arguments": str(call.arguments) or "null"}
    return {"id": call.id, "type": "function", "function": function}


def _events_of(response: Json) -> Iterator[ChatEvent]:
    message = response["message"]
    yield MessageStart(id=text(response.get("id")))
    if message.get("tool_plan"):
        yield ToolPlanDelta(text=text(message["tool_plan"]))
    for index, block in enumerate(message.get("content") or ()):
        yield from _content_events(index, block)
    for item in response.get("logprobs") or ():
        yield ContentDelta(text="", index=_text_index(message), logprobs=mapping(item))
    for index, call in enumerate(message.get("tool_calls") or ()):
        yield _tool_call_start({"index": index, **_as_delta("tool_calls", call)}, "")
        yield ToolCallEnd(index=index)
    for index, citation in enumerate(message.get("citations") or ()):
        yield _citation_start({"index": index, **_as_delta("citations", citation)}, "")
        yield CitationEnd(index=index)
    yield _message_end({"delta": response}, "")


def _content_events(index: int, block: Json) -> Iterator[ChatEvent]:
    kind = _content_type(block)
    yield ContentStart(index=index, type=kind)
    yield ContentDelta(index=index, type=kind, text=text(block.get(kind)))
    yield ContentEnd(index=index)


def _text_index(message: Json) -> int:
    blocks = enumerate(message.get("content") or ())
    return next((index for index, block in blocks if "text" in block), 0)


def _as_delta(name: str, value: Any) -> Json:
    return {"delta": {"message": {name: value}}}


def _message_start(event: Json, raw: str) -> ChatEvent:
    return MessageStart(id=text(event.get("id")), raw=raw)


def _content_start(event: Json, raw: str) -> ChatEvent:
    content = event["delta"]["message"]["content"]
    kind = _content_type(content)
    return ContentStart(
        index=_index(event), type=kind, text=text(content.get(kind)), raw=raw
    )


def _content_delta(event: Json, raw: str) -> ChatEvent:
    content = event["delta"]["message"]["content"]
    if "text" not in content and "thinking" not in content:
        return UnknownEvent(type="content-delta", raw=raw)
    kind = _content_type(content)
    return ContentDelta(
        index=_index(event),
        type=kind,
        text=text(content.get(kind)),
        logprobs=_object(event.get("logprobs")),
        raw=raw,
    )


def _content_end(event: Json, raw: str) -> ChatEvent:
    return ContentEnd(index=_index(event), raw=raw)


def _tool_plan_delta(event: Json, raw: str) -> ChatEvent:
    return ToolPlanDelta(text=text(event["delta"]["message"]["tool_plan"]), raw=raw)


def _tool_call_start(event: Json, raw: str) -> ChatEvent:
    call = event["delta"]["message"]["tool_calls"]
    function = call.get("function") or {}
    return ToolCallStart(
        index=_index(event),
        id=text(call.get("id")),
        name=text(function.get("name")),
        arguments=text(function.get("arguments")),
        raw=raw,
    )


def _tool_call_delta(event: Json, raw: str) -> ChatEvent:
    function = event["delta"]["message"]["tool_calls"]["function"]
    arguments = text(function.get("arguments"))
    return ToolCallDelta(index=_index(event), arguments=arguments, raw=raw)


def _tool_call_end(event: Json, raw: str) -> ChatEvent:
    return ToolCallEnd(index=_index(event), raw=raw)


def _citation_start(event: Json, raw: str) -> ChatEvent:
    data = event["delta"]["message"]["citations"]
    content_index = data.get("content_index")
    citation = Citation(
        start=count(data["start"]),
        end=count(data["end"]),
        text=text(data.get("text")),
        sources=tuple(Source(mapping(one)) for one in data.get("sources") or ()),
        content_index=None if content_index is None else count(content_index),
        data=data,
    )
    return CitationStart(index=_index(event), citation=citation, raw=raw)


def _citation_end(event: Json, raw: str) -> ChatEvent:
    return CitationEnd(index=_index(event), raw=raw)


def _message_end(event: Json, raw: str) -> ChatEvent:
    delta = event.get("delta") or {}
    return MessageEnd(
        finish_reason=text(delta.get("finish_reason")) or "COMPLETE",
        usage=_object(delta.get("usage")),
        error=text(delta.get("error")),
        error_type=text(delta.get("error_type")),
        raw=raw,
    )


def _error(event: Json, raw: str) -> ChatEvent:
    """Decode an undocumented event of some proxies as the end."""
    from cohere_cli.api.protocol.errors import error_message

    return MessageEnd(finish_reason="ERROR", error=error_message(event), raw=raw)


def _unknown(event: Json, raw: str) -> ChatEvent:
    if not isinstance(event["type"], str):
        raise TypeError(event["type"])
    return UnknownEvent(type=event["type"], raw=raw)


_BUILDERS: dict[str, Callable[[Json, str], ChatEvent]] = {
    "message-start": _message_start,
    "content-start": _content_start,
    "content-delta": _content_delta,
    "content-end": _content_end,
    "tool-plan-delta": _tool_plan_delta,
    "tool-call-start": _tool_call_start,
    "tool-call-delta": _tool_call_delta,
    "tool-call-end": _tool_call_end,
    "citation-start": _citation_start,
    "citation-end": _citation_end,
    "message-end": _message_end,
    "error": _error,
}


def _content_type(content: Json) -> ContentType:
    # A delta has no `type`; the name of its field implies it.
    return "thinking" if "thinking" in content else "text"


def _index(event: Json) -> int:
    return count(event.get("index", 0))


def _object(value: object) -> Json | None:
    return None if value is None else mapping(value)
