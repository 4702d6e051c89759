"""One turn of a conversation: what was asked, what came back, and how it ended."""

import os
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from cohere_cli.record import EMPTY

Status = Literal["complete", "incomplete", "interrupted", "error"]
"""How a turn ended: as asked; early on its own; by the user; without any answer."""

Json = Mapping[str, Any]


class Turn(NamedTuple):
    """A request, the reply to it, and their circumstances.

    `number` counts from 1 in its conversation, in the order of the requests; `parent`
    is the number of the turn before it, 0 for none: an edited prompt begins a branch.
    `first` is the number of the oldest turn that the request included, 0 if it
    included none. `began` is in seconds since the epoch, `seconds` how long it took.

    `request` is the body that was sent, but its `messages` are only those that this
    turn added. `reply` has the shape of a response of `/v2/chat`, also of `co compat`;
    empty if nothing arrived. `error` is that of `CoError.as_object`, empty without
    one. `call` has what the body does not: `profile` and `base_url` if they were named,
    and the `paths` of `co ask`.
    """

    number: int
    parent: int
    command: str
    status: Status
    model: str
    profile: str
    base_url: str
    began: float
    seconds: float
    prompt: str
    answer: str
    request: Json
    reply: Json = EMPTY
    error: Json = EMPTY
    call: Json = EMPTY
    first: int = 0

    @property
    def usage(self) -> Json:
        """The server's usage, empty if it sent none."""
        return self.reply.get("usage") or EMPTY

    @property
    def finish_reason(self) -> str:
        """Why the answer ended, as the server names it; "" if it did not say."""
        return str(self.reply.get("finish_reason", ""))


class TurnUsage(NamedTuple):
    """A turn's conversation and model, and its usage; empty if the server sent none."""

    conversation: str
    model: str
    usage: Json


_LETTERS = "abcdefghjkmnpqrstvwxyz"  # without those that look like digits
_SIGNS = f"{_LETTERS}23456789"
_ID_LENGTH = 8


def new_id() -> str:
    """Return an id for a conversation: 8 letters and digits, the first a letter."""
    # `secrets` would import OpenSSL.
    first, *others = os.urandom(_ID_LENGTH)
    signs = (_SIGNS[byte % len(_SIGNS)] for byte in others)
    return _LETTERS[first % len(_LETTERS)] + "".join(signs)
