"""A reply on its way out: its head, and its body in pieces or in one."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from cohere_cli.api.protocol.validation import Violation


@dataclass(frozen=True, slots=True)
class Request:
    """A whole request; `path` has no query, header names are in small letters.

    Of a parameter that the query gives twice, `query` has the last.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """64 hex digits that are the same for the same request."""
        return sha256(b"%b\n%b" % (self.path.encode(), self.body)).hexdigest()


def uuid(digest: str) -> str:
    """Write a digest as a version 4 UUID (RFC 9562)."""
    low, high, rest = digest[:12], digest[13:16], digest[17:32]
    return f"{low[:8]}-{low[8:]}-4{high}-a{rest[:3]}-{rest[3:]}"


DOCS = "https://docs.cohere.com"


class ApiError(Exception):
    """The request ends here, with this HTTP status and message.

    *more* are further fields of the body, *headers* go before it.
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


def invalid(why: str) -> ApiError:
    """Return the refusal of a request that can never be right."""
    return ApiError(400, f"invalid request: {why}")


def invalid_json(why: str) -> ApiError:
    """Return the refusal of a body that is not JSON."""
    return ApiError(400, f"invalid json syntax: {why}")


def violation_error(flaw: "Violation", page: str) -> ApiError:
    """Return the refusal of a body with *flaw*; *page* documents the endpoint."""
    name = str(flaw.path[-1]) if flaw.path else "body"
    match flaw.fault:
        case "unknown":
            return ApiError(
                422,
                f"unknown field: parameter '{name}' is not a valid field. "
                f"For proper usage, please refer to {DOCS}/{page}",
            )
        case "missing" if flaw.path == ("model",):
            return ApiError(400, "a model parameter is required for this endpoint.")
        case "missing":
            return invalid(f"{flaw.field} is required")
        case "wrong" if flaw.path == ("temperature",) and "equal" in flaw.reason:
            return invalid("temperature must be between 0 and 1.0 inclusive.")
        case "wrong" if not flaw.path:
            return invalid_json("nested too deep, or half a character in a string")
        case "wrong":
            return invalid(f"{flaw.field} {flaw.reason}")


JSON = "application/json"
EVENTS = "text/event-stream"


class Disconnect(Exception):
    """The reply goes no further: the connection is left as *how* says.

    It is closed, reset (RST), or kept in silence for *seconds*, then closed.
    """

    def __init__(
        self, how: Literal["close", "reset", "stall"], seconds: float = 0.0
    ) -> None:
        super().__init__(how)
        self.how = how
        self.seconds = seconds


def no_delay() -> None:
    """Let a reply begin without delay."""


@dataclass(frozen=True, slots=True)
class Response:
    """A reply: one body, or the pieces of a stream, each to be sent at once.

    `begin` is called before the head is sent. It may take its time; it, and the
    pieces, may raise `Disconnect`.
    """

    status: int
    trace: str
    body: bytes | Iterator[bytes]
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    begin: Callable[[], None] = no_delay


def error_response(refused: ApiError, digest: str) -> Response:
    """Return an error as the API writes it."""

    error = {"id": uuid(digest), "message": refused.message}
    body = as_bytes(refused.more | error)
    return Response(refused.status, digest[32:], body, headers=refused.headers)


def as_bytes(value: Any) -> bytes:
    """Write JSON as the API does: in one line, without spaces, not escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # JSON inside a tool's result may name half of a surrogate pair.
    return text.encode(errors="replace")


DONE = b"data: [DONE]\n\n"


def sse_frame(data: Mapping[str, Any]) -> bytes:
    """Return *data* as a server-sent event, which is named if *data* has a type."""
    name = f"event: {data['type']}\n" if "type" in data else ""
    return b"%bdata: %b\n\n" % (name.encode(), as_bytes(data))
