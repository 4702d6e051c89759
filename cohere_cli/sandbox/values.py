"""The number of values in a body, which is bounded before the body is parsed."""

import re

from cohere_cli.sandbox.messages import ApiError

MAX_VALUES = 250_000
"""Parsed, a value takes up to 500 bytes. A rerank has 10,000 documents at most."""

# Every value but the first follows one of these; an empty container counts twice.
_STARTS = (b",", b"[", b"{")
# Possessive, and the last quote may be absent: each byte is looked at once.
_STRING_OR_START = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[,\[{]', re.DOTALL)


def check_values(body: bytes, most: int = MAX_VALUES) -> None:
    """Raise `ApiError` (413) if *body*, in JSON, has more than *most* values.

    Bytes that are not JSON may be refused too.
    """
    # Text has commas too: count exactly only if it could matter.
    if len(body) <= most or sum(map(body.count, _STARTS)) <= most:
        return
    count = 0
    for found in _STRING_OR_START.finditer(body):
        count += not found[0].startswith(b'"')
        if count > most:
            raise ApiError(413, f"the body has more than {most} values")
