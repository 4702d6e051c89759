"""A script while it is played: which rule a request meets, and what that gives."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from threading import Lock
from time import sleep

from cohere_cli.api.bodies import ChatBody
from cohere_cli.api.events import Citation, Source
from cohere_cli.sandbox.answer import Answer, Call
from cohere_cli.sandbox.chat import within_limits
from cohere_cli.sandbox.evidence import Evidence, from_documents, from_results
from cohere_cli.sandbox.faults.heads import status, with_header
from cohere_cli.sandbox.faults.occasions import Occasions
from cohere_cli.sandbox.refusals import Refused
from cohere_cli.sandbox.request import Request
from cohere_cli.sandbox.response import Response, refusal
from cohere_cli.sandbox.routes import respond
from cohere_cli.sandbox.scripts.asked import Asked, asked
from cohere_cli.sandbox.scripts.reading import Rule, places
from cohere_cli.sandbox.scripts.rule import ErrorReply, Reply
from cohere_cli.sandbox.turns import results
from cohere_cli.sandbox.wire import as_bytes


class Script:
    """Rules in their order; the first that a request meets is its rule.

    What no rule answers is *otherwise*'s. *occasions* count the rules' faults.
    """

    def __init__(
        self,
        rules: tuple[Rule, ...],
        otherwise: Callable[[Request], Response],
        occasions: Occasions,
    ) -> None:
        self._rules = rules
        self._otherwise = otherwise
        self._occasions = occasions
        self._lock = Lock()
        self._met: Counter[int] = Counter()

    def played(self, request: Request) -> Response:
        """Return what the script has for *request*; raises `Refused`."""
        number = self._find(asked(request))
        if number is None:
            return self._otherwise(request)
        rule = self._rules[number]
        try:
            response = self._given(rule, request)
        except Refused as exc:
            response = refusal(exc, request.digest)
        if rule.text.delay:
            response = replace(response, begin=partial(sleep, rule.text.delay))
        return self._occasions.struck(response, f"rule {number}", rule.strikes)

    def _find(self, asked: Asked) -> int | None:
        """Return which rule is that of what is *asked*.

        Rules behind it count the request, too: of two that differ in `nth` alone,
        each has its turn.
        """
        met = [at for at, rule in enumerate(self._rules) if asked.meets(rule)]
        with self._lock:
            self._met.update(met)
            turns = [at for at in met if self._is_turn(at)]
        return next(iter(turns), None)

    def _is_turn(self, number: int) -> bool:
        return self._rules[number].match.nth in (None, self._met[number])

    def _given(self, rule: Rule, request: Request) -> Response:
        trace, text = request.digest[32:], rule.text
        if rule.kept is not None:
            return rule.kept.played(trace)
        if text.json is not None:
            return Response(200, trace, as_bytes(text.json))
        if text.error is not None:
            return _refused(text.error, request)
        if rule.reply is not None:
            return respond(request, partial(_within_limits, rule.reply))
        return self._otherwise(request)


def _within_limits(reply: Reply, body: ChatBody) -> Answer:
    return within_limits(body, _answer(reply, body))


def _refused(error: ErrorReply, request: Request) -> Response:
    more = {"error_type": error.error_type} if error.error_type else {}
    refused = Refused(error.status, error.message or "", more=more)
    response = refusal(refused, request.digest)
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
        cited, places(reply.text or "", cited), strict=True
    ):
        sources = tuple(
            evidence[name].source if name in evidence else _unseen(name)
            for name in citation.sources
        )
        yield Citation(start, end, citation.text, sources, block)


def _evidence(body: ChatBody) -> dict[str, Evidence]:
    documents = from_documents(body.documents or ())
    found = [*from_results(results(body.messages)), *documents]
    return {each.source.id: each for each in found}


def _unseen(name: str) -> Source:
    """Cite a document that the request does not have: only its id is known."""
    return Source({"type": "document", "id": name, "document": {"id": name}})
