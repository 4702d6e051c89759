"""Diagnoses the path to a server: DNS, TCP, TLS, API key, clock."""

import json
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

from cohere_cli.api.connection import (
    CHAT_PATH,
    CONNECT_TIMEOUT,
    Connection,
    proxy_for,
)
from cohere_cli.api.network.httpx_import import httpx
from cohere_cli.api.network.tls import tls_context
from cohere_cli.api.network.transport import map_httpx_errors, open_http_client
from cohere_cli.api.protocol.errors import error_from_response
from cohere_cli.api.rate_limit import TrialLimits, trial_limits
from cohere_cli.api.responses import read_error_body, read_json
from cohere_cli.api.retry import TransientError
from cohere_cli.errors import (
    CoError,
    NotAuthenticated,
    RequestRefused,
    ServerFault,
    Unreachable,
)

if TYPE_CHECKING:
    from cohere_cli.api.network.keep_alive import KeptResponse

_PATH = "/v1/check-api-key"
_TIMEOUT = 20.0  # seconds without data

_OTHER_API = "if it has OpenAI's API only, use `co compat`; else check the base URL"

_INVALID_KEY = frozenset({401, 403, 498})
# Private deployments and other servers need not have this endpoint.
_NOT_IMPLEMENTED = frozenset({404, 405, 501})


@dataclass(frozen=True, slots=True)
class KeyCheck:
    """Whether the key is valid, None if unknown; `date` is the server's Date header.

    `trial` are the limits of a trial key, None where the server states none.
    """

    is_valid: bool | None
    date: str = ""
    trial: TrialLimits | None = None


def check_key(connection: Connection) -> KeyCheck:
    """Check the key of *connection* with the server; no retries.

    An invalid key is a result, not an error. Raises `Unreachable`, `TimedOut`,
    `RateLimited`, `ServerFault` and other errors of a call.
    """
    with _reply_to(connection, _PATH) as response:
        is_valid = _is_valid(response, connection)
        headers = response.headers
        return KeyCheck(is_valid, headers.get("date", ""), trial_limits(headers))


@contextmanager
def _reply_to(
    connection: Connection, path: str, body: Any = None
) -> Iterator[httpx.Response]:
    """Post *body* to *path* once, and yield the reply; errors are masked."""
    timeout = connection.timeout or _TIMEOUT
    try:
        with (
            open_http_client(connection) as http,
            map_httpx_errors(connection, timeout),
            http.stream("POST", path, json=body, timeout=timeout) as response,
        ):
            yield response
    except TransientError as error:
        raise connection.masked_problem(error.problem) from error
    except CoError as problem:
        raise connection.masked_problem(problem) from problem.__cause__


def _is_valid(response: httpx.Response, connection: Connection) -> bool | None:
    status = response.status_code
    if status in _INVALID_KEY:
        return False
    if status in _NOT_IMPLEMENTED:
        return None
    if not response.is_success:
        raise _refusal(response, connection)
    match read_json(response.iter_bytes()):
        case {"valid": bool(is_valid)}:
            return is_valid
        case _:
            return None


def _refusal(response: httpx.Response, connection: Connection) -> CoError:
    body = read_error_body(response, connection.without_secrets)
    return error_from_response(response.status_code, response.headers, body)


_MAX_SKEW = 300.0
"""Seconds of clock skew; beyond it, certificates may seem expired or not yet valid."""

_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}


@dataclass(frozen=True, slots=True)
class Step:
    """One check and its result; `problem` is the error if it failed."""

    name: str
    found: str = ""
    problem: CoError | None = None


def diagnose(connection: Connection, *, has_key: bool = True) -> Iterator[Step]:
    """Check the path to the server; yield each step, up to the first that fails.

    Behind a proxy, DNS and TCP are those of the proxy. Without *has_key* the key is
    not checked. Each step has a timeout: 10 s to connect, 20 s for an answer.
    """
    proxy = proxy_for(connection)
    server = urlsplit(connection.base_url)
    peer = urlsplit(proxy.url) if proxy else server
    checks: dict[str, Callable[[], str]] = {
        "DNS": lambda: _resolve(peer),
        "TCP": lambda: _connect(peer),
    }
    if server.scheme == "https" and not proxy:
        checks["TLS"] = lambda: _handshake(server, connection)
    for name, check in checks.items():
        step = _run_step(name, check)
        yield step
        if step.problem:
            return
    if has_key:
        yield from _key_steps(connection)


def _run_step(name: str, check: Callable[[], str]) -> Step:
    try:
        return Step(name, check())
    except CoError as problem:
        return Step(name, problem=problem)
    except TransientError as error:
        return Step(name, problem=error.problem)
    except (OSError, UnicodeError) as exc:
        # UnicodeError: the name has a label that no DNS name can have.
        reason = _reason(exc)
        hint = "check the base URL, the network and the proxy"
        return Step(name, problem=Unreachable(reason, hint=hint))


def _reason(exc: OSError | UnicodeError) -> str:
    if isinstance(exc, UnicodeError):
        return "invalid host name"
    return (exc.strerror or str(exc)).lower()


