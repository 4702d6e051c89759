"""From a request's bytes to a checked body; or a refusal, in the API's words."""

from collections.abc import Mapping
from typing import Any, TypeVar

from cohere_cli.api.bodies import ChatBody, CompatBody, RerankBody
from cohere_cli.api.strict_json import loads
from cohere_cli.api.validate import InvalidBody, validate
from cohere_cli.sandbox.compat import IGNORED, CompatRequest, as_chat, wants_usage
from cohere_cli.sandbox.refusals import flawed, invalid, no_json
from cohere_cli.sandbox.rules import check
from cohere_cli.sandbox.tokens import TokenizeBody

_CHAT = "reference/chat"
_RERANK = "reference/rerank"
_COMPAT = "docs/compatibility-api"
_TOKENIZE = "reference/tokenize"

BodyT = TypeVar("BodyT", ChatBody, CompatBody, RerankBody, TokenizeBody)


def chat_body(raw: bytes) -> ChatBody:
    """Read the body of `/v2/chat`; raises `Refused`."""
    body = _valid(ChatBody, _in_capitals(_mapping(raw)), _CHAT)
    check(body)
    return body


def rerank_body(raw: bytes) -> RerankBody:
    """Read the body of `/v2/rerank`; raises `Refused`."""
    return _valid(RerankBody, _mapping(raw), _RERANK)


def tokenize_body(raw: bytes) -> TokenizeBody:
    """Read the body of `/v1/tokenize`; raises `Refused`."""
    return _valid(TokenizeBody, _mapping(raw), _TOKENIZE)


def compat_body(raw: bytes) -> CompatRequest:
    """Read the body of `/chat/completions`; raises `Refused`."""
    data = _mapping(raw)
    usage = wants_usage(data.get("stream_options"))
    known = {key: value for key, value in data.items() if key not in IGNORED}
    compat = _valid(CompatBody, known, _COMPAT)
    try:
        body = as_chat(compat)
    except InvalidBody as exc:
        raise flawed(exc.flaw, _COMPAT) from exc
    check(body)
    return CompatRequest(body, wants_usage=usage)


def _valid(kind: type[BodyT], data: Mapping[str, Any], page: str) -> BodyT:
    try:
        return validate(kind, data)
    except InvalidBody as exc:
        raise flawed(exc.flaw, page) from exc


def _mapping(raw: bytes) -> dict[str, Any]:
    """Parse *raw*; a field that is null counts as not said."""
    try:
        data = loads(raw)
    except ValueError as exc:
        raise no_json(str(exc)) from exc
    if not isinstance(data, dict):
        raise invalid("the body must be a JSON object")
    return {key: value for key, value in data.items() if value is not None}


def _in_capitals(data: dict[str, Any]) -> dict[str, Any]:
    """Write the citation mode as the reference does; the API takes small letters."""
    options = data.get("citation_options")
    if not (isinstance(options, dict) and isinstance(options.get("mode"), str)):
        return data
    return {**data, "citation_options": {**options, "mode": options["mode"].upper()}}
