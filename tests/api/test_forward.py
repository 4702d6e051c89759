import pytest
from raw_server import http, serving

from cohere_cli.api.connection import Connection
from cohere_cli.api.forward import Forwarder, ForwardError
from cohere_cli.errors import ServerFault, Unreachable


@pytest.fixture
def upstream():
    with serving() as start:
        yield start


def send(url, headers=None, body=b"", *, key="k"):
    way = Forwarder(Connection(url, key, timeout=5.0))
    try:
        with way.send("POST", "/v2/chat?a=b", headers or {}, body) as reply:
            return reply, list(reply.chunks)
    finally:
        way.close()


def test_a_reply_comes_back_unread(upstream):
    server = upstream(http(b"\xff\x00", "418 Teapot", "text/x", "Retry-After: 3"))
    reply, chunks = send(server.url, {"content-type": "text/y", "cookie": "c"}, b"\xfe")
    assert (reply.url, reply.status) == (f"{server.url}/v2/chat?a=b", 418)
    assert (reply.content_type, reply.headers) == ("text/x", {"retry-after": "3"})
    assert chunks == [b"\xff\x00"]
    (request,) = server.requests
    assert request.head.startswith("POST /v2/chat?a=b HTTP/1.1\r\n")
    assert (request.header("content-type"), request.body) == ("text/y", b"\xfe")
    assert request.header("authorization") == "Bearer k"
    assert request.header("cookie") is None


def test_without_a_key_nothing_is_authorised(upstream):
    server = upstream(http(b""))
    send(server.url, {"authorization": "Bearer theirs"}, key="")
    assert server.requests[0].header("authorization") is None


def test_a_redirect_is_forwarded_and_not_followed(upstream):
    server = upstream(http(b"", "307 Elsewhere", "text/plain", "Location: /x"))
    assert send(server.url)[0].status == 307
    assert len(server.requests) == 1


def test_an_unreachable_server_is_reported():
    with pytest.raises(ForwardError) as caught:
        send("http://127.0.0.1:9")
    assert isinstance(caught.value.problem, Unreachable)
    assert caught.value.problem.what == "cannot connect: connection refused"


def test_a_reply_that_is_cut_off_fails_at_that_point(upstream):
    promised = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"
    server = upstream(promised)
    way = Forwarder(Connection(server.url, "k"))
    with way.send("GET", "/", {}, b"") as reply:
        assert next(reply.chunks) == b"abc"
        with pytest.raises(ForwardError, match="the connection was lost"):
            next(reply.chunks)
    way.close()


def test_a_compressed_body_is_a_server_fault(upstream):
    server = upstream(http(b"no gzip", "200 OK", "x/y", "Content-Encoding: gzip"))
    with pytest.raises(ForwardError) as caught:
        send(server.url)
    assert isinstance(caught.value.problem, ServerFault)
