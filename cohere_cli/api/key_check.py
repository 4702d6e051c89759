"""Asks a server whether it takes a key, without spending anything."""

from dataclasses import dataclass

from cohere_cli.api.connection import Connection
from cohere_cli.api.httpx_alone import httpx
from cohere_cli.api.refusals import MOST_READ, problem_of
from cohere_cli.api.replies import json_of, start_of
from cohere_cli.api.transport import Passing, opened, translated

_PATH = "/v1/check-api-key"
_SILENCE = 20.0

_REFUSED = frozenset({401, 403, 498})
# Private deployments and other servers need not have this endpoint.
_NO_SUCH_CHECK = frozenset({404, 405, 501})


@dataclass(frozen=True, slots=True)
class KeyCheck:
    """What a server says: None where it cannot tell. `date` is its own clock."""

    is_valid: bool | None
    date: str = ""


def check_key(connection: Connection) -> KeyCheck:
    """Ask for the key of *connection*, once.

    That a key is refused is an answer here, no error. Raises `Unreachable`,
    `TimedOut`, `RateLimited`, `ServerFault` and the like for all other trouble.
    """
    silence = connection.timeout or _SILENCE
    try:
        with (
            opened(connection) as http,
            translated(connection, silence),
            http.stream("POST", _PATH, timeout=silence) as response,
        ):
            is_valid = _is_valid(response, connection)
            return KeyCheck(is_valid, response.headers.get("date", ""))
    except Passing as passing:
        raise passing.problem from passing


def _is_valid(response: httpx.Response, connection: Connection) -> bool | None:
    status = response.status_code
    if status in _REFUSED:
        return False
    if status in _NO_SUCH_CHECK:
        return None
    if not response.is_success:
        body = start_of(response.iter_bytes(), MOST_READ)
        body = connection.without_secrets(body)
        raise problem_of(status, response.headers, body)
    match json_of(response.iter_bytes()):
        case {"valid": bool(is_valid)}:
            return is_valid
        case _:
            return None
