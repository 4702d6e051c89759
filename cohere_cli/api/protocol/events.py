"""The events of a reply, in the vocabulary of `/v2/chat`: one class for each type.

Source: https://docs.cohere.com/v2/docs/streaming. Chunks of the OpenAI-compatible
endpoint and replies in one piece are decoded to the same events, so there is one
accumulator and one set of renderers.

`index` counts within its own kind: content blocks, tool calls and citations each
start at 0.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, dataclass_transform, get_args

from cohere_cli.record import EMPTY, Record

ContentType = Literal["text", "thinking"]
Channel = Literal[
    "thinking",
    "plan",
    "tools",
    "results",
    "citations",
    "usage",
    "logprobs",
    "answer",
    "message",
]
"""The part of a reply that an event belongs to."""

Outcome = Literal["complete", "tool calls", "cut off", "incomplete"]
"""How a reply ended: as asked in the first three, "cut off" at its token limit."""

CHANNELS: tuple[Channel, ...] = get_args(Channel)[:-2]
"""The channels that can be shown or hidden: all but the answer and the message."""


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Event(Record):
    """One event. `raw` is the server's text for it, "" if another event has it.

    `channel` is where it is shown; a content event's depends on its block's type.
    `piece_field` is the field with a piece of a text, "" if it has none: a piece may
    begin or end in half a character.
    """

    channel: ClassVar[Channel] = "message"
    piece_field: ClassVar[str] = ""
    _ignored: ClassVar = frozenset({"raw"})
    raw: str = ""


class MessageStart(Event):
    """The reply begins. Only compat servers send `model` and `created`."""

    id: str = ""
    model: str = ""
    created: int = 0


class ContentStart(Event):
    """A content block begins; `text` is usually empty."""

    channel = "answer"
    piece_field = "text"

    index: int = 0
    type: ContentType = "text"
    text: str = ""


class ContentDelta(Event):
    """More of a content block: from one token up to a whole answer."""

    channel = "answer"
    piece_field = "text"

    text: str
    index: int = 0
    type: ContentType = "text"
    logprobs: Mapping[str, Any] | None = None


class ContentEnd(Event):
    """A content block is complete."""

    index: int = 0


class ToolPlanDelta(Event):
    """More of the model's plan for its tool calls."""

    channel = "plan"
    piece_field = "text"

    text: str


class ToolCallStart(Event):
    """A tool call begins; its arguments are JSON text, in pieces."""

    channel = "tools"
    piece_field = "arguments"

    index: int = 0
    id: str = ""
    name: str = ""
    arguments: str = ""


class ToolCallDelta(Event):
    """More of the arguments' JSON text."""

    channel = "tools"
    piece_field = "arguments"

    arguments: str
    index: int = 0


class ToolCallEnd(Event):
    """The arguments are complete."""

    channel = "tools"

    index: int = 0


class Source(Record):
    """A document or a tool's output that supports a citation.

    `data` is the server's object; it repeats the whole document each time.
    """

    data: Mapping[str, Any]

    @property
    def type(self) -> str:
        return str(self.data.get("type", ""))

    @property
    def id(self) -> str:
        sent = self.data.get("id")
        return "" if sent is None else str(sent)

    @property
    def content(self) -> Mapping[str, Any]:
        """The document's fields, or the tool's output; empty if it has none."""
        found = self.data.get("document", self.data.get("tool_output"))
        return found if isinstance(found, Mapping) else {}


_CITED: dict[str, Channel] = {"THINKING_CONTENT": "thinking", "PLAN": "plan"}


class Citation(Record):
    """Characters `start` up to, not including, `end` of a content block's text.

    Offsets count Unicode code points. `content_index` is None if the server did not
    send one; `channel` decides then. `data` is the server's object.
    """

    _ignored: ClassVar = frozenset({"data"})

    start: int
    end: int
    text: str
    sources: tuple[Source, ...]
    content_index: int | None = None
    data: Mapping[str, Any] = EMPTY

    @property
    def channel(self) -> Channel:
        """The text that it covers, by its type: the answer, unless it names another."""
        return _CITED.get(str(self.data.get("type")).upper(), "answer")


class CitationStart(Event):
    """A whole citation; the text that it covers came before it."""

    channel = "citations"

    citation: Citation
    index: int = 0


class CitationEnd(Event):
    """The end of a citation; it adds nothing to the start."""

    channel = "citations"

    index: int = 0


class MessageEnd(Event):
    """The reply is over. Without this event a reply is not complete.

    `finish_reason` is a name of `FINISH_REASONS`, ERROR, TIMEOUT, or the name of
    another server or a newer API. `error` is why generation failed.
    """

    finish_reason: str = "COMPLETE"
    usage: Mapping[str, Any] | None = None
    error: str = ""
    error_type: str = ""


FINISH_REASONS: Mapping[str, Outcome] = {
    "COMPLETE": "complete",
    "STOP": "complete",
    "STOP_SEQUENCE": "complete",
    "END_TURN": "complete",
    "EOS": "complete",
    "EOS_TOKEN": "complete",
    "TOOL_CALL": "tool calls",
    "TOOL_CALLS": "tool calls",
    "TOOL_USE": "tool calls",
    "FUNCTION_CALL": "tool calls",
    "MAX_TOKENS": "cut off",
    "LENGTH": "cut off",
    "MODEL_LENGTH": "cut off",
}
"""What the finish reasons of Cohere and other servers mean; any other: incomplete."""


def finish_outcome(reason: str) -> Outcome:
    """Return what the finish reason means, in any case of its letters."""
    return FINISH_REASONS.get(reason.upper(), "incomplete")


class UnknownEvent(Event):
    """An event type of a newer API; passed on to `-o events`."""

    type: str


class GarbledEvent(Event):
    """Data that is not an event: part of the reply may be lost."""


class OtherChoice(Event):
    """An event of another answer than the first: a request may ask for `n` of them.

    `choice` is the number of that answer, from 1 on.
    """

    choice: int
    event: "ChatEvent"


KnownEvent = (
    MessageStart
    | ContentStart
    | ContentDelta
    | ContentEnd
    | ToolPlanDelta
    | ToolCallStart
    | ToolCallDelta
    | ToolCallEnd
    | CitationStart
    | CitationEnd
    | MessageEnd
)
ChatEvent = KnownEvent | UnknownEvent | GarbledEvent | OtherChoice
