"""What we send: the request bodies, in the API's own words.

Source: https://docs.cohere.com/reference/chat-stream, /reference/rerank and
/docs/compatibility-api. Ranges stand beside their fields as the API states them.

These are plain frozen dataclasses, so a body made from flags costs no import of
pydantic. `api.validate` reads the same annotations to check a body from a file.
None means "not said": such a field is not sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Annotated, Any, ClassVar, Literal


class Discriminator:
    """Which field of an object says which of several kinds it is.

    Stands for `pydantic.Discriminator`, which is imported only when it is asked.
    """

    def __init__(self, key: str) -> None:
        self.key = key

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic import Discriminator

        return Discriminator(self.key).__get_pydantic_core_schema__(source, handler)


class Bounds:
    """Limits of a number or, with *of*, of how many items; both ends belong to it.

    Stands for `annotated_types`, whose import costs more than all of this module.
    """

    def __init__(
        self, low: float | None = None, high: float | None = None, *, of: str = ""
    ) -> None:
        keys = ("min_length", "max_length") if of == "items" else ("ge", "le")
        limits = zip(keys, (low, high), strict=True)
        self.limits = {key: limit for key, limit in limits if limit is not None}

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return handler(source) | self.limits


class _Strict:
    """What pydantic reads when it checks: nothing unknown, no text for a number."""

    __slots__ = ()
    __pydantic_config__: ClassVar = {"extra": "forbid", "strict": True}


Json = Mapping[str, Any]
Penalty = Annotated[float, Bounds(0, 1)]
Priority = Annotated[int, Bounds(0, 999)]


@dataclass(frozen=True, slots=True)
class TextContent(_Strict):
    """Text, as one block among others."""

    text: str
    type: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class ThinkingContent(_Strict):
    """What the model thought in an earlier turn."""

    thinking: str
    type: Literal["thinking"] = "thinking"


@dataclass(frozen=True, slots=True)
class ImageUrl(_Strict):
    """An image's address or data URI; `detail` sets how many tokens it costs."""

    url: str
    detail: Literal["auto", "low", "high"] | None = None


@dataclass(frozen=True, slots=True)
class ImageContent(_Strict):
    """An image, as one block among others."""

    image_url: ImageUrl
    type: Literal["image_url"] = "image_url"


@dataclass(frozen=True, slots=True)
class Document(_Strict):
    """Something to ground the answer in: its fields all go to the model."""

    data: Json | str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentContent(_Strict):
    """A document among a tool's results."""

    document: Document
    type: Literal["document"] = "document"


@dataclass(frozen=True, slots=True)
class CalledFunction(_Strict):
    """The function that a tool call names; `arguments` is JSON text."""

    name: str | None = None
    arguments: str | None = None


@dataclass(frozen=True, slots=True)
class ToolCall(_Strict):
    """A call that the model asked for in an earlier turn."""

    id: str
    function: CalledFunction | None = None
    type: Literal["function"] = "function"


UserContent = Annotated[TextContent | ImageContent, Discriminator("type")]
AssistantContent = Annotated[TextContent | ThinkingContent, Discriminator("type")]
ToolContent = Annotated[TextContent | DocumentContent, Discriminator("type")]


@dataclass(frozen=True, slots=True)
class SystemMessage(_Strict):
    """How the model should behave; comes first."""

    content: str | tuple[TextContent, ...]
    role: Literal["system"] = "system"


@dataclass(frozen=True, slots=True)
class UserMessage(_Strict):
    """What the user says or shows."""

    content: str | tuple[UserContent, ...]
    role: Literal["user"] = "user"


@dataclass(frozen=True, slots=True)
class AssistantMessage(_Strict):
    """What the model said, or which tools it called, in an earlier turn."""

    content: str | tuple[AssistantContent, ...] | None = None
    tool_plan: str | None = None
    tool_calls: tuple[ToolCall, ...] | None = None
    citations: tuple[Json, ...] | None = None
    role: Literal["assistant"] = "assistant"


@dataclass(frozen=True, slots=True)
class ToolMessage(_Strict):
    """A tool's result."""

    tool_call_id: str
    content: str | tuple[ToolContent, ...]
    role: Literal["tool"] = "tool"


Message = Annotated[
    SystemMessage | UserMessage | AssistantMessage | ToolMessage, Discriminator("role")
]


@dataclass(frozen=True, slots=True)
class ToolFunction(_Strict):
    """A function that the model may call; `parameters` is its JSON Schema."""

    name: str
    parameters: Json
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Tool(_Strict):
    """A tool that the model may call."""

    function: ToolFunction
    type: Literal["function"] = "function"


