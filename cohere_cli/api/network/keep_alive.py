"""A client for many requests of several threads, which keeps their connections.

httpx's own takes a lock of all threads and a trace of each step, passes each request
through six layers, and handles cookies. Of many small requests that takes more CPU than
all else, and twice as much as what is left here.
"""

import ssl
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from threading import Lock
from typing import Any, NoReturn

import h11
import httpcore

from cohere_cli.api.connection import Connection, proxy_for
from cohere_cli.api.deadline import shut_down
from cohere_cli.api.network.http11 import Http11Connection, RequestHead
from cohere_cli.api.network.httpx_import import httpx
from cohere_cli.api.network.transport import (
    JSON_HEADERS,
    open_http_client,
    refuse_encoding,
    tls_trust,
)

_PORTS = {"http": 80, "https": 443}
_MAPPED = (
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
    h11.ProtocolError,
)
Trace = Callable[[str, Mapping[str, Any]], None]


def open_clients(
    connection: Connection,
) -> "tuple[httpx.Client, KeepAliveClient | None]":
    """Return a client for *connection*, and one for many requests.

    Through a proxy, httpx sends those, too. Raises as `open_http_client`.
    """
    trust = tls_trust(connection)
    http = open_http_client(connection, trust=trust)
    if proxy_for(connection):
        return http, None
    return http, KeepAliveClient(http, None if isinstance(trust, bool) else trust)


class KeepAliveClient:
    """Sends each request over an idle connection, or over a new one.

    There are as many as requests are sent at the same time. URLs and headers are those
    of *client*, which sends nothing itself; without a *context*, there is no TLS.
    """

    def __init__(self, client: httpx.Client, context: ssl.SSLContext | None) -> None:
        if context is not None:
            context.set_alpn_protocols(["http/1.1"])
        self._client = client
        self._context = context
        self._backend = httpcore.SyncBackend()
        self._heads: dict[str, RequestHead] = {}
        self._lock = Lock()
        self._open: set[Http11Connection] = set()
        # The last one is used first, so that those that are not needed grow old.
        self._idle: deque[Http11Connection] = deque()
        self._is_closed = False

    def post(
        self, path: str, content: bytes, timeout: httpx.Timeout, trace: Trace
    ) -> "KeptResponse":
        """Send *content*, JSON, and return the response, whose body is not read yet.

        *trace* is called when a connection is made, as httpcore does. Raises errors of
        httpx, and `ServerFault` for a reply that is too long or compressed.
        """
        try:
            head = self._heads.get(path) or self._make_head(path)
            connection = self._idle_connection() or self._connect(head, timeout, trace)
            try:
                connection.send(head, content, timeout.write)
                found = connection.read_head(timeout.read)
            except BaseException:
                self._discard(connection)
                raise
        except _MAPPED as exc:
            _raise_mapped(exc)
        body = _Body(self, connection, timeout.read)
        headers = httpx.Headers(found.headers.raw_items())
        response = KeptResponse(found.status_code, headers, body, head.request)
        try:
            refuse_encoding(response)
        except BaseException:
            response.close()
            raise
        return response

    def close(self) -> None:
        """Close idle connections, and end the requests of other threads."""
        with self._lock:
            self._is_closed = True
            opened = [*self._open]
        # Not closed: a thread may read one, and another file would get its number.
        shut_down(one.stream.get_extra_info("socket") for one in opened)
        while (connection := self._pop_idle()) is not None:
            self._discard(connection)

    def release(self, connection: Http11Connection) -> None:
        """Keep *connection* for another request, if it can have one."""
        if connection.renew():
            with self._lock:
                if not self._is_closed:
                    self._idle.append(connection)
                    return
        self._discard(connection)

    def _make_head(self, path: str) -> RequestHead:
        request = self._client.build_request("POST", path, headers=JSON_HEADERS)
        head = self._heads[path] = RequestHead(request)
        return head

    def _idle_connection(self) -> Http11Connection | None:
        while (connection := self._pop_idle()) is not None:
            if connection.is_usable:
                return connection
            self._discard(connection)
        return None

    def _pop_idle(self) -> Http11Connection | None:
        # Without the lock: another thread may take the last one meanwhile.
        with suppress(IndexError):
            return self._idle.pop()
        return None

    def _connect(
        self, head: RequestHead, timeout: httpx.Timeout, trace: Trace
    ) -> Http11Connection:
        url, seconds = head.request.url, timeout.connect
        host, port = url.raw_host.decode("ascii"), url.port or _PORTS[url.scheme]
        stream = self._backend.connect_tcp(host, port, seconds)
        trace("connect_tcp.complete", {"return_value": stream})
        try:
            if self._context is not None:
                stream = stream.start_tls(self._context, host, seconds)
                trace("start_tls.complete", {"return_value": stream})
            return self._added(Http11Connection(stream))
        except BaseException:
            stream.close()
            raise

    def _added(self, connection: Http11Connection) -> Http11Connection:
        with self._lock:
            if self._is_closed:
                raise httpx.ReadError("the client is closed")
            self._open.add(connection)
        return connection

    def _discard(self, connection: Http11Connection) -> None:
        with self._lock:
            self._open.discard(connection)
        connection.stream.close()


def _raise_mapped(exc: Exception) -> NoReturn:
    """Raise the error of httpx that has the name of httpcore's or h11's *exc*."""
    raise getattr(httpx, type(exc).__name__)(str(exc)) from exc


class KeptResponse:
    """A response: as much of httpx's as is used, which takes a tenth less CPU.

    *stream* is the body, which is not read yet. *request* is without its own body.
    """

    def __init__(
        self,
        status_code: int,
        headers: httpx.Headers,
        stream: httpx.SyncByteStream,
        request: httpx.Request,
    ) -> None:
        self.status_code = status_code
        self.headers = headers
        self.stream = stream
        self.request = request
        self.num_bytes_downloaded = 0

    @property
    def is_success(self) -> bool:
        """Whether the status is one of success."""
        return httpx.codes.is_success(self.status_code)

    @property
    def url(self) -> httpx.URL:
        """The URL of the request."""
        return self.request.url

    def iter_bytes(self) -> Iterator[bytes]:
        """Yield the body in pieces."""
        for piece in self.stream:
            self.num_bytes_downloaded += len(piece)
            yield piece

    def close(self) -> None:
        """Free the connection; it is closed unless the body was read to its end."""
        self.stream.close()


class _Body(httpx.SyncByteStream):
    """The body of a response, after which its connection is free."""

    def __init__(
        self,
        client: KeepAliveClient,
        connection: Http11Connection,
        seconds: float | None,
    ) -> None:
        self._client = client
        self._connection = connection
        self._seconds = seconds
        self._is_open = True

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._connection.read_body(self._seconds)
        except _MAPPED as exc:
            _raise_mapped(exc)

    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            self._client.release(self._connection)
