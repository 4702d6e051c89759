"""The effects of faults: functions from a good reply to a faulty one."""

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
    """Send nothing more after some *events*, but leave the connection open."""
    return _disconnect_after(response, events, Disconnect("stall", _STALL_SECONDS))


def end(response: Response, events: float) -> Response:
    """End the body normally after some *events*."""
    return replace(response, body=islice(body_parts(response), int(events)))


def cut_in_event(response: Response, events: float) -> Response:
    """Close the connection in the middle of an event, after whole *events*."""

    def body() -> Iterator[bytes]:
        parts = body_parts(response)
        yield from islice(parts, int(events))
        part = next(parts, b"")
        yield part[: len(part) // 2]
        raise Disconnect("close")

    return replace(response, body=body())


def cut_in_character(response: Response, events: float) -> Response:
    """Close the connection inside a multi-byte character, after whole *events*."""

    def body() -> Iterator[bytes]:
        parts = body_parts(response)
        yield from islice(parts, int(events))
        yield _cut_inside_character(next(parts, b""))
        raise Disconnect("close")

    return replace(response, body=body())


def split(response: Response, size: float) -> Response:
    """Send the body in chunks of *size* bytes."""
    step = int(size)

    def body() -> Iterator[bytes]:
        for part in body_parts(response):
            yield from (part[at : at + step] for at in range(0, len(part), step))

    return replace(response, body=body())


def _disconnect_after(
    response: Response, events: float, disconnect: Disconnect
) -> Response:
    def body() -> Iterator[bytes]:
        yield from islice(body_parts(response), int(events))
        raise disconnect

    return replace(response, body=body())


def _cut_inside_character(part: bytes) -> bytes:
    """Cut *part* inside its first multi-byte character; add one if it has none."""
    for at, byte in enumerate(part):
        if not chr(byte).isascii():
            return part[: at + 1]
    return part[: part.rfind(b'"')] + "é".encode()[:1]


def slow_headers(response: Response, seconds: float) -> Response:
    """Wait before the head."""

    def begin() -> None:
        sleep(seconds)
        response.begin()

    return replace(response, begin=begin)


def slow_start(response: Response, seconds: float) -> Response:
    """Wait after the head and the first event."""

    def body() -> Iterator[bytes]:
        for at, part in enumerate(body_parts(response)):
            if at == 1:
                sleep(seconds)
            yield part

    return replace(response, body=body())


def slow_tokens(response: Response, seconds: float) -> Response:
    """Wait before each event."""

    def body() -> Iterator[bytes]:
        for part in body_parts(response):
            sleep(seconds)
            yield part

    return replace(response, body=body())


# The API's own messages where it has one; 400 and 403 say that it was injected.
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
# The discard port of the loopback interface, on which nothing listens.
_REDIRECT_TARGET = "http://127.0.0.1:9/"


def status(response: Response, code: float) -> Response:
    """Reply with an error of the status *code* and the API's message."""
    number = int(code)
    message = _MESSAGES.get(number, f"the sandbox was asked for status {number}")
    error = ApiError(number, message, more=_EXTRA_FIELDS.get(number))
    return replace(error_response(error, response.trace * 2), begin=response.begin)


def redirect(response: Response, code: float) -> Response:
    """Redirect to another address, with the status *code*."""
    moved = replace(response, status=int(code), body=b"", content_type="text/plain")
    return with_header(moved, "location", _REDIRECT_TARGET)


def html(response: Response, code: float) -> Response:
    """Reply with an HTML page, as a captive portal or a proxy does."""
    kind = "text/html; charset=utf-8"
    return replace(response, status=int(code), body=_PAGE, content_type=kind)


def wrong_type(response: Response, _: float) -> Response:
    """Declare the body as plain text."""
    return replace(response, content_type="text/plain")


def with_header(response: Response, name: str, value: str) -> Response:
    """Return *response* with one more header."""
    return replace(response, headers={**response.headers, name: value})


_MIB = 1 << 20
_GZIP = 31  # zlib's window bits for the gzip format
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
    """Send an event that is not JSON after some *events*, then continue."""
    broken = b'data: {"type":"content-delta","index":0,"delta":{"mess\n\n'
    return _insert_after(response, events, (broken,))


def unknown_event(response: Response, events: float) -> Response:
    """Send an event of an unknown type after some *events*, then continue."""
    return _insert_after(response, events, (_UNKNOWN,))


def huge_line(response: Response, mebibytes: float) -> Response:
    """Send a line of *mebibytes* MiB after the first event, then continue."""
    line = (b"x" * _MIB for _ in range(int(mebibytes)))
    return _insert_after(response, 1, chain((b"data: ",), line, (b"\n\n",)))


def failed(response: Response, events: float) -> Response:
    """Report a failed generation after some *events*, by an event as the API does."""

    def body() -> Iterator[bytes]:
        parts = body_parts(response)
        first = next(parts, b"")
        yield from islice(chain((first,), parts), int(events))
        is_compat = first.startswith(b"data:")
        yield from (_FAILED_COMPAT if is_compat else _FAILED, DONE)

    return replace(response, body=body())


def gzip_bomb(response: Response, mebibytes: float) -> Response:
    """Send *mebibytes* MiB of spaces, compressed to a thousandth of that."""
    bomb = replace(response, body=_gzip_spaces(int(mebibytes)))
    return with_header(bomb, "content-encoding", "gzip")


def _gzip_spaces(mebibytes: int) -> Iterator[bytes]:
    compressor, spaces = zlib.compressobj(wbits=_GZIP), b" " * _MIB
    for _ in range(mebibytes):
        yield compressor.compress(spaces)
    yield compressor.flush()


def _insert_after(response: Response, events: float, more: Iterable[bytes]) -> Response:
    def body() -> Iterator[bytes]:
        parts = body_parts(response)
        yield from islice(parts, int(events))
        yield from more
        yield from parts

    return replace(response, body=body())


def body_parts(response: Response) -> Iterator[bytes]:
    """Return the parts of the body; a body that is not a stream is one part."""
    if isinstance(response.body, bytes):
        return iter((response.body,))
    return response.body