def _resolve(url: SplitResult) -> str:
    found = socket.getaddrinfo(url.hostname, _port(url), type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    return f"{url.hostname} is {', '.join(addresses)}"


def _connect(url: SplitResult) -> str:
    began = monotonic()
    with closing(_open(url)):
        return f"{url.hostname}:{_port(url)} in {(monotonic() - began) * 1000:.0f} ms"


def _handshake(url: SplitResult, connection: Connection) -> str:
    context = tls_context(connection.route)
    with (
        closing(_open(url)) as plain,
        context.wrap_socket(plain, server_hostname=url.hostname) as secure,
    ):
        certificate: Any = secure.getpeercert() or {}
        issuer = {key: text for ((key, text), *_) in certificate.get("issuer", ())}
        by = issuer.get("organizationName") or issuer.get("commonName") or "unknown"
        until = certificate.get("notAfter", "")
        return f"{secure.version()}, certificate by {by}, valid until {until}"


def _key_steps(connection: Connection) -> Iterator[Step]:
    try:
        check = check_key(connection)
    except CoError as problem:
        yield Step("auth", problem=problem)
        return
    yield _authentication(check, connection)
    if check.trial and check.trial.per_month:
        month = f"{check.trial.per_month:,} calls a month"
        yield Step("trial key", f"{month}; the server does not say how many are left")
    if check.is_valid is None:
        yield _run_step("chat", lambda: _probe_chat(connection))
    yield _clock(check.date)


def _probe_chat(connection: Connection) -> str:
    """Send an empty request to `/v2/chat`, which a server refuses without any cost.

    Raises `CoError` if the server has no such path, or does not accept the key.
    """
    with _reply_to(connection, CHAT_PATH, {}) as response:
        if response.status_code in _NOT_IMPLEMENTED:
            problem = f"the server has no {CHAT_PATH}"
            where = f"HTTP {response.status_code}"
            raise RequestRefused(problem, where=where, hint=_OTHER_API)
        if response.status_code in _INVALID_KEY or response.is_server_error:
            raise _refusal(response, connection)
        return f"the server has {CHAT_PATH}"


def _authentication(check: KeyCheck, connection: Connection) -> Step:
    if check.is_valid is False:
        hint = "store another one: `co auth login`"
        problem = NotAuthenticated("the server rejects the key", hint=hint)
        return Step("auth", problem=problem)
    if check.is_valid is None:
        return Step("auth", "the server responds; it has no key check")
    return Step(
        "auth", "the server accepts the key" if connection.key else "no key sent"
    )


def _clock(date: str) -> Step:
    """Compare this machine's clock with the server's Date header (RFC 9110, 6.6.1)."""
    from email.utils import parsedate_to_datetime

    try:
        skew = (datetime.now(UTC) - parsedate_to_datetime(date)).total_seconds()
    except (ValueError, TypeError):
        return Step("clock", "the server sends no valid Date header")
    found = f"{abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} the server's"
    if abs(skew) <= _MAX_SKEW:
        return Step("clock", found)
    problem = ServerFault(f"this machine's clock is {found}", hint="set one of them")
    return Step("clock", problem=problem)


def _open(url: SplitResult) -> socket.socket:
    return socket.create_connection((url.hostname, _port(url)), CONNECT_TIMEOUT)


def _port(url: SplitResult) -> int:
    return url.port or _PORTS.get(url.scheme, 80)


# The headers of a response that help to find out what a server did.
_SHOWN_HEADERS = re.compile(
    r".*(request|trace|correlation)-?id|retry-after.*|.*ratelimit.*|server|via|cf-ray"
    r"|x-(api-warning|endpoint-monthly-call-limit|trial-endpoint-call-limit)"
)


def describe_response(
    response: "httpx.Response | KeptResponse",
    waited: float,
    model: str | None,
    size: int,
) -> str:
    """Return a line about a response that began *waited* seconds after its request.

    The request, status and time, the model, the *size* of what was sent in bytes, and
    the headers worth knowing.
    """
    request = response.request
    status = f"HTTP {response.status_code} after {waited:.2f} s"
    line = f"{request.method} {request.url.path}: {status}"
    if model:
        line += f"; model: {model}"
    line += f"; sent: {size:,} bytes"
    headers = (
        f"{name}: {value}"
        for name, value in response.headers.items()
        if _SHOWN_HEADERS.fullmatch(name)
    )
    return "; ".join([line, *headers])


def describe_end(response: "httpx.Response | KeptResponse", seconds: float) -> str:
    """Return a line about the end of a response, *seconds* after its request."""
    request, size = response.request, response.num_bytes_downloaded
    line = f"{request.method} {request.url.path}: received {size:,} bytes"
    return f"{line} in {seconds:.2f} s"


_SHOWN_BODY = 1000  # characters


def describe_body(body: bytes) -> str:
    """Return a line with the start of a refusal's *body*; JSON without escapes."""
    try:
        text = json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":"))
    except (ValueError, RecursionError):
        text = body.decode("utf-8", "replace")
    return f"body: {text[:_SHOWN_BODY]}"
