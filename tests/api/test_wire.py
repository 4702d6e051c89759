import gzip
import tracemalloc

import pytest
from raw_server import http

from cohere_cli.api.client import Client
from cohere_cli.api.connection import Connection
from cohere_cli.api.diagnostics import check_key
from cohere_cli.api.protocol.requests import ChatBody, RerankBody, UserMessage
from cohere_cli.errors import CoError, NotAuthenticated, RateLimited, ServerFault

BOMB = gzip.compress(gzip.compress(bytes(64 << 20), 1), 1)
INTERIM = b"HTTP/1.1 102 Processing\r\n\r\n"
REPLY = http(b'{"models": [], "valid": true}', kind="application/json")
RANK = RerankBody(model="m", query="q", documents=("d",))


def ask(**more):
    return ChatBody(model="m", messages=(UserMessage("Hi"),), **more)


CALLS = {
    "chat": lambda one: list(one.chat(ask(stream=True))),
    "chat in one piece": lambda one: list(one.chat(ask(stream=False))),
    "compat": lambda one: list(one.compat(ask(stream=True))),
    "rerank": lambda one: one.rerank(RANK),
    "models": lambda one: one.get("/v1/models"),
}
CODINGS = [
    ("gzip",),
    ("GZIP",),
    ("x-gzip",),
    ("gzip, gzip",),
    ("gzip,gzip",),
    ("gzip", "gzip"),
    ("identity", "gzip"),
    ("identity, gzip",),
    ("gzip;q=1",),
    (" gzip ",),
    (", ,gzip,",),
    ("deflate",),
    ("br",),
    ("zstd",),
    ("rot13",),
]


def encoded(*codings, status="200 OK", kind="application/json"):
    return http(BOMB, status, kind, *(f"Content-Encoding: {one}" for one in codings))


def problem_of(url, call):
    with Client(Connection(url, retries=0)) as client, pytest.raises(CoError) as caught:
        call(client)
    return caught.value


@pytest.mark.parametrize("codings", CODINGS, ids=" + ".join)
def test_a_content_coding_is_refused_however_it_is_written(serve, codings):
    problem = problem_of(serve(encoded(*codings)).url, CALLS["models"])
    shown = ", ".join(map(str.strip, codings))
    message = f"the reply is compressed ({shown}), which was not requested"
    assert (type(problem), str(problem)) == (ServerFault, message)


@pytest.mark.parametrize("kind", ["text/event-stream", "application/json", "text/x"])
@pytest.mark.parametrize("name", CALLS)
def test_a_nested_coding_is_refused_before_it_is_unpacked(serve, name, kind):
    server = serve(encoded("gzip, gzip", kind=kind))
    tracemalloc.start()
    problem = problem_of(server.url, CALLS[name])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    message = "the reply is compressed (gzip, gzip), which was not requested"
    assert str(problem) == message
    assert peak < 8 << 20


@pytest.mark.parametrize(
    ("status", "kind", "message"),
    [
        ("401 No", NotAuthenticated, "the server does not accept the key (HTTP 401)"),
        ("429 No", RateLimited, "rate limited (HTTP 429)"),
        ("500 No", ServerFault, "the server failed (HTTP 500)"),
    ],
)
@pytest.mark.parametrize("codings", [("gzip",), ("gzip", "gzip"), ("zstd",)])
def test_a_compressed_error_is_reported_by_its_status(
    serve, status, kind, message, codings
):
    server = serve(encoded(*codings, status=status))
    problem = problem_of(server.url, CALLS["chat"])
    assert (type(problem), str(problem)) == (kind, message)


@pytest.mark.parametrize("value", ["", "identity", "Identity", "identity, identity"])
def test_a_body_without_a_coding_is_read(serve, value):
    reply = REPLY.replace(
        b"\r\n\r\n", f"\r\nContent-Encoding: {value}\r\n\r\n".encode()
    )
    with Client(Connection(serve(reply).url)) as client:
        assert client.get("/v1/models")["models"] == []


def test_the_check_of_a_key_refuses_a_coding_too(serve):
    server = serve(encoded("gzip, gzip"))
    with pytest.raises(ServerFault, match="is compressed"):
        check_key(Connection(server.url, "k"))


def test_some_interim_replies_are_no_reply(serve):
    with Client(Connection(serve(INTERIM * 100 + REPLY).url)) as client:
        assert client.get("/v1/models")["models"] == []


@pytest.mark.parametrize("call", [CALLS["chat"], CALLS["models"]])
def test_interim_replies_without_end_are_refused(serve, call):
    problem = problem_of(serve([INTERIM * 1000] * 1000).url, call)
    message = "the reply's head is longer than 256 KiB, with its framing"
    assert (type(problem), str(problem)) == (ServerFault, message)


def test_the_check_of_a_key_refuses_interim_replies_without_end(serve):
    with pytest.raises(ServerFault, match="head is longer than 256 KiB"):
        check_key(Connection(serve([INTERIM * 1000] * 1000).url, "k"))


def test_a_body_of_framing_alone_is_refused(serve, monkeypatch):
    monkeypatch.setattr("cohere_cli.api.network.transport.LONGEST_BODY", 1 << 20)
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"1;" + b"x" * 60_000 + b"\r\n \r\n"
    problem = problem_of(serve([head, *[chunk] * 40]).url, CALLS["models"])
    assert str(problem) == "the reply's body is longer than 128 MiB, with its framing"


def test_each_reply_on_one_connection_has_the_whole_limit(serve, monkeypatch):
    monkeypatch.setattr("cohere_cli.api.network.transport.LONGEST_BODY", 100_000)
    body = b'{"models": []' + b" " * 60_000 + b"}"
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)

    def again(connection):
        while connection.recv(1 << 16):
            connection.sendall(head + body)

    server = serve([head + body, again])
    with Client(Connection(server.url)) as client:
        for _ in range(3):
            assert client.get("/v1/models") == {"models": []}
    assert len(server.requests) == 1