CitationMode = Literal["ENABLED", "DISABLED", "FAST", "ACCURATE", "OFF"]


@dataclass(frozen=True, slots=True)
class CitationOptions(_Strict):
    """Whether, and how, the answer cites its documents."""

    mode: CitationMode | None = None


@dataclass(frozen=True, slots=True)
class ResponseFormat(_Strict):
    """Text, or a JSON object, perhaps of a given JSON Schema."""

    type: Literal["text", "json_object"]
    json_schema: Json | None = None


@dataclass(frozen=True, slots=True)
class Thinking(_Strict):
    """Whether the model thinks first, and for how many tokens at most."""

    type: Literal["enabled", "disabled"]
    token_budget: Annotated[int, Bounds(1)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatBody(_Strict):
    """The body of `POST /v2/chat`."""

    model: str
    messages: Annotated[tuple[Message, ...], Bounds(1, of="items")]
    stream: bool | None = None
    tools: tuple[Tool, ...] | None = None
    strict_tools: bool | None = None
    tool_choice: Literal["REQUIRED", "NONE"] | None = None
    documents: tuple[str | Document, ...] | None = None
    citation_options: CitationOptions | None = None
    response_format: ResponseFormat | None = None
    safety_mode: Literal["CONTEXTUAL", "STRICT", "OFF"] | None = None
    max_tokens: Annotated[int, Bounds(0)] | None = None
    stop_sequences: Annotated[tuple[str, ...], Bounds(0, 5, of="items")] | None = None
    temperature: Annotated[float, Bounds(0, 1)] | None = None
    seed: Annotated[int, Bounds(0, 2**64 - 1)] | None = None
    frequency_penalty: Penalty | None = None
    presence_penalty: Penalty | None = None
    k: Annotated[int, Bounds(0, 500)] | None = None
    p: Annotated[float, Bounds(0.01, 0.99)] | None = None
    logprobs: bool | None = None
    thinking: Thinking | None = None
    priority: Priority | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RerankBody(_Strict):
    """The body of `POST /v2/rerank`; at most 10,000 documents, 1,000 advised."""

    model: str
    query: str
    documents: tuple[str, ...]
    top_n: Annotated[int, Bounds(1)] | None = None
    max_tokens_per_doc: Annotated[int, Bounds(1)] | None = None
    priority: Priority | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompatBody(_Strict):
    """The body of `POST /chat/completions`, as far as Cohere's endpoint takes it.

    Messages are sent as they are: each server has its own idea of them.
    """

    model: str
    messages: Annotated[tuple[Json, ...], Bounds(1, of="items")]
    stream: bool | None = None
    temperature: Annotated[float, Bounds(0, 2)] | None = None
    top_p: Annotated[float, Bounds(0, 1)] | None = None
    max_tokens: Annotated[int, Bounds(0)] | None = None
    max_completion_tokens: Annotated[int, Bounds(0)] | None = None
    stop: str | tuple[str, ...] | None = None
    seed: int | None = None
    frequency_penalty: Annotated[float, Bounds(-2, 2)] | None = None
    presence_penalty: Annotated[float, Bounds(-2, 2)] | None = None
    reasoning_effort: str | None = None
    response_format: Json | None = None
    tools: tuple[Json, ...] | None = None
    tool_choice: str | Json | None = None


class RawCompatBody(dict[str, Any]):
    """The body of `POST /chat/completions` for a server that is not Cohere's.

    Each has fields of its own, so it is what was said, in JSON types.
    """

    @property
    def stream(self) -> bool:
        """Whether the answer is to come in chunks."""
        return bool(self.get("stream"))


Body = ChatBody | RerankBody | CompatBody | RawCompatBody


def to_json(value: Any) -> Any:
    """Return a body, or a part of one, as JSON types; what was not said is left out.

    What stands inside a field of free form (a document's data, a JSON Schema)
    stays as it is, nulls too.
    """
    if is_dataclass(value) and not isinstance(value, type):
        said = ((name, getattr(value, name)) for name in _names(type(value)))
        return {name: to_json(item) for name, item in said if item is not None}
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    return value


@cache
def _names(kind: Any) -> tuple[str, ...]:
    """Field names in the order in which people read a body: `type`, `role` first."""
    names = [field.name for field in fields(kind)]
    return tuple(sorted(names, key=lambda name: name not in ("type", "role")))
