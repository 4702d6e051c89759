"""Maps unsuccessful HTTP responses to errors."""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from cohere_cli.errors import (
    CoError,
    NotAuthenticated,
    RateLimited,
    RequestRefused,
    ServerFault,
)
from cohere_cli.text import shortened

OTHER_API = "check the base URL: this server may have another API"
"""The hint for a reply that is JSON of another shape."""

_LONGEST_MESSAGE = 400
_TRIAL = "production keys have no such limit: https://dashboard.cohere.com/api-keys"


def error_from_response(
    status: int, headers: Mapping[str, str], body: bytes
) -> CoError:
    """Return the error for a response of *status* with a *body* of any format."""
    problem = _problem(status, headers, body_message(body))
    request_id = _request_id(headers)
    named = {"request_id": request_id} if request_id else {}
    problem.details = {"status": status, **named}
    return problem


def _problem(status: int, headers: Mapping[str, str], message: str) -> CoError:
    where = _where(status, headers)
    match status:
        case 401 | 403 | 498:
            reason = message or "the server does not accept the key"
            hint = "check it with `co auth status`, or store another: `co auth login`"
            return NotAuthenticated(reason, where=where, hint=hint)
        case 402 | 429:
            reason = message or "rate limited"
            hint = "wait a minute and try again"
            hint = "check the billing of the account" if status == 402 else hint  # noqa: PLR2004
            hint = _TRIAL if "trial" in reason.lower() else hint
            return RateLimited(reason, where=where, hint=hint)
        case _ if 300 <= status < 400:  # noqa: PLR2004 - the redirects
            to = headers.get("location", "another place")
            hint = "if that is the right address, pass it with --base-url"
            reason = f"the server redirects to {to}; not followed"
            return ServerFault(reason, where=where, hint=hint)
        case 404:
            hint = "check the model's name (`co models list`) and the base URL"
            return RequestRefused(message or "not found", where=where, hint=hint)
        case _ if 400 <= status < 500:  # noqa: PLR2004 - the client's errors
            hint = "" if message else "-v logs what the server sent"
            return RequestRefused(message or "request refused", where=where, hint=hint)
        case _ if blames_input(status, message):
            return RequestRefused(message, where=where)
        case 501:
            hint = "check the base URL: this server may not have the endpoint"
            return ServerFault(message or "not implemented", where=where, hint=hint)
        case _:
            reason = message or "the server failed"
            return ServerFault(reason, where=where, hint="try again later")


_INPUT = re.compile(r"\binput\b.*\b(?:too (?:large|long)|not supported)\b")


def blames_input(status: int, message: str) -> bool:
    """Whether a 500 is about the request itself: a retry does not help.

    llama.cpp answers so to a text above its batch size, and to an image for a model
    without vision.
    """
    return status == 500 and bool(_INPUT.search(message))  # noqa: PLR2004


# A path of OpenAI's API, without the version that its base URL has.
_UNVERSIONED = re.compile(r"(?P<prefix>(?:/(?!v\d)[^/]+)*)/(?:chat/completions|models)")


_INSTEAD = {
    "/v2/chat": "`co compat` is for OpenAI's API",
    "/v2/rerank": "other servers have --rerank-path /v1/rerank",
}
"""What to use where a server lacks a path of Cohere's API, by that path."""


def not_found_hint(body: bytes, url: str) -> str:
    """Return a hint for a 404 of another server's at *url*, "" for Cohere's own.

    Cohere's has a `message`. Others lack a path of Cohere's API, or the model, or
    have the path of OpenAI's API below `/v1`.
    """
    parts = urlsplit(url)
    if found := _UNVERSIONED.fullmatch(parts.path):
        base = f"{parts.scheme}://{parts.netloc}{found['prefix']}/v1"
        return f"did you mean --base-url {base}?"
    with suppress(ValueError, RecursionError):
        if "message" in json.loads(body):
            return ""
    names = f"co models list --compat --base-url {parts.scheme}://{parts.netloc}/v1"
    lacks = f"the server may lack {parts.path}, or the model"
    instead = (text for path, text in _INSTEAD.items() if parts.path.endswith(path))
    return "; ".join([lacks, *instead, f"`{names}` lists models"])


def body_message(body: bytes) -> str:
    """Return the message in an error's body as one line, "" if it has none.

    Servers send JSON of many shapes (see `_REASON_FIELDS`), plain text, a page of
    HTML, or nothing.
    """
    text = body.decode("utf-8", "replace").strip()
    try:
        found = error_message(json.loads(text))
    except (ValueError, RecursionError):
        found = _title(text) if text.startswith("<") else text
    return shortened(" ".join(found.split()), _LONGEST_MESSAGE)


# Where servers put the reason, in lower case and in the order in which they are looked
# at: Cohere and OpenAI, then gateways (AWS, Apigee, Azure, Kong), validators, OAuth,
# problem details, routers (OpenRouter).
_REASON_FIELDS = (
    "message",
    "error_description",
    "errormessage",
    "error_message",
    "error",
    "errors",
    "fault",
    "faultstring",
    "detail",
    "details",
    "msg",
    "reason",
    "title",
    "choices",
    "data",
    "text",
)


def error_message(error: Any) -> str:
    """Return the message in an error's JSON of any shape, "" if it has none."""
    match error:
        case str():
            return error
        case {"loc": [*loc], "msg": str(message)}:
            return f"{'.'.join(map(str, loc))}: {message}"
        case Mapping():
            fields = {str(name).lower(): value for name, value in error.items()}
            found = (error_message(fields.get(name)) for name in _REASON_FIELDS)
            return next(filter(None, found), "") or _field_errors(fields.get("errors"))
        case list():
            return next(filter(None, map(error_message, error)), "")
        case _:
            return ""


def _field_errors(errors: Any) -> str:
    """Return the messages of an object that has lists of them by name of field."""
    lists = errors.items() if isinstance(errors, Mapping) else ()
    found = ((name, error_message(inner)) for name, inner in lists)
    return "; ".join(f"{name}: {message}" for name, message in found if message)


_ERROR_FIELDS = {"message", "error", "errors", "fault", "detail"}


def event_error(event: Mapping[str, Any]) -> str:
    """Return the message of an event that is an error, "" if none of its fields is one.

    Events have fields such as `text` or `data` too, which are no reason there.
    """
    is_error = _ERROR_FIELDS & {str(name).lower() for name in event}
    return error_message(event) if is_error else ""


def error_text(error: Any) -> str:
    """Return the message in an error's JSON, else the JSON itself."""
    return error_message(error) or json.dumps(error)


# Cohere's own, then those of other servers and gateways.
_REQUEST_IDS = ("x-debug-trace-id", "x-request-id", "x-amzn-requestid", "cf-ray")


def _title(page: str) -> str:
    title = re.search(r"<title[^>]*>([^<]*)", page[:4096], re.IGNORECASE)
    return f"a web page: {title[1].strip()}" if title else "a web page"


def _where(status: int, headers: Mapping[str, str]) -> str:
    request_id = _request_id(headers)
    return f"HTTP {status}, request {request_id}" if request_id else f"HTTP {status}"


def _request_id(headers: Mapping[str, str]) -> str:
    return next(filter(None, map(headers.get, _REQUEST_IDS)), "")
