"""Faults of the flow: replies that end too soon, stand still, or come in crumbs."""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice
from time import sleep
from typing import NoReturn

from cohere_cli.sandbox.messages import (
    DONE,
    ApiError,
    Disconnect,
    Response,
    error_response,
)

_STALL_SECONDS = 3600.0  # seconds: longer than any client waits


def refuse(response: Response, _: float) -> Response:
    """Reset the connection instead of answering."""

    def begin() -> NoReturn:
        raise Disconnect("reset")

    return replace(response, begin=begin)


def reset(response: Response, events: float) -> Response:
    """Reset the connection after some *events*."""
    return _disconnect_after(response, events, Disconnect("reset"))


def cut(response: Response, events: float) -> Response:
    """Close the connection after some *events*, before the body's end."""
    return _disconnect_after(response, events, Disconnect("close"))


def stall(response: Response, events: float) -> Response:
    """Send nothing more after some *events*, and keep the connection."""
    return _disconnect_after(response, events, Disconnect("stall", _STALL_SECONDS))


def end(response: Response, events: float) -> Response:
    """End the body after some *events*, as if that were all."""
    return replace(response, body=islice(body_parts(response), int(events)))


def cut_in_event(response: Response, events: float) -> Response:
    """Close the connection in the middle of an event, after whole *events*."""

    def halved() -> Iterator[bytes]:
        coming = body_parts(response)
        yield from islice(coming, int(events))
        part = next(coming, b"")
        yield part[: len(part) // 2]
        raise Disconnect("close")

    return replace(response, body=halved())


def cut_in_character(response: Response, events: float) -> Response:
    """Close the connection inside a character's bytes, after whole *events*."""

    def torn() -> Iterator[bytes]:
        coming = body_parts(response)
        yield from islice(coming, int(events))
        yield _cut_inside_character(next(coming, b""))
        raise Disconnect("close")

    return replace(response, body=torn())


def split(response: Response, size: float) -> Response:
    """Send the body in pieces of *size* bytes."""
    step = int(size)

    def crumbs() -> Iterator[bytes]:
        for part in body_parts(response):
            yield from (part[at : at + step] for at in range(0, len(part), step))

    return replace(response, body=crumbs())


def _disconnect_after(
    response: Response, events: float, hang_up: Disconnect
) -> Response:
    def broken() -> Iterator[bytes]:
        yield from islice(body_parts(response), int(events))
        raise hang_up

    return replace(response, body=broken())


def _cut_inside_character(part: bytes) -> bytes:
    """Cut *part* after the first byte of a character; one is added if it has none."""
    for at, byte in enumerate(part):
        if not chr(byte).isascii():
            return part[: at + 1]
    return part[: part.rfind(b'"')] + "é".encode()[:1]


def slow_headers(response: Response, seconds: float) -> Response:
    """Wait before anything is sent."""

    def begin() -> None:
        sleep(seconds)
        response.begin()

    return replace(response, begin=begin)


def slow_start(response: Response, seconds: float) -> Response:
    """Wait after the head and the first event: then the model begins to speak."""

    def late() -> Iterator[bytes]:
        for at, part in enumerate(body_parts(response)):
            if at == 1:
                sleep(seconds)
            yield part

    return replace(response, body=late())


def slow_tokens(response: Response, seconds: float) -> Response:
    """Wait before each event."""

    def slow() -> Iterator[bytes]:
        for part in body_parts(response):
            sleep(seconds)
            yield part

    return replace(response, body=slow())


# The API's own messages; other statuses have their standard phrase.
_MESSAGES = {
    400: "invalid request: the fault was asked for",
    401: "invalid api token",
    402: "Please add or update your payment method to continue.",
    403: "this key may not do this",
    404: "model not found, make sure the correct model ID was used and that you have "
    "access to the model.",
    422: "No valid response generated. Try updating messages",
    429: "You are past the per minute request limit, please wait and try again later.",
    498: "invalid token",
    499: "request cancelled",
    500: "internal server error",
    501: "not implemented",
    503: "the service is overloaded, please try again later",
    504: "the request timed out",
}
_EXTRA_FIELDS = {422: {"error_type": "NO_VALID_RESPONSE_GENERATED"}}
_PAGE = (
    b"<!DOCTYPE html>\n<html><head><title>Sign in to the network</title></head>"
    b"<body><h1>Sign in</h1></body></html>\n"
)
# The discard port of this machine, on which nothing listens.
_REDIRECT_TARGET = "http://127.0.0.1:9/"


def status(response: Response, code: float) -> Response:
    """Refuse with the status *code*, in the API's words."""
    number = int(code)
    words = _MESSAGES.get(number, f"the sandbox was asked for status {number}")
    refused = ApiError(number, words, more=_EXTRA_FIELDS.get(number))
    return replace(error_response(refused, response.trace * 2), begin=response.begin)


def redirect(response: Response, code: float) -> Response:
    """Point to another address, with the status *code*."""
    moved = replace(response, status=int(code), body=b"", content_type="text/plain")
    return with_header(moved, "location", _REDIRECT_TARGET)


def html(response: Response, code: float) -> Response:
    """Answer with a page, as a captive portal or a proxy does."""
    kind = "text/html; charset=utf-8"
    return replace(response, status=int(code), body=_PAGE, content_type=kind)


def wrong_type(response: Response, _: float) -> Response:
    """Say that the body is plain text."""
    return replace(response, content_type="text/plain")


def with_header(response: Response, name: str, value: str) -> Response:
    """Return *response* with one header more."""
    return replace(response, headers={**response.headers, name: value})


_MIB = 1 << 20
_GZIP = 31  # the window of zlib, with gzip's head and foot
_UNKNOWN = b'event: future-event\ndata: {"type":"future-event","delta":{}}\n\n'
_FAILURE = (
    b"your request resulted in an invalid tool generation. "
    b"Try updating the messages or tool definitions"
)
_FAILED = (
    b'event: message-end\ndata: {"type":"message-end","delta":{"finish_reason":"ERROR",'
    b'"usage":{},"error":"%b","error_type":"INVALID_TOOL_GENERATION"}}\n\n' % _FAILURE
)
_FAILED_COMPAT = b'data: {"error":{"message":"%b","code":500}}\n\n' % _FAILURE


def garbage(response: Response, events: float) -> Response:
    """Send an event that is not JSON after some *events*, then go on."""
    broken = b'data: {"type":"content-delta","index":0,"delta":{"mess\n\n'
    return _insert_after(response, events, (broken,))


def unknown_event(response: Response, events: float) -> Response:
    """Send an event of an unknown type after some *events*, then go on."""
    return _insert_after(response, events, (_UNKNOWN,))


def huge_line(response: Response, mebibytes: float) -> Response:
    """Send a line of so many *mebibytes* after the first event, then go on."""
    line = (b"x" * _MIB for _ in range(int(mebibytes)))
    return _insert_after(response, 1, chain((b"data: ",), line, (b"\n\n",)))


def failed(response: Response, events: float) -> Response:
    """Let the generation fail after some *events*, as the API tells it: by an event."""

    def failing() -> Iterator[bytes]:
        coming = body_parts(response)
        first = next(coming, b"")
        yield from islice(chain((first,), coming), int(events))
        is_compat = first.startswith(b"data:")
        yield from (_FAILED_COMPAT if is_compat else _FAILED, DONE)

    return replace(response, body=failing())


def gzip_bomb(response: Response, mebibytes: float) -> Response:
    """Send so many *mebibytes* of blanks, a thousandth of that once compressed."""
    bomb = replace(response, body=_gzip_blanks(int(mebibytes)))
    return with_header(bomb, "content-encoding", "gzip")


def _gzip_blanks(mebibytes: int) -> Iterator[bytes]:
    packer, blanks = zlib.compressobj(wbits=_GZIP), b" " * _MIB
    for _ in range(mebibytes):
        yield packer.compress(blanks)
    yield packer.flush()


def _insert_after(response: Response, events: float, more: Iterable[bytes]) -> Response:
    def spoilt() -> Iterator[bytes]:
        coming = body_parts(response)
        yield from islice(coming, int(events))
        yield from more
        yield from coming

    return replace(response, body=spoilt())


def body_parts(response: Response) -> Iterator[bytes]:
    """Return the parts of the body; a body in one piece is one part."""
    if isinstance(response.body, bytes):
        return iter((response.body,))
    return response.body
