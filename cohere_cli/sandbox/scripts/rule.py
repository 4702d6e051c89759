"""The rules of a script, as they are written: checked like a request's body."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from cohere_cli.api.bodies import Bounds

EndpointName = Literal[
    "chat", "rerank", "compat", "models", "tokenize", "check-api-key"
]
Seconds = Annotated[float, Bounds(0, 3600)]


class _Strict:
    """What pydantic reads when it checks: nothing unknown, no text for a number."""

    __slots__ = ()
    __pydantic_config__: ClassVar = {"extra": "forbid", "strict": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Match(_Strict):
    """Which requests a rule is for: all that is said must hold.

    `message` is a regular expression, searched for in the text of the last message,
    or in a rerank's query. `nth` counts, from 1, the requests for which the rest
    holds.
    """

    endpoint: EndpointName | None = None
    model: str | None = None
    message: str | None = None
    stream: bool | None = None
    nth: Annotated[int, Bounds(1)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallReply(_Strict):
    """A tool call to make."""

    name: str
    arguments: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationReply(_Strict):
    """Words of the reply's text, and the ids of the documents that they rest on.

    It is the first place after the citation before where the text has the words.
    """

    text: str
    sources: Annotated[tuple[str, ...], Bounds(1, of="items")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply(_Strict):
    """What a chat answers."""

    text: str | None = None
    citations: tuple[CitationReply, ...] | None = None
    thinking: str | None = None
    tool_plan: str | None = None
    tool_calls: tuple[CallReply, ...] | None = None
    finish_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorReply(_Strict):
    """A refusal; without a message, it has the API's own. `retry_after` is seconds."""

    status: Annotated[int, Bounds(400, 599)]
    message: str | None = None
    error_type: str | None = None
    retry_after: Seconds | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleText(_Strict):
    """A rule as it is written.

    What it gives is at most one of: `reply`, `json` (a body as it is), `file` (a
    recorded body, its path seen from the script) and `error`. If it gives none, the
    sandbox answers as ever. `delay` is seconds before the head; `fault` is in the
    words of `faults.notation`.
    """

    match: Match | None = None
    reply: str | Reply | None = None
    json: Mapping[str, Any] | None = None
    file: str | None = None
    error: ErrorReply | None = None
    delay: Seconds | None = None
    fault: str | None = None
