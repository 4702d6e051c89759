"""Decodes a stream's data to events, and checks that the stream is complete.

Servers differ: some send one index for all blocks or calls, or none, or half a
character. What the decoders of both endpoints do about it is here.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, Protocol

from cohere_cli.api.protocol.events import (
    ChatEvent,
    CitationStart,
    ContentDelta,
    ContentType,
    GarbledEvent,
    MessageEnd,
    OtherChoice,
    ToolCallDelta,
    ToolCallStart,
    finish_outcome,
)
from cohere_cli.errors import AnswerIncomplete
from cohere_cli.strict_json import InvalidNumber, loads, without_invalid_numbers

DONE = "[DONE]"
"""The last data of a stream; not JSON, and not every server sends it."""

_INTERRUPTIONS = {
    "TIMEOUT": "the model ran out of time",
    "ABORT": "the server aborted it",
    "REPETITION": "the server stopped a repetition",
    "CONTENT_FILTER": "a content filter stopped it",
}

_REMEDIES = {"CONTENT_FILTER": "change the prompt: the same one may be stopped again"}


UNREADABLE = (ValueError, TypeError, KeyError, AttributeError)
"""What reading a value of the wire raises if it is not of the expected shape."""


class Decoder(Protocol):
    """Decodes the data of one endpoint's streams to events."""

    def join(self, datas: Iterable[str]) -> Iterable[str | ChatEvent]: ...
    def read(self, data: str) -> Iterator[ChatEvent]: ...
    def close(self, *, done: bool) -> Iterator[ChatEvent]: ...


def decode_stream(
    datas: Iterable[str], decoder: Decoder, at_end: Callable[[], None] = lambda: None
) -> Iterator[ChatEvent]:
    """Yield the events in *datas*, up to the end event; see `require_end`."""
    return decode_batches(([data] for data in datas), decoder, at_end)


def decode_batches(
    batches: Iterable[Iterable[str]],
    decoder: Decoder,
    at_end: Callable[[], None] = lambda: None,
) -> Iterator[ChatEvent]:
    """Do what `decode_stream` does for datas in *batches* that arrived together."""
    return require_end(_decode(batches, decoder), at_end)


def require_end(
    events: Iterable[ChatEvent], at_end: Callable[[], None] = lambda: None
) -> Iterator[ChatEvent]:
    """Yield *events* up to the end event.

    Calls *at_end* after it: whatever *events* still has must be there already. Raises
    `AnswerIncomplete`, after all events were yielded, if the end event is missing,
    reports an error, follows a garbled event or comes before other content; if its
    finish reason is not known to be an ordinary one; if there was no content; and if
    another answer has such an end.
    """
    garbled, has_content, has_call = 0, False, False
    ends: dict[int, MessageEnd | None] = {}  # of other answers
    joined = join_halves(events)
    for event in joined:
        yield event
        kind = type(event)
        if kind is ContentDelta and has_content:
            continue
        has_content = has_content or _is_content(event)
        has_call = has_call or kind in _CALLS
        garbled += kind is GarbledEvent
        if isinstance(event, OtherChoice):
            other, ended = event.event, ends.get(event.choice)
            ends[event.choice] = other if isinstance(other, MessageEnd) else ended
            garbled += isinstance(other, GarbledEvent)
        if isinstance(event, MessageEnd):
            at_end()
            _check(event, garbled)
            if finish_outcome(event.finish_reason) == "tool calls" and not has_call:
                message = "answer incomplete: it ends with tool calls, but has none"
                raise AnswerIncomplete(message)
            if not has_content:
                raise _empty(event)
            _check_others(ends)
            if any(
                _is_content(late) or isinstance(late, CitationStart) for late in joined
            ):
                raise AnswerIncomplete("answer incomplete: more follows its end event")
            return
    raise AnswerIncomplete("answer incomplete: the stream ended before its end event")


def _check_others(ends: Mapping[int, MessageEnd | None]) -> None:
    """Raise `AnswerIncomplete` if an answer after the first is not whole."""
    for choice, end in sorted(ends.items()):
        if end is None:
            message = f"answer incomplete: answer {choice + 1} has no end"
            raise AnswerIncomplete(message)
        try:
            _check(end, 0)
        except AnswerIncomplete as exc:
            exc.what = f"answer {choice + 1}: {exc.what}"
            raise


def _decode(batches: Iterable[Iterable[str]], decoder: Decoder) -> Iterator[ChatEvent]:
    for one in chain.from_iterable(map(decoder.join, batches)):
        if not isinstance(one, str):
            yield one
            continue
        if one.strip() == DONE:
            yield from decoder.close(done=True)
            return
        if one.strip():
            yield from decoder.read(one)
    yield from decoder.close(done=False)


def load_event(data: str) -> tuple[Any, list[ChatEvent]]:
    """Return the JSON in *data*, and a `GarbledEvent` if a number in it is not JSON.

    Some servers send NaN and -Infinity as log probabilities: they are read as null.
    """
    try:
        return loads(data, halves=True), []
    except InvalidNumber:
        return loads(without_invalid_numbers(data), halves=True), [GarbledEvent()]


def readable(*parts: Iterable[ChatEvent]) -> Iterator[ChatEvent]:
    """Yield the events of *parts*; a part that cannot be read is a `GarbledEvent`."""
    for part in parts:
        try:
            yield from part
        except UNREADABLE:
            yield GarbledEvent()


