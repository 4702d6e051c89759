"""The sandbox's endpoints: paths and methods to handlers."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from cohere_cli.api.protocol.chat import encode_response
from cohere_cli.api.protocol.chat_encoder import encode_event
from cohere_cli.api.protocol.compat import (
    encode_chunks,
    encode_completion,
    encode_usage,
)
from cohere_cli.api.protocol.events import KnownEvent
from cohere_cli.api.protocol.reply import Reply
from cohere_cli.api.protocol.requests import ChatBody, to_json
from cohere_cli.sandbox.answers.answer import Answer
from cohere_cli.sandbox.answers.chat import answer_chat, input_tokens
from cohere_cli.sandbox.answers.models import (
    get_model,
    get_openai_model,
    list_models,
    list_openai_models,
    require_model,
)
from cohere_cli.sandbox.answers.ranking import rerank
from cohere_cli.sandbox.answers.tokenize import tokenize
from cohere_cli.sandbox.encoding.events import ReplyOptions, answer_events
from cohere_cli.sandbox.encoding.openai import to_compat_events
from cohere_cli.sandbox.messages import (
    DONE,
    EVENTS,
    ApiError,
    Request,
    Response,
    as_bytes,
    sse_frame,
    uuid,
)
from cohere_cli.sandbox.validation import (
    parse_chat_body,
    parse_compat_body,
    parse_rerank_body,
    parse_tokenize_body,
)

AnswerFunction = Callable[[ChatBody], Answer]
Payload = Mapping[str, Any] | Iterator[bytes]


class Endpoint(NamedTuple):
    """An endpoint: its name in scripts and its handler.

    Only the chat endpoints call the `AnswerFunction`.
    """

    name: str
    respond: Callable[[Request, AnswerFunction], Payload]


def respond(request: Request, answer: AnswerFunction = answer_chat) -> Response:
    """Return the reply to *request*; raises `ApiError`.

    *answer* answers a chat. The same request always gets the same reply.
    """
    reply = find_endpoint(request).respond(request, answer)
    trace = request.digest[32:]
    if isinstance(reply, Mapping):
        return Response(200, trace, as_bytes(reply))
    return Response(200, trace, reply, EVENTS)


def find_endpoint(request: Request) -> Endpoint:
    """Return the endpoint for *request*; raises `ApiError`."""
    methods = _ENDPOINTS.get(request.path) or _ENDPOINTS.get(_wildcard(request.path))
    if methods is None:
        raise ApiError(404, "404 page not found")
    if request.method not in methods:
        raise ApiError(405, "method not allowed")
    return methods[request.method]


def _wildcard(path: str) -> str:
    folder, _, name = path.rpartition("/")
    return f"{folder}/*" if name else ""


def _last_segment(path: str) -> str:
    return path.rpartition("/")[2]


def _require_model(request: Request, name: str, endpoint: str = "") -> None:
    if not request.is_scripted:
        require_model(name, endpoint)


def _chat(request: Request, answer: AnswerFunction) -> Payload:
    body = parse_chat_body(request.body)
    _require_model(request, body.model, "chat")
    events = _events(body, request.path, answer)
    return (
        _stream(map(encode_event, events))
        if body.stream
        else encode_response(_collect_reply(events))
    )


def _compat(request: Request, answer: AnswerFunction) -> Payload:
    compat = parse_compat_body(request.body)
    _require_model(request, compat.body.model, "chat")
    reply = _events(compat.body, request.path, answer)
    events = [*to_compat_events(reply, compat.body.model)]
    if not compat.body.stream:
        return encode_completion(_collect_reply(events))
    chunks = [*encode_chunks(events)]
    if compat.wants_usage:
        chunks.append(encode_usage(_collect_reply(events)))
    return _stream(chunks)


def _rerank(request: Request, _: AnswerFunction) -> Payload:
    body = parse_rerank_body(request.body)
    _require_model(request, body.model, "rerank")
    return rerank(body, uuid(request.digest))


def _tokenize(request: Request, _: AnswerFunction) -> Payload:
    body = parse_tokenize_body(request.body)
    _require_model(request, body.model)
    return tokenize(body)


def _check_api_key(*_: object) -> Payload:
    unknown = uuid("0" * 64)
    return {"valid": True, "organization_id": unknown, "owner_id": unknown}


def _models(request: Request, _: AnswerFunction) -> Payload:
    return list_models(request.query)


def _model(request: Request, _: AnswerFunction) -> Payload:
    return get_model(_last_segment(request.path))


def _compat_models(*_: object) -> Payload:
    return list_openai_models()


def _compat_model(request: Request, _: AnswerFunction) -> Payload:
    return get_openai_model(_last_segment(request.path))


_ENDPOINTS: Mapping[str, Mapping[str, Endpoint]] = {
    "/v2/chat": {"POST": Endpoint("chat", _chat)},
    "/v2/rerank": {"POST": Endpoint("rerank", _rerank)},
    "/compatibility/v1/chat/completions": {"POST": Endpoint("compat", _compat)},
    "/v1/models": {"GET": Endpoint("models", _models)},
    "/v1/models/*": {"GET": Endpoint("models", _model)},
    "/compatibility/v1/models": {"GET": Endpoint("models", _compat_models)},
    "/compatibility/v1/models/*": {"GET": Endpoint("models", _compat_model)},
    "/v1/check-api-key": {"POST": Endpoint("check-api-key", _check_api_key)},
    "/v1/tokenize": {"POST": Endpoint("tokenize", _tokenize)},
}


def _events(body: ChatBody, path: str, answer: AnswerFunction) -> Iterator[KnownEvent]:
    # A streamed and an unstreamed reply to the same body have the same ids.
    text = json.dumps(to_json(body.replace(stream=None)))
    digest = sha256(f"{path}\n{text}".encode()).hexdigest()
    citations = body.citation_options
    options = ReplyOptions(
        id=uuid(digest),
        input_tokens=input_tokens(body),
        citations_last=citations is not None and citations.mode == "ACCURATE",
        logprobs=body.logprobs or False,
    )
    return answer_events(answer(body), options)


def _collect_reply(events: Iterable[KnownEvent]) -> Reply:
    reply = Reply()
    for event in events:
        reply.add(event)
    return reply


def _stream(payloads: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    yield from map(sse_frame, payloads)
    yield DONE
