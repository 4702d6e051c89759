"""What the API says when it will not do something, in its own words."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cohere_cli.api.validate import Flaw

DOCS = "https://docs.cohere.com"


class Refused(Exception):
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


def invalid(why: str) -> Refused:
    """Return the refusal of a request that can never be right."""
    return Refused(400, f"invalid request: {why}")


def no_json(why: str) -> Refused:
    """Return the refusal of a body that is no JSON."""
    return Refused(400, f"invalid json syntax: {why}")


def flawed(flaw: "Flaw", page: str) -> Refused:
    """Return the refusal of a body with *flaw*; *page* documents the endpoint."""
    name = str(flaw.path[-1]) if flaw.path else "body"
    match flaw.fault:
        case "unknown":
            return Refused(
                422,
                f"unknown field: parameter '{name}' is not a valid field. "
                f"For proper usage, please refer to {DOCS}/{page}",
            )
        case "missing" if flaw.path == ("model",):
            return Refused(400, "a model parameter is required for this endpoint.")
        case "missing":
            return invalid(f"{flaw.field} is required")
        case "wrong" if flaw.path == ("temperature",) and "equal" in flaw.says:
            return invalid("temperature must be between 0 and 1.0 inclusive.")
        case "wrong" if not flaw.path:
            return no_json("nested too deep, or half a character in a string")
        case "wrong":
            return invalid(f"{flaw.field} {flaw.says}")
