"""httpx, opened as we want it, with its failures told in our words."""

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from cohere_cli import __version__
from cohere_cli.api.connection import CONNECT_TIMEOUT, Connection
from cohere_cli.api.httpx_alone import httpx
from cohere_cli.errors import (
    CoError,
    ConfigProblem,
    ServerFault,
    TimedOut,
    Unreachable,
)


class Passing(Exception):
    """A failure that may pass: the request can be sent again.

    *problem* is what the user is told if it does not pass. *wait* is how many
    seconds the server asks for, if it does.
    """

    def __init__(self, problem: CoError, wait: float | None = None) -> None:
        super().__init__(str(problem))
        self.problem = problem
        self.wait = wait


def opened(connection: Connection) -> httpx.Client:
    """Return a client for *connection*: it follows no redirect, which would hand
    the prompt to somebody else, and asks for bodies that are not compressed.

    Raises `ConfigProblem` when the environment's proxy or certificates are no use.
    """
    headers = {
        "Accept-Encoding": "identity",
        "User-Agent": f"cohere-cli/{__version__}",
        "X-Client-Name": "co",
    }
    if connection.key:
        headers["Authorization"] = f"Bearer {connection.key}"
    plain = connection.base_url.startswith("http:")
    try:
        return httpx.Client(
            base_url=connection.base_url,
            headers=headers,
            trust_env=not connection.is_local,
            # Reading the certificates takes longer than all else at the start.
            verify=not plain,
            timeout=httpx.Timeout(CONNECT_TIMEOUT),
        )
    except (OSError, ValueError, ImportError, httpx.InvalidURL) as exc:
        hint = "see HTTPS_PROXY, ALL_PROXY, NO_PROXY and SSL_CERT_FILE"
        raise ConfigProblem(
            f"the environment's proxy or certificates cannot be used: {exc}", hint=hint
        ) from exc


@contextmanager
def translated(connection: Connection, silence: float) -> Iterator[None]:
    """Tell httpx's failures as ours, or as `Passing` where asking again may help.

    *silence* is the read timeout in force, in seconds.
    """
    host = connection.host
    try:
        yield
    except httpx.ConnectTimeout as exc:
        raise Passing(TimedOut(f"no connection to {host} in time")) from exc
    except httpx.TimeoutException as exc:
        hint = "--timeout sets how long to wait in silence"
        said = f"no word from {host} for {silence:g} s"
        raise TimedOut(said, hint=hint) from exc
    except httpx.ProxyError as exc:
        hint = "see HTTPS_PROXY and NO_PROXY"
        raise Unreachable(f"the proxy refuses: {exc}", where=host, hint=hint) from exc
    except httpx.ConnectError as exc:
        raise _unconnected(exc, host) from exc
    except (httpx.UnsupportedProtocol, httpx.InvalidURL) as exc:
        raise ConfigProblem(f"the base URL cannot be used: {exc}") from exc
    except httpx.DecodingError as exc:
        raise ServerFault(f"the reply cannot be decoded: {exc}", where=host) from exc
    except httpx.TransportError as exc:
        # httpx reads a Location even where nobody follows it.
        if _cause(exc, httpx.InvalidURL):
            said = "the server redirects to what is no address; not followed"
            raise ServerFault(said, where=host) from exc
        lost = Unreachable("the connection was lost", where=host)
        raise Passing(lost) from exc


def _unconnected(exc: httpx.ConnectError, host: str) -> CoError | Passing:
    if _cause(exc, ssl.SSLCertVerificationError):
        hint = "SSL_CERT_FILE names the certificates to trust"
        return Unreachable(
            f"the certificate is not trusted: {exc}", where=host, hint=hint
        )
    hint = "check the base URL and the network"
    # "[Errno 111] Connection refused" and the like: the number helps nobody.
    reason = re.sub(r"^\[Errno -?\d+\] ", "", str(exc)).lower()
    return Passing(Unreachable(f"cannot connect: {reason}", where=host, hint=hint))


def _cause(exc: BaseException | None, kind: type[BaseException]) -> Any:
    while exc is not None and not isinstance(exc, kind):
        exc = exc.__cause__ or exc.__context__
    return exc
