"""Plays back recorded replies: recordings, event streams, responses as JSON."""

import time
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from cohere_cli.api.protocol import chat, compat, stream
from cohere_cli.api.protocol.events import ChatEvent, MessageEnd
from cohere_cli.api.protocol.reply import Reply
from cohere_cli.api.recorder import FORMAT, VERSION, ResponseHead
from cohere_cli.api.responses import InvalidJsonReply, decode_body, kind_of
from cohere_cli.errors import AnswerIncomplete, InputProblem
from cohere_cli.strict_json import loads

MAX_SECONDS = 7 * 24 * 3600.0
"""Seconds. A later time in a recording is an error, not a wait."""

_HINT = (
    "expected: output of --record or `-o events`, the body of an event stream, "
    "or a response as JSON"
)


@dataclass(frozen=True, slots=True)
class Playback:
    """The events of a reply, the encoder of its object, and whether it was streamed."""

    events: Iterator[ChatEvent]
    shape: Callable[[Reply], dict[str, Any]]
    is_stream: bool = True


@dataclass(frozen=True, slots=True)
class PlaybackTiming:
    """Plays a recording at *speed* times its original speed."""

    speed: float
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def wait_for_each(self, moments: "Iterable[Moment]") -> "Iterator[Moment]":
        """Yield each of *moments* at its time, counted from the first `next`."""
        began = self.clock()
        for moment in moments:
            pause = began + moment.at / self.speed - self.clock()
            if pause > 0:
                self.sleep(pause)
            yield moment


@dataclass(frozen=True, slots=True)
class Moment:
    """A chunk, or the end of a reply, and its time in seconds after the request."""

    at: float
    chunk: bytes = b""
    end: str = ""

    @property
    def is_server_end(self) -> bool:
        """Whether the reply ends here because the server ended it."""
        return self.end in ("complete", "incomplete")


def read_recording(
    text: str, source: str, timing: PlaybackTiming | None = None
) -> Playback:
    """Return the reply in *text*.

    *text* is a recording, the body of an event stream, lines with one event each (as
    of `-o events`), or a response as JSON. The endpoint is detected from the
    contents. Raises `InputProblem`, with *source* and the line, if it is none of
    these, or if *timing* is given but *text* has no times.
    """
    if FORMAT in _object(text.partition("\n")[0]):
        return _recording(text, source, timing)
    if timing is not None:
        hint = "only recordings (--record) have times; leave out --speed"
        raise InputProblem("has no recorded times", where=source, hint=hint)
    if text.lstrip().startswith("{"):
        return _response(text) or _lines(text, source)
    from cohere_cli.api.sse import iter_data

    return _stream(list(iter_data([text.encode()])), source)


def _lines(text: str, source: str) -> Playback:
    lines = [line for line in text.split("\n") if line.strip()]
    fields = ("type", "choices", "error")
    if not any(name in _object(line) for line in lines for name in fields):
        lines = []
    return _stream(lines, source)


def _stream(datas: list[str], source: str) -> Playback:
    if not datas:
        raise InputProblem("not a recorded reply", where=source, hint=_HINT)
    is_compat = next(filter(None, map(_endpoint, datas)), "chat") == "compat"
    return _playback(datas, is_compat=is_compat)


def _playback(datas: Iterable[str], *, is_compat: bool) -> Playback:
    if is_compat:
        events = stream.decode_stream(datas, compat.CompatDecoder())
        return Playback(events, compat.encode_completion)
    events = stream.decode_stream(datas, chat.ChatDecoder())
    return Playback(events, chat.encode_response)


def _endpoint(data: str) -> str:
    """Return the endpoint that sends such events, "" if undetermined."""
    event = _object(data)
    if "type" in event:
        return "chat"
    return "compat" if "choices" in event or "error" in event else ""


