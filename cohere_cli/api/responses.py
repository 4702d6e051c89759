"""Reads the body of a reply, and checks its media type and size."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import Any, Protocol

from cohere_cli.api.protocol.events import ChatEvent, GarbledEvent
from cohere_cli.errors import ServerFault
from cohere_cli.record import value_class
from cohere_cli.strict_json import (
    MAX_VALUES,
    InvalidNumber,
    has_too_many_values,
    loads,
    without_invalid_numbers,
)
from cohere_cli.text import BYTE_ORDER_MARK

MAX_REPLY_BYTES = 16 << 20
"""Bytes of a reply that is not streamed; a ranking of 10,000 documents has 1 MiB."""

_LONGEST_START = 1 << 10
"""Bytes that are read to detect what a reply is, if all of them are blank."""


EVENT_STREAM = "text/event-stream"
JSON = "application/json"

_BLANKS = b"\xef\xbb\xbf \t\r\n"
_STREAM_STARTS = (b"data:", b"event:", b"id:", b"retry:", b":")


class Readable(Protocol):
    """The headers and the body of a reply."""

    @property
    def headers(self) -> Mapping[str, str]: ...
    def iter_bytes(self) -> Iterator[bytes]: ...


@value_class
class PeekedReply:
    """A reply, and its media type *kind*, by the first bytes of the body.

    A proxy may answer in one piece where a stream was requested, or the other way
    round, and under any media type. `masked` removes secrets from what errors show.
    """

    headers: Mapping[str, str]
    asked: str
    kind: str
    chunks: Iterator[bytes]
    masked: Callable[[bytes], bytes]

    def iter_bytes(self) -> Iterator[bytes]:
        """Return the chunks of the body, the first bytes included."""
        return self.chunks


def open_reply(
    response: Readable, asked: str, masked: Callable[[bytes], bytes] = bytes
) -> PeekedReply:
    """Return a reply that is JSON or a stream, whichever of them was *asked* for.

    Raises `ServerFault` for any other.
    """
    reply = _peek(response, asked, masked)
    if reply.kind not in (JSON, EVENT_STREAM):
        require_content_type(reply, asked)
    return reply


def decode_whole(
    reply: PeekedReply,
    chunks: Iterator[bytes],
    decode: Callable[[Any], Iterator[ChatEvent]],
) -> list[ChatEvent]:
    """Return the events of a reply in one piece, whose text is `raw` of the first.

    Raises `ServerFault`; if another type was asked for, the error states both.
    """
    body = read_at_most(chunks, MAX_REPLY_BYTES + 1)
    try:
        first, *others = decode_body(body, decode)
    except ServerFault as exc:
        if _media_type(reply) == reply.asked:
            raise
        raise _wrong_type(replace(reply, chunks=iter([body])), reply.asked) from exc
    return [first.replace(raw=body.decode("utf-8-sig")), *others]


def decode_body(
    body: bytes, decode: Callable[[Any], Iterator[ChatEvent]]
) -> Iterator[ChatEvent]:
    """Yield the events of a body; a number that is not JSON costs itself alone."""
    try:
        yield from decode(_parse_json(body))
    except InvalidJsonReply as exc:
        if not isinstance(exc.__cause__, InvalidNumber):
            raise
        first, *others = decode(
            loads(without_invalid_numbers(body.decode("utf-8-sig")), halves=True)
        )
        yield from (first, GarbledEvent(), *others)


def _peek(
    response: Readable, asked: str, masked: Callable[[bytes], bytes]
) -> PeekedReply:
    """Read the start of a reply, up to the first byte that is not blank."""
    start, chunks = b"", response.iter_bytes()
    for chunk in chunks:
        start += chunk
        if start.strip(_BLANKS) or len(start) > _LONGEST_START:
            break
    kind = kind_of(start, _media_type(response))
    chunks = chain([start] if start else [], chunks)
    return PeekedReply(response.headers, asked, kind, chunks, masked)


def kind_of(start: bytes, media_type: str) -> str:
    """Return the media type of a body that begins with *start*."""
    begun = start.lstrip(_BLANKS)
    if begun.startswith(b"{"):
        return JSON
    return EVENT_STREAM if begun.startswith(_STREAM_STARTS) else media_type


def _media_type(response: Readable) -> str:
    content_type = response.headers.get("content-type", "")
    return content_type.partition(";")[0].strip().lower()


def require_content_type(response: PeekedReply, kind: str) -> None:
    """Raise `ServerFault` unless the reply has the media type *kind*.

    A captive portal, for example, answers with a web page and status 200.
    """
    if _media_type(response) != kind:
        raise _wrong_type(response, kind)


_NAMES = {JSON: "JSON", EVENT_STREAM: "a stream of events"}


def _wrong_type(response: PeekedReply, kind: str) -> ServerFault:
    """Return the error for a reply that is not of the media type *kind*."""
    from cohere_cli.api.protocol.errors import body_message

    got = _media_type(response) or "of no type"
    message = f"the reply is {got}, not {_NAMES.get(kind, kind)}"
    start = body_message(read_error_body(response, response.masked))
    hint = "check the base URL: a proxy or a login page may have answered instead"
    return ServerFault(f"{message}: {start}" if start else message, hint=hint)


class InvalidJsonReply(ServerFault):
    """A successful reply whose body is cut off, or is not JSON as of RFC 8259."""


def read_json(chunks: Iterable[bytes]) -> Any:
    """Parse a JSON body; raises `ServerFault` if it is not JSON or too large."""
    return _parse_json(read_at_most(chunks, MAX_REPLY_BYTES + 1))


def _parse_json(body: bytes) -> Any:
    if len(body) > MAX_REPLY_BYTES:
        raise ServerFault("the reply is larger than 16 MiB")
    if has_too_many_values(body):
        raise ServerFault(f"the reply has more than {MAX_VALUES:,} values")
    try:
        return loads(body.removeprefix(BYTE_ORDER_MARK), halves=True)
    except ValueError as exc:
        raise InvalidJsonReply(f"the reply is not JSON: {exc}") from exc


MAX_ERROR_BODY = 64 << 10
"""Bytes of an error's body that are read."""

_LONGEST_SECRET = 8 << 10
"""Bytes of a secret with all its characters encoded several times."""


def read_error_body(response: Readable, masked: Callable[[bytes], bytes]) -> bytes:
    """Return the start of an error's body, *masked*, without a part of a secret.

    The end of what was read may be such a part, which cannot be recognized.
    """
    body = read_at_most(response.iter_bytes(), MAX_ERROR_BODY)
    if len(body) < MAX_ERROR_BODY:
        return masked(body)
    return masked(body)[:-_LONGEST_SECRET]


def read_at_most(chunks: Iterable[bytes], most: int) -> bytes:
    """Return at most *most* bytes of a body."""
    start = bytearray()
    for chunk in chunks:
        start += chunk
        if len(start) >= most:
            break
    del start[most:]
    return bytes(start)
