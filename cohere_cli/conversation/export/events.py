"""The reply of a turn as the events of a stream."""

from collections.abc import Iterable, Mapping
from itertools import takewhile

from cohere_cli.api.protocol.chat import decode_response
from cohere_cli.api.protocol.chat_encoder import encode_event
from cohere_cli.api.protocol.events import ChatEvent, KnownEvent, MessageEnd
from cohere_cli.api.protocol.reply import Reply
from cohere_cli.conversation.turn import Turn
from cohere_cli.strict_json import dumps


def reply_events(turn: Turn) -> list[ChatEvent]:
    """Return the events of the reply; without the end event if none had arrived.

    Empty if there is no reply.
    """
    if not isinstance(turn.reply.get("message"), Mapping):
        return []
    events = decode_response(turn.reply)
    if turn.status == "complete" or turn.finish_reason:
        return [*events]
    return [*takewhile(lambda event: not isinstance(event, MessageEnd), events)]


def reply_of(events: Iterable[ChatEvent]) -> Reply:
    """Return the reply that *events* are."""
    reply = Reply()
    for event in events:
        reply.add(event)
    return reply


def event_lines(turn: Turn) -> tuple[list[str], int]:
    """Return the events as lines that `co replay` takes, and how many cannot be so.

    These are content of a kind that only a newer API has.
    """
    events = reply_events(turn)
    known = [event for event in events if isinstance(event, KnownEvent)]
    return [dumps(encode_event(event)) for event in known], len(events) - len(known)
