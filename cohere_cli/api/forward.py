"""Sends somebody else's request on as it is, and gives back the reply unread."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from cohere_cli.api.connection import CONNECT_TIMEOUT, SINGLE_TIMEOUT, Connection
from cohere_cli.errors import CoError

# Enough to tell what is sent and wanted; never the key that the request came with.
_PASSED_ON = ("content-type", "accept")
_PASSED_BACK = ("retry-after", "x-debug-trace-id")


class ForwardError(Exception):
    """The other end gave no reply, or not all of it; *problem* says why."""

    def __init__(self, problem: CoError) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True, slots=True)
class ForwardedResponse:
    """A reply; `chunks` are its bytes as they come, which raise `ForwardError`."""

    url: str
    status: int
    content_type: str
    headers: dict[str, str]
    chunks: Iterator[bytes]


class Forwarder:
    """A way to the other end of *connection*, with its key; for several threads."""

    def __init__(self, connection: Connection) -> None:
        from cohere_cli.api.transport import open_http_client

        self._connection = connection
        self._client = open_http_client(connection)

    def close(self) -> None:
        """Close all connections; replies that are under way end."""
        self._client.close()

    @contextmanager
    def sent(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> Iterator[ForwardedResponse]:
        """Send a request to *path*, which may have a query; raises `ForwardError`."""
        from cohere_cli.api.httpx_import import httpx

        wait = self._connection.timeout or SINGLE_TIMEOUT
        request = self._client.build_request(
            method,
            path,
            content=body or None,
            headers={name: headers[name] for name in _PASSED_ON if name in headers},
            timeout=httpx.Timeout(wait, connect=CONNECT_TIMEOUT),
        )
        with ExitStack() as stack:
            with _translated(self._connection, wait):
                reply = self._client.send(request, stream=True)
            stack.callback(reply.close)
            yield ForwardedResponse(
                url=str(request.url),
                status=reply.status_code,
                content_type=reply.headers.get("content-type", ""),
                headers={
                    name: reply.headers[name]
                    for name in _PASSED_BACK
                    if name in reply.headers
                },
                chunks=_chunks(reply.iter_bytes(), self._connection, wait),
            )


def _chunks(
    coming: Iterator[bytes], connection: Connection, wait: float
) -> Iterator[bytes]:
    with _translated(connection, wait):
        yield from coming


@contextmanager
def _translated(connection: Connection, wait: float) -> Iterator[None]:
    from cohere_cli.api.retry import TransientError
    from cohere_cli.api.transport import map_httpx_errors

    try:
        with map_httpx_errors(connection, wait):
            yield
    except TransientError as exc:
        raise ForwardError(exc.problem) from exc
    except CoError as exc:
        raise ForwardError(exc) from exc
