"""The body of a request: of a declared length, or in chunks."""

import re
from collections.abc import Iterator
from io import BytesIO

from cohere_cli.sandbox.http.budget import Share
from cohere_cli.sandbox.http.head import Head, too_large
from cohere_cli.sandbox.http.incoming import Deadline, Incoming
from cohere_cli.sandbox.http.limits import Limits
from cohere_cli.sandbox.messages import ApiError

_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;.*)?", re.DOTALL)
_MAX_LINE = 4096  # bytes of a chunk-size line or a trailer


def read_body(head: Head, incoming: Incoming, share: Share, limits: Limits) -> bytes:
    """Read the body of *head* once *share* has room for it; raises `ApiError`."""
    deadline = Deadline(limits.body_seconds)
    # Unlike a list of pieces, its value is not a second copy.
    body = BytesIO()
    for size in _sizes(head, incoming, deadline, limits):
        share.grow_to(body.tell() + size)
        for piece in _pieces(incoming, size, deadline):
            body.write(piece)
    return body.getvalue()


def _sizes(
    head: Head, incoming: Incoming, deadline: Deadline, limits: Limits
) -> Iterator[int]:
    """Yield the size of each part of the body, which is to be read then."""
    if head.length is not None:
        yield head.length
        return
    total = 0
    while size := _chunk_size(incoming, deadline):
        total += size
        if total > limits.body:
            raise too_large()
        yield size
        _read_empty_line(incoming, deadline)
    _skip_trailers(incoming, deadline, limits.head)


def _pieces(incoming: Incoming, size: int, deadline: Deadline) -> Iterator[bytes]:
    while size:
        piece = incoming.read(size, deadline)
        yield piece
        size -= len(piece)


def _chunk_size(incoming: Incoming, deadline: Deadline) -> int:
    found = _CHUNK_SIZE.fullmatch(incoming.read_line(_MAX_LINE, deadline))
    if found is None:
        raise ApiError(400, "invalid chunked body")
    return int(found[1], 16)


def _read_empty_line(incoming: Incoming, deadline: Deadline) -> None:
    if incoming.read_line(_MAX_LINE, deadline):
        raise ApiError(400, "invalid chunked body")


def _skip_trailers(incoming: Incoming, deadline: Deadline, most: int) -> None:
    while line := incoming.read_line(_MAX_LINE, deadline):
        most -= len(line)
        if most < 0:
            raise ApiError(431, "the trailers are too large")
