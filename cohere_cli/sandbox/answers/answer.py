"""The content of a chat reply, and its truncation to the request's limits."""

from dataclasses import replace

from cohere_cli.api.protocol.events import Citation
from cohere_cli.record import value_class
from cohere_cli.sandbox.answers.text import first_tokens, tokens


@value_class
class Call:
    """A tool call; `arguments` is JSON text, empty for a tool without parameters."""

    name: str
    arguments: str


@value_class
class Answer:
    """A reply's content. An answer with calls has no text.

    `thinking` explains how the answer was made; only reasoning models return it.
    """

    text: str = ""
    citations: tuple[Citation, ...] = ()
    plan: str = ""
    calls: tuple[Call, ...] = ()
    thinking: str = ""
    finish_reason: str = "COMPLETE"

    @property
    def length(self) -> int:
        """The number of tokens, which is billed as output tokens."""
        parts = (self.thinking, self.plan, self.text, *map(_call_text, self.calls))
        return sum(len(tokens(part)) for part in parts)


def stop_at(answer: Answer, sequences: tuple[str, ...]) -> Answer:
    """Truncate the text at the first of the stop *sequences*."""
    found = (answer.text.find(sequence) for sequence in sequences if sequence)
    end = min((at for at in found if at >= 0), default=None)
    if end is None:
        return answer
    return replace(_truncate(answer, answer.text[:end]), finish_reason="STOP_SEQUENCE")


def limit_tokens(answer: Answer, max_tokens: int) -> Answer:
    """Truncate the answer to *max_tokens* tokens; thinking counts and comes first.

    Tool calls are never truncated: a call that does not fit is left out.
    """
    if answer.length <= max_tokens:
        return answer
    thinking = first_tokens(answer.thinking, max_tokens)
    left = max_tokens - len(tokens(thinking))
    plan = first_tokens(answer.plan, left)
    left -= len(tokens(plan))
    return replace(
        _truncate(answer, first_tokens(answer.text, left)),
        thinking=thinking,
        plan=plan,
        calls=_calls_within(answer.calls, left),
        finish_reason="MAX_TOKENS",
    )


def _truncate(answer: Answer, text: str) -> Answer:
    citations = tuple(each for each in answer.citations if each.end <= len(text))
    return replace(answer, text=text, citations=citations)


def _calls_within(calls: tuple[Call, ...], left: int) -> tuple[Call, ...]:
    complete: list[Call] = []
    for call in calls:
        left -= len(tokens(_call_text(call)))
        if left < 0:
            break
        complete.append(call)
    return tuple(complete)


def _call_text(call: Call) -> str:
    return call.name + call.arguments
