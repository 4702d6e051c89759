"""Opens the httpx client (TLS, proxy, headers), limits replies, and maps its errors."""

import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from cohere_cli import __version__
from cohere_cli.api.connection import (
    CERTIFICATES,
    CONNECT_TIMEOUT,
    PROXIES,
    Connection,
    Proxy,
    proxy_for,
)
from cohere_cli.api.network.httpx_import import httpx
from cohere_cli.api.retry import TransientError
from cohere_cli.errors import CoError, ConfigProblem, ServerFault, TimedOut, Unreachable

if TYPE_CHECKING:
    import ssl

    from cohere_cli.api.network.early_connection import EarlyConnection
    from cohere_cli.api.network.keep_alive import KeptResponse

    Trust = ssl.SSLContext | bool

_SOCKS = "install co with the extra socks: pip install 'cohere-cli[socks]'"
_LOST = "no answer came; try again, or more often with --retries N"

JSON_HEADERS = {"Content-Type": "application/json", "Accept": "*/*"}

LONGEST_HEAD = 256 << 10
"""Bytes of a reply before its body, with the interim replies (1xx) before it."""

LONGEST_BODY = 128 << 20
"""Bytes of a body as it is sent: 16 MiB in chunks of a single byte take 96 MiB."""


def open_http_client(
    connection: Connection,
    early: "EarlyConnection | None" = None,
    trust: "Trust | None" = None,
) -> httpx.Client:
    """Return a client for *connection* that requests uncompressed bodies.

    Its first request goes over *early*, if that is given. *trust* is `tls_trust`, if
    that was called already.

    It does not follow redirects, which would send the prompt to another server, and
    refuses a compressed reply.

    Raises `ConfigProblem` for an invalid proxy, URL or certificate file.
    """
    proxy = proxy_for(connection)
    if trust is None:
        trust = tls_trust(connection) if early is None else early.context.result()
    try:
        return httpx.Client(
            transport=_transport(early, trust),
            base_url=connection.base_url,
            headers={
                "Accept-Encoding": "identity",
                "User-Agent": f"cohere-cli/{__version__}",
                **connection.headers,
            },
            trust_env=False,  # proxies and certificates are set here explicitly
            proxy=proxy.url if proxy else None,
            verify=trust,
            timeout=httpx.Timeout(CONNECT_TIMEOUT),
            event_hooks={
                "request": [ReplyLimit().watch],
                "response": [refuse_encoding],
            },
        )
    except (ValueError, ImportError, httpx.InvalidURL) as exc:
        raise _invalid_setting(exc, proxy) from exc


def _invalid_setting(exc: Exception, proxy: Proxy | None) -> ConfigProblem:
    if proxy is None:
        return ConfigProblem(f"the base URL cannot be used: {exc}", hint=_URL)
    # The reason is left out: it may quote a password.
    if isinstance(exc, ImportError):
        what = "a SOCKS proxy needs the package socksio, which is not installed"
        return ConfigProblem(what, where=proxy.named_by, hint=_SOCKS)
    what = "the proxy's address cannot be used"
    return ConfigProblem(what, where=proxy.named_by, hint=PROXIES)


def _transport(
    early: "EarlyConnection | None", trust: "Trust"
) -> httpx.HTTPTransport | None:
    if early is None or isinstance(trust, bool):
        return None
    from cohere_cli.api.network.backend import EarlyTransport

    return EarlyTransport(early, trust)


def tls_trust(connection: Connection) -> "Trust":
    """Return the TLS context for *connection*, False where it has no TLS.

    Raises `ConfigProblem` naming a file that cannot be used.
    """
    # Loading the CA certificates is the slowest part of the start.
    if connection.base_url.startswith("http:"):
        return False
    from cohere_cli.api.network.tls import tls_context

    return tls_context(connection.route)


_NETWORK = "check the base URL and the network"
_URL = "write it as https://HOST, or http://127.0.0.1:PORT"


