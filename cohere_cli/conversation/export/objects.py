"""Conversations and turns as objects of JSON."""

from collections.abc import Iterable
from typing import Any

from cohere_cli.conversation.dates import utc_time
from cohere_cli.conversation.steps import Steps
from cohere_cli.conversation.turn import Turn

Json = dict[str, Any]


def conversation_object(
    conversation: str, name: str, turns: Iterable[Turn], steps: Steps
) -> Json:
    """Return a conversation with its *turns*."""
    objects = [_turn_fields(turn, steps) for turn in turns]
    return {"id": conversation, "name": name or None, "turns": objects}


def turn_object(conversation: str, name: str, turn: Turn, steps: Steps) -> Json:
    """Return a turn, with the conversation that it belongs to."""
    fields = _turn_fields(turn, steps)
    return {"conversation": conversation, "name": name or None, **fields}


def _turn_fields(turn: Turn, steps: Steps) -> Json:
    """Return the fields of *turn*; `error` is None without one, `reply` as well.

    `parent` is None for a turn that follows none. `request` has only the messages that
    the turn added; `first_turn` is the oldest one whose messages were sent with it.
    `step` is None for an answer without tools.
    """
    return {
        "turn": turn.number,
        "parent": turn.parent or None,
        "first_turn": turn.first or None,
        "step": steps.number(turn) or None,
        "time": utc_time(turn.began),
        "seconds": round(turn.seconds, 3),
        "command": turn.command,
        "status": turn.status,
        "model": turn.model,
        "profile": turn.profile or None,
        "base_url": turn.base_url or None,
        "prompt": turn.prompt,
        "answer": turn.answer,
        "request": dict(turn.request),
        "reply": dict(turn.reply) or None,
        "error": dict(turn.error) or None,
        "call": dict(turn.call),
    }
