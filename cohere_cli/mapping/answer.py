"""The outcome of a request: its response as a text, or as JSON that must fit."""

from collections.abc import Callable, Mapping
from typing import Any

from cohere_cli.api.protocol.chat import decode_response
from cohere_cli.api.protocol.events import finish_outcome
from cohere_cli.api.protocol.fields import items
from cohere_cli.api.protocol.reply import Reply
from cohere_cli.api.protocol.stream import require_end
from cohere_cli.errors import AnswerIncomplete, ServerFault
from cohere_cli.mapping.result import Outcome
from cohere_cli.record import EMPTY

JsonCheck = Callable[[str], tuple[Any, str]]
"""Returns the JSON value of an answer, and what is wrong with it, "" for nothing."""

_TEXT_BLOCK = {"type", "text"}


def outcome_of(response: Mapping[str, Any], model: str) -> Outcome:
    """Return the outcome that *response*, of `/v2/chat`, is for *model*.

    An answer that is not whole has an error. Raises `ServerFault` for an object that is
    no chat response, or one that says that the server failed.
    """
    return _plain(response, model) or _decoded(response, model)


def _plain(response: Mapping[str, Any], model: str) -> Outcome | None:
    """Return the outcome of a complete text as the API writes it; None for others.

    Nearly all are so, and as events they take twenty times as long.
    """
    # A server may send any value as the reply.
    message = response.get("message") if type(response) is dict else None
    if type(message) is not dict or response.get("finish_reason") != "COMPLETE":
        return None
    content, usage = message.get("content"), response.get("usage")
    citations = message.get("citations") or ()
    if type(content) is not list or len(content) != 1 or message.get("tool_calls"):
        return None
    block = content[0]
    if (
        type(block) is not dict
        or block.keys() != _TEXT_BLOCK
        or block["type"] != "text"
    ):
        return None
    text = block["text"]
    if type(usage) is not dict or not _are_objects(citations):
        return None
    if type(text) is not str or not text or _has_half(text):
        return None
    return Outcome(model, text, None, citations, "COMPLETE", usage)


def _are_objects(values: Any) -> bool:
    return type(values) in (list, tuple) and all(type(one) is dict for one in values)


def _has_half(text: str) -> bool:
    """Whether *text* has half of a surrogate pair, which has no UTF-8."""
    if text.isascii():
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _decoded(response: Mapping[str, Any], model: str) -> Outcome:
    reply, error = Reply(), None
    try:
        for event in require_end(decode_response(response)):
            reply.add(event)
    except AnswerIncomplete as exc:
        if reply.finish_reason.upper().startswith("ERROR"):
            # The server failed: another request may get an answer.
            raise ServerFault(exc.what) from exc
        error = exc
    error = error or _missing(reply)
    sent = items((response.get("message") or EMPTY).get("tool_calls"))
    calls = [one for one in sent if isinstance(one, Mapping)]
    return Outcome(
        model,
        reply.text,
        citations=[one.data for one in reply.citations],
        finish_reason=reply.finish_reason,
        usage=reply.usage or EMPTY,
        error=error,
        tool_calls=calls if reply.tool_calls else (),
    )


def _missing(reply: Reply) -> AnswerIncomplete | None:
    """Return the error of a reply that has only thinking or a plan, None for others.

    Nothing else would tell it from an answer that is empty.
    """
    if not reply.lacks_answer or not (reply.thinking or reply.tool_plan):
        return None
    what = "thinking" if reply.thinking else "a tool plan"
    hint = "raise --max-tokens or set --thinking-budget" if reply.thinking else ""
    return AnswerIncomplete(f"no answer: the reply has only {what}", hint=hint)


def checked(outcome: Outcome, check: JsonCheck) -> Outcome:
    """Return *outcome* with the JSON of its text, or the error that it does not fit."""
    if outcome.error or outcome.tool_calls:
        return outcome
    value, violation = check(outcome.text)
    if not violation:
        return outcome._replace(value=value)
    hint = "raise --max-tokens" if is_cut_off(outcome) else ""
    problem = f"the answer does not match the schema: {violation}"
    return outcome._replace(error=AnswerIncomplete(problem, hint=hint))


def is_cut_off(outcome: Outcome) -> bool:
    """Whether the answer ended at the limit of tokens: another would, too."""
    return finish_outcome(outcome.finish_reason) == "cut off"
