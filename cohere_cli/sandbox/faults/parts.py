"""A reply's body in its parts: the events of a stream, or one whole body."""

from collections.abc import Iterator

from cohere_cli.sandbox.response import Response


def parts(response: Response) -> Iterator[bytes]:
    """Return the parts of the body; a body in one piece is one part."""
    if isinstance(response.body, bytes):
        return iter((response.body,))
    return response.body
