"""The request bodies of chat, rerank and compat, in the API's field names.

Source: https://docs.cohere.com/reference/chat-stream, /reference/rerank and
/docs/compatibility-api. Ranges stand beside their fields, as the API documents them.

A body made from flags needs no pydantic; `protocol.validation` reads the same
annotations to check a body from a file. A field that is None is not sent.
"""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

from cohere_cli.record import Record
from cohere_cli.strict_json import dumps


class Discriminator:
    """The field whose value selects one class of a union.

    Replaces `pydantic.Discriminator`, which is imported only to validate.
    """

    def __init__(self, key: str) -> None:
        self.key = key

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic import Discriminator

        return Discriminator(self.key).__get_pydantic_core_schema__(source, handler)


class Bounds:
    """Inclusive limits of a number or, with `of="items"`, of a list's length.

    Replaces `annotated_types`, which takes longer to import than this module.
    """

    def __init__(
        self, low: float | None = None, high: float | None = None, *, of: str = ""
    ) -> None:
        keys = ("min_length", "max_length") if of == "items" else ("ge", "le")
        limits = zip(keys, (low, high), strict=True)
        self.limits = {key: limit for key, limit in limits if limit is not None}

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return handler(source) | self.limits


class UpperCase:
    """Marks a mode that the API accepts in either case: it is read as upper case."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core.core_schema import no_info_before_validator_function

        return no_info_before_validator_function(_upper_case, handler(source))


def _upper_case(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


class _Strict(Record):
    """A record that pydantic validates strictly: no unknown field, no conversion."""

    __pydantic_config__: ClassVar = {"extra": "forbid", "strict": True}


Json = Mapping[str, Any]
Penalty = Annotated[float, Bounds(0, 1)]
Priority = Annotated[int, Bounds(0, 999)]


class TextContent(_Strict):
    """A block of text."""

    text: str
    type: Literal["text"] = "text"


class ThinkingContent(_Strict):
    """The model's thinking in an earlier turn."""

    thinking: str
    type: Literal["thinking"] = "thinking"


class ImageUrl(_Strict):
    """An image's address or data URI; `detail` sets how many tokens it costs."""

    url: str
    detail: Literal["auto", "low", "high"] | None = None


class ImageContent(_Strict):
    """An image block."""

    image_url: ImageUrl
    type: Literal["image_url"] = "image_url"


class Document(_Strict):
    """A document to ground the answer in; the model reads all fields of `data`."""

    data: Json | str
    id: str | None = None


class DocumentContent(_Strict):
    """A document in a tool's result."""

    document: Document
    type: Literal["document"] = "document"


class CalledFunction(_Strict):
    """The function to call; `arguments` is JSON text."""

    name: str | None = None
    arguments: str | None = None


class ToolCall(_Strict):
    """A call that the model requested in an earlier turn."""

    id: str
    function: CalledFunction | None = None
    type: Literal["function"] = "function"


UserContent = Annotated[TextContent | ImageContent, Discriminator("type")]
AssistantContent = Annotated[TextContent | ThinkingContent, Discriminator("type")]
ToolContent = Annotated[TextContent | DocumentContent, Discriminator("type")]


class SystemMessage(_Strict):
    """Instructions for the model; usually the first message."""

    content: str | tuple[TextContent, ...]
    role: Literal["system"] = "system"


class UserMessage(_Strict):
    """The user's text and images."""

    content: str | tuple[UserContent, ...]
    role: Literal["user"] = "user"


class AssistantMessage(_Strict):
    """The model's answer or tool calls in an earlier turn."""

    content: str | tuple[AssistantContent, ...] | None = None
    tool_plan: str | None = None
    tool_calls: tuple[ToolCall, ...] | None = None
    citations: tuple[Json, ...] | None = None
    role: Literal["assistant"] = "assistant"


class ToolMessage(_Strict):
    """A tool's result."""

    tool_call_id: str
    content: str | tuple[ToolContent, ...]
    role: Literal["tool"] = "tool"


