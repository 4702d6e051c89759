"""Reads the body of a reply, and checks its media type and size."""

from collections.abc import Iterable
from typing import Any

from cohere_cli.api.httpx_import import httpx
from cohere_cli.errors import ServerFault
from cohere_cli.strict_json import MAX_VALUES, has_too_many_values, loads

MAX_REPLY_BYTES = 16 << 20
"""Bytes of a reply that is not streamed; a ranking of 10,000 documents has 1 MiB."""


def require_content_type(response: httpx.Response, kind: str) -> None:
    """Raise `ServerFault` unless the reply has the media type *kind*.

    A captive portal, for example, answers with a web page and status 200.
    """
    got = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    encoding = response.headers.get("content-encoding", "identity")
    if got != kind:
        from cohere_cli.api.protocol.errors import MAX_ERROR_BODY, body_message

        message = f"expected {kind}, got {got or 'a reply without a type'}"
        start = body_message(read_at_most(response.iter_bytes(), MAX_ERROR_BODY))
        raise ServerFault(f"{message}: {start}" if start else message)
    if kind == "text/event-stream" and encoding != "identity":
        raise ServerFault(
            f"the stream is compressed ({encoding}), which was not requested"
        )


class InvalidJsonReply(ServerFault):
    """A successful reply whose body is cut off, or is not JSON as of RFC 8259."""


def read_json(chunks: Iterable[bytes]) -> Any:
    """Parse a JSON body; raises `ServerFault` if it is not JSON or too large."""
    body = read_at_most(chunks, MAX_REPLY_BYTES + 1)
    if len(body) > MAX_REPLY_BYTES:
        raise ServerFault("the reply is larger than 16 MiB")
    if has_too_many_values(body):
        raise ServerFault(f"the reply has more than {MAX_VALUES:,} values")
    try:
        return loads(body, halves=True)
    except ValueError as exc:
        raise InvalidJsonReply(f"the reply is not JSON: {exc}") from exc


def read_at_most(chunks: Iterable[bytes], most: int) -> bytes:
    """Return at most *most* decompressed bytes of a body."""
    start = bytearray()
    for chunk in chunks:
        start += chunk
        if len(start) >= most:
            break
    del start[most:]
    return bytes(start)