def _response(text: str) -> Playback | None:
    """Decode a response as JSON or the output of `-o json`; None if it is neither."""
    response = _object(text)
    # `-o json` of an incomplete answer: it has no end, and `error` is co's own message.
    is_incomplete = response.get("complete") is False
    if is_incomplete:
        response.pop("error", None)
    match response:
        case {"choices": [{"message": {}}, *_]}:
            events = compat.decode_completion(response)
            shape = compat.encode_completion
        case {"message": {}}:
            events, shape = chat.decode_response(response), chat.encode_response
        case _:
            return None
    if is_incomplete:
        events = (event for event in events if not isinstance(event, MessageEnd))
    return Playback(stream.require_end(events), shape, is_stream=False)


def _object(text: str) -> dict[str, Any]:
    try:
        value = loads(text, halves=True)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _recording(text: str, source: str, timing: PlaybackTiming | None) -> Playback:
    head, moments = parse_recording(text, source)
    is_compat = head.url.endswith("/chat/completions")
    timed = moments if timing is None else timing.wait_for_each(moments)
    start = next((one.chunk for one in moments if one.chunk.strip()), b"")
    match kind_of(start, head.content_type.partition(";")[0].strip().lower()):
        case "text/event-stream":
            from cohere_cli.api.sse import iter_data

            chunks = (moment.chunk for moment in timed)
            return _playback(iter_data(chunks), is_compat=is_compat)
        case "application/json" if is_compat:
            events = _decode_body(timed, compat.decode_completion)
            return Playback(events, compat.encode_completion, is_stream=False)
        case "application/json":
            events = _decode_body(timed, chat.decode_response)
            return Playback(events, chat.encode_response, is_stream=False)
        case kind:
            message = f"a recording of {kind!r}, which is not a reply"
            raise InputProblem(message, where=f"{source}:1", hint=_HINT)


def _decode_body(
    moments: Iterable[Moment], decode: Callable[[Any], Iterator[ChatEvent]]
) -> Iterator[ChatEvent]:
    moments = list(moments)
    body = b"".join(moment.chunk for moment in moments)
    try:
        events = [*decode_body(body, decode)]
    except InvalidJsonReply as exc:
        if moments and moments[-1].is_server_end:
            raise
        message = "answer incomplete: the reply was cut off"
        raise AnswerIncomplete(message) from exc
    yield from stream.require_end(events)


def parse_recording(text: str, source: str) -> tuple[ResponseHead, list[Moment]]:
    """Parse all lines first, so that an error in any line precedes all output.

    Raises `InputProblem` with *source* and the line.
    """
    first, *lines = text.split("\n")
    head = _header(first, source)
    if lines and not _object(lines[-1]):
        # A line was cut off: the disk was full, or the program was killed.
        lines.pop()
    moments = [Moment(0.0)]
    for number, line in enumerate(lines, 2):
        try:
            moments.append(_moment(loads(line), moments[-1]))
        except (ValueError, TypeError) as exc:
            message = f"not a line of a recording: {exc}"
            raise InputProblem(message, where=f"{source}:{number}") from exc
    return head, moments[1:]


def _header(line: str, source: str) -> ResponseHead:
    header = _object(line)
    if header.get(FORMAT, VERSION) != VERSION:
        hint = "a later version of co may support it"
        message = "unsupported version of the recording format"
        raise InputProblem(message, where=f"{source}:1", hint=hint)
    match header:
        case {"url": str(url), "status": int(status), "content-type": str(kind)}:
            return ResponseHead(url, status, kind)
        case _:
            message = "the header has no url, status or content-type"
            raise InputProblem(message, where=f"{source}:1", hint=_HINT)


def _moment(line: Any, before: Moment) -> Moment:
    if before.end:
        raise ValueError("it follows the end")
    match line:
        case {"at": at, "data": str(text), **more} if not more:
            return Moment(_seconds(at, before.at), text.encode())
        case {"at": at, "base64": str(text), **more} if not more:
            return Moment(_seconds(at, before.at), b64decode(text, validate=True))
        case {"at": at, "end": str(end), **more} if end and not more:
            return Moment(_seconds(at, before.at), end=end)
        case _:
            raise ValueError("it must have `at`, and one of `data`, `base64` and `end`")


def _seconds(value: object, least: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("`at` must be a number of seconds")
    if not least <= value <= MAX_SECONDS:
        raise ValueError("`at` must be from that of the previous line up to 7 days")
    return value
