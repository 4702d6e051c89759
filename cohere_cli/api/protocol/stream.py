"""Decodes a stream's data to events, and checks that the stream is complete."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from cohere_cli.api.protocol.events import ChatEvent, GarbledEvent, MessageEnd
from cohere_cli.errors import AnswerIncomplete

DONE = "[DONE]"
"""The last data of a stream; not JSON, and not every server sends it."""


class Decoder(Protocol):
    """Decodes the data of one endpoint's streams to events."""

    def read(self, data: str) -> Iterator[ChatEvent]: ...
    def close(self, *, done: bool) -> Iterator[ChatEvent]: ...


def decode_stream(datas: Iterable[str], decoder: Decoder) -> Iterator[ChatEvent]:
    """Yield the events in *datas*, up to the end event; see `require_end`."""
    return require_end(_decode(datas, decoder))


def require_end(events: Iterable[ChatEvent]) -> Iterator[ChatEvent]:
    """Yield *events* up to the end event.

    Raises `AnswerIncomplete`, after all events were yielded, if the end event is
    missing, reports an error, or follows a garbled event.
    """
    garbled = 0
    for event in events:
        garbled += isinstance(event, GarbledEvent)
        yield event
        if isinstance(event, MessageEnd):
            _check(event, garbled)
            return
    raise AnswerIncomplete("answer incomplete: the stream ended before its end event")


def _decode(datas: Iterable[str], decoder: Decoder) -> Iterator[ChatEvent]:
    for data in datas:
        if data == DONE:
            yield from decoder.close(done=True)
            return
        yield from decoder.read(data)
    yield from decoder.close(done=False)


def _check(end: MessageEnd, garbled: int) -> None:
    if end.error or end.finish_reason.startswith("ERROR"):
        reason = end.error or "the server gave no reason"
        raise AnswerIncomplete(f"answer failed: {reason}", where=end.error_type)
    if end.finish_reason == "TIMEOUT":
        raise AnswerIncomplete("answer incomplete: the model ran out of time")
    if garbled:
        events = "an event" if garbled == 1 else f"{garbled} events"
        raise AnswerIncomplete(f"answer incomplete: {events} could not be read")
