"""What a reply is made of, in the order in which it comes: one class an event.

The vocabulary is that of `/v2/chat` (https://docs.cohere.com/v2/docs/streaming).
Replies of the OpenAI-compatible endpoint, and replies that came in one piece,
are told in the same words, so there is one accumulator and one set of renderers.

`index` counts within its own kind: content blocks, tool calls and citations each
start at 0. `raw` is the server's own text for the event, empty where another
event has it already.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

ContentType = Literal["text", "thinking"]

CHANNELS = ("thinking", "plan", "tools", "citations", "usage", "logprobs")
"""The parts of an answer that can be shown or hidden."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    raw: str = field(default="", repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageStart(_Event):
    """The reply begins. `model` and `created` are said by compat servers only."""

    id: str = ""
    model: str = ""
    created: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentStart(_Event):
    """A content block begins; `text` is mostly empty."""

    index: int = 0
    type: ContentType = "text"
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentDelta(_Event):
    """More of a content block: from one token up to a whole answer."""

    text: str
    index: int = 0
    type: ContentType = "text"
    logprobs: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentEnd(_Event):
    """A content block is complete."""

    index: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolPlanDelta(_Event):
    """More of the model's plan for its tool calls."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCallStart(_Event):
    """A tool call begins; its arguments are JSON text that comes in pieces."""

    index: int = 0
    id: str = ""
    name: str = ""
    arguments: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCallDelta(_Event):
    """More of the arguments' JSON text."""

    arguments: str
    index: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCallEnd(_Event):
    """The arguments are complete."""

    index: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """A document or a tool's output that a citation rests on.

    `data` is the server's own object: it repeats the whole document each time.
    """

    data: Mapping[str, Any]

    @property
    def type(self) -> str:
        return str(self.data.get("type", ""))

    @property
    def id(self) -> str:
        return str(self.data.get("id", ""))

    @property
    def content(self) -> Mapping[str, Any]:
        """The document's fields, or the tool's output; empty where it has none."""
        found = self.data.get("document", self.data.get("tool_output"))
        return found if isinstance(found, Mapping) else {}


@dataclass(frozen=True, slots=True)
class Citation:
    """Characters `start` up to, not including, `end` of a content block's text.

    Offsets count Unicode code points. `content_index` is None where the server
    did not say: then it is the first text block.
    """

    start: int
    end: int
    text: str
    sources: tuple[Source, ...]
    content_index: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationStart(_Event):
    """A whole citation; the text that it covers has come before it."""

    citation: Citation
    index: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationEnd(_Event):
    """A citation is complete, as it was from its start."""

    index: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEnd(_Event):
    """The reply is over. Without this event a reply is not complete.

    `finish_reason` is COMPLETE, STOP_SEQUENCE, MAX_TOKENS, TOOL_CALL, ERROR,
    TIMEOUT or a word of a newer server. `error` says why generation failed.
    """

    finish_reason: str = "COMPLETE"
    usage: Mapping[str, Any] | None = None
    error: str = ""
    error_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownEvent(_Event):
    """An event of a newer server: kept, and passed by."""

    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GarbledEvent(_Event):
    """Something that is no event at all: part of the reply may be lost."""


ChatEvent = (
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
    | UnknownEvent
    | GarbledEvent
)