@contextmanager
def map_httpx_errors(connection: Connection, silence: float) -> Iterator[None]:
    """Map httpx's errors to ours, or to `TransientError` if a retry may help.

    *silence* is the read timeout in force, in seconds.
    """
    host = connection.host
    try:
        yield
    except httpx.ConnectTimeout as exc:
        what = f"no connection to {host} in time"
        raise TransientError(TimedOut(what, hint=_NETWORK)) from exc
    except httpx.TimeoutException as exc:
        hint = "--timeout sets how many seconds to wait without receiving data"
        message = f"timed out: no data from {host} for {silence:g} s"
        raise TimedOut(message, hint=hint) from exc
    except httpx.ProxyError as exc:
        where = _route_to(connection)
        message = f"the proxy refused the connection: {exc}"
        raise Unreachable(message, where=where, hint=PROXIES) from exc
    except httpx.ConnectError as exc:
        raise _connect_error(exc, connection) from exc
    except (httpx.UnsupportedProtocol, httpx.InvalidURL) as exc:
        what = f"the base URL cannot be used: {exc}"
        raise ConfigProblem(what, hint=_URL) from exc
    except UnicodeError as exc:  # of a label that the name service cannot have
        what = "a host name is not valid: the server's or the proxy's"
        raise ConfigProblem(what, where=_route_to(connection)) from exc
    except httpx.TransportError as exc:
        raise _transport_error(exc, host) from exc
    except Exception as exc:
        # httpx does not map those of the package for SOCKS, which may be absent.
        if not type(exc).__module__.startswith("socksio"):
            raise
        what = "the proxy does not speak SOCKS5"
        raise Unreachable(what, where=_route_to(connection), hint=PROXIES) from exc


def _transport_error(
    exc: httpx.TransportError, host: str
) -> ServerFault | TransientError:
    """Distinguish a reply that is not HTTP from a lost connection.

    The pattern matches the messages of httpcore and h11 for a closed connection; other
    messages may quote what the server sent.
    """
    # httpx parses a Location header even if redirects are not followed.
    if _cause(exc, httpx.InvalidURL):
        message = "the server redirects to an invalid address; not followed"
        return ServerFault(message, where=host)
    is_not_http = isinstance(exc, httpx.RemoteProtocolError) and not re.match(
        "Server disconnected|peer closed connection", str(exc)
    )
    if is_not_http:
        hint = "check the base URL"
        fault = ServerFault("the reply is not HTTP", where=host, hint=hint)
        return TransientError(fault)
    return TransientError(
        Unreachable("the connection was lost", where=host, hint=_LOST)
    )


def _connect_error(
    exc: httpx.ConnectError, connection: Connection
) -> CoError | TransientError:
    from ssl import SSLCertVerificationError

    where = _route_to(connection)
    if _cause(exc, SSLCertVerificationError):
        message = f"the certificate is not trusted: {exc}"
        return Unreachable(message, where=where, hint=CERTIFICATES)
    # Strip the number from "[Errno 111] Connection refused".
    reason = re.sub(r"^\[Errno -?\d+\] ", "", str(exc)).lower()
    return TransientError(
        Unreachable(f"cannot connect: {reason}", where=where, hint=_NETWORK)
    )


def _route_to(connection: Connection) -> str:
    proxy = proxy_for(connection)
    if proxy is None:
        return connection.host
    return f"{connection.host} through the proxy {proxy.host}"


def _cause(exc: BaseException | None, kind: type[BaseException]) -> Any:
    while exc is not None and not isinstance(exc, kind):
        exc = exc.__cause__ or exc.__context__
    return exc


class ReadLimit:
    """Counts what is received as the reply to a request, and limits it.

    h11 reads interim replies, and the extensions of chunks, for as long as a server
    sends them. It reports neither, so the reads of the connection itself are counted.
    What was read is then passed on with its chunks merged.
    """

    _left: float = float("inf")
    _what = ""
    _head = b""
    _stream: Any = None
    _pass: Callable[[bytes], bytes] = bytes

    def begin_head(self) -> None:
        """Count from the first byte of a reply."""
        self._left, self._what = LONGEST_HEAD, "head is longer than 256 KiB"
        self._head, self._pass = b"", self._keep

    def begin_body(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """Count from the end of the head, which has *headers*."""
        self._left, self._what = LONGEST_BODY, "body is longer than 128 MiB"
        self._head, self._pass = b"", _merging(self._head, headers)

    def count(self, data: bytes) -> bytes:
        """Return what takes the place of *data*; `ServerFault` if it is too much."""
        self._left -= len(data)
        if self._left < 0:
            raise ServerFault(f"the reply's {self._what}, with its framing")
        return self._pass(data)

    def _keep(self, data: bytes) -> bytes:
        """Keep what is read up to the end of the head: the body may begin in it."""
        self._head += data
        return data


class ReplyLimit(ReadLimit, threading.local):
    """Counts what the current thread receives over httpx's own connections."""

    def watch(self, request: httpx.Request) -> None:
        """Follow *request*, by httpcore's `trace` extension, which may be in use."""
        other = request.extensions.get("trace")

        def trace(step: str, info: dict[str, Any]) -> None:
            self._follow(step, info)
            if other is not None:
                other(step, info)

        request.extensions["trace"] = trace

    def _follow(self, step: str, info: dict[str, Any]) -> None:
        if step.endswith(("connect_tcp.complete", "start_tls.complete")):
            # A SOCKS proxy answers before there is a reply.
            self._left, self._pass = float("inf"), bytes
            self._stream = info["return_value"]
            self._count_reads(info["return_value"])
        elif step.endswith("setup_socks5_connection.failed"):
            self._stream.close()  # which httpcore does not
        elif step.endswith("receive_response_headers.started"):
            self.begin_head()
        elif step.endswith("receive_response_headers.complete"):
            _, _, _, headers = info["return_value"]
            self.begin_body(headers)

    def _count_reads(self, stream: Any) -> None:
        """Count what is read of *stream*, httpcore's `NetworkStream`."""
        read = stream.read

        def counted(max_bytes: int, timeout: float | None = None) -> bytes:
            return self.count(read(max_bytes, timeout))

        stream.read = counted


# The head of a reply without interim replies; h11 ends it in the same way.
_HEAD = re.compile(rb"HTTP/1\.1 200\b.*?\n\r?\n", re.DOTALL)
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})\r\n")
_OPEN_SIZE = re.compile(rb"[0-9A-Fa-f]{1,16}\r?")


