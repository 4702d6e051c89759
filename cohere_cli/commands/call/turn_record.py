"""The record of a turn: added to its conversation, and to the history."""

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from cohere_cli.api.protocol.requests import to_json
from cohere_cli.conversation.database import history_path
from cohere_cli.conversation.store import Place, opened_history
from cohere_cli.conversation.turn import Status, Turn, new_id
from cohere_cli.errors import CoError, ConfigProblem, OutputUnwritable
from cohere_cli.system.processes import terminal_name
from cohere_cli.terminal import Terminal, masked
from cohere_cli.text import current_folder

if TYPE_CHECKING:
    from cohere_cli.api.protocol.reply import Reply
    from cohere_cli.conversation.conversation import Conversation


class Fitted(NamedTuple):
    """A request that fits into the context of its model.

    `body` is of any kind. `own` are the messages that this turn adds, and the system
    messages. `first` is the number of the oldest turn that is included, 0 for none.
    `tokens` is about how many `body` has.
    """

    body: Any
    own: Sequence[Any]
    first: int = 0
    tokens: int = 0

    @classmethod
    def alone(cls, body: Any) -> "Fitted":
        """Return a request that begins a conversation."""
        return cls(body, to_json(body)["messages"])


class Sent(NamedTuple):
    """What is recorded of a request, beside the reply.

    `call` has what the body does not say: see `Turn`. `began` is in seconds since the
    epoch.
    """

    command: str
    request: Fitted
    profile: str
    base_url: str
    call: Mapping[str, Any]
    began: float


def record_turn(
    conversation: "Conversation | None",
    sent: Sent,
    reply: "Reply",
    error: BaseException | None,
    terminal: Terminal,
    *,
    is_kept: bool,
) -> None:
    """Add the turn to *conversation*, None for a new one, and to the history.

    What prevents that is a warning: the answer does not depend on it.
    """
    turn = _turn(sent, reply, error)
    id_, name = new_id(), ""
    if conversation is not None:
        id_, name, turn = conversation.id, conversation.name, conversation.placed(turn)
    try:
        if is_kept:
            with opened_history(history_path(terminal.environ)) as history:
                placed = turn.number
                turn = history.add(id_, turn, current_place(), name)
                has_name = not name or history.name_of(id_) == name
            if not has_name:
                what = f"another conversation took the name {name!r} meanwhile"
                terminal.warn(f"{what}: this one is {id_}")
            if placed and turn.number != placed:
                what = f"another process asked in {id_} meanwhile"
                terminal.note(f"co: {what}: turn {turn.number} is a branch beside it")
    except (ConfigProblem, ValueError, RecursionError, OverflowError) as exc:
        terminal.warn(f"this turn is not kept: {exc}")
    finally:
        if conversation is not None:
            conversation.add(turn)


def _turn(sent: Sent, reply: "Reply", error: BaseException | None) -> Turn:
    """Return the turn, without the key, which a server may have sent back."""
    from cohere_cli.api.protocol.chat import encode_response

    body = sent.request.body
    more = getattr(body, "extra_body", None)
    data = to_json(body.replace(extra_body=None) if more else body)
    own = sent.request.own
    request = {**data, "messages": own} | ({"extra_body": more} if more else {})
    response = encode_response(reply) if _has_begun(reply) else {}
    problem = error.as_object() if isinstance(error, CoError) else {}
    turn = Turn(
        number=0,
        parent=0,
        command=sent.command,
        status=_status(reply, error),
        model=str(data.get("model", "")),
        profile=sent.profile,
        base_url=sent.base_url,
        began=sent.began,
        seconds=time.time() - sent.began,
        prompt=_prompt(own),
        answer=reply.text,
        request=request,
        reply=response,
        error=problem,
        call=sent.call,
        first=sent.request.first,
    )
    return Turn._make(map(_masked, turn))


def _masked(value: Any) -> Any:
    """Return *value* of JSON with secrets masked in all of its texts."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, Mapping):
        return {name: _masked(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(one) for one in value]
    return value


def _status(reply: "Reply", error: BaseException | None) -> Status:
    if error is None:
        return "complete"
    is_own = not isinstance(error, Exception)
    if is_own or isinstance(error, OutputUnwritable | BrokenPipeError):
        return "interrupted"
    return "incomplete" if _has_begun(reply) else "error"


def _has_begun(reply: "Reply") -> bool:
    return bool(reply.content or reply.tool_calls or reply.tool_plan)


def _prompt(messages: Sequence[Any]) -> str:
    """Return the text of the last message of the user."""
    users = [one for one in messages if one.get("role") == "user"]
    content = users[-1].get("content") if users else ""
    if isinstance(content, str):
        return content
    texts = (one.get("text") for one in content or () if isinstance(one, Mapping))
    return "\n".join(filter(None, texts))


def current_place() -> Place:
    """Return the terminal, and the directory, in which this process runs."""
    return Place(terminal_name(), current_folder())
