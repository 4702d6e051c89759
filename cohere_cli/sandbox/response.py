"""A reply on its way out: its head, and its body in pieces or in one."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from cohere_cli.sandbox.refusals import Refused
from cohere_cli.sandbox.request import uuid

JSON = "application/json"
EVENTS = "text/event-stream"


class HangUp(Exception):
    """The reply goes no further: the connection is left as *how* says.

    It is closed, reset (RST), or kept in silence for *seconds*, then closed.
    """

    def __init__(
        self, how: Literal["close", "reset", "stall"], seconds: float = 0.0
    ) -> None:
        super().__init__(how)
        self.how = how
        self.seconds = seconds


def at_once() -> None:
    """Let a reply begin without delay."""


@dataclass(frozen=True, slots=True)
class Response:
    """A reply: one body, or the pieces of a stream, each to be sent at once.

    `begin` is called before the head is sent. It may take its time; it, and the
    pieces, may raise `HangUp`.
    """

    status: int
    trace: str
    body: bytes | Iterator[bytes]
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    begin: Callable[[], None] = at_once


def refusal(refused: Refused, digest: str) -> Response:
    """Return an error as the API writes it."""
    from cohere_cli.sandbox.wire import as_bytes

    said = {"id": uuid(digest), "message": refused.message}
    body = as_bytes(refused.more | said)
    return Response(refused.status, digest[32:], body, headers=refused.headers)
