"""Plays a script: finds the rule for a request and makes its reply."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from threading import Lock
from time import sleep
from typing import Any

from cohere_cli.api.protocol.events import Citation, Source
from cohere_cli.api.protocol.requests import ChatBody
from cohere_cli.sandbox.answers.answer import Answer, Call
from cohere_cli.sandbox.answers.chat import latest_tool_results, within_limits
from cohere_cli.sandbox.answers.quotes import Evidence, from_documents, from_results
from cohere_cli.sandbox.endpoints import find_endpoint, respond
from cohere_cli.sandbox.faults.effects import status, with_header
from cohere_cli.sandbox.faults.schedule import FaultSchedule
from cohere_cli.sandbox.messages import (
    ApiError,
    Request,
    Response,
    as_bytes,
    error_response,
)
from cohere_cli.sandbox.scripts.rules import ErrorReply, Reply, Rule, find_citations
from cohere_cli.strict_json import loads


@dataclass(frozen=True, slots=True)
class ScriptRequest:
    """The fields of a request that rules match; empty if it is not valid JSON.

    `endpoint` is the name, or the path if the sandbox does not have the endpoint.
    """

    endpoint: str
    model: str = ""
    message: str = ""
    stream: bool = False

    def matches(self, rule: Rule) -> bool:
        """Whether all conditions of *rule* but `nth` are met."""
        match = rule.match
        return (
            match.endpoint in (None, self.endpoint)
            and match.model in (None, self.model)
            and match.stream in (None, self.stream)
            and (rule.message is None or rule.message.search(self.message) is not None)
            and (rule.reply is None or self.endpoint in ("chat", "compat"))
        )


def read_request(request: Request) -> ScriptRequest:
    """Read *request*, which need not be valid for the API."""
    endpoint = _endpoint(request)
    try:
        body = loads(request.body)
    except ValueError:
        body = None
    if not isinstance(body, Mapping):
        return ScriptRequest(endpoint)
    model, stream = body.get("model"), body.get("stream")
    return ScriptRequest(
        endpoint,
        model if isinstance(model, str) else "",
        _message(body),
        stream is True,
    )


def _endpoint(request: Request) -> str:
    try:
        return find_endpoint(request).name
    except ApiError:
        # A recorded server may have endpoints that the sandbox does not have.
        return request.path


def _message(body: Mapping[str, Any]) -> str:
    match body:
        case {"messages": [*_, {"content": str(text)}]} | {"query": str(text)}:
            return text
        case {"messages": [*_, {"content": [*blocks]}]}:
            return "\n".join(_texts(blocks))
        case _:
            return ""


def _texts(blocks: list[Any]) -> list[str]:
    texts = (block.get("text") for block in blocks if isinstance(block, Mapping))
    return [text for text in texts if isinstance(text, str)]


class ScriptPlayer:
    """Answers each request by the first rule that matches it.

    *fallback* answers the others; *schedule* counts the faults of the rules.
    """

    def __init__(
        self,
        rules: tuple[Rule, ...],
        fallback: Callable[[Request], Response],
        schedule: FaultSchedule,
    ) -> None:
        self._rules = rules
        self._fallback = fallback
        self._schedule = schedule
        self._lock = Lock()
        self._match_counts: Counter[int] = Counter()

    def respond(self, request: Request) -> Response:
        """Return the script's reply to *request*; raises `ApiError`."""
        number = self._find(read_request(request))
        if number is None:
            return self._fallback(request)
        rule = self._rules[number]
        try:
            response = self._rule_response(rule, replace(request, is_scripted=True))
        except ApiError as exc:
            response = error_response(exc, request.digest)
        if rule.text.delay:
            response = replace(response, begin=partial(sleep, rule.text.delay))
        return self._schedule.apply(response, f"rule {number}", rule.faults)

    def _find(self, request: ScriptRequest) -> int | None:
        """Return the number of the rule for *request*.

        Every rule that matches counts the request, so that rules that differ only in
        `nth` are used in turn.
        """
        matching = [at for at, rule in enumerate(self._rules) if request.matches(rule)]
        with self._lock:
            self._match_counts.update(matching)
            due = [at for at in matching if self._is_due(at)]
        return next(iter(due), None)

    def _is_due(self, number: int) -> bool:
        return self._rules[number].match.nth in (None, self._match_counts[number])

    def _rule_response(self, rule: Rule, request: Request) -> Response:
        trace, text = request.digest[32:], rule.text
        if rule.recording is not None:
            return rule.recording.respond(trace)
        if text.json is not None:
            return Response(200, trace, as_bytes(text.json))
        if text.error is not None:
            return _scripted_error(text.error, request)
        if rule.reply is not None:
            return respond(request, partial(_within_limits, rule.reply))
        return self._fallback(request)


def _within_limits(reply: Reply, body: ChatBody) -> Answer:
    return within_limits(body, _answer(reply, body))


def _scripted_error(error: ErrorReply, request: Request) -> Response:
    more = {"error_type": error.error_type} if error.error_type else {}
    api_error = ApiError(error.status, error.message or "", more=more)
    response = error_response(api_error, request.digest)
    if error.message is None:
        response = status(response, error.status)
    if error.retry_after is None:
        return response
    return with_header(response, "retry-after", f"{error.retry_after:g}")


def _answer(reply: Reply, body: ChatBody) -> Answer:
    calls = tuple(
        Call(call.name, json.dumps(call.arguments, ensure_ascii=False))
        if call.arguments
        else Call(call.name, "")
        for call in reply.tool_calls or ()
    )
    return Answer(
        text=reply.text or "",
        citations=tuple(_citations(reply, body)),
        plan=reply.tool_plan or "",
        calls=calls,
        thinking=reply.thinking or "",
        finish_reason=reply.finish_reason or ("TOOL_CALL" if calls else "COMPLETE"),
    )


def _citations(reply: Reply, body: ChatBody) -> Iterator[Citation]:
    # With thinking before it, the text is the second content block.
    block = 1 if reply.thinking else None
    evidence = _evidence(body)
    cited = reply.citations or ()
    for citation, (start, end) in zip(
        cited, find_citations(reply.text or "", cited), strict=True
    ):
        sources = tuple(
            evidence[name].source if name in evidence else _unknown_source(name)
            for name in citation.sources
        )
        yield Citation(start, end, citation.text, sources, block)


def _evidence(body: ChatBody) -> dict[str, Evidence]:
    documents = from_documents(body.documents or ())
    found = [*from_results(latest_tool_results(body.messages)), *documents]
    return {each.source.id: each for each in found}


def _unknown_source(name: str) -> Source:
    """Return a source for a document that is not in the request, with only its id."""
    return Source({"type": "document", "id": name, "document": {"id": name}})
