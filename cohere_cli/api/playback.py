"""A reply that was kept in a file, told again."""

import time
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from cohere_cli.api.protocol import chat, compat, stream
from cohere_cli.api.protocol.events import ChatEvent, MessageEnd
from cohere_cli.api.protocol.reply import Reply
from cohere_cli.api.recorder import FORMAT, VERSION, ResponseHead
from cohere_cli.errors import AnswerIncomplete, InputProblem, ServerFault
from cohere_cli.strict_json import loads

MAX_SECONDS = 7 * 24 * 3600.0
"""Seconds. No reply takes longer, and nobody waits for a mistaken time."""

_HINT = (
    "it may be what --record or `-o events` wrote, the body of an event stream, "
    "or a response in JSON"
)


@dataclass(frozen=True, slots=True)
class Playback:
    """The events of a reply, the shape of its object, and whether it was a stream."""

    events: Iterator[ChatEvent]
    shape: Callable[[Reply], dict[str, Any]]
    is_stream: bool = True


@dataclass(frozen=True, slots=True)
class PlaybackTiming:
    """When to tell what: *speed* times as fast as it came."""

    speed: float
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def paced(self, moments: "Iterable[Moment]") -> "Iterator[Moment]":
        """Yield each of *moments* in its time, counted from the first call."""
        began = self.clock()
        for moment in moments:
            pause = began + moment.at / self.speed - self.clock()
            if pause > 0:
                self.sleep(pause)
            yield moment


@dataclass(frozen=True, slots=True)
class Moment:
    """What came, and how many seconds after the request; nothing, at the end."""

    at: float
    chunk: bytes = b""
    end: str = ""

    @property
    def is_server_end(self) -> bool:
        """Whether the server itself ended the reply here."""
        return self.end in ("complete", "incomplete")


def read_recording(
    text: str, source: str, pace: PlaybackTiming | None = None
) -> Playback:
    """Return the reply that *text* holds.

    *text* is a recording, the body of an event stream, one event a line, as
    `-o events` writes them, or a response that came in one piece. Which endpoint
    it came from is seen by what it says. Raises `InputProblem`, which names
    *source* and the line, where it is none of these, and where there is a *pace*
    but no times.
    """
    if FORMAT in _object(text.partition("\n")[0]):
        return _recording(text, source, pace)
    if pace is not None:
        hint = "only what --record wrote has times: leave out --speed"
        raise InputProblem("has no times to keep", where=source, hint=hint)
    if text.lstrip().startswith("{"):
        return _response(text) or _lines(text, source)
    from cohere_cli.api.sse import iter_data

    return _stream(list(iter_data([text.encode()])), source)


def _lines(text: str, source: str) -> Playback:
    lines = [line for line in text.split("\n") if line.strip()]
    known = ("type", "choices", "error")
    if not any(name in _object(line) for line in lines for name in known):
        lines = []
    return _stream(lines, source)


def _stream(datas: list[str], source: str) -> Playback:
    if not datas:
        raise InputProblem("holds no recorded stream", where=source, hint=_HINT)
    is_compat = next(filter(None, map(_endpoint, datas)), "chat") == "compat"
    return _told(datas, is_compat=is_compat)


def _told(datas: Iterable[str], *, is_compat: bool) -> Playback:
    if is_compat:
        told = stream.decode_stream(datas, compat.CompatDecoder())
        return Playback(told, compat.encode_completion)
    return Playback(
        stream.decode_stream(datas, chat.ChatDecoder()), chat.encode_response
    )


def _endpoint(data: str) -> str:
    """Return which endpoint says such a thing, "" where it cannot be told."""
    event = _object(data)
    if "type" in event:
        return "chat"
    return "compat" if "choices" in event or "error" in event else ""


