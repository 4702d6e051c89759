"""Faults of the head: errors, redirects, pages, and types that are not true."""

from dataclasses import replace

from cohere_cli.sandbox.refusals import Refused
from cohere_cli.sandbox.response import Response, refusal

# What the API says; the rest is told by its number.
_WORDS = {
    400: "invalid request: the fault was asked for",
    401: "invalid api token",
    402: "Please add or update your payment method to continue.",
    403: "this key may not do this",
    404: "model not found, make sure the correct model ID was used and that you have "
    "access to the model.",
    422: "No valid response generated. Try updating messages",
    429: "You are past the per minute request limit, please wait and try again later.",
    498: "invalid token",
    499: "request cancelled",
    500: "internal server error",
    501: "not implemented",
    503: "the service is overloaded, please try again later",
    504: "the request timed out",
}
_TYPES = {422: {"error_type": "NO_VALID_RESPONSE_GENERATED"}}
_PAGE = (
    b"<!DOCTYPE html>\n<html><head><title>Sign in to the network</title></head>"
    b"<body><h1>Sign in</h1></body></html>\n"
)
# The discard service: nobody listens there, and it is this machine's own.
_ELSEWHERE = "http://127.0.0.1:9/"


def status(response: Response, code: float) -> Response:
    """Refuse with the status *code*, in the API's words."""
    number = int(code)
    words = _WORDS.get(number, f"the sandbox was asked for status {number}")
    refused = Refused(number, words, more=_TYPES.get(number))
    return replace(refusal(refused, response.trace * 2), begin=response.begin)


def redirect(response: Response, code: float) -> Response:
    """Point to another address, with the status *code*."""
    moved = replace(response, status=int(code), body=b"", content_type="text/plain")
    return with_header(moved, "location", _ELSEWHERE)


def page(response: Response, code: float) -> Response:
    """Answer with a page, as a captive portal or a proxy does."""
    kind = "text/html; charset=utf-8"
    return replace(response, status=int(code), body=_PAGE, content_type=kind)


def wrong_type(response: Response, _: float) -> Response:
    """Say that the body is plain text."""
    return replace(response, content_type="text/plain")


def with_header(response: Response, name: str, value: str) -> Response:
    """Return *response* with one header more."""
    return replace(response, headers={**response.headers, name: value})
