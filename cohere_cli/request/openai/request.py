"""The body that OpenAI's clients send, as far as a chat with Cohere has words for it.

Source: https://platform.openai.com/docs/api-reference/chat/create. Added are the
names under which other servers take thinking, `schema` where Cohere's endpoint wants
it, and the fields of `/v2/chat` that OpenAI has no word for.

Such a body may hold more than this: `losses.left_over` tells what.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from cohere_cli.api.protocol.requests import (
    Bounds,
    CitationOptions,
    Discriminator,
    Document,
    Json,
    Priority,
    Thinking,
)


class _Tolerant:
    """What pydantic reads when it checks: there may be more, but no text for a number.

    The counterpart of the strictness of `api.bodies`.
    """

    __slots__ = ()
    __pydantic_config__: ClassVar = {"extra": "ignore", "strict": True}


@dataclass(frozen=True, slots=True)
class TextPart(_Tolerant):
    """Text, as one part among others."""

    text: str
    type: Literal["text"]


@dataclass(frozen=True, slots=True)
class RefusalPart(_Tolerant):
    """What the model said when it refused."""

    refusal: str
    type: Literal["refusal"]


@dataclass(frozen=True, slots=True)
class ImageLocation(_Tolerant):
    """An image's address or data URI, and how closely it is looked at."""

    url: str
    detail: Literal["auto", "low", "high"] | None = None


@dataclass(frozen=True, slots=True)
class ImagePart(_Tolerant):
    """An image, as one part among others."""

    image_url: ImageLocation
    type: Literal["image_url"]


@dataclass(frozen=True, slots=True)
class OtherPart(_Tolerant):
    """What no chat with Cohere takes."""

    type: Literal["input_audio", "file"]
    input_audio: Json | None = None
    file: Json | None = None


@dataclass(frozen=True, slots=True)
class CalledFunction(_Tolerant):
    """The function that a call names; `arguments` is JSON text."""

    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Call(_Tolerant):
    """A call that the model asked for in an earlier turn."""

    id: str
    function: CalledFunction
    type: Literal["function"] = "function"


Text = str | tuple[TextPart, ...]
UserPart = Annotated[TextPart | ImagePart | OtherPart, Discriminator("type")]
AssistantPart = Annotated[TextPart | RefusalPart, Discriminator("type")]


@dataclass(frozen=True, slots=True)
class SystemTurn(_Tolerant):
    """How the model should behave."""

    content: Text
    role: Literal["system", "developer"]


@dataclass(frozen=True, slots=True)
class UserTurn(_Tolerant):
    """What the user says or shows."""

    content: str | tuple[UserPart, ...]
    role: Literal["user"]


@dataclass(frozen=True, slots=True)
class AssistantTurn(_Tolerant):
    """What the model said, or which tools it called, in an earlier turn."""

    role: Literal["assistant"]
    content: str | tuple[AssistantPart, ...] | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    tool_calls: tuple[Call, ...] | None = None


@dataclass(frozen=True, slots=True)
class ToolTurn(_Tolerant):
    """A tool's result."""

    tool_call_id: str
    content: Text
    role: Literal["tool"]


Turn = Annotated[
    SystemTurn | UserTurn | AssistantTurn | ToolTurn, Discriminator("role")
]


@dataclass(frozen=True, slots=True)
class Function(_Tolerant):
    """A function that the model may call; without `parameters` it takes none."""

    name: str
    description: str | None = None
    parameters: Json | None = None
    strict: bool | None = None


@dataclass(frozen=True, slots=True)
class FunctionTool(_Tolerant):
    """A tool that is called with JSON."""

    function: Function
    type: Literal["function"]


@dataclass(frozen=True, slots=True)
class CustomTool(_Tolerant):
    """A tool that is called with text of any form."""

    type: Literal["custom"]
    custom: Json | None = None


@dataclass(frozen=True, slots=True)
class FunctionName(_Tolerant):
    """A function's name."""

    name: str


@dataclass(frozen=True, slots=True)
class ChosenTool(_Tolerant):
    """The one tool that must be called, or those among which the model may choose."""

    type: Literal["function", "allowed_tools", "custom"]
    function: FunctionName | None = None
    allowed_tools: Json | None = None
    custom: Json | None = None


DeclaredTool = Annotated[FunctionTool | CustomTool, Discriminator("type")]
Choice = Literal["auto", "none", "required"] | ChosenTool | None


@dataclass(frozen=True, slots=True)
class TextFormat(_Tolerant):
    """An answer of any form."""

    type: Literal["text"]


@dataclass(frozen=True, slots=True)
class JsonFormat(_Tolerant):
    """A JSON object, perhaps of a given JSON Schema, as Cohere's endpoint has it."""

    type: Literal["json_object"]
    schema: Json | None = None


@dataclass(frozen=True, slots=True)
class SchemaWrapper(_Tolerant):
    """What OpenAI puts a JSON Schema in."""

    schema: Json


@dataclass(frozen=True, slots=True)
class SchemaFormat(_Tolerant):
    """A JSON object of a given JSON Schema, as OpenAI has it."""

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
    documents: tuple[str | Document, ...] | None = None
    citation_options: CitationOptions | None = None
    safety_mode: Literal["CONTEXTUAL", "STRICT", "OFF"] | None = None
    k: Annotated[int, Bounds(0, 500)] | None = None
    thinking: Thinking | None = None
    strict_tools: bool | None = None
    priority: Priority | None = None
