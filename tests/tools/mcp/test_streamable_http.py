"""Servers that are reached by HTTP: the package's own, and bad ones."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

import pytest
from raw_server import http

from cohere_cli.errors import CoError, NotAuthenticated, ServerFault, Unreachable
from cohere_cli.tools.mcp.configuration import ServerConfig
from cohere_cli.tools.tool import Outcome

KEY = "printf secret-key-of-the-server"


@contextmanager
def real_server(*, stateless: bool = False) -> Iterator[tuple[str, list[dict]]]:
    """Run a server of the package; yield its URL, and the headers it is sent."""
    import uvicorn
    from mcp.server.mcpserver import MCPServer

    server = MCPServer("real")

    @server.tool()
    def add(a: int, b: int) -> int:
        return a + b

    app, headers = server.streamable_http_app(stateless_http=stateless), []

    async def recorded(scope, receive, send):
        if scope["type"] == "http":
            headers.append(
                {name.decode(): one.decode() for name, one in scope["headers"]}
            )
        await app(scope, receive, send)

    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(recorded, log_level="critical", lifespan="on")
    running = uvicorn.Server(config)
    serve = running.serve(sockets=[listener])
    thread = threading.Thread(target=lambda: asyncio.run(serve), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/mcp", headers
    finally:
        running.should_exit = running.force_exit = True
        thread.join(5)
        listener.close()


def configured(url: str, **options: object) -> ServerConfig:
    return ServerConfig("far", "config.toml:1", url=url, timeout=5.0, **options)


def failure(opened, server):
    with pytest.raises(CoError) as caught, opened(server) as servers:
        servers.tools()
    return caught.value


@pytest.mark.parametrize("stateless", [False, True])
def test_a_server_of_the_package_is_called(opened, stateless):
    with real_server(stateless=stateless) as (url, _), opened(configured(url)) as far:
        (tool,) = far.tools()
        assert tool.name == "far_add"
        assert tool.run({"a": 1, "b": 2}, Event()) == Outcome([{"result": 3}])


def test_each_request_has_the_headers_and_the_key_of_the_command(opened):
    with real_server() as (url, headers):
        server = configured(url, headers={"X-Team": "docs"}, key_command=KEY)
        with opened(server) as far:
            far.tools()
        assert headers
    for each in headers:
        assert each["authorization"] == "Bearer secret-key-of-the-server"
        assert each["x-team"] == "docs"
        assert each["accept-encoding"] == "identity"


def test_a_server_that_does_not_listen_is_unreachable(opened):
    problem = failure(opened, configured("http://127.0.0.1:9/mcp"))
    assert isinstance(problem, Unreachable)
    assert str(problem).startswith("MCP server 'far' cannot be reached: ")
    assert problem.where == "http://127.0.0.1:9/mcp"


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden"])
def test_a_server_that_refuses_the_key_says_so(opened, serve, status):
    reply = http(b"{}", status, "text/plain")
    problem = failure(opened, configured(serve(reply, reply).url, key_command=KEY))
    assert isinstance(problem, NotAuthenticated)
    assert problem.what == "MCP server 'far' refuses the key"
    assert problem.where == f"HTTP {status[:3]}"


def test_a_redirect_to_another_server_is_not_followed(opened, serve):
    other = serve(http(b"{}", kind="application/json"))
    away = http(b"", "307 Moved", "text/plain", f"Location: {other.url}/mcp")
    problem = failure(opened, configured(serve(away, away).url, key_command=KEY))
    assert isinstance(problem, ServerFault)
    assert other.requests == []


@pytest.mark.parametrize(
    ("reply", "times", "what"),
    [
        (http(b"[" * 9_000_000, kind="application/json"), 1, "more than 8 MiB"),
        (http(b"data: " + b"x" * 9_000_000), 2, "SSE stream"),
        (
            http(b"{}", "200 OK", "application/json", "Content-Encoding: gzip"),
            1,
            "a compressed reply",
        ),
        (http(b"<html>", kind="text/html"), 2, "Unexpected content type"),
        (http(b"{", kind="application/json"), 2, "Failed to parse JSON"),
        (http(b"", "500 Internal Server Error"), 2, "an error response"),
        (b"", 1, "disconnected"),
    ],
    ids=["large", "line", "gzip", "page", "cut", "status", "nothing"],
)
def test_a_bad_reply_is_a_fault_of_the_server(opened, serve, reply, times, what):
    # First it is asked which revisions of the protocol it has, then it is greeted.
    server = serve(*[reply] * times)
    problem = failure(opened, configured(server.url))
    assert len(server.requests) == times
    assert isinstance(problem, ServerFault)
    assert what in problem.what
