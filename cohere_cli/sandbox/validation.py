"""Parses and validates request bodies; errors have the API's messages."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from cohere_cli.api.protocol.requests import (
    AssistantMessage,
    ChatBody,
    CompatBody,
    Document,
    ImageContent,
    Message,
    RerankBody,
    SystemMessage,
    Tool,
    ToolMessage,
    UserMessage,
)
from cohere_cli.api.protocol.validation import InvalidBody, validate
from cohere_cli.sandbox.answers.quotes import id_of
from cohere_cli.sandbox.answers.tokenize import TokenizeBody
from cohere_cli.sandbox.encoding.openai import (
    IGNORED_FIELDS,
    CompatRequest,
    to_chat_body,
    wants_usage,
)
from cohere_cli.sandbox.messages import (
    ApiError,
    invalid,
    invalid_json,
    missing_call_id,
    violation_error,
)
from cohere_cli.strict_json import loads

_CHAT = "reference/chat"
_RERANK = "reference/rerank"
_COMPAT = "docs/compatibility-api"
_TOKENIZE = "reference/tokenize"

BodyT = TypeVar("BodyT", ChatBody, CompatBody, RerankBody, TokenizeBody)


def parse_chat_body(raw: bytes) -> ChatBody:
    """Read the body of `/v2/chat`; raises `ApiError`."""
    data = _parse_object(raw)
    body = _texts_alone(data) or _validate_as(ChatBody, data, _CHAT)
    check_rules(body)
    return body


def _texts_alone(data: Mapping[str, Any]) -> ChatBody | None:
    """Return the body if it has nothing but a prompt and such; None for any other.

    It is valid then, without pydantic, whose import takes longer than all else of a
    first reply.
    """
    match data:
        case {
            "model": str(model),
            "messages": [_, *_] as given,
            "stream": bool(stream),
            **others,
        } if not others:
            read = [_text_message(one) for one in given]
            messages = tuple(one for one in read if one is not None)
        case _:
            return None
    if len(messages) < len(given):
        return None
    return ChatBody(model=model, messages=messages, stream=stream)


def _text_message(data: Any) -> SystemMessage | UserMessage | None:
    match data:
        case {"role": "system", "content": str(text), **others} if not others:
            return SystemMessage(text)
        case {"role": "user", "content": str(text), **others} if not others:
            return UserMessage(text)
        case _:
            return None


def parse_rerank_body(raw: bytes) -> RerankBody:
    """Read the body of `/v2/rerank`; raises `ApiError`."""
    return _validate_as(RerankBody, _parse_object(raw), _RERANK)


def parse_tokenize_body(raw: bytes) -> TokenizeBody:
    """Read the body of `/v1/tokenize`; raises `ApiError`."""
    return _validate_as(TokenizeBody, _parse_object(raw), _TOKENIZE)


def parse_compat_body(raw: bytes) -> CompatRequest:
    """Read the body of `/chat/completions`; raises `ApiError`."""
    data = _parse_object(raw)
    usage = wants_usage(data.get("stream_options"))
    known = {key: value for key, value in data.items() if key not in IGNORED_FIELDS}
    compat = _validate_as(CompatBody, known, _COMPAT)
    try:
        body = to_chat_body(compat)
    except InvalidBody as exc:
        raise violation_error(exc.violation, _COMPAT) from exc
    check_rules(body)
    return CompatRequest(body, wants_usage=usage)


def _validate_as(kind: type[BodyT], data: Mapping[str, Any], page: str) -> BodyT:
    try:
        return validate(kind, data)
    except InvalidBody as exc:
        raise violation_error(exc.violation, page) from exc


def _parse_object(raw: bytes) -> dict[str, Any]:
    """Parse *raw*; a field that is null counts as absent."""
    try:
        data = loads(raw)
    except ValueError as exc:
        raise invalid_json(str(exc)) from exc
    if not isinstance(data, dict):
        raise invalid("the body must be a JSON object")
    return {key: value for key, value in data.items() if value is not None}


_MAX_IMAGES = 20
_TOOL_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def check_rules(body: ChatBody) -> None:
    """Raise `ApiError` for the first rule that *body* breaks."""
    for error in _rule_errors(body):
        raise error


def _rule_errors(body: ChatBody) -> Iterator[ApiError]:
    yield from _turn_errors(body)
    yield from _call_errors(body.messages)
    yield from _document_errors(body.documents or ())
    yield from _tool_errors(body.tools or ())
    if body.tool_choice == "REQUIRED" and not body.tools:
        yield invalid("tool_choice cannot be REQUIRED if no tools are given")
    wants_json = body.response_format and body.response_format.type == "json_object"
    if wants_json and body.documents:
        yield invalid("response_format is not supported with RAG.")


def _turn_errors(body: ChatBody) -> Iterator[ApiError]:
    if sum(_images(body)) > _MAX_IMAGES:
        yield invalid(f"a request may have at most {_MAX_IMAGES} images")


def _images(body: ChatBody) -> Iterator[bool]:
    for turn in body.messages:
        if isinstance(turn, UserMessage):
            yield from (isinstance(block, ImageContent) for block in turn.content)


def _call_errors(turns: tuple[Message, ...]) -> Iterator[ApiError]:
    """Yield the errors of tool calls and results, in the words of Cohere's page.

    https://docs.cohere.com/reference/errors
    """
    called: set[str] = set()
    for turn in turns:
        if isinstance(turn, AssistantMessage):
            ids = [call.id for call in turn.tool_calls or ()]
            if len(called.union(ids)) < len(called) + len(ids):
                yield ApiError(400, "cannot have duplicate tool ids")
            called.update(ids)
        elif isinstance(turn, ToolMessage):
            if not turn.tool_call_id:
                yield missing_call_id()
            if turn.tool_call_id not in called:
                yield ApiError(400, "tool call id not found in previous tool calls")


def _document_errors(documents: tuple[str | Document, ...]) -> Iterator[ApiError]:
    for at, document in enumerate(documents):
        data = document if isinstance(document, str) else document.data
        if not (data.strip() if isinstance(data, str) else data):
            yield invalid(f"document at index {at} cannot be empty")
    ids = Counter(id_of(f"doc:{at}", each) for at, each in enumerate(documents))
    if max(ids.values(), default=0) > 1:
        yield invalid("duplicate document ID")


def _tool_errors(tools: tuple[Tool, ...]) -> Iterator[ApiError]:
    for tool in tools:
        if not _TOOL_NAME.fullmatch(tool.function.name):
            yield invalid(
                f"tool name '{tool.function.name}' may have only letters, digits and "
                "underscores, and may not start with a digit"
            )
    names = Counter(tool.function.name for tool in tools)
    if max(names.values(), default=0) > 1:
        yield invalid("tool names must be unique")
