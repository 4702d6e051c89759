"""From a reply that is no success to the error that the user is told."""

import json
import re
from collections.abc import Mapping
from typing import Any

from cohere_cli.errors import (
    CoError,
    NotAuthenticated,
    RateLimited,
    RequestRefused,
    ServerFault,
)

MAX_ERROR_BODY = 64 << 10
"""Bytes of an error's body that are read at all."""

_LONGEST_MESSAGE = 400
_TRIAL = "a production key has no such limit: https://dashboard.cohere.com/api-keys"


def error_from_response(
    status: int, headers: Mapping[str, str], body: bytes
) -> CoError:
    """Return the error for a reply of *status*, whatever shape its body has."""
    message = body_message(body)
    where = _where(status, headers)
    match status:
        case 401 | 403 | 498:
            said = message or "the server does not accept the key"
            hint = "check it with `co auth status`, or store another: `co auth login`"
            return NotAuthenticated(said, where=where, hint=hint)
        case 402 | 429:
            said = message or "rate limited"
            hint = _TRIAL if "trial" in said.lower() else "wait a minute, and try again"
            return RateLimited(said, where=where, hint=hint)
        case _ if 300 <= status < 400:  # noqa: PLR2004 - the redirects
            to = headers.get("location", "another place")
            hint = "if that is the right address, name it with --base-url"
            said = f"the server redirects to {to}; not followed"
            return ServerFault(said, where=where, hint=hint)
        case 404:
            hint = "check the model's name (`co models list`) and the base URL"
            return RequestRefused(message or "not found", where=where, hint=hint)
        case 501:
            return RequestRefused(message or "not implemented", where=where)
        case _ if 400 <= status < 500:  # noqa: PLR2004 - the client's errors
            return RequestRefused(message or "request refused", where=where)
        case _:
            said = message or "the server failed"
            return ServerFault(said, where=where, hint="try again later")


def body_message(body: bytes) -> str:
    """Find the one readable line in an error's body; "" where there is none.

    Servers say `{"message"}`, `{"error": {"message"}}`, `{"error": "..."}`,
    `{"detail": "..."}`, `{"detail": [{"loc", "msg"}]}`, `{"title", "detail"}`, plain
    text, a page of HTML, or nothing.
    """
    text = body.decode("utf-8", "replace").strip()
    try:
        found = error_message(json.loads(text))
    except (ValueError, RecursionError):
        found = _title(text) if text.startswith("<") else text
    line = " ".join(found.split())
    return line if len(line) <= _LONGEST_MESSAGE else f"{line[:_LONGEST_MESSAGE]}…"


def error_message(error: Any) -> str:
    """Find what the JSON of an error says, whatever its shape; "" if nothing."""
    match error:
        case str():
            return error
        case {"message": str(message)} if message:
            return message
        case {"error": inner} | {"detail": inner} if inner:
            return error_message(inner)
        case {"loc": [*loc], "msg": str(message)}:
            return f"{'.'.join(map(str, loc))}: {message}"
        case [first, *_]:
            return error_message(first)
        case {"title": str(title)}:
            return title
        case _:
            return ""


def _title(page: str) -> str:
    title = re.search(r"<title[^>]*>([^<]*)", page[:4096], re.IGNORECASE)
    return f"a web page: {title[1].strip()}" if title else "a web page"


def _where(status: int, headers: Mapping[str, str]) -> str:
    request_id = headers.get("x-debug-trace-id", "")
    return f"HTTP {status}, request {request_id}" if request_id else f"HTTP {status}"
