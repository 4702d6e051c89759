"""The wire of `/chat/completions`: OpenAI's chunks told in the events of a chat.

Source: https://docs.cohere.com/docs/compatibility-api, and what other servers of
this shape were seen to send: a usage chunk without choices, tool calls without an
index, reasoning under two names, an error frame after a status of 200.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from cohere_cli.api.accumulate import Reply
from cohere_cli.api.events import (
    ChatEvent,
    ContentDelta,
    ContentEnd,
    ContentStart,
    ContentType,
    GarbledEvent,
    MessageEnd,
    MessageStart,
    ToolCallDelta,
    ToolCallEnd,
    ToolCallStart,
    UnknownEvent,
)
from cohere_cli.api.strict_json import loads, mapping, text
from cohere_cli.errors import ServerFault

Json = Mapping[str, Any]

_FINISH_REASONS = {
    "stop": "COMPLETE",
    "length": "MAX_TOKENS",
    "tool_calls": "TOOL_CALL",
    "content_filter": "CONTENT_FILTER",
}
_REASONING_NAMES = ("reasoning_content", "reasoning")


class CompatReader:
    """Reads a stream of chunks, one `data` at a time.

    The end is a finish reason or `[DONE]`; usage may come after the first and
    before the second, so `MessageEnd` is only told when the stream is over.
    """

    def __init__(self) -> None:
        self._started = False
        self._block: tuple[int, ContentType] | None = None
        self._blocks = 0
        self._calls: dict[int, str] = {}
        self._finish_reason = ""
        self._usage: Json | None = None

    def read(self, data: str) -> Iterator[ChatEvent]:
        """Yield what one chunk tells; its text goes with the first event."""
        try:
            told = list(self.tell(loads(data)))
        except (ValueError, TypeError, KeyError, AttributeError):
            told = [GarbledEvent()]
        if not told:
            told = [UnknownEvent(type="chat.completion.chunk")]
        yield replace(told[0], raw=data)
        yield from told[1:]

    def close(self, *, done: bool) -> Iterator[ChatEvent]:
        """Yield the end, if the server said that there is one."""
        if self._finish_reason or done:
            finish = self._finish_reason or "stop"
            yield from self._end_block()
            yield MessageEnd(
                finish_reason=_FINISH_REASONS.get(finish, finish.upper()),
                usage=self._usage,
            )

    def tell(self, chunk: Json) -> Iterator[ChatEvent]:
        """Yield what a chunk's object tells."""
        if chunk.get("error"):
            yield MessageEnd(finish_reason="ERROR", error=_words_of(chunk["error"]))
            return
        if not self._started:
            self._started = True
            yield _message_start(chunk)
        if chunk.get("usage"):
            self._usage = mapping(chunk["usage"])
        for choice in (chunk.get("choices") or ())[:1]:
            yield from self._told_delta(choice.get("delta") or {})
            if choice.get("finish_reason"):
                self._finish_reason = text(choice["finish_reason"])
                yield from self._end_block()
                yield from self._end_calls()

    def _told_delta(self, delta: Json) -> Iterator[ChatEvent]:
        yield from self._told_content("thinking", _reasoning(delta))
        yield from self._told_content("text", text(delta.get("content")))
        for call in delta.get("tool_calls") or ():
            yield from self._told_call(call)

    def _told_content(self, kind: ContentType, piece: str) -> Iterator[ChatEvent]:
        if not piece:
            return
        if self._block is None or self._block[1] != kind:
            yield from self._end_block()
            self._block = (self._blocks, kind)
            self._blocks += 1
            yield ContentStart(index=self._block[0], type=kind)
        yield ContentDelta(index=self._block[0], type=kind, text=piece)

    def _told_call(self, call: Json) -> Iterator[ChatEvent]:
        function = call.get("function") or {}
        arguments = text(function.get("arguments"))
        index = self._index_of(call)
        if index in self._calls:
            yield ToolCallDelta(index=index, arguments=arguments)
            return
        yield from self._end_block()
        self._calls[index] = call_id = text(call.get("id"))
        name = text(function.get("name"))
        yield ToolCallStart(index=index, id=call_id, name=name)
        if arguments:
            yield ToolCallDelta(index=index, arguments=arguments)

    def _index_of(self, call: Json) -> int:
        """Find the call's number; without an index, a new id begins a new call."""
        index = call.get("index")
        if type(index) is int and index >= 0:
            return index
        latest = max(self._calls, default=-1)
        if latest >= 0 and call.get("id") in (None, "", self._calls[latest]):
            return latest
        return latest + 1

    def _end_block(self) -> Iterator[ChatEvent]:
        if self._block is not None:
            yield ContentEnd(index=self._block[0])
            self._block = None

    def _end_calls(self) -> Iterator[ChatEvent]:
        for index in sorted(self._calls):
            yield ToolCallEnd(index=index)


def events_of(completion: Json) -> Iterator[ChatEvent]:
    """Tell a completion that came in one piece as the events of a stream.

    Raises `ServerFault` when it is no chat completion.
    """
    reader = CompatReader()
    try:
        choice = completion["choices"][0]
        chunk = {**completion, "choices": [{**choice, "delta": choice["message"]}]}
        yield from reader.tell(chunk)
    except (TypeError, KeyError, IndexError, AttributeError) as exc:
        raise ServerFault("the reply is no chat completion") from exc
    yield from reader.close(done=True)


def completion_of(reply: Reply) -> dict[str, Any]:
    """Return *reply* in the shape of a completion that is not streamed."""
    message: dict[str, Any] = {"role": "assistant", "content": reply.text or None}
    if reply.thinking:
        message["reasoning_content"] = reply.thinking
    if reply.tool_calls:
        calls = sorted(reply.tool_calls.items())
        message["tool_calls"] = [_call_object(call) for _, call in calls]
    names = {ours: theirs for theirs, ours in _FINISH_REASONS.items()}
    finish = names.get(reply.finish_reason, reply.finish_reason.lower()) or None
    choice = {"index": 0, "finish_reason": finish, "message": message}
    completion: dict[str, Any] = {
        "id": reply.id,
        "choices": [choice],
        "created": reply.created,
        "model": reply.model,
        "object": "chat.completion",
    }
    return completion | ({} if reply.usage is None else {"usage": dict(reply.usage)})


def _call_object(call: Any) -> dict[str, Any]:
    function = {"name": call.name, "arguments": str(call.arguments)}
    return {"id": call.id, "type": "function", "function": function}


def _message_start(chunk: Json) -> MessageStart:
    created = chunk.get("created")
    return MessageStart(
        id=text(chunk.get("id")),
        model=text(chunk.get("model")),
        created=created if type(created) is int else 0,
    )


def _reasoning(delta: Json) -> str:
    return next((text(delta[name]) for name in _REASONING_NAMES if delta.get(name)), "")


def _words_of(error: object) -> str:
    found = error.get("message") if isinstance(error, Mapping) else error
    return str(found or error)
