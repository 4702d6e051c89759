"""The fields of OpenAI's chat body that translate to `/v2/chat`.

Source: https://platform.openai.com/docs/api-reference/chat/create, with three
additions: the names that other servers use for thinking, `schema` where Cohere's
endpoint expects it, and the fields that only `/v2/chat` has.

Other fields are ignored here; `losses.add_unread_fields` reports them.
"""

from dataclasses import dataclass, field, fields, make_dataclass
from typing import Annotated, ClassVar, Literal

from cohere_cli.api.protocol.requests import (
    Bounds,
    ChatBody,
    Discriminator,
    Json,
    Thinking,
)
from cohere_cli.request.openai.fields import TRANSLATED


class _Tolerant:
    """Configures pydantic: unknown fields are ignored, types are strict."""

    __slots__ = ()
    __pydantic_config__: ClassVar = {"extra": "ignore", "strict": True}


@dataclass(frozen=True, slots=True)
class TextPart(_Tolerant):
    """A text part."""

    text: str
    type: Literal["text"]


@dataclass(frozen=True, slots=True)
class RefusalPart(_Tolerant):
    """The text of a refusal by the model."""

    refusal: str
    type: Literal["refusal"]


@dataclass(frozen=True, slots=True)
class ImageLocation(_Tolerant):
    """An image's URL or data URI, and its resolution."""

    url: str
    detail: Literal["auto", "low", "high"] | None = None


@dataclass(frozen=True, slots=True)
class ImagePart(_Tolerant):
    """An image part."""

    image_url: ImageLocation
    type: Literal["image_url"]


@dataclass(frozen=True, slots=True)
class OtherPart(_Tolerant):
    """A part that `/v2/chat` does not support."""

    type: Literal["input_audio", "file"]
    input_audio: Json | None = None
    file: Json | None = None


@dataclass(frozen=True, slots=True)
class CalledFunction(_Tolerant):
    """The function of a call; `arguments` is JSON text."""

    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Call(_Tolerant):
    """A tool call by the model in an earlier turn."""

    id: str
    function: CalledFunction
    type: Literal["function"] = "function"


Text = str | tuple[TextPart, ...]
UserPart = Annotated[TextPart | ImagePart | OtherPart, Discriminator("type")]
AssistantPart = Annotated[TextPart | RefusalPart, Discriminator("type")]


@dataclass(frozen=True, slots=True)
class SystemTurn(_Tolerant):
    """A system message."""

    content: Text
    role: Literal["system", "developer"]


@dataclass(frozen=True, slots=True)
class UserTurn(_Tolerant):
    """A user message: text and images."""

    content: str | tuple[UserPart, ...]
    role: Literal["user"]


@dataclass(frozen=True, slots=True)
class AssistantTurn(_Tolerant):
    """The model's answer or tool calls in an earlier turn."""

    role: Literal["assistant"]
    content: str | tuple[AssistantPart, ...] | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    tool_calls: tuple[Call, ...] | None = None


@dataclass(frozen=True, slots=True)
class ToolTurn(_Tolerant):
    """The result of a tool call."""

    tool_call_id: str
    content: Text
    role: Literal["tool"]


Turn = Annotated[
    SystemTurn | UserTurn | AssistantTurn | ToolTurn, Discriminator("role")
]


@dataclass(frozen=True, slots=True)
class Function(_Tolerant):
    """A function that the model may call; no `parameters` means no arguments."""

    name: str
    description: str | None = None
    parameters: Json | None = None
    strict: bool | None = None


@dataclass(frozen=True, slots=True)
class FunctionTool(_Tolerant):
    """A tool called with JSON arguments."""

    function: Function
    type: Literal["function"]


@dataclass(frozen=True, slots=True)
class CustomTool(_Tolerant):
    """A tool called with free text."""

    type: Literal["custom"]
    custom: Json | None = None


@dataclass(frozen=True, slots=True)
class FunctionName(_Tolerant):
    """A function's name."""

    name: str


@dataclass(frozen=True, slots=True)
class ChosenTool(_Tolerant):
    """The tool to call, or the tools to choose from."""

    type: Literal["function", "allowed_tools", "custom"]
    function: FunctionName | None = None
    allowed_tools: Json | None = None
    custom: Json | None = None


DeclaredTool = Annotated[FunctionTool | CustomTool, Discriminator("type")]
Choice = Literal["auto", "none", "required"] | ChosenTool | None


@dataclass(frozen=True, slots=True)
class TextFormat(_Tolerant):
    """A free-text answer."""

    type: Literal["text"]


@dataclass(frozen=True, slots=True)
class JsonFormat(_Tolerant):
    """A JSON object, optionally with a JSON Schema, in Cohere's form."""

    type: Literal["json_object"]
    schema: Json | None = None


@dataclass(frozen=True, slots=True)
class SchemaWrapper(_Tolerant):
    """OpenAI's wrapper around a JSON Schema."""

    schema: Json


@dataclass(frozen=True, slots=True)
class SchemaFormat(_Tolerant):
    """A JSON object with a JSON Schema, in OpenAI's form."""

    json_schema: SchemaWrapper
    type: Literal["json_schema"]


Format = Annotated[TextFormat | JsonFormat | SchemaFormat, Discriminator("type")]
Penalty = Annotated[float, Bounds(-2, 2)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(_Tolerant):
    """The body of `POST /chat/completions`."""

    model: str
    messages: Annotated[tuple[Turn, ...], Bounds(1, of="items")]
    stream: bool | None = None
    tools: tuple[DeclaredTool, ...] | None = None
    tool_choice: Choice = None
    response_format: Format | None = None
    max_tokens: Annotated[int, Bounds(0)] | None = None
    max_completion_tokens: Annotated[int, Bounds(0)] | None = None
    stop: str | tuple[str, ...] | None = None
    temperature: Annotated[float, Bounds(0, 2)] | None = None
    top_p: Annotated[float, Bounds(0, 1)] | None = None
    seed: int | None = None
    frequency_penalty: Penalty | None = None
    presence_penalty: Penalty | None = None
    reasoning_effort: str | None = None
    logprobs: bool | None = None
    thinking: Thinking | None = None
    strict_tools: bool | None = None


_OWN = {each.name for each in fields(Request)}
_SHARED = {row.path for row in TRANSLATED} - _OWN

AnyRequest: type[Request] = make_dataclass(
    "AnyRequest",
    [
        (name, kind, field(default=None))
        for name, kind in ChatBody.__annotations__.items()
        if name in _SHARED
    ],
    bases=(Request,),
    frozen=True,
    slots=True,
    kw_only=True,
)
"""`Request` with the fields that it shares with `/v2/chat`, as that declares them."""
