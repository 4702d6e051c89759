"""Replies as bytes: the head, then the body at once or event by event."""

from collections.abc import Iterator
from email.utils import formatdate
from http import HTTPStatus

from cohere_cli.sandbox.messages import Response

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_UNAUTHORIZED = 401  # the API sends no trace id with this status
_REASONS = {status.value: status.phrase for status in HTTPStatus}


def encode_head(response: Response, *, takes_chunks: bool, is_last: bool) -> bytes:
    """Return the head of *response*.

    A stream is sent in chunks if the client *takes_chunks*. *is_last* closes the
    connection after the reply.
    """
    lines = [
        f"HTTP/1.1 {response.status} {_REASONS.get(response.status, '')}",
        *(f"{name}: {value}" for name, value in _headers(response).items()),
    ]
    if isinstance(response.body, bytes):
        lines.append(f"content-length: {len(response.body)}")
    elif takes_chunks:
        lines.append("transfer-encoding: chunked")
    if is_last:
        lines.append("connection: close")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def _headers(response: Response) -> dict[str, str]:
    trace = {"x-debug-trace-id": response.trace}
    return {
        "server": "co-sandbox",
        "date": formatdate(usegmt=True),
        "content-type": response.content_type,
        "cache-control": "no-cache, no-store, no-transform, private",
        **(trace if response.status != _UNAUTHORIZED else {}),
        **response.headers,
    }


def encode_chunks(events: Iterator[bytes]) -> Iterator[bytes]:
    """Yield *events* as chunks; an empty chunk would end the body."""
    for event in filter(None, events):
        yield b"%x\r\n%b\r\n" % (len(event), event)
    yield b"0\r\n\r\n"
