"""Lets httpx use a connection that was made before httpx was imported."""

import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore
from httpcore._backends.sync import SyncStream

from cohere_cli.api.network.early_connection import EarlyConnection
from cohere_cli.api.network.httpx_import import httpx


class EarlyTransport(httpx.HTTPTransport):
    """httpx's own transport, whose first connection is *early*."""

    def __init__(self, early: EarlyConnection, context: ssl.SSLContext) -> None:
        super().__init__(verify=context, trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            network_backend=_Backend(early),
            # httpx's own limits.
            max_connections=100,
            max_keepalive_connections=20,
            keepalive_expiry=5.0,
        )


class _Backend(httpcore.SyncBackend):
    """httpcore's own way to connect, after *early*."""

    def __init__(self, early: EarlyConnection) -> None:
        self._early = [early]

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Return a connection to *host*: the early one, at the first call."""
        early = self._early.pop() if self._early else None
        if early is None or early.address != (host, port):
            return super().connect_tcp(
                host, port, timeout, local_address, socket_options
            )
        with _mapped_errors():
            return _EarlyStream(early, timeout)


class _EarlyStream(SyncStream):
    """The TCP connection of *early*, whose TLS handshake has begun already."""

    def __init__(self, early: EarlyConnection, timeout: float | None) -> None:
        super().__init__(early.tcp.result(timeout))
        self._early = early

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """Return the connection with TLS, for which it has the context already."""
        with _mapped_errors():
            return SyncStream(self._early.tls.result(timeout))


@contextmanager
def _mapped_errors() -> Iterator[None]:
    """Raise what httpcore does where it connects itself."""
    try:
        yield
    except TimeoutError as exc:
        raise httpcore.ConnectTimeout(exc) from exc
    except OSError as exc:
        raise httpcore.ConnectError(exc) from exc