def _merging(
    head: bytes, headers: Iterable[tuple[bytes, bytes]]
) -> Callable[[bytes], bytes]:
    """Return what the reads of a body pass through after *head*: `bytes` if nothing.

    *head* has all that was read so far, up to a part of the body.
    """
    codings = [value for name, value in headers if name.lower() == b"transfer-encoding"]
    found = _HEAD.match(head)
    if found is None or codings != [b"chunked"]:
        return bytes
    return ChunkMerger(head[found.end() :]).merge


class ChunkMerger:
    """Merges the whole chunks in each read of a chunked body into one chunk.

    Servers send each event as a chunk. h11, httpcore and httpx take 15 µs for one,
    more than all else does, and this takes 1 µs. What is not plainly a chunk is passed
    on unchanged, as is all that follows it: h11 alone decides what is valid.

    *begun* is the start of the body, which was passed on already.
    """

    def __init__(self, begun: bytes = b"") -> None:
        self._left: int | None = 0  # bytes of an open chunk; None: merge no more
        self._held = b""  # the start of a line with a size
        self.merge(begun)
        if self._held:
            self._left, self._held = None, b""

    def merge(self, data: bytes) -> bytes:
        """Return *data*, the next read, with its whole chunks as one."""
        data, self._held = self._held + data, b""
        if self._left is None or self._left >= len(data):
            self._left = self._left and self._left - len(data)
            return data
        first, chunks, rest = self._cut(data, self._left)
        self._left = self._open(rest)
        if self._left is None and _OPEN_SIZE.fullmatch(rest) and len(rest) < len(data):
            self._left, self._held, rest = 0, rest, b""
        whole = b"".join(chunks)
        merged = b"%x\r\n%b\r\n" % (len(whole), whole) if chunks else b""
        return first + merged + rest

    @staticmethod
    def _cut(data: bytes, at: int) -> tuple[bytes, list[bytes], bytes]:
        """Return the end of an open chunk, the contents of whole ones, and the rest."""
        chunks, end = [], at
        while line := _SIZE.match(data, end):
            start = line.end()
            stop = start + int(line[1], 16)
            if start == stop or data[stop : stop + 2] != b"\r\n":
                break
            chunks.append(data[start:stop])
            end = stop + 2
        return data[:at], chunks, data[end:]

    @staticmethod
    def _open(rest: bytes) -> int | None:
        """Return how many bytes an open chunk still has; None if *rest* is none."""
        if not rest:
            return 0
        line = _SIZE.match(rest)
        size = int(line[1], 16) if line else 0
        missing = line.end() + size + 2 - len(rest) if line else 0
        return missing if size and missing > 0 else None


def refuse_encoding(response: "httpx.Response | KeptResponse") -> None:
    """Raise `ServerFault` for a successful reply with a content coding.

    None is requested, and 2 KB of nested gzip can hold 1 GiB. An error's status matters
    more than its body, which is left out instead.
    """
    value = response.headers.get("content-encoding", "")
    codings = {one.strip().lower() for one in value.split(",")}
    if codings <= {"", "identity"}:
        return
    if response.is_success:
        what = f"the reply is compressed ({value}), which was not requested"
        raise ServerFault(what, hint="a proxy on the way must not compress replies")
    del response.headers["content-encoding"]
    response.stream = _Unread(response.stream)


class _Unread(httpx.SyncByteStream):
    """No body, in place of *stream*, which is closed but not read."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        return iter(())

    def close(self) -> None:
        self._stream.close()
