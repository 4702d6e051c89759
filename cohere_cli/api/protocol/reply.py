"""Accumulates the events of a stream into a reply."""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from cohere_cli.api.protocol.events import (
    Channel,
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
    OtherChoice,
    ToolCallDelta,
    ToolCallEnd,
    ToolCallStart,
    ToolPlanDelta,
    UnknownEvent,
)

# A short piece takes ten times the memory of its characters.
_MOST_PIECES = 1_000


class GrowingText:
    """A text that grows by pieces; equal to any other with the same characters.

    Reading it between pieces costs no more than the pieces since.
    """

    __slots__ = ("_pieces", "_whole")

    def __init__(self, whole: str = "") -> None:
        self._whole = whole
        self._pieces: list[str] = []

    def add(self, piece: str) -> None:
        """Add *piece* at the end."""
        if piece:
            self._pieces.append(piece)
            if len(self._pieces) == _MOST_PIECES:
                str(self)

    def __str__(self) -> str:
        if self._pieces:
            # Python extends a text in place that has no other name.
            whole, self._whole = self._whole, ""
            whole += "".join(self._pieces)
            self._whole = whole
            self._pieces.clear()
        return self._whole

    def __bool__(self) -> bool:
        return bool(self._whole or self._pieces)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GrowingText) and str(self) == str(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(str(self))


class Content:
    """A content block: text, or the model's thinking."""

    __slots__ = ("text", "type")

    def __init__(self, type: ContentType = "text", text: str = "") -> None:  # noqa: A002 - the API's name
        self.type = type
        self.text = GrowingText(text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Content) and repr(other) == repr(self)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Content({self.type!r}, {self.text!r})"


class ToolCall:
    """A call that the model requests; `arguments` is JSON text, not validated."""

    __slots__ = ("arguments", "id", "name")

    def __init__(self, id: str = "", name: str = "", arguments: str = "") -> None:  # noqa: A002 - the API's name
        self.id = id
        self.name = name
        self.arguments = GrowingText(arguments)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ToolCall) and repr(other) == repr(self)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"ToolCall({self.id!r}, {self.name!r}, {self.arguments!r})"


class Reply:
    """The reply so far: `add` takes the next event, in constant time.

    `content` and `tool_calls` are keyed by `index`. `others` are further answers to
    the same request, from 1 on. `finish_reason` is "" until the end event.
    """

    def __init__(self, **fields: Any) -> None:
        self.id = ""
        self.model = ""
        self.created = 0
        self.content: dict[int, Content] = {}
        self.tool_plan = GrowingText()
        self.tool_calls: dict[int, ToolCall] = {}
        self.citations: list[Citation] = []
        self.logprobs: list[Mapping[str, Any]] = []
        self.finish_reason = ""
        self.usage: Mapping[str, Any] | None = None
        self.error = ""
        self.error_type = ""
        self.others: dict[int, Reply] = {}
        vars(self).update(fields)
        self._indices: dict[ContentType, list[int]] = {"text": [], "thinking": []}
        for index, block in sorted(self.content.items()):
            self._indices[block.type].append(index)

    def add(self, event: ChatEvent) -> None:
        """Add the next event of the stream."""
        _ADD[type(event)](self, event)

    def block(self, index: int, kind: ContentType) -> Content:
        """Return the block at *index*, a new one of type *kind* if there is none.

        An empty block becomes one of that type.
        """
        block = self.content.get(index)
        if block is None:
            block = self.content[index] = Content(kind)
            insort(self._indices[kind], index)
        elif block.type != kind and not block.text:
            before = self._indices[block.type]
            del before[bisect_left(before, index)]
            insort(self._indices[kind], index)
            block.type = kind
        return block

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reply) and vars(other) == vars(self)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        values = (f"{name}={value!r}" for name, value in vars(self).items())
        return f"Reply({', '.join(values)})"

    @property
    def text(self) -> str:
        """The answer: the text blocks joined in order, without the thinking."""
        return self._joined("text")

    @property
    def thinking(self) -> str:
        """The thinking blocks, joined in order."""
        return self._joined("thinking")

    @property
    def lacks_answer(self) -> bool:
        """Whether there is content, but only thinking, a plan or blanks."""
        if self.tool_calls or (text := self.text).strip():
            return False
        return bool(text or self.thinking or self.tool_plan)

    def _joined(self, kind: ContentType) -> str:
        return "".join(str(self.content[at].text) for at in self._indices[kind])

    def content_indices_of(self, citation: Citation) -> Iterator[int]:
        """Yield the indices of the blocks that *citation* may cover, likely first."""
        sent = citation.content_index
        if sent is not None:
            yield sent
        kind: ContentType = "thinking" if citation.channel == "thinking" else "text"
        yield from (index for index in self._indices[kind] if index != sent)

    def channel_of(self, event: ChatEvent) -> Channel:
        """Return the channel of *event*, which must already be added."""
        if isinstance(event, ContentStart | ContentDelta):
            is_thinking = self.content[event.index].type == "thinking"
            return "thinking" if is_thinking else "answer"
        return event.channel


def accumulate(events: Iterable[ChatEvent]) -> Iterator[tuple[ChatEvent, Reply]]:
    """Yield each event, and the reply, to which it was added."""
    reply = Reply()
    for event in events:
        reply.add(event)
        yield event, reply


def _start_message(reply: Reply, start: MessageStart) -> None:
    reply.id, reply.model, reply.created = start.id, start.model, start.created


def _add_content(reply: Reply, event: ContentStart | ContentDelta) -> None:
    reply.block(event.index, event.type).text.add(event.text)


def _extend_content(reply: Reply, delta: ContentDelta) -> None:
    _add_content(reply, delta)
    if delta.logprobs is not None:
        reply.logprobs.append(delta.logprobs)


def _extend_plan(reply: Reply, delta: ToolPlanDelta) -> None:
    reply.tool_plan.add(delta.text)


def _start_call(reply: Reply, start: ToolCallStart) -> None:
    # A late or repeated start must not drop arguments that were shown already.
    call = reply.tool_calls.setdefault(start.index, ToolCall())
    call.id, call.name = start.id, start.name
    call.arguments.add(start.arguments)


def _extend_call(reply: Reply, delta: ToolCallDelta) -> None:
    call = reply.tool_calls.setdefault(delta.index, ToolCall())
    call.arguments.add(delta.arguments)


def _cite(reply: Reply, start: CitationStart) -> None:
    reply.citations.append(start.citation)


def _end_message(reply: Reply, end: MessageEnd) -> None:
    reply.finish_reason, reply.usage = end.finish_reason, end.usage
    reply.error, reply.error_type = end.error, end.error_type


def _add_to_other(reply: Reply, other: OtherChoice) -> None:
    reply.others.setdefault(other.choice, Reply()).add(other.event)


def _nothing(reply: Reply, event: ChatEvent) -> None:
    """Add an event without content of its own."""


_ADD: Mapping[type[ChatEvent], Callable[[Reply, Any], None]] = {
    MessageStart: _start_message,
    ContentStart: _add_content,
    ContentDelta: _extend_content,
    ContentEnd: _nothing,
    ToolPlanDelta: _extend_plan,
    ToolCallStart: _start_call,
    ToolCallDelta: _extend_call,
    ToolCallEnd: _nothing,
    CitationStart: _cite,
    CitationEnd: _nothing,
    MessageEnd: _end_message,
    OtherChoice: _add_to_other,
    UnknownEvent: _nothing,
    GarbledEvent: _nothing,
}
