"""Which request gets which reply: the sandbox's endpoints."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from cohere_cli.api.protocol.reply import Reply, add_event
from cohere_cli.api.protocol.requests import ChatBody, to_json
from cohere_cli.sandbox.answers.answer import Answer
from cohere_cli.sandbox.answers.chat import answered, input_tokens
from cohere_cli.sandbox.answers.models import (
    described,
    described_for_openai,
    listed,
    listed_for_openai,
)
from cohere_cli.sandbox.answers.ranking import reranked
from cohere_cli.sandbox.answers.tokenize import tokenized
from cohere_cli.sandbox.encoding.cohere import DONE, encode_event, encode_reply
from cohere_cli.sandbox.encoding.events import ReplyOptions, SandboxEvent, answer_events
from cohere_cli.sandbox.encoding.openai import (
    encode_chunks,
    encode_completion,
    usage_chunk,
)
from cohere_cli.sandbox.messages import (
    EVENTS,
    Refused,
    Request,
    Response,
    as_bytes,
    uuid,
)
from cohere_cli.sandbox.validation import (
    chat_body,
    compat_body,
    rerank_body,
    tokenize_body,
)

Answering = Callable[[ChatBody], Answer]
Said = Mapping[str, Any] | Iterator[bytes]


class Endpoint(NamedTuple):
    """An endpoint's name in scripts, and what it says; only a chat is answered."""

    name: str
    respond: Callable[[Request, Answering], Said]


def respond(request: Request, answering: Answering = answered) -> Response:
    """Return the reply to *request*; a chat's is *answering*'s. Raises `Refused`.

    The same request gets the same reply.
    """
    said = endpoint_of(request).respond(request, answering)
    trace = request.digest[32:]
    if isinstance(said, Mapping):
        return Response(200, trace, as_bytes(said))
    return Response(200, trace, said, EVENTS)


def endpoint_of(request: Request) -> Endpoint:
    """Return the endpoint that *request* means; raises `Refused`."""
    methods = _ENDPOINTS.get(request.path) or _ENDPOINTS.get(_any_in(request.path))
    if methods is None:
        raise Refused(404, "404 page not found")
    if request.method not in methods:
        raise Refused(405, "method not allowed")
    return methods[request.method]


def _any_in(path: str) -> str:
    folder, _, name = path.rpartition("/")
    return f"{folder}/*" if name else ""


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _chat(request: Request, answering: Answering) -> Said:
    body = chat_body(request.body)
    events = _events(body, request.path, answering)
    return (
        _framed(map(encode_event, events))
        if body.stream
        else encode_reply(_folded(events))
    )


def _compat(request: Request, answering: Answering) -> Said:
    asked = compat_body(request.body)
    events = _events(asked.body, request.path, answering)
    if not asked.body.stream:
        return encode_completion(_folded(events), asked.body.model)
    said = list(events)
    told = [*encode_chunks(said, asked.body.model)]
    if asked.wants_usage:
        told.append(usage_chunk(_folded(said), asked.body.model))
    return _framed(told)


def _rerank(request: Request, _: Answering) -> Said:
    return reranked(rerank_body(request.body), uuid(request.digest))


def _tokenize(request: Request, _: Answering) -> Said:
    return tokenized(tokenize_body(request.body))


def _check_api_key(*_: object) -> Said:
    nobody = uuid("0" * 64)
    return {"valid": True, "organization_id": nobody, "owner_id": nobody}


def _models(request: Request, _: Answering) -> Said:
    return listed(request.query)


def _model(request: Request, _: Answering) -> Said:
    return described(_name(request.path))


def _compat_models(*_: object) -> Said:
    return listed_for_openai()


def _compat_model(request: Request, _: Answering) -> Said:
    return described_for_openai(_name(request.path))


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


def _events(body: ChatBody, path: str, answering: Answering) -> Iterator[SandboxEvent]:
    # An answer and its stream are one reply: they have the same ids.
    said = json.dumps(to_json(body.replace(stream=None)))
    digest = sha256(f"{path}\n{said}".encode()).hexdigest()
    options = body.citation_options
    manner = ReplyOptions(
        id=uuid(digest),
        input_tokens=input_tokens(body),
        citations_last=options is not None and options.mode == "ACCURATE",
        logprobs=body.logprobs or False,
    )
    return answer_events(answering(body), manner)


def _folded(events: Iterable[SandboxEvent]) -> Reply:
    reply = Reply()
    for event in events:
        reply = add_event(reply, event)
    return reply


def _framed(frames: Iterable[bytes]) -> Iterator[bytes]:
    yield from frames
    yield DONE