class BlockIndexes:
    """Gives each content block an index of its own.

    A block has one type: text and thinking that a server sends under one index, or
    without one, are two blocks.
    """

    def __init__(self) -> None:
        self._places: dict[tuple[int, ContentType], int] = {}
        self._taken: set[int] = set()
        self._last = self._latest = 0

    def of(self, sent: int | None, kind: ContentType, piece: str) -> int:
        """Return the index for *piece*; an empty one does not open a block."""
        self._latest = self._latest if sent is None else sent
        key = (self._latest, kind)
        index = self._places[key] if key in self._places else self._free()
        if piece and key not in self._places:
            self._places[key] = index
            self._taken.add(index)
            self._last = max(self._last, index)
        return index

    def placed(self, sent: int, kind: ContentType) -> int:
        """Return the index of the block that the server calls *sent*."""
        return self._places.get((sent, kind), sent)

    def _free(self) -> int:
        return self._last + 1 if self._latest in self._taken else self._latest


class CallIndexes:
    """Gives each tool call an index of its own, by the indexes and ids of a server."""

    def __init__(self) -> None:
        self._ids: dict[int, str] = {}
        self._by_id: dict[tuple[str, int | None], int] = {}  # and by what was sent
        self._latest: dict[int | None, int] = {}  # by the index that was sent
        self._started: set[int] = set()
        self._last = -1

    def of(
        self, sent: int | None, call_id: str, name: str, *, starts: bool = False
    ) -> tuple[int, bool]:
        """Return the index of a call or a piece of one, and whether the call is new.

        A new id with a name begins a new call, as some servers send index 0 for all.
        Without an index, a new id or a name alone begins one too; without an id,
        each event that *starts* a call, except the first of its call.
        """
        index = self._known(sent, call_id)
        if index is None:
            index = self._latest.get(sent)
        is_new = index is None or (
            index in self._started
            if starts and not call_id
            else self._begins(self._ids[index], sent, call_id, name)
        )
        if index is None or is_new:
            index = self._last + 1 if sent is None or sent in self._ids else sent
            self._last = max(self._last, index)
            self._ids[index] = call_id
            for place in (sent, None):  # the first call with the id
                self._by_id.setdefault((call_id, place), index)
            self._latest[index] = index
        self._latest[sent] = self._latest[None] = index
        if starts:
            self._started.add(index)
        return index, is_new

    def latest(self, sent: int | None) -> int:
        """Return the index of the last call that the server sent under *sent*."""
        return self._latest.get(sent, sent or 0)

    def _known(self, sent: int | None, call_id: str) -> int | None:
        """Return the call with this id, and this index if one was sent."""
        return self._by_id.get((call_id, sent)) if call_id else None

    @staticmethod
    def _begins(known: str, sent: int | None, call_id: str, name: str) -> bool:
        is_other = call_id not in ("", known)
        if sent is None:
            return is_other or bool(name and not call_id)
        return is_other and bool(name)


def join_halves(events: Iterable[ChatEvent]) -> Iterator[ChatEvent]:
    """Yield *events* with the halves of characters that were split over two joined.

    A half (a surrogate) without the other becomes U+FFFD and a `GarbledEvent`.
    """
    held: dict[tuple[str, int], tuple[ChatEvent, str]] = {}
    for event in events:
        name = event.piece_field
        if name and (held or not getattr(event, name).isascii()):
            yield from _joined(event, name, held)
            continue
        if isinstance(event, MessageEnd):
            yield from _unjoined(held)
        yield event
    yield from _unjoined(held)


def _joined(
    event: ChatEvent, name: str, held: dict[tuple[str, int], tuple[ChatEvent, str]]
) -> Iterator[ChatEvent]:
    place = (event.channel, getattr(event, "index", 0))
    _, before = held.pop(place, (event, ""))
    whole = before + getattr(event, name)
    if "\ud800" <= whole[-1:] <= "\udbff":
        held[place] = (event, whole[-1])
        whole = whole[:-1]
    joined = whole.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    yield event.replace(**{name: joined})
    if joined.count("\ufffd") > whole.count("\ufffd"):
        yield GarbledEvent()


def _unjoined(
    held: dict[tuple[str, int], tuple[ChatEvent, str]],
) -> Iterator[ChatEvent]:
    for event, _ in held.values():
        more = {"logprobs": None} if isinstance(event, ContentDelta) else {}
        yield event.replace(**{event.piece_field: "\ufffd"}, raw="", **more)
        yield GarbledEvent()
    held.clear()


_CALLS = (ToolCallStart, ToolCallDelta)


def _is_content(event: ChatEvent) -> bool:
    return type(event) in _CALLS or bool(getattr(event, "text", ""))


def _empty(end: MessageEnd) -> AnswerIncomplete:
    message = "no answer: the reply has no text, thinking or tool call"
    where = f"finish reason {end.finish_reason}"
    hint = "--record FILE stores what the server sent"
    if end.finish_reason.upper() in ("MAX_TOKENS", "LENGTH"):
        hint = "raise --max-tokens"
    return AnswerIncomplete(message, where=where, hint=hint)


def _check(end: MessageEnd, garbled: int) -> None:
    finish = end.finish_reason.upper()
    if end.error or finish.startswith("ERROR"):
        reason = end.error or "the server gave no reason"
        raise AnswerIncomplete(f"answer failed: {reason}", where=end.error_type)
    if finish_outcome(finish) == "incomplete":
        reason = f"the server ended it with finish reason {end.finish_reason}"
        reason = reason if finish else "it has no finish reason"
        reason = _INTERRUPTIONS.get(finish, reason)
        hint = _REMEDIES.get(finish, "")
        raise AnswerIncomplete(f"answer incomplete: {reason}", hint=hint)
    if garbled:
        events = "an event" if garbled == 1 else f"{garbled} events"
        raise AnswerIncomplete(f"answer incomplete: {events} could not be read")
