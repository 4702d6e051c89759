"""A server that is reached by streamable HTTP, with limits on what it sends."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from cohere_cli.tools.mcp.configuration import ServerConfig
from cohere_cli.tools.mcp.process import MOST_BYTES

if TYPE_CHECKING:
    import httpx2

_FAILED = 400


class HttpServer:
    """The address of a server; `status` is that of the last reply that is an error."""

    def __init__(self, server: ServerConfig, key: str) -> None:
        self._server = server
        self._key = key
        self.status = 0

    @asynccontextmanager
    async def streams(self) -> AsyncIterator[Any]:
        """Yield what the session reads messages from, and what it writes them to."""
        from httpx2 import AsyncClient, Timeout
        from mcp.client.streamable_http import streamable_http_client

        server = self._server
        # Calls have a time limit as a whole; a stream of events may be silent.
        timeout = Timeout(server.timeout, read=None)
        async with (
            AsyncClient(
                headers=self._headers(),
                timeout=timeout,
                event_hooks={"response": [self._check]},
            ) as client,
            streamable_http_client(server.url, http_client=client) as streams,
        ):
            yield streams

    def _headers(self) -> Mapping[str, str]:
        key = {"authorization": f"Bearer {self._key}"} if self._key else {}
        # Compressed, a few bytes could become as many as memory has.
        return {**self._server.headers, "accept-encoding": "identity", **key}

    async def _check(self, response: "httpx2.Response") -> None:
        from httpx2 import ReadError

        if response.status_code >= _FAILED:
            self.status = response.status_code
        if response.headers.get("content-encoding", "identity") != "identity":
            raise ReadError("it sent a compressed reply, which was not asked for")
        response.stream = _limited(response.stream)


def _limited(stream: Any) -> Any:
    """Return *stream*, which ends with an error after too many bytes."""
    from httpx2 import AsyncByteStream, ReadError

    class Limited(AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            left = MOST_BYTES
            async for some in stream:
                left -= len(some)
                if left < 0:
                    what = f"it sent more than {MOST_BYTES >> 20} MiB in one reply"
                    raise ReadError(what)
                yield some

        async def aclose(self) -> None:
            await stream.aclose()

    return Limited()