Message = Annotated[
    SystemMessage | UserMessage | AssistantMessage | ToolMessage, Discriminator("role")
]


class ToolFunction(_Strict):
    """A function that the model may call; `parameters` is its JSON Schema."""

    name: str
    parameters: Json
    description: str | None = None


class Tool(_Strict):
    """A tool that the model may call."""

    function: ToolFunction
    type: Literal["function"] = "function"


CitationMode = Annotated[
    Literal["ENABLED", "DISABLED", "FAST", "ACCURATE", "OFF"], UpperCase()
]


class CitationOptions(_Strict):
    """Whether and how the answer cites its documents."""

    mode: CitationMode | None = None


class ResponseFormat(_Strict):
    """Text, or a JSON object that may have to match a JSON Schema.

    `schema` is an older name of `json_schema`, which the API still accepts.
    """

    type: Literal["text", "json_object"]
    json_schema: Json | None = None
    schema: Json | None = None

    @property
    def required_schema(self) -> Json | None:
        """The JSON Schema under either name."""
        return self.schema if self.json_schema is None else self.json_schema


class Thinking(_Strict):
    """Whether the model thinks first, and for at most how many tokens."""

    type: Literal["enabled", "disabled"]
    token_budget: Annotated[int, Bounds(1)] | None = None


SafetyMode = Annotated[Literal["CONTEXTUAL", "STRICT", "OFF"], UpperCase()]


class ChatBody(_Strict):
    """The body of `POST /v2/chat`.

    The fields in `extra_body` are sent beside the others, unchecked: other servers
    have fields of their own. They do not replace any.
    """

    model: str
    messages: Annotated[tuple[Message, ...], Bounds(1, of="items")]
    stream: bool | None = None
    tools: tuple[Tool, ...] | None = None
    strict_tools: bool | None = None
    tool_choice: Annotated[Literal["REQUIRED", "NONE"], UpperCase()] | None = None
    documents: tuple[str | Document, ...] | None = None
    citation_options: CitationOptions | None = None
    response_format: ResponseFormat | None = None
    safety_mode: SafetyMode | None = None
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
    extra_body: Json | None = None


class RerankBody(_Strict):
    """The body of `POST /v2/rerank`; at most 10,000 documents, 1,000 recommended.

    `return_documents` is undocumented, but sent by other clients.
    """

    model: str
    query: str
    documents: tuple[str, ...]
    top_n: Annotated[int, Bounds(1)] | None = None
    max_tokens_per_doc: Annotated[int, Bounds(1)] | None = None
    priority: Priority | None = None
    return_documents: bool | None = None


class CompatBody(_Strict):
    """The body of `POST /chat/completions`: the fields of Cohere's endpoint.

    Messages are sent as they are, since each server extends them differently.
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
    """The body of `POST /chat/completions` for a server other than Cohere's.

    Each server has fields of its own, so any JSON object is allowed.
    """

    @property
    def stream(self) -> bool:
        """Whether the answer is streamed."""
        return bool(self.get("stream"))


class EncodedBody(NamedTuple):
    """The body of a request as JSON in UTF-8, and the model that it names."""

    model: str
    content: bytes


Body = ChatBody | RerankBody | CompatBody | RawCompatBody


def encoded(body: Body) -> bytes:
    """Return *body* as it is sent: JSON in ASCII, without spaces."""
    text = dumps(to_json(body), separators=(",", ":"), ensure_ascii=True)
    return text.encode()


def to_json(value: Any) -> Any:
    """Return a body, or a part of one, as JSON types, without fields that are None.

    `type` and `role` come first. A field of free form (a document's data, a JSON
    Schema) stays as it is, nulls included.
    """
    if isinstance(value, Record):
        values = {name: getattr(value, name) for name in _in_order(type(value))}
        more = values.pop("extra_body", None) or {}
        sent = {name: to_json(one) for name, one in values.items() if one is not None}
        return sent | {name: more[name] for name in more if name not in sent}
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    return value


def _in_order(kind: type[Record]) -> list[str]:
    return sorted(kind.field_names(), key=lambda name: name not in ("type", "role"))
