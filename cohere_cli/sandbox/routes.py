"""Which request gets which reply: the sandbox's manners and its three endpoints."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from cohere_cli.api.accumulate import Reply, step
from cohere_cli.api.bodies import ChatBody, as_json
from cohere_cli.sandbox.admission import chat_body, compat_body, rerank_body
from cohere_cli.sandbox.chat import answered, input_tokens
from cohere_cli.sandbox.chunks import chunks, completion
from cohere_cli.sandbox.refusals import Refused
from cohere_cli.sandbox.rerank import reranked
from cohere_cli.sandbox.speech import Manner, Spoken, spoken
from cohere_cli.sandbox.wire import DONE, as_bytes, frame, whole

_OURS = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?", re.IGNORECASE)
_BEARER = re.compile(r"bearer\s+\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Request:
    """A whole request; `path` has no query, header names are in small letters."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def digest(self) -> str:
        """64 hex digits that are the same for the same request."""
        return sha256(b"%b\n%b" % (self.path.encode(), self.body)).hexdigest()


@dataclass(frozen=True, slots=True)
class Response:
    """A reply: one JSON text, or the events of a stream."""

    status: int
    trace: str
    body: bytes | Iterator[bytes]

    @property
    def content_type(self) -> str:
        """The type that the API gives, which never names a charset."""
        streams = not isinstance(self.body, bytes)
        return "text/event-stream" if streams else "application/json"


def respond(request: Request) -> Response:
    """Return the reply to *request*; the same request gets the same reply."""
    trace = request.digest[32:]
    try:
        _turn_away_strangers(request)
        said = _endpoint(request)(request)
    except Refused as exc:
        return refusal(exc, request.digest)
    except Exception as exc:  # noqa: BLE001 - a bug of ours must not look like silence
        why = f"internal server error: {type(exc).__name__}"
        return refusal(Refused(500, why), request.digest)
    if isinstance(said, Mapping):
        return Response(200, trace, as_bytes(said))
    return Response(200, trace, said)


def refusal(refused: Refused, digest: str) -> Response:
    """Return an error as the API writes it."""
    said = {"id": _uuid(digest), "message": refused.message}
    return Response(refused.status, digest[32:], as_bytes(said))


def _turn_away_strangers(request: Request) -> None:
    """Refuse web pages: they send an Origin, or a name that was bound to 127.0.0.1."""
    if "origin" in request.headers:
        raise Refused(403, "requests from web pages are not allowed")
    if not _OURS.fullmatch(request.headers.get("host", "")):
        raise Refused(403, "the Host header must name this machine")


def _endpoint(request: Request) -> Callable[[Request], Any]:
    endpoint = _ENDPOINTS.get(request.path)
    if endpoint is None:
        raise Refused(404, "404 page not found")
    if request.method != "POST":
        raise Refused(405, "method not allowed")
    if not _BEARER.fullmatch(request.headers.get("authorization", "").strip()):
        raise Refused(401, "no api key supplied")
    return endpoint


def _chat(request: Request) -> Mapping[str, Any] | Iterator[bytes]:
    body = chat_body(request.body)
    events = _events(body, request.path)
    return _framed(map(frame, events)) if body.stream else whole(_folded(events))


def _compat(request: Request) -> Mapping[str, Any] | Iterator[bytes]:
    body = compat_body(request.body)
    events = _events(body, request.path)
    if body.stream:
        return _framed(chunks(events, body.model))
    return completion(_folded(events), body.model)


def _rerank(request: Request) -> Mapping[str, Any]:
    return reranked(rerank_body(request.body), _uuid(request.digest))


_ENDPOINTS: Mapping[str, Callable[[Request], Any]] = {
    "/v2/chat": _chat,
    "/v2/rerank": _rerank,
    "/compatibility/v1/chat/completions": _compat,
}


def _events(body: ChatBody, path: str) -> Iterator[Spoken]:
    # An answer and its stream are one reply: they have the same ids.
    said = json.dumps(as_json(replace(body, stream=None)))
    digest = sha256(f"{path}\n{said}".encode()).hexdigest()
    options = body.citation_options
    manner = Manner(
        id=_uuid(digest),
        input_tokens=input_tokens(body),
        citations_last=options is not None and options.mode == "ACCURATE",
        logprobs=body.logprobs or False,
    )
    return spoken(answered(body), manner)


def _folded(events: Iterable[Spoken]) -> Reply:
    reply = Reply()
    for event in events:
        reply = step(reply, event)
    return reply


def _framed(frames: Iterable[bytes]) -> Iterator[bytes]:
    yield from frames
    yield DONE


def _uuid(digest: str) -> str:
    """Write a digest as a version 4 UUID (RFC 9562)."""
    low, high, rest = digest[:12], digest[13:16], digest[17:32]
    return f"{low[:8]}-{low[8:]}-4{high}-a{rest[:3]}-{rest[3:]}"
