"""Forwards a request to a server unchanged, and returns the raw reply."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from cohere_cli.api.connection import CONNECT_TIMEOUT, SINGLE_TIMEOUT, Connection
from cohere_cli.errors import CoError

# Media types only; never the Authorization header of the incoming request.
_FORWARDED = ("content-type", "accept")
_RETURNED = ("retry-after", "x-debug-trace-id")


class ForwardError(Exception):
    """The server sent no reply or an incomplete one; *problem* is the error."""

    def __init__(self, problem: CoError) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class ForwardedResponse:
    """A reply; `chunks` yields its bytes as they arrive, or raises `ForwardError`."""

    url: str
    status: int
    content_type: str
    headers: dict[str, str]
    chunks: Iterator[bytes]


class Forwarder:
    """Forwards requests to the server of *connection* with its key; thread-safe."""

    def __init__(self, connection: Connection) -> None:
        from cohere_cli.api.network.transport import open_http_client

        self._connection = connection
        self._client = open_http_client(connection)

    def close(self) -> None:
        """Close all connections, also of unfinished replies."""
        self._client.close()

    @contextmanager
    def send(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> Iterator[ForwardedResponse]:
        """Send a request to *path*, which may have a query; raises `ForwardError`."""
        from cohere_cli.api.network.httpx_import import httpx

        wait = self._connection.timeout or SINGLE_TIMEOUT
        request = self._client.build_request(
            method,
            path,
            content=body or None,
            headers={name: headers[name] for name in _FORWARDED if name in headers},
            timeout=httpx.Timeout(wait, connect=CONNECT_TIMEOUT),
        )
        with ExitStack() as stack:
            with _map_errors(self._connection, wait):
                reply = self._client.send(request, stream=True)
            stack.callback(reply.close)
            yield ForwardedResponse(
                url=str(request.url),
                status=reply.status_code,
                content_type=reply.headers.get("content-type", ""),
                headers={
                    name: reply.headers[name]
                    for name in _RETURNED
                    if name in reply.headers
                },
                chunks=_chunks(reply.iter_bytes(), self._connection, wait),
            )


def _chunks(
    chunks: Iterator[bytes], connection: Connection, wait: float
) -> Iterator[bytes]:
    with _map_errors(connection, wait):
        yield from chunks


@contextmanager
def _map_errors(connection: Connection, wait: float) -> Iterator[None]:
    from cohere_cli.api.network.transport import map_httpx_errors
    from cohere_cli.api.retry import TransientError

    try:
        with map_httpx_errors(connection, wait):
            yield
    except TransientError as exc:
        raise ForwardError(connection.masked_problem(exc.problem)) from exc
    except CoError as exc:
        raise ForwardError(connection.masked_problem(exc)) from exc
