"""The wire format of `/v2/chat`: decodes its events and responses, encodes replies.

Source: https://docs.cohere.com/reference/chat-stream. In deltas `tool_calls` and
`citations` are objects, not lists, and `tool-plan-delta` has no index.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
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
from cohere_cli.api.protocol.fields import (
    content_pieces,
    count,
    count_or_none,
    items,
    json_text,
    mapping,
    text,
)
from cohere_cli.api.protocol.reply import Content, Reply, ToolCall
from cohere_cli.api.protocol.stream import (
    UNREADABLE,
    BlockIndexes,
    CallIndexes,
    load_event,
    readable,
)
from cohere_cli.errors import ServerFault

Json = Mapping[str, Any]
Part = Iterator[ChatEvent]

# A piece of text exactly as the API writes it, without escapes. It is nearly all of an
# answer, and reading it in this way takes a fifth of the time.
_PIECE = re.compile(
    r'\{"type":"content-delta","index":(0|[1-9][0-9]{0,8}),'
    r'"delta":\{"message":\{"content":\{"text":"([^"\\\x00-\x1f]*)"\}\}\}\}'
)


class ChatDecoder:
    """Decodes a stream of `/v2/chat`, one `data` at a time.

    With *joined*, pieces of a text that arrive together are one event without `raw`.
    """

    def __init__(self, *, joined: bool = False) -> None:
        self.blocks = BlockIndexes()
        self.calls = CallIndexes()
        self._joins = joined

    def join(self, datas: Iterable[str]) -> Iterable[str | ChatEvent]:
        """Return *datas*, which arrived together; joined pieces of a text are decoded.

        Neither an object for each piece nor a call for it: what it costs to show an
        answer then depends on the number of reads.
        """
        return self._joined(datas) if self._joins else datas

    def _joined(self, datas: Iterable[str]) -> Iterator[str | ChatEvent]:
        sent, pieces = "", list[str]()
        for data in datas:
            found = _PIECE.fullmatch(data)
            index, piece = found.groups() if found else ("", "")
            if pieces and index != sent:
                yield self._text(sent, pieces)
                pieces = []
            sent = index
            if found:
                pieces.append(piece)
            else:
                yield data
        if pieces:
            yield self._text(sent, pieces)

    def _text(self, sent: str, pieces: list[str]) -> ChatEvent:
        text = "".join(pieces)
        return ContentDelta(text=text, index=self.blocks.of(int(sent), "text", text))

    def read(self, data: str) -> Iterator[ChatEvent]:
        """Yield the events in *data*, usually one; `raw` is set on the first."""
        first, *others = self._decode(data)
        yield first.replace(raw=data)
        yield from others

    def close(self, *, done: bool) -> Iterator[ChatEvent]:
        """Yield nothing: `message-end` is an event of this endpoint."""
        yield from ()

    def _decode(self, data: str) -> list[ChatEvent]:
        try:
            event, garbled = load_event(data)
            if mapping(event).get("type") is None and (error := _untyped_error(event)):
                return [MessageEnd(finish_reason="ERROR", error=error)]
            build = _BUILDERS.get(_type_name(event["type"]), _unknown)
        except UNREADABLE:
            return [GarbledEvent()]
        events = [*garbled, *readable(build(event, self))]
        if not _is_index(event.get("index")):
            events.append(GarbledEvent())
        # Content of an unknown kind, for example.
        return events or [UnknownEvent(type=event["type"])]


def _type_name(value: str) -> str:
    """Return the name of a type of event as the API writes it."""
    return value.lower().replace("_", "-")


def decode_response(response: Json) -> Iterator[ChatEvent]:
    """Yield a response that was not streamed as the events of a stream.

    Raises `ServerFault` if it is not a chat response.
    """
    try:
        yield from _events_of(response)
    except UNREADABLE as exc:
        from cohere_cli.api.protocol.errors import OTHER_API

        what = "the reply is not a chat response"
        raise ServerFault(what, hint=OTHER_API) from exc


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


def encode_citation(citation: Citation) -> Mapping[str, Any]:
    """Return the server's object of *citation*, or one in its shape."""
    if citation.data:
        return citation.data
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
    decoder = ChatDecoder()
    message = response["message"]
    logprobs = items(response.get("logprobs"))
    yield MessageStart(id=text(response.get("id")))
    yield from readable(
        *_content_parts(message, decoder),
        *(_logprobs(message, one, decoder) for one in logprobs),
        *_listed_parts(message, decoder),
        _message_end({"delta": response}, decoder),
    )


