"""An answer as the events of a reply, piece by piece."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cohere_cli.api.protocol.events import (
    Citation,
    CitationEnd,
    CitationStart,
    ContentDelta,
    ContentEnd,
    ContentStart,
    MessageEnd,
    MessageStart,
    ToolCallDelta,
    ToolCallEnd,
    ToolCallStart,
    ToolPlanDelta,
)
from cohere_cli.sandbox.answers.answer import Answer, Call
from cohere_cli.sandbox.answers.text import token_id, tokens

SandboxEvent = (
    MessageStart
    | ContentStart
    | ContentDelta
    | ContentEnd
    | ToolPlanDelta
    | ToolCallStart
    | ToolCallDelta
    | ToolCallEnd
    | CitationStart
    | CitationEnd
    | MessageEnd
)
"""The events that a sandbox sends: none that is garbled or that nobody knows."""

_ID_LETTERS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyOptions:
    """How a reply is told: its id, what it read, what comes along and when."""

    id: str
    input_tokens: int = 0
    citations_last: bool = False
    logprobs: bool = False


def answer_events(answer: Answer, manner: ReplyOptions) -> Iterator[SandboxEvent]:
    """Yield the events that tell *answer*; the same answer gives the same events."""
    yield MessageStart(id=manner.id)
    if answer.thinking:
        yield from _thought(answer.thinking)
    for piece in tokens(answer.plan):
        yield ToolPlanDelta(text=piece)
    for index, call in enumerate(answer.calls):
        yield from _called(index, call, manner)
    if not answer.plan and not answer.calls:
        yield from _told(answer, manner)
    usage = _usage(answer, manner)
    yield MessageEnd(finish_reason=answer.finish_reason, usage=usage)


def _thought(thinking: str) -> Iterator[SandboxEvent]:
    yield ContentStart(type="thinking")
    for piece in tokens(thinking):
        yield ContentDelta(type="thinking", text=piece)
    yield ContentEnd()


def _called(index: int, call: Call, manner: ReplyOptions) -> Iterator[SandboxEvent]:
    unique = sha256(f"{manner.id} {index}".encode()).hexdigest()[:_ID_LETTERS]
    yield ToolCallStart(index=index, id=f"{call.name}_{unique}", name=call.name)
    for piece in tokens(call.arguments):
        yield ToolCallDelta(index=index, arguments=piece)
    yield ToolCallEnd(index=index)


def _told(answer: Answer, manner: ReplyOptions) -> Iterator[SandboxEvent]:
    """Tell the text, with each citation right after what it covers, or all last."""
    block = 1 if answer.thinking else 0
    waiting = deque(enumerate(answer.citations))
    position = 0
    yield ContentStart(index=block)
    for piece in tokens(answer.text):
        logprobs = _logprobs(piece) if manner.logprobs else None
        yield ContentDelta(index=block, text=piece, logprobs=logprobs)
        position += len(piece)
        while waiting and waiting[0][1].end <= position and not manner.citations_last:
            yield from _cited(*waiting.popleft())
    for index, citation in waiting:
        yield from _cited(index, citation)
    yield ContentEnd(index=block)


def _cited(index: int, citation: Citation) -> Iterator[SandboxEvent]:
    yield CitationStart(index=index, citation=citation)
    yield CitationEnd(index=index)


def _logprobs(piece: str) -> Mapping[str, Any]:
    # A rule has no doubts: its probability is 1, whose logarithm is 0.
    return {"text": piece, "token_ids": [token_id(piece)], "logprobs": [0.0]}


def _usage(answer: Answer, manner: ReplyOptions) -> Mapping[str, Any]:
    # No prompt of our own is added, so what is billed is all that there is.
    counted = {"input_tokens": manner.input_tokens, "output_tokens": answer.length}
    return {"billed_units": counted, "tokens": counted, "cached_tokens": 0}
