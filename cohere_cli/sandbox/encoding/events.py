"""Splits an answer into the events of a streamed reply."""

from collections import deque
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from cohere_cli.api.protocol.events import (
    Citation,
    CitationEnd,
    CitationStart,
    ContentDelta,
    ContentEnd,
    ContentStart,
    KnownEvent,
    MessageEnd,
    MessageStart,
    ToolCallDelta,
    ToolCallEnd,
    ToolCallStart,
    ToolPlanDelta,
)
from cohere_cli.record import value_class
from cohere_cli.sandbox.answers.answer import Answer, Call
from cohere_cli.sandbox.answers.text import token_id, tokens

_ID_LETTERS = 12


@value_class
class ReplyOptions:
    """The id, the usage and the optional parts of a reply.

    With `citations_last`, all citations follow the text; else each follows the
    text it covers.
    """

    id: str
    input_tokens: int = 0
    citations_last: bool = False
    logprobs: bool = False


def answer_events(answer: Answer, options: ReplyOptions) -> Iterator[KnownEvent]:
    """Yield the events of *answer*; the result is deterministic."""
    yield MessageStart(id=options.id)
    if answer.thinking:
        yield from _thinking_events(answer.thinking)
    for piece in tokens(answer.plan):
        yield ToolPlanDelta(text=piece)
    for index, call in enumerate(answer.calls):
        yield from _call_events(index, call, options)
    if not answer.plan and not answer.calls:
        yield from _text_events(answer, options)
    usage = _usage(answer, options)
    yield MessageEnd(finish_reason=answer.finish_reason, usage=usage)


def _thinking_events(thinking: str) -> Iterator[KnownEvent]:
    yield ContentStart(type="thinking")
    for piece in tokens(thinking):
        yield ContentDelta(type="thinking", text=piece)
    yield ContentEnd()


def _call_events(index: int, call: Call, options: ReplyOptions) -> Iterator[KnownEvent]:
    unique = sha256(f"{options.id} {index}".encode()).hexdigest()[:_ID_LETTERS]
    yield ToolCallStart(index=index, id=f"{call.name}_{unique}", name=call.name)
    for piece in tokens(call.arguments):
        yield ToolCallDelta(index=index, arguments=piece)
    yield ToolCallEnd(index=index)


def _text_events(answer: Answer, options: ReplyOptions) -> Iterator[KnownEvent]:
    """Yield the text, each citation after the text it covers, or all at the end."""
    block = 1 if answer.thinking else 0
    waiting = deque(enumerate(answer.citations))
    position = 0
    yield ContentStart(index=block)
    for piece in tokens(answer.text):
        logprobs = _logprobs(piece) if options.logprobs else None
        yield ContentDelta(index=block, text=piece, logprobs=logprobs)
        position += len(piece)
        while waiting and waiting[0][1].end <= position and not options.citations_last:
            yield from _citation_events(*waiting.popleft())
    for index, citation in waiting:
        yield from _citation_events(index, citation)
    yield ContentEnd(index=block)


def _citation_events(index: int, citation: Citation) -> Iterator[KnownEvent]:
    yield CitationStart(index=index, citation=citation)
    yield CitationEnd(index=index)


def _logprobs(piece: str) -> Mapping[str, Any]:
    # The mock answers deterministically: each probability is 1, its logarithm 0.
    return {"text": piece, "token_ids": [token_id(piece)], "logprobs": [0.0]}


def _usage(answer: Answer, options: ReplyOptions) -> Mapping[str, Any]:
    # No system prompt is added, so all tokens are billed.
    counted = {"input_tokens": options.input_tokens, "output_tokens": answer.length}
    return {"billed_units": counted, "tokens": counted, "cached_tokens": 0}