def _content_parts(message: Json, decoder: ChatDecoder) -> Iterator[Part]:
    """Yield the plan and the content of a message, each as its events."""
    if message.get("tool_plan"):
        yield _tool_plan_delta(_as_delta("tool_plan", message), decoder)
    for at, block in enumerate(items(message.get("content"))):
        yield _content_events(at, block, decoder)


def _listed_parts(message: Json, decoder: ChatDecoder) -> Iterator[Part]:
    """Yield the tool calls and the citations of a message, each as its events."""
    for name in _ITEMS:
        for at, item in enumerate(items(message.get(name))):
            yield _item_events(name, at, item, decoder)


def _content_events(
    index: int, block: object, decoder: ChatDecoder
) -> Iterator[ChatEvent]:
    for kind, piece in content_pieces(block):
        place = decoder.blocks.of(index, kind, piece)
        yield ContentStart(index=place, type=kind)
        yield ContentDelta(index=place, type=kind, text=piece)
        yield ContentEnd(index=place)


def _logprobs(message: Json, item: object, decoder: ChatDecoder) -> Iterator[ChatEvent]:
    """Yield log probabilities as part of the first text block."""
    blocks = enumerate(map(content_pieces, items(message.get("content"))))
    texts = (at for at, pieces in blocks if "text" in dict(pieces))
    index = decoder.blocks.of(next(texts, 0), "text", "")
    yield ContentDelta(text="", index=index, logprobs=mapping(item))


def _item_events(
    name: str, index: int, item: object, decoder: ChatDecoder
) -> Iterator[ChatEvent]:
    """Yield the start and the end of a tool call or a citation."""
    start, end = _ITEMS[name]
    event = {"index": index, **_as_delta(name, {name: item})}
    yield from start(event, decoder)
    yield from end(event, decoder)


def _as_delta(name: str, message: Json) -> Json:
    return {"delta": {"message": {name: message[name]}}}


def _message_start(event: Json, decoder: ChatDecoder) -> Iterator[ChatEvent]:
    yield MessageStart(id=text(event.get("id")))
    message = mapping(mapping(event.get("delta")).get("message"))
    # All of it is empty, unless a server sends the first text here.
    yield from readable(
        *_content_parts(message, decoder), *_listed_parts(message, decoder)
    )


def _content_start(event: Json, decoder: ChatDecoder) -> Iterator[ChatEvent]:
    for kind, piece in content_pieces(event["delta"]["message"]["content"]):
        index = decoder.blocks.of(_index(event), kind, piece)
        yield ContentStart(index=index, type=kind, text=piece)


def _content_delta(event: Json, decoder: ChatDecoder) -> Iterator[ChatEvent]:
    logprobs = event.get("logprobs")
    known = logprobs if isinstance(logprobs, Mapping) else None
    for kind, piece in content_pieces(event["delta"]["message"]["content"]):
        index = decoder.blocks.of(_index(event), kind, piece)
        yield ContentDelta(index=index, type=kind, text=piece, logprobs=known)
        known = None
    mapping(logprobs or None)


def _content_end(event: Json, _: ChatDecoder) -> Iterator[ChatEvent]:
    yield ContentEnd(index=_index(event) or 0)


def _tool_plan_delta(event: Json, _: ChatDecoder) -> Iterator[ChatEvent]:
    yield ToolPlanDelta(text=text(event["delta"]["message"]["tool_plan"]))


