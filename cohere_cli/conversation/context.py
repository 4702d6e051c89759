"""What a turn takes over from those before it: the body, and the messages."""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import dropwhile, takewhile
from typing import Any

from cohere_cli.conversation.turn import Turn
from cohere_cli.documents.totals import estimated_tokens

_WAS_SYSTEM = ("system", "developer")
_LONGEST_QUESTION = 500  # characters of an earlier one that help to find passages
_EARLIER_QUESTIONS = 2


def system_messages(turn: Turn) -> list[Any]:
    """Return the system messages of *turn*, whose request has all of them."""
    return [one for one in turn.request.get("messages", ()) if is_system(one)]


def messages_of(turn: Turn) -> Iterator[Any]:
    """Yield the messages that *turn* added, and its answer as a message."""
    yield from own_messages(turn)
    if answer := _answer(turn):
        yield answer


def own_messages(turn: Turn) -> list[Any]:
    """Return the messages that *turn* added, without the system's."""
    return [one for one in turn.request.get("messages", ()) if not is_system(one)]


def is_system(message: Any) -> bool:
    """Whether *message* is for the whole conversation, and not a part of the talk."""
    return isinstance(message, Mapping) and message.get("role") in _WAS_SYSTEM


def turns_that_fit(
    turns: Sequence[Turn], room: int | None, *, always: int = 0
) -> Sequence[Turn]:
    """Return the youngest of *turns* that have at most about *room* tokens.

    None is any number. The results of tools are left out with the turn that called.
    The last *always* are kept even if there is no room for them.
    """
    if room is None:
        return turns
    for count, turn in enumerate(reversed(turns)):
        room -= estimate_tokens([*messages_of(turn)])
        if room < 0 and count >= always:
            return [*dropwhile(is_step, turns[len(turns) - count :])]
    return turns


def count_steps(turns: Sequence[Turn], messages: Sequence[Any]) -> int:
    """Return how many of *turns* led to *messages*: 0 unless they begin with results.

    Those are the last turn with a prompt, and its steps. Without them nothing says
    what was asked and called.
    """
    begin = [one for one in messages if not is_system(one)][:1]
    if not any(map(_is_result, begin)):
        return 0
    steps = len([*takewhile(is_step, reversed(turns))])
    return min(steps + 1, len(turns))


def is_step(turn: Turn) -> bool:
    """Whether *turn* goes on with the results of tools, and has no prompt before."""
    return bool(results_in(turn))


def results_in(turn: Turn) -> list[Any]:
    """Return the results of tools with which *turn* begins."""
    return [*takewhile(_is_result, own_messages(turn))]


def _is_result(message: Any) -> bool:
    return isinstance(message, Mapping) and message.get("role") == "tool"


def estimate_tokens(value: Any) -> int:
    """Return about how many tokens *value* of JSON has, without images."""
    text = json.dumps(_without_images(value), ensure_ascii=False)
    return estimated_tokens(len(text.encode(errors="surrogatepass")))


def whole_question(turns: Sequence[Turn], question: str) -> str:
    """Return what to search for: *question*, after those that it may refer to."""
    earlier = [one.prompt[:_LONGEST_QUESTION] for one in turns[-_EARLIER_QUESTIONS:]]
    return "\n".join([*filter(None, earlier), question])


def _answer(turn: Turn) -> dict[str, Any]:
    """Return the message of the model, without what the API does not take back."""
    message = turn.reply.get("message")
    if not isinstance(message, Mapping):
        return {}
    if turn.command == "compat":
        return _compat_answer(message)
    kept = [name for name in ("tool_plan", "tool_calls") if message.get(name)]
    answer = {"role": "assistant", **{name: message[name] for name in kept}}
    content = [*(message.get("content") or ())]
    if not answer.get("tool_calls"):
        blocks = [one for one in content if _is_text(one)]
        # A message without words is refused, and all later requests would have it.
        has_words = any(str(one["text"]).strip() for one in blocks)
        return {**answer, "content": blocks} if has_words else {}
    # Beside tool calls text is refused, and thinking is wanted.
    thoughts = [
        one for one in content if isinstance(one, Mapping) and "thinking" in one
    ]
    return {**answer, "content": thoughts} if thoughts else answer


def _compat_answer(message: Mapping[str, Any]) -> dict[str, Any]:
    texts = [one["text"] for one in message.get("content") or () if _is_text(one)]
    answer: dict[str, Any] = {"role": "assistant", "content": "".join(texts) or None}
    if calls := message.get("tool_calls"):
        answer["tool_calls"] = calls
    return answer if texts or calls else {}


def _is_text(block: Any) -> bool:
    return isinstance(block, Mapping) and bool(block.get("text"))


def _without_images(value: Any) -> Any:
    if isinstance(value, str):
        return "" if value.startswith("data:image/") else value
    if isinstance(value, Mapping):
        return {name: _without_images(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_without_images(one) for one in value]
    return value
