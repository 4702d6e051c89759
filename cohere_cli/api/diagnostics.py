"""The way to a server, step by step: its name, a connection, TLS, and the key."""

import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import Any
from urllib.parse import SplitResult, urlsplit

from cohere_cli.api.connection import CONNECT_TIMEOUT, Connection, proxy_for
from cohere_cli.api.httpx_import import httpx
from cohere_cli.api.protocol.errors import MAX_ERROR_BODY, error_from_response
from cohere_cli.api.responses import read_at_most, read_json
from cohere_cli.api.retry import TransientError
from cohere_cli.api.transport import map_httpx_errors, open_http_client, tls_context
from cohere_cli.errors import CoError, NotAuthenticated, ServerFault, Unreachable

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
            open_http_client(connection) as http,
            map_httpx_errors(connection, silence),
            http.stream("POST", _PATH, timeout=silence) as response,
        ):
            is_valid = _is_valid(response, connection)
            return KeyCheck(is_valid, response.headers.get("date", ""))
    except TransientError as passing:
        raise passing.problem from passing


def _is_valid(response: httpx.Response, connection: Connection) -> bool | None:
    status = response.status_code
    if status in _REFUSED:
        return False
    if status in _NO_SUCH_CHECK:
        return None
    if not response.is_success:
        body = read_at_most(response.iter_bytes(), MAX_ERROR_BODY)
        body = connection.without_secrets(body)
        raise error_from_response(status, response.headers, body)
    match read_json(response.iter_bytes()):
        case {"valid": bool(is_valid)}:
            return is_valid
        case _:
            return None


_LARGEST_SKEW = 300.0
"""Seconds. With more, certificates and signatures seem to be of another time."""

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Step:
    """One step, and what was found; `problem` is why there is no next one."""

    name: str
    found: str = ""
    problem: CoError | None = None


def diagnose(connection: Connection, *, has_key: bool = True) -> Iterator[Step]:
    """Go the way to the server, and yield each step, up to the first that fails.

    Behind a proxy, the first steps lead to the proxy. Without *has_key* the server
    is not asked about a key. Times are limited to 10 s a step.
    """
    proxy = proxy_for(connection)
    server = urlsplit(connection.base_url)
    peer = urlsplit(proxy.url) if proxy else server
    checks: dict[str, Callable[[], str]] = {
        "DNS": lambda: _resolved(peer),
        "TCP": lambda: _connected(peer),
    }
    if server.scheme == "https" and not proxy:
        checks["TLS"] = lambda: _secured(server, connection)
    for name, check in checks.items():
        step = _step(name, check)
        yield step
        if step.problem:
            return
    if has_key:
        yield from _asked(connection)


def _step(name: str, check: Callable[[], str]) -> Step:
    try:
        return Step(name, check())
    except CoError as problem:
        return Step(name, problem=problem)
    except OSError as exc:
        reason = (exc.strerror or str(exc)).lower()
        hint = "check the base URL, the network and the proxy"
        return Step(name, problem=Unreachable(reason, hint=hint))


def _resolved(url: SplitResult) -> str:
    found = socket.getaddrinfo(url.hostname, _port(url), type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    return f"{url.hostname} is {', '.join(addresses)}"


def _connected(url: SplitResult) -> str:
    began = monotonic()
    with closing(_open(url)):
        return f"{url.hostname}:{_port(url)} in {(monotonic() - began) * 1000:.0f} ms"


def _secured(url: SplitResult, connection: Connection) -> str:
    context = tls_context(connection.route)
    with (
        closing(_open(url)) as plain,
        context.wrap_socket(plain, server_hostname=url.hostname) as secure,
    ):
        certificate: Any = secure.getpeercert() or {}
        issuer = {key: text for ((key, text), *_) in certificate.get("issuer", ())}
        by = issuer.get("organizationName") or issuer.get("commonName") or "nobody"
        until = certificate.get("notAfter", "")
        return f"{secure.version()}, certified by {by} until {until}"


def _asked(connection: Connection) -> Iterator[Step]:
    try:
        check = check_key(connection)
    except CoError as problem:
        yield Step("auth", problem=problem)
        return
    yield _authentication(check, connection)
    yield _clock(check.date)


def _authentication(check: KeyCheck, connection: Connection) -> Step:
    if check.is_valid is False:
        said = "the server does not take the key"
        hint = "store another one: `co auth login`"
        return Step("auth", problem=NotAuthenticated(said, hint=hint))
    if check.is_valid is None:
        return Step("auth", "the server answers; it cannot tell about keys")
    return Step("auth", "the server takes the key" if connection.key else "no key sent")


def _clock(date: str) -> Step:
    """Compare this machine's clock with what the server says (RFC 9110, 6.6.1)."""
    from email.utils import parsedate_to_datetime

    try:
        skew = (datetime.now(UTC) - parsedate_to_datetime(date)).total_seconds()
    except (ValueError, TypeError):
        return Step("clock", "the server does not say its time")
    said = f"{abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} the server's"
    if abs(skew) <= _LARGEST_SKEW:
        return Step("clock", said)
    problem = ServerFault(f"this machine's clock is {said}", hint="set one of them")
    return Step("clock", problem=problem)


def _open(url: SplitResult) -> socket.socket:
    return socket.create_connection((url.hostname, _port(url)), CONNECT_TIMEOUT)


def _port(url: SplitResult) -> int:
    return url.port or _PORTS.get(url.scheme, 80)
