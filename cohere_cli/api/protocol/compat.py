"""The wire format of `/chat/completions`: OpenAI's chunks as chat events.

Source: https://docs.cohere.com/docs/compatibility-api, and the observed behaviour of
other OpenAI-compatible servers: a usage chunk without choices, tool calls without an
index, reasoning under two names, a finish reason twice, an error frame after a status
of 200.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cohere_cli.api.protocol.errors import (
    OTHER_API,
    error_message,
    error_text,
    event_error,
)
from cohere_cli.api.protocol.events import (
    ChatEvent,
    ContentDelta,
    ContentEnd,
    ContentStart,
    ContentType,
    GarbledEvent,
    MessageEnd,
    MessageStart,
    OtherChoice,
    ToolCallDelta,
    ToolCallEnd,
    ToolCallStart,
    UnknownEvent,
)
from cohere_cli.api.protocol.fields import (
    content_pieces,
    count_or_none,
    items,
    json_text,
    known_pieces,
    mapping,
    text,
)
from cohere_cli.api.protocol.reply import Reply
from cohere_cli.api.protocol.stream import (
    UNREADABLE,
    CallIndexes,
    load_event,
    readable,
)
from cohere_cli.api.protocol.think_tags import Piece, ThinkTags
from cohere_cli.errors import ServerFault

Json = Mapping[str, Any]

_FINISH_REASONS = {
    "stop": "COMPLETE",
    "length": "MAX_TOKENS",
    "tool_calls": "TOOL_CALL",
    "content_filter": "CONTENT_FILTER",
}
_REASONING_NAMES = ("reasoning_content", "reasoning", "thinking", "reasoning_details")
_CONTENT_NAMES = {"text": "content", "thinking": _REASONING_NAMES[0]}


class CompatDecoder:
    """Decodes a stream of chunks, one `data` at a time.

    The end is a finish reason or `[DONE]`. Usage may arrive between the two, so
    `MessageEnd` is yielded only at the end of the stream. With *think_tags*,
    `<think>…</think>` at the start of an answer is thinking.
    """

    def __init__(self, *, think_tags: bool = True) -> None:
        self._has_tags = think_tags
        self._tags = ThinkTags()
        self._started = False
        self._block: tuple[int, ContentType] | None = None
        self._blocks = 0
        self._calls = CallIndexes()
        self._begun: list[int] = []
        self._finish_reason = ""
        self._usage: Json | None = None
        self._others: dict[int, CompatDecoder] = {}

    def join(self, datas: Iterable[str]) -> Iterable[str]:
        """Return *datas*: each is decoded by itself."""
        return datas

    def read(self, data: str) -> Iterator[ChatEvent]:
        """Yield the events of one chunk; `raw` is set on the first."""
        try:
            chunk, garbled = load_event(data)
            events = [*garbled, *self.read_chunk(chunk)]
        except UNREADABLE:
            events = [GarbledEvent()]
        if not events:
            events = [UnknownEvent(type="chat.completion.chunk")]
        yield events[0].replace(raw=data)
        yield from events[1:]

    def close(self, *, done: bool) -> Iterator[ChatEvent]:
        """Yield the end event, if the server sent a finish reason or *done* is set."""
        for choice, other in self._others.items():
            # If the first answer has a finish reason, the others should, too.
            for event in other.close(done=done and not self._finish_reason):
                yield OtherChoice(choice=choice, event=event)
        if self._finish_reason or done:
            finish = self._finish_reason or ("tool_calls" if self._begun else "stop")
            yield from self._end(finish)
            yield MessageEnd(
                finish_reason=_FINISH_REASONS.get(finish, finish.upper()),
                usage=self._usage,
            )

    def read_chunk(self, chunk: Json) -> Iterator[ChatEvent]:
        """Yield the events of a chunk's object."""
        error = _error_in(chunk)
        if error and not chunk.get("choices"):
            yield MessageEnd(finish_reason="ERROR", error=error)
            return
        if not self._started:
            self._started = True
            yield from readable(_message_start(chunk))
        choices = enumerate(items(chunk.get("choices")))
        yield from readable(*(self._numbered_events(at, one) for at, one in choices))
        yield from readable(self._take_usage(chunk.get("usage")))
        if error:
            yield MessageEnd(finish_reason="ERROR", error=error)

    def _take_usage(self, usage: object) -> Iterator[ChatEvent]:
        self._usage = mapping(usage) or self._usage
        yield from ()

    def _numbered_events(self, at: int, choice: Json) -> Iterator[ChatEvent]:
        """Yield the events of one of the answers; *at* is its place in the chunk."""
        sent = count_or_none(choice.get("index"))
        number = at if sent is None else sent
        if not number:
            yield from self.read_choice(choice)
            return
        other = self._others.setdefault(
            number, CompatDecoder(think_tags=self._has_tags)
        )
        for event in other.read_choice(choice):
            yield OtherChoice(choice=number, event=event)

    def read_choice(self, choice: Json) -> Iterator[ChatEvent]:
        """Yield the events of one answer in a chunk."""
        sent = choice.get("delta")
        delta = mapping(choice.get("message") if sent is None else sent)
        if "text" in choice and not delta:  # of the endpoint before chat completions
            delta = {"content": choice["text"]}
        yield from readable(
            self._thinking_events(delta),
            self._answer_events(delta),
            *map(self._call_events, _calls_in(delta)),
        )
        if choice.get("error"):
            yield MessageEnd(finish_reason="ERROR", error=error_text(choice["error"]))
        if choice.get("finish_reason"):
            yield from self._end(text(choice["finish_reason"]))

    def _thinking_events(self, delta: Json) -> Iterator[ChatEvent]:
        """Yield thinking under the first of its names: some servers send two."""
        found = (known_pieces(delta.get(name)) for name in _REASONING_NAMES)
        texts = ("".join(piece for _, piece in pieces) for pieces in found)
        yield from self._content_events("thinking", next(filter(None, texts), ""))

    def _answer_events(self, delta: Json) -> Iterator[ChatEvent]:
        for kind, piece in content_pieces(delta.get("content")):
            if kind == "text" and self._has_tags:
                yield from self._tagged_events(self._tags.feed(piece))
            else:
                yield from self._content_events(kind, piece)
        yield from self._content_events("text", text(delta.get("refusal")))

    def _tagged_events(self, pieces: Iterable[Piece]) -> Iterator[ChatEvent]:
        for kind, piece in pieces:
            yield from self._content_events(kind, piece)

    def _content_events(self, kind: ContentType, piece: str) -> Iterator[ChatEvent]:
        if not piece:
            return
        if self._block is None or self._block[1] != kind:
            yield from self._end_block()
            self._block = (self._blocks, kind)
            self._blocks += 1
            yield ContentStart(index=self._block[0], type=kind)
        yield ContentDelta(index=self._block[0], type=kind, text=piece)

    def _call_events(self, call: Json) -> Iterator[ChatEvent]:
        function = mapping(call.get("function"))
        arguments = json_text(function.get("arguments"))
        call_id, name = text(call.get("id")), text(function.get("name"))
        sent = count_or_none(call.get("index"))
        index, is_new = self._calls.of(sent, call_id, name)
        if is_new:
            yield from self._tagged_events(self._tags.close())
            yield from self._end_block()
            self._begun.append(index)
            yield ToolCallStart(index=index, id=call_id, name=name)
        if arguments or not is_new:
            yield ToolCallDelta(index=index, arguments=arguments)

    def _end(self, reason: str) -> Iterator[ChatEvent]:
        """Yield the end of open blocks and calls; only the first *reason* counts."""
        yield from self._tagged_events(self._tags.close())
        yield from self._end_block()
        if not self._finish_reason:
            self._finish_reason = reason
            for index in sorted(self._begun):
                yield ToolCallEnd(index=index)

    def _end_block(self) -> Iterator[ChatEvent]:
        if self._block is not None:
            yield ContentEnd(index=self._block[0])
            self._block = None


