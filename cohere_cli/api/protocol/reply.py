"""Accumulates the events of a stream into a reply."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Generic, Self, TypeVar

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
from cohere_cli.api.protocol.record import EMPTY, Record

ItemT = TypeVar("ItemT")


class AppendOnlyList(Generic[ItemT]):
    """A list that `+` extends by one item in constant time, leaving the old one as is.

    Both share the items. (Adding tuples or strings would copy all of them for each
    token.)
    """

    __slots__ = ("_count", "_items")

    def __init__(self, *items: ItemT) -> None:
        self._items = list(items)
        self._count = len(items)

    def __add__(self, item: ItemT) -> Self:
        longer = type(self).__new__(type(self))
        # Never share the empty list: as a default, it belongs to several replies.
        is_last = 0 < self._count == len(self._items)
        longer._items = self._items if is_last else self._items[: self._count]
        longer._items.append(item)
        longer._count = self._count + 1
        return longer

    def __iter__(self) -> Iterator[ItemT]:
        return islice(self._items, self._count)

    def __len__(self) -> int:
        return self._count

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AppendOnlyList) and list(self) == list(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(list(self))


class AppendOnlyText(AppendOnlyList[str]):
    """Text in pieces; equal to any other with the same characters."""

    __slots__ = ()

    def __str__(self) -> str:
        return "".join(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AppendOnlyText) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    def __repr__(self) -> str:
        return repr(str(self))

    def __bool__(self) -> bool:
        return any(self)


class Content(Record):
    """A content block: text, or the model's thinking."""

    type: ContentType = "text"
    text: AppendOnlyText = AppendOnlyText()


class ToolCall(Record):
    """A call that the model requests; `arguments` is JSON text, not validated."""

    id: str = ""
    name: str = ""
    arguments: AppendOnlyText = AppendOnlyText()


class Reply(Record):
    """The reply so far; `content` and `tool_calls` are keyed by `index`.

    `others` are further answers to the same request, from 1 on. `finish_reason` is ""
    until the end event.
    """

    id: str = ""
    model: str = ""
    created: int = 0
    content: Mapping[int, Content] = EMPTY
    tool_plan: AppendOnlyText = AppendOnlyText()
    tool_calls: Mapping[int, ToolCall] = EMPTY
    citations: tuple[Citation, ...] = ()
    logprobs: AppendOnlyList[Mapping[str, Any]] = AppendOnlyList()
    finish_reason: str = ""
    usage: Mapping[str, Any] | None = None
    error: str = ""
    error_type: str = ""
    others: Mapping[int, "Reply"] = EMPTY

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
        blocks = sorted(self.content.items())
        return "".join(str(block.text) for _, block in blocks if block.type == kind)

    def content_index_of(self, citation: Citation) -> int:
        """Return the index of the block that *citation* covers, most likely."""
        return next(iter(self.content_indices_of(citation)), 0)

    def content_indices_of(self, citation: Citation) -> list[int]:
        """Return the indices of the blocks that *citation* may cover, likely first."""
        sent, kind = citation.content_index, "text"
        if citation.channel == "thinking":
            kind = "thinking"
        alike = sorted(at for at, block in self.content.items() if block.type == kind)
        return alike if sent is None else [sent, *(at for at in alike if at != sent)]

    def channel_of(self, event: ChatEvent) -> Channel:
        """Return the channel of *event*, which must already be added."""
        match event:
            case ContentStart(index=index) | ContentDelta(index=index):
                is_thinking = self.content[index].type == "thinking"
                return "thinking" if is_thinking else "answer"
            case _:
                return event.channel


def add_event(reply: Reply, event: ChatEvent) -> Reply:  # noqa: C901 - a flat match
    """Return *reply* with *event* added."""
    match event:
        case MessageStart(id=id_, model=model, created=created):
            return reply.replace(id=id_, model=model, created=created)
        case ContentStart():
            return _start_content(reply, event)
        case ContentDelta():
            return _extend_content(reply, event)
        case ToolPlanDelta(text=text):
            return reply.replace(tool_plan=reply.tool_plan + text)
        case ToolCallStart(index=index, id=id_, name=name, arguments=arguments):
            before = reply.tool_calls.get(index, ToolCall()).arguments
            call = ToolCall(id_, name, before + arguments)
            return reply.replace(tool_calls={**reply.tool_calls, index: call})
        case ToolCallDelta(index=index, arguments=arguments):
            call = reply.tool_calls.get(index, ToolCall())
            call = call.replace(arguments=call.arguments + arguments)
            return reply.replace(tool_calls={**reply.tool_calls, index: call})
        case CitationStart(citation=citation):
            return reply.replace(citations=(*reply.citations, citation))
        case MessageEnd():
            return reply.replace(
                finish_reason=event.finish_reason,
                usage=event.usage,
                error=event.error,
                error_type=event.error_type,
            )
        case OtherChoice(choice=choice, event=other):
            longer = add_event(reply.others.get(choice, Reply()), other)
            return reply.replace(others={**reply.others, choice: longer})
        case ContentEnd() | ToolCallEnd() | CitationEnd():
            return reply
        case UnknownEvent() | GarbledEvent():
            return reply


def accumulate(events: Iterable[ChatEvent]) -> Iterator[tuple[ChatEvent, Reply]]:
    """Yield each event with the reply after it."""
    reply = Reply()
    for event in events:
        reply = add_event(reply, event)
        yield event, reply


def _start_content(reply: Reply, start: ContentStart) -> Reply:
    # A late or repeated start must not drop text that was shown already.
    block = reply.content.get(start.index, Content())
    before = block.text if block.type == start.type else AppendOnlyText()
    return _with_content(reply, start.index, Content(start.type, before + start.text))


def _extend_content(reply: Reply, delta: ContentDelta) -> Reply:
    block = reply.content.get(delta.index, Content(delta.type))
    kind = block.type if block.text else delta.type
    longer = Content(kind, block.text + delta.text)
    if delta.logprobs is not None:
        reply = reply.replace(logprobs=reply.logprobs + delta.logprobs)
    return _with_content(reply, delta.index, longer)


def _with_content(reply: Reply, index: int, block: Content) -> Reply:
    return reply.replace(content={**reply.content, index: block})