def _response(text: str) -> Playback | None:
    """Tell a response in one piece, such as `-o json` writes; None if it is none."""
    response = _object(text)
    # What `-o json` makes of an answer that was cut: no end, and why in our words.
    is_cut = response.get("complete") is False
    if is_cut:
        response.pop("error", None)
    match response:
        case {"choices": [{"message": {}}, *_]}:
            told, shape = compat.decode_completion(response), compat.encode_completion
        case {"message": {}}:
            told, shape = chat.decode_response(response), chat.encode_response
        case _:
            return None
    if is_cut:
        told = (event for event in told if not isinstance(event, MessageEnd))
    return Playback(stream.require_end(told), shape, is_stream=False)


def _object(text: str) -> dict[str, Any]:
    try:
        value = loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _recording(text: str, source: str, pace: PlaybackTiming | None) -> Playback:
    head, moments = parse_recording(text, source)
    is_compat = head.url.endswith("/chat/completions")
    told = moments if pace is None else pace.paced(moments)
    match head.content_type.partition(";")[0].strip().lower():
        case "text/event-stream":
            from cohere_cli.api.sse import iter_data

            chunks = (moment.chunk for moment in told)
            return _told(iter_data(chunks), is_compat=is_compat)
        case "application/json" if is_compat:
            events = _in_one_piece(told, compat.decode_completion)
            return Playback(events, compat.encode_completion, is_stream=False)
        case "application/json":
            events = _in_one_piece(told, chat.decode_response)
            return Playback(events, chat.encode_response, is_stream=False)
        case kind:
            said = f"holds a recording of {kind!r}, which is no answer"
            raise InputProblem(said, where=f"{source}:1", hint=_HINT)


def _in_one_piece(
    moments: Iterable[Moment], events_of: Callable[[Any], Iterator[ChatEvent]]
) -> Iterator[ChatEvent]:
    moments = list(moments)
    body = b"".join(moment.chunk for moment in moments)
    try:
        response = loads(body)
    except ValueError as exc:
        if moments and moments[-1].is_server_end:
            raise ServerFault(f"the reply is not JSON: {exc}") from exc
        said = "answer incomplete: the reply ended before its end"
        raise AnswerIncomplete(said) from exc
    yield from stream.require_end(events_of(response))


def parse_recording(text: str, source: str) -> tuple[ResponseHead, list[Moment]]:
    """Read all lines before any is told: a flaw in the last is said first.

    Raises `InputProblem`, which names *source* and the line.
    """
    first, *lines = text.split("\n")
    head = _heading(first, source)
    if lines and not _object(lines[-1]):
        # Begun, but never ended: the disk was full, or the program was killed.
        lines.pop()
    moments = [Moment(0.0)]
    for number, line in enumerate(lines, 2):
        try:
            moments.append(_moment(loads(line), moments[-1]))
        except (ValueError, TypeError) as exc:
            said = f"is no line of a recording: {exc}"
            raise InputProblem(said, where=f"{source}:{number}") from exc
    return head, moments[1:]


def _heading(line: str, source: str) -> ResponseHead:
    told = _object(line)
    if told.get(FORMAT, VERSION) != VERSION:
        said = "is a recording of another version"
        raise InputProblem(said, where=f"{source}:1", hint="a later co may play it")
    match told:
        case {"url": str(url), "status": int(status), "content-type": str(kind)}:
            return ResponseHead(url, status, kind)
        case _:
            said = "the heading has no url, no status, or no content-type"
            raise InputProblem(said, where=f"{source}:1", hint=_HINT)


def _moment(line: Any, before: Moment) -> Moment:
    if before.end:
        raise ValueError("it comes after the end")
    match line:
        case {"at": at, "data": str(text), **more} if not more:
            return Moment(_seconds(at, before.at), text.encode())
        case {"at": at, "base64": str(text), **more} if not more:
            return Moment(_seconds(at, before.at), b64decode(text, validate=True))
        case {"at": at, "end": str(end), **more} if end and not more:
            return Moment(_seconds(at, before.at), end=end)
        case _:
            raise ValueError("it has to have `at`, and `data`, `base64` or `end`")


def _seconds(value: object, least: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("`at` must be a number of seconds")
    if not least <= value <= MAX_SECONDS:
        raise ValueError("`at` must be from that of the line before up to a week")
    return value