def decode_completion(
    completion: Any, *, think_tags: bool = True
) -> Iterator[ChatEvent]:
    """Yield a completion that was not streamed as the events of a stream.

    Raises `ServerFault` if it is not a chat completion.
    """
    decoder = CompatDecoder(think_tags=think_tags)
    try:
        completion["choices"][0]["message"]
        yield from decoder.read_chunk(completion)
    except (TypeError, KeyError, IndexError, AttributeError) as exc:
        reason = error_message(completion)
        what = "the reply is not a chat completion"
        what = f"{what}: {reason}" if reason else what
        raise ServerFault(what, hint=OTHER_API) from exc
    yield from decoder.close(done=True)


def encode_completion(reply: Reply) -> dict[str, Any]:
    """Return *reply* as a completion that is not streamed."""
    answers = [(0, reply), *sorted(reply.others.items())]
    choices = [_choice(index, answer) for index, answer in answers]
    return _envelope("chat.completion", reply, choices, reply.usage)


def _choice(index: int, reply: Reply) -> dict[str, Any]:
    has_text = any(block.type == "text" for block in reply.content.values())
    content = reply.text if has_text else None
    message: dict[str, Any] = {"role": "assistant", "content": content}
    if reply.thinking:
        message["reasoning_content"] = reply.thinking
    if reply.tool_calls:
        message["tool_calls"] = [
            _call_object(call.id, call.name, str(call.arguments) or "{}")
            for _, call in sorted(reply.tool_calls.items())
        ]
    finish = _finish_reason(reply.finish_reason)
    return {"index": index, "finish_reason": finish, "message": message}


