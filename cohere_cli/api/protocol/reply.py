"""The reply so far: a pure fold over its events."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Generic, Self, TypeVar

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
    ToolCallDelta,
    ToolCallEnd,
    ToolCallStart,
    ToolPlanDelta,
    UnknownEvent,
)

ItemT = TypeVar("ItemT")


class AppendOnlyList(Generic[ItemT]):
    """Items that grow by one at a time, at a cost that does not grow with them.

    Every length it ever had stays as it was: a longer one shares the items of the
    shorter one. (Adding tuples or strings would copy the whole at each token.)
    """

    __slots__ = ("_count", "_items")

    def __init__(self, *items: ItemT) -> None:
        self._items = list(items)
        self._count = len(items)

    def __add__(self, item: ItemT) -> Self:
        longer = type(self).__new__(type(self))
        shared = len(self._items) == self._count
        longer._items = self._items if shared else self._items[: self._count]
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
    """Text that grows by pieces; how it was cut makes no difference to it."""

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


@dataclass(frozen=True, slots=True)
class Content:
    """One content block: text, or the model's thinking."""

    type: ContentType = "text"
    text: AppendOnlyText = field(default_factory=AppendOnlyText)


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call that the model asks for; `arguments` is its JSON text, unchecked."""

    id: str = ""
    name: str = ""
    arguments: AppendOnlyText = field(default_factory=AppendOnlyText)


@dataclass(frozen=True, slots=True)
class Reply:
    """What is known of the reply. `content` and `tool_calls` are by their index.

    `finish_reason` is empty until the reply's end has come.
    """

    id: str = ""
    model: str = ""
    created: int = 0
    content: Mapping[int, Content] = field(default_factory=dict)
    tool_plan: AppendOnlyText = field(default_factory=AppendOnlyText)
    tool_calls: Mapping[int, ToolCall] = field(default_factory=dict)
    citations: tuple[Citation, ...] = ()
    logprobs: AppendOnlyList[Mapping[str, Any]] = field(default_factory=AppendOnlyList)
    finish_reason: str = ""
    usage: Mapping[str, Any] | None = None
    error: str = ""
    error_type: str = ""

    @property
    def text(self) -> str:
        """The answer: all text blocks, in their order, without the thinking."""
        return self._joined("text")

    @property
    def thinking(self) -> str:
        """What the model thought before it answered."""
        return self._joined("thinking")

    def _joined(self, kind: ContentType) -> str:
        blocks = sorted(self.content.items())
        return "".join(str(block.text) for _, block in blocks if block.type == kind)

    def content_index_of(self, citation: Citation) -> int:
        """Which block *citation* counts in: its own word, or the first text block."""
        if citation.content_index is not None:
            return citation.content_index
        texts = (index for index, block in self.content.items() if block.type == "text")
        return min(texts, default=0)


def add_event(reply: Reply, event: ChatEvent) -> Reply:  # noqa: C901 - a flat match
    """Return *reply* with what *event* says added to it."""
    match event:
        case MessageStart(id=id_, model=model, created=created):
            return replace(reply, id=id_, model=model, created=created)
        case ContentStart():
            return _begun_content(reply, event)
        case ContentDelta():
            return _longer_content(reply, event)
        case ToolPlanDelta(text=text):
            return replace(reply, tool_plan=reply.tool_plan + text)
        case ToolCallStart(index=index, id=id_, name=name, arguments=arguments):
            before = reply.tool_calls.get(index, ToolCall()).arguments
            call = ToolCall(id_, name, before + arguments)
            return replace(reply, tool_calls={**reply.tool_calls, index: call})
        case ToolCallDelta(index=index, arguments=arguments):
            call = reply.tool_calls.get(index, ToolCall())
            call = replace(call, arguments=call.arguments + arguments)
            return replace(reply, tool_calls={**reply.tool_calls, index: call})
        case CitationStart(citation=citation):
            return replace(reply, citations=(*reply.citations, citation))
        case MessageEnd():
            return replace(
                reply,
                finish_reason=event.finish_reason,
                usage=event.usage,
                error=event.error,
                error_type=event.error_type,
            )
        case ContentEnd() | ToolCallEnd() | CitationEnd():
            return reply
        case UnknownEvent() | GarbledEvent():
            return reply


def accumulate(events: Iterable[ChatEvent]) -> Iterator[tuple[ChatEvent, Reply]]:
    """Yield each event with the reply as it stands after it."""
    reply = Reply()
    for event in events:
        reply = add_event(reply, event)
        yield event, reply


def _begun_content(reply: Reply, start: ContentStart) -> Reply:
    # A start that comes late, or twice, takes nothing away that was shown already.
    block = reply.content.get(start.index, Content())
    before = block.text if block.type == start.type else AppendOnlyText()
    return _with_content(reply, start.index, Content(start.type, before + start.text))


def _longer_content(reply: Reply, delta: ContentDelta) -> Reply:
    block = reply.content.get(delta.index, Content(delta.type))
    longer = Content(block.type, block.text + delta.text)
    if delta.logprobs is not None:
        reply = replace(reply, logprobs=reply.logprobs + delta.logprobs)
    return _with_content(reply, delta.index, longer)


def _with_content(reply: Reply, index: int, block: Content) -> Reply:
    return replace(reply, content={**reply.content, index: block})
