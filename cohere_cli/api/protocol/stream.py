"""From the data of a stream to its events, and to the certainty that it ended."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from cohere_cli.api.protocol.events import ChatEvent, GarbledEvent, MessageEnd
from cohere_cli.errors import AnswerIncomplete

DONE = "[DONE]"
"""The last data of a stream; not JSON, and not every server sends it."""


class Decoder(Protocol):
    """Turns what one kind of endpoint says into events."""

    def read(self, data: str) -> Iterator[ChatEvent]: ...
    def close(self, *, done: bool) -> Iterator[ChatEvent]: ...


def decode_stream(datas: Iterable[str], reader: Decoder) -> Iterator[ChatEvent]:
    """Yield the events that *datas* tell, up to the end event; see `require_end`."""
    return require_end(_read(datas, reader))


def require_end(events: Iterable[ChatEvent]) -> Iterator[ChatEvent]:
    """Yield *events* up to the end event.

    Raises `AnswerIncomplete`, after everything that came has been yielded, when
    the end event is missing, tells a failure, or follows something garbled.
    """
    garbled = 0
    for event in events:
        garbled += isinstance(event, GarbledEvent)
        yield event
        if isinstance(event, MessageEnd):
            _check(event, garbled)
            return
    raise AnswerIncomplete("answer incomplete: the stream ended before its end event")


def _read(datas: Iterable[str], reader: Decoder) -> Iterator[ChatEvent]:
    for data in datas:
        if data == DONE:
            yield from reader.close(done=True)
            return
        yield from reader.read(data)
    yield from reader.close(done=False)


def _check(end: MessageEnd, garbled: int) -> None:
    if end.error or end.finish_reason.startswith("ERROR"):
        reason = end.error or "the server gave no reason"
        raise AnswerIncomplete(f"answer failed: {reason}", where=end.error_type)
    if end.finish_reason == "TIMEOUT":
        raise AnswerIncomplete("answer incomplete: the model ran out of time")
    if garbled:
        events = "an event" if garbled == 1 else f"{garbled} events"
        raise AnswerIncomplete(f"answer incomplete: {events} could not be read")