def encode_chunks(events: Iterable[ChatEvent]) -> Iterator[dict[str, Any]]:
    """Yield a chunk for each of *events* that OpenAI's format supports.

    Plans and citations are left out. Thinking is sent as `reasoning_content`, which
    other compatible servers use.
    """
    start = MessageStart()
    for event in events:
        delta, finish, usage = _encode_delta(event), None, None
        if isinstance(event, MessageStart):
            start = event
        if isinstance(event, MessageEnd):
            finish, usage = _finish_reason(event.finish_reason), event.usage
        if delta is not None:
            choice = {"index": 0, "finish_reason": finish, "delta": delta}
            yield _envelope("chat.completion.chunk", start, [choice], usage)


def encode_usage(reply: Reply) -> dict[str, Any]:
    """Return the last chunk of OpenAI's `include_usage`, which has no choices."""
    return _envelope("chat.completion.chunk", reply, [], reply.usage)


def _encode_delta(event: ChatEvent) -> dict[str, Any] | None:
    match event:
        case MessageStart():
            return {"content": "", "role": "assistant"}
        case ContentDelta(type=kind, text=text):
            return {_CONTENT_NAMES[kind]: text}
        case ToolCallStart(index=index, id=id_, name=name, arguments=arguments):
            call = _call_object(id_, name, arguments)
            return {"tool_calls": [{"index": index, **call}]}
        case ToolCallDelta(index=index, arguments=arguments):
            call = {"index": index, "function": {"arguments": arguments}}
            return {"tool_calls": [call]}
        case MessageEnd():
            return {}
        case _:
            return None


def _envelope(
    kind: str, start: Reply | MessageStart, choices: list[Any], usage: Json | None
) -> dict[str, Any]:
    envelope = {
        "id": start.id,
        "choices": choices,
        "created": start.created,
        "model": start.model,
        "object": kind,
    }
    return envelope | ({} if usage is None else {"usage": dict(usage)})


def _finish_reason(reason: str) -> str | None:
    names = {ours: theirs for theirs, ours in _FINISH_REASONS.items()}
    return names.get(reason, reason.lower()) or None


def _call_object(id_: str, name: str, arguments: str) -> dict[str, Any]:
    function = {"name": name, "arguments": arguments}
    return {"id": id_, "type": "function", "function": function}


def _calls_in(delta: Json) -> list[Any]:
    """Return the tool calls in *delta*; old servers have one `function_call`."""
    if delta.get("function_call"):
        return [{"index": 0, "function": delta["function_call"]}]
    return items(delta.get("tool_calls"))


def _message_start(chunk: Json) -> Iterator[ChatEvent]:
    yield MessageStart(
        id=text(chunk.get("id")),
        model=text(chunk.get("model")),
        created=count_or_none(chunk.get("created")) or 0,
    )


def _error_in(chunk: Json) -> str:
    """Return the error message in *chunk*, "" if it reports no error."""
    if error := chunk.get("error"):
        return error_message(error) or f"the server reports {json.dumps(error)}"
    return "" if "choices" in chunk else event_error(chunk)
