"""Reads the body of a reply: of the type that was asked for, and of a sane size."""

from collections.abc import Iterable
from typing import Any

from cohere_cli.api.httpx_import import httpx
from cohere_cli.errors import ServerFault
from cohere_cli.strict_json import MAX_VALUES, has_too_many_values, loads

MAX_REPLY_BYTES = 16 << 20
"""Bytes of a reply that comes in one piece; a ranking of 10,000 places has one MiB."""


def require_content_type(response: httpx.Response, kind: str) -> None:
    """Raise `ServerFault` unless the reply is of the media type that was asked for.

    A web page with status 200 is what a captive portal answers.
    """
    got = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    encoding = response.headers.get("content-encoding", "identity")
    if got != kind:
        from cohere_cli.api.protocol.errors import MAX_ERROR_BODY, body_message

        said = f"expected {kind}, got {got or 'a reply without a type'}"
        start = body_message(read_at_most(response.iter_bytes(), MAX_ERROR_BODY))
        raise ServerFault(f"{said}: {start}" if start else said)
    if kind == "text/event-stream" and encoding != "identity":
        raise ServerFault(f"the stream is compressed ({encoding}), which was not asked")


class InvalidJsonReply(ServerFault):
    """A success whose body is broken: half a text, or a number like NaN."""


def read_json(chunks: Iterable[bytes]) -> Any:
    """Read a body of JSON; raises `ServerFault` if it is anything else, or huge."""
    body = read_at_most(chunks, MAX_REPLY_BYTES + 1)
    if len(body) > MAX_REPLY_BYTES:
        raise ServerFault("the reply is larger than 16 MiB")
    if has_too_many_values(body):
        raise ServerFault(f"the reply has more than {MAX_VALUES:,} values")
    try:
        return loads(body)
    except ValueError as exc:
        raise InvalidJsonReply(f"the reply is not JSON: {exc}") from exc


def read_at_most(chunks: Iterable[bytes], most: int) -> bytes:
    """Read no more than *most* bytes, unpacked, of a body of any length."""
    start = bytearray()
    for chunk in chunks:
        start += chunk
        if len(start) >= most:
            break
    del start[most:]
    return bytes(start)
