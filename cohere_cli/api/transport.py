"""httpx, opened as we want it, with its failures told in our words."""

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from os.path import expandvars
from typing import Any

from cohere_cli import __version__
from cohere_cli.api.connection import (
    CONNECT_TIMEOUT,
    Connection,
    Proxy,
    Route,
    proxy_for,
)
from cohere_cli.api.httpx_import import httpx
from cohere_cli.api.retry import TransientError
from cohere_cli.errors import CoError, ConfigProblem, ServerFault, TimedOut, Unreachable

_SLICE = 1 << 10
"""Bytes of a compressed body at a time: unpacked, at most a thousand times as many."""

_PROXIES = "see HTTPS_PROXY, ALL_PROXY, NO_PROXY and the profile's proxy"
_CERTIFICATES = "SSL_CERT_FILE, or the profile's ca_bundle, names whom to trust"


def open_http_client(connection: Connection) -> httpx.Client:
    """Return a client for *connection*: it follows no redirect, which would hand
    the prompt to somebody else, and asks for bodies that are not compressed.

    Raises `ConfigProblem` when proxy or certificates are no use.
    """
    proxy = proxy_for(connection)
    trust = _trust(connection)
    try:
        return httpx.Client(
            base_url=connection.base_url,
            headers={
                "Accept-Encoding": "identity",
                "User-Agent": f"cohere-cli/{__version__}",
                **connection.headers,
            },
            trust_env=False,  # what it says of proxies and certificates is known
            proxy=proxy.url if proxy else None,
            verify=trust,
            timeout=httpx.Timeout(CONNECT_TIMEOUT),
            event_hooks={"response": [_slice]},
        )
    except (ValueError, ImportError, httpx.InvalidURL) as exc:
        raise _unfit(exc, proxy) from exc


def _unfit(exc: Exception, proxy: Proxy | None) -> ConfigProblem:
    if proxy is None:
        return ConfigProblem(f"the base URL cannot be used: {exc}")
    # Without the reason, which may quote a password.
    what = "the proxy's address cannot be used"
    if isinstance(exc, ImportError):
        what = "a SOCKS proxy needs the package socksio, which is not installed"
    return ConfigProblem(what, where=proxy.named_by, hint=_PROXIES)


class _Slices(httpx.SyncByteStream):
    """A body in pieces that stay small when they are unpacked.

    Compressed data can grow a thousandfold; nobody asked for it, but it may come.
    """

    def __init__(self, whole: Any) -> None:
        self._whole = whole

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._whole:
            for at in range(0, len(chunk), _SLICE):
                yield chunk[at : at + _SLICE]

    def close(self) -> None:
        self._whole.close()


def _slice(response: httpx.Response) -> None:
    if "content-encoding" in response.headers:
        response.stream = _Slices(response.stream)


def _trust(connection: Connection) -> "ssl.SSLContext | bool":
    # Reading the certificates takes longer than all else at the start.
    if connection.base_url.startswith("http:"):
        return False
    return tls_context(connection.route)


def tls_context(route: Route) -> ssl.SSLContext:
    """Return what TLS goes by: whom to trust, and as whom to appear.

    Raises `ConfigProblem` that names the file which is no use.
    """
    if route.ca_bundle:
        with _read_for_tls("CA bundle", route.ca_bundle):
            context = ssl.create_default_context(cafile=route.ca_bundle)
    else:
        # httpx reads this variable itself, and does not say which file is missing.
        with _read_for_tls("CA bundle", expandvars("$SSL_CERT_FILE")):
            context = httpx.create_ssl_context()
    if route.client_certificate:
        with _read_for_tls("client certificate", route.client_certificate):
            # With no password OpenSSL would ask for one, on the terminal.
            context.load_cert_chain(
                route.client_certificate, route.client_key or None, password=""
            )
    return context


@contextmanager
def _read_for_tls(what: str, path: str) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        # OpenSSL's own words are about its insides.
        is_read = isinstance(exc, ssl.SSLError)
        reason = "it is not whole, or not in PEM" if is_read else exc.strerror
        raise ConfigProblem(
            f"the {what} cannot be used: {reason}", where=path, hint=_CERTIFICATES
        ) from exc


@contextmanager
def map_httpx_errors(connection: Connection, silence: float) -> Iterator[None]:
    """Raise httpx's errors as ours, or as `TransientError` if a retry may help.

    *silence* is the read timeout in force, in seconds.
    """
    host = connection.host
    try:
        yield
    except httpx.ConnectTimeout as exc:
        raise TransientError(TimedOut(f"no connection to {host} in time")) from exc
    except httpx.TimeoutException as exc:
        hint = "--timeout sets how long to wait in silence"
        said = f"no word from {host} for {silence:g} s"
        raise TimedOut(said, hint=hint) from exc
    except httpx.ProxyError as exc:
        where = _way_to(connection)
        said = f"the proxy refuses: {exc}"
        raise Unreachable(said, where=where, hint=_PROXIES) from exc
    except httpx.ConnectError as exc:
        raise _unconnected(exc, connection) from exc
    except (httpx.UnsupportedProtocol, httpx.InvalidURL) as exc:
        raise ConfigProblem(f"the base URL cannot be used: {exc}") from exc
    except httpx.DecodingError as exc:
        raise ServerFault(f"the reply cannot be decoded: {exc}", where=host) from exc
    except httpx.TransportError as exc:
        # httpx reads a Location even where nobody follows it.
        if _cause(exc, httpx.InvalidURL):
            said = "the server redirects to what is no address; not followed"
            raise ServerFault(said, where=host) from exc
        raise TransientError(_broken_off(exc, host)) from exc


def _broken_off(exc: httpx.TransportError, host: str) -> CoError:
    """Tell a reply that makes no sense from one that only ended too early.

    The words are those of httpcore and h11; an unknown one counts as a loss.
    """
    is_foreign = isinstance(exc, httpx.RemoteProtocolError) and not re.search(
        "disconnected|closed connection", str(exc)
    )
    if is_foreign:
        hint = "check the base URL"
        return ServerFault("the reply is not HTTP", where=host, hint=hint)
    return Unreachable("the connection was lost", where=host)


def _unconnected(
    exc: httpx.ConnectError, connection: Connection
) -> CoError | TransientError:
    where = _way_to(connection)
    if _cause(exc, ssl.SSLCertVerificationError):
        said = f"the certificate is not trusted: {exc}"
        return Unreachable(said, where=where, hint=_CERTIFICATES)
    # "[Errno 111] Connection refused" and the like: the number helps nobody.
    reason = re.sub(r"^\[Errno -?\d+\] ", "", str(exc)).lower()
    hint = "check the base URL and the network"
    return TransientError(
        Unreachable(f"cannot connect: {reason}", where=where, hint=hint)
    )


def _way_to(connection: Connection) -> str:
    proxy = proxy_for(connection)
    if proxy is None:
        return connection.host
    return f"{connection.host} through the proxy {proxy.host}"


def _cause(exc: BaseException | None, kind: type[BaseException]) -> Any:
    while exc is not None and not isinstance(exc, kind):
        exc = exc.__cause__ or exc.__context__
    return exc