def _tool_call_start(event: Json, decoder: ChatDecoder) -> Iterator[ChatEvent]:
    for sent, call, function in _calls_in(event):
        call_id, name = text(call.get("id")), text(function.get("name"))
        index, _ = decoder.calls.of(sent, call_id, name, starts=True)
        arguments = json_text(function.get("arguments"))
        yield ToolCallStart(index=index, id=call_id, name=name, arguments=arguments)


def _tool_call_delta(event: Json, decoder: ChatDecoder) -> Iterator[ChatEvent]:
    for sent, call, function in _calls_in(event):
        index, _ = decoder.calls.of(sent, text(call.get("id")), "")
        arguments = json_text(function.get("arguments"))
        yield ToolCallDelta(index=index, arguments=arguments)


def _calls_in(event: Json) -> Iterator[tuple[int | None, Json, Json]]:
    """Yield each call with its index, None if none was sent, and its function."""
    first = _index(event)
    calls = items(event["delta"]["message"]["tool_calls"])
    if not calls:
        raise TypeError(calls)
    for at, call in enumerate(calls):
        yield None if first is None else first + at, call, mapping(call.get("function"))


def _tool_call_end(event: Json, decoder: ChatDecoder) -> Iterator[ChatEvent]:
    yield ToolCallEnd(index=decoder.calls.latest(_index(event)))


def _citation_start(event: Json, decoder: ChatDecoder) -> Iterator[ChatEvent]:
    found = items(event["delta"]["message"]["citations"])
    if not found:
        raise TypeError(found)
    for at, data in enumerate(found):
        citation = _citation(data, decoder)
        yield CitationStart(index=(_index(event) or 0) + at, citation=citation)


def _citation(data: Json, decoder: ChatDecoder) -> Citation:
    sent = data.get("content_index")
    kind: ContentType = (
        "thinking" if str(data.get("type")).upper() == "THINKING_CONTENT" else "text"
    )
    return Citation(
        start=count(data["start"]),
        end=count(data["end"]),
        text=text(data.get("text")),
        sources=tuple(map(_source, items(data.get("sources")))),
        content_index=None
        if sent is None
        else decoder.blocks.placed(count(sent), kind),
        data=data,
    )


def _source(data: object) -> Source:
    return Source(data if isinstance(data, dict) else {"id": text(data)})


def _citation_end(event: Json, _: ChatDecoder) -> Iterator[ChatEvent]:
    yield CitationEnd(index=_index(event) or 0)


def _message_end(event: Json, _: ChatDecoder) -> Iterator[ChatEvent]:
    delta = mapping(event.get("delta"))
    usage = delta.get("usage")
    if usage and not isinstance(usage, Mapping):
        yield GarbledEvent()
    yield MessageEnd(
        finish_reason=text(delta.get("finish_reason", "COMPLETE")),
        usage=usage if isinstance(usage, Mapping) else None,
        error=_reason(delta.get("error")),
        error_type=text(delta.get("error_type")),
    )


def _error(event: Json, _: ChatDecoder) -> Iterator[ChatEvent]:
    """Decode an undocumented event of some proxies as the end."""
    yield MessageEnd(finish_reason="ERROR", error=_reason(event))


def _untyped_error(event: Json) -> str:
    from cohere_cli.api.protocol.errors import event_error

    return event_error(event)


def _reason(error: object) -> str:
    if not error or isinstance(error, str):
        return text(error or None)
    from cohere_cli.api.protocol.errors import error_message

    return error_message(error)


def _unknown(event: Json, _: ChatDecoder) -> Iterator[ChatEvent]:
    if not isinstance(event["type"], str):
        raise TypeError(event["type"])
    yield UnknownEvent(type=event["type"])


_ITEMS = {
    "tool_calls": (_tool_call_start, _tool_call_end),
    "citations": (_citation_start, _citation_end),
}

_BUILDERS: dict[str, Callable[[Json, ChatDecoder], Iterator[ChatEvent]]] = {
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


def _index(event: Json) -> int | None:
    return count_or_none(event.get("index"))


def _is_index(sent: object) -> bool:
    """Whether an index can be read or was not sent; the rest of its event can."""
    return sent is None or count_or_none(sent) is not None
