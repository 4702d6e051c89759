"""HTTP requests and responses, API errors and server-sent events."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal

from cohere_cli.record import value_class

if TYPE_CHECKING:
    from cohere_cli.api.protocol.validation import Violation


@value_class
class Request:
    """A complete request; `path` has no query, header names are in lower case.

    If a parameter is repeated, `query` has its last value. A request that a script's
    rule answers, `is_scripted`, may name any model.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""
    query: Mapping[str, str] = field(default_factory=dict)
    is_scripted: bool = False

    @property
    def digest(self) -> str:
        """64 hex digits, the same for the same path and body."""
        digest = sha256(b"%b\n" % self.path.encode())
        digest.update(self.body)
        return digest.hexdigest()


def uuid(digest: str) -> str:
    """Format a digest as a version 4 UUID (RFC 9562)."""
    low, high, rest = digest[:12], digest[13:16], digest[17:32]
    return f"{low[:8]}-{low[8:]}-4{high}-a{rest[:3]}-{rest[3:]}"


DOCS = "https://docs.cohere.com"


class ApiError(Exception):
    """An error reply with this HTTP status and message.

    *more* holds further fields of the body, *headers* further headers.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        more: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.more = dict(more or {})
        self.headers = dict(headers or {})


def invalid(reason: str) -> ApiError:
    """Return the error for an invalid request."""
    return ApiError(400, f"invalid request: {reason}")


def invalid_json(reason: str) -> ApiError:
    """Return the error for a body that is not JSON."""
    return ApiError(400, f"invalid json syntax: {reason}")


def missing_call_id() -> ApiError:
    """Return the error for a tool's result that names no call."""
    return ApiError(400, "tool call id must be provided with tool message")


def violation_error(violation: "Violation", page: str) -> ApiError:
    """Return the error for a body with *violation*; *page* documents the endpoint."""
    name = str(violation.path[-1]) if violation.path else "body"
    match violation.fault:
        case "unknown":
            return ApiError(
                422,
                f"unknown field: parameter '{name}' is not a valid field. "
                f"For proper usage, please refer to {DOCS}/{page}",
            )
        case "missing" if violation.path == ("model",):
            return ApiError(400, "a model parameter is required for this endpoint.")
        case "missing" if name == "tool_call_id":
            return missing_call_id()
        case "missing":
            return invalid(f"{violation.field} is required")
        case "wrong" if _is_temperature_range(violation):
            return invalid("temperature must be between 0 and 1.0 inclusive.")
        case "wrong" if not violation.path:
            return invalid_json("nested too deeply, or an unpaired surrogate")
        case "wrong":
            return invalid(f"{violation.field} {violation.reason}")


def _is_temperature_range(violation: "Violation") -> bool:
    return violation.path == ("temperature",) and "equal" in violation.reason


JSON = "application/json"
EVENTS = "text/event-stream"


class Disconnect(Exception):
    """Raised to drop the connection before the reply is complete.

    *how* is `close`, `reset` (RST), or `stall`: send nothing for *seconds*, then
    close.
    """

    def __init__(
        self, how: Literal["close", "reset", "stall"], seconds: float = 0.0
    ) -> None:
        super().__init__(how)
        self.how = how
        self.seconds = seconds


def no_delay() -> None:
    """Start a reply without delay."""


@value_class
class Response:
    """A reply: a complete body, or the parts of a stream, each sent immediately.

    `begin` is called before the head is sent and may block. `begin` and the parts
    may raise `Disconnect`.
    """

    status: int
    trace: str
    body: bytes | Iterator[bytes]
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    begin: Callable[[], None] = no_delay


def error_response(error: ApiError, digest: str) -> Response:
    """Return an error in the format of the API."""
    body = as_bytes({**error.more, "id": uuid(digest), "message": error.message})
    return Response(error.status, digest[32:], body, headers=error.headers)


def as_bytes(value: Any) -> bytes:
    """Encode JSON as the API does: on one line, without spaces or escapes."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # JSON inside a tool's result may have an unpaired surrogate.
    return text.encode(errors="replace")


DONE = b"data: [DONE]\n\n"


def sse_frame(data: Mapping[str, Any]) -> bytes:
    """Return *data* as a server-sent event, named after the type of *data*, if any."""
    name = f"event: {data['type']}\n" if "type" in data else ""
    return b"%bdata: %b\n\n" % (name.encode(), as_bytes(data))
