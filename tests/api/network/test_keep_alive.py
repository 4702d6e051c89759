import socket
import threading

import pytest
from raw_server import http

from cohere_cli.api.client import Client
from cohere_cli.api.connection import Connection, Route
from cohere_cli.api.protocol.requests import EncodedBody
from cohere_cli.errors import (
    RequestRefused,
    ServerFault,
    TimedOut,
    Unreachable,
)

BODY = EncodedBody("m", b'{"model":"m"}')


def reply(body=b"{}", *headers, status="200 OK"):
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def opened(url, **more):
    return Client(Connection(url, "k", **{"retries": 0, **more}), many=True)


def ask(client):
    return client.fetch_chat(BODY, dict)


def again(*replies):
    """Send each of *replies* once another request has come."""

    def send(connection):
        for one in replies:
            if connection.recv(1 << 16):
                connection.sendall(one)
        connection.recv(1)

    return send


def problem_of(url, **more):
    with opened(url, **more) as client, pytest.raises(Exception) as caught:  # noqa: PT011
        ask(client)
    return caught.value


def test_requests_one_after_the_other_take_one_connection(serve):
    server = serve([reply(b'{"n":1}'), again(reply(b'{"n":2}'), reply(b'{"n":3}'))])
    with opened(server.url) as client:
        assert [ask(client) for _ in range(3)] == [{"n": 1}, {"n": 2}, {"n": 3}]
    assert len(server.requests) == 1


def test_a_request_has_the_headers_of_a_single_call(serve):
    server = serve(reply(b'{"message": {}}'), reply(b'{"message": {}}'))
    for many in (False, True):
        with Client(Connection(server.url, "k"), many=many) as client:
            ask(client)
    single, one_of_many = server.requests
    heads = [sorted(one.head.split("\r\n")) for one in server.requests]
    assert heads[0] == heads[1]
    assert one_of_many.body == single.body == BODY.content


def test_requests_at_the_same_time_have_a_connection_each():
    found = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with opened(url) as client:
            threads = [
                threading.Thread(target=lambda: found.append(ask(client)))
                for _ in range(2)
            ]
            for one in threads:
                one.start()
            # Neither has an answer before both have sent their request.
            connections = [listener.accept()[0] for _ in threads]
            for number, one in enumerate(connections):
                with one:
                    one.recv(1 << 16)
                    one.sendall(reply(b'{"n":%d}' % number))
            for one in threads:
                one.join(10)
    assert sorted(one["n"] for one in found) == [0, 1]


def test_a_connection_that_the_server_has_closed_is_not_used_again(serve):
    closed = threading.Event()

    def close(connection):
        connection.shutdown(socket.SHUT_RDWR)
        closed.set()

    server = serve([reply(b'{"n":1}'), close], reply(b'{"n":2}'))
    with opened(server.url) as client:
        assert ask(client) == {"n": 1}
        assert closed.wait(10)
        assert ask(client) == {"n": 2}
    assert len(server.requests) == 2


def test_a_connection_that_was_idle_for_long_is_not_used_again(serve, monkeypatch):
    monkeypatch.setattr("cohere_cli.api.network.http11._LONGEST_IDLE", -1.0)
    server = serve(reply(b'{"n":1}'), reply(b'{"n":2}'))
    with opened(server.url) as client:
        assert [ask(client), ask(client)] == [{"n": 1}, {"n": 2}]
    assert len(server.requests) == 2


def test_what_follows_a_reply_is_not_the_reply_to_the_next_request(serve):
    server = serve(reply(b'{"n":1}') + reply(b'{"n":"stray"}'), reply(b'{"n":2}'))
    with opened(server.url) as client:
        assert [ask(client), ask(client)] == [{"n": 1}, {"n": 2}]


@pytest.mark.parametrize("header", ["Connection: close", "Connection: Close, x"])
def test_a_server_may_ask_for_another_connection(serve, header):
    server = serve([reply(b'{"n":1}', header)], reply(b'{"n":2}'))
    with opened(server.url) as client:
        assert [ask(client), ask(client)] == [{"n": 1}, {"n": 2}]


def test_a_request_whose_connection_is_lost_is_sent_again(serve):
    def drop(connection):
        connection.recv(1 << 16)

    server = serve([reply(b'{"n":1}'), drop], reply(b'{"n":2}'))
    notes = []
    connection = Connection(server.url, "k", retries=1)
    with Client(connection, notes.append, lambda _: None, many=True) as client:
        assert [ask(client), ask(client)] == [{"n": 1}, {"n": 2}]
    (note,) = notes
    assert note.startswith("the connection was lost")


@pytest.mark.parametrize(
    "reply_in_part", [b"", b"HTTP/1.1 200", reply(b'{"n": 1234}')[:-3]]
)
def test_a_connection_that_is_lost_is_an_error(serve, reply_in_part):
    problem = problem_of(serve(reply_in_part).url)
    assert type(problem) is Unreachable
    assert str(problem).startswith("the connection was lost")


def test_an_error_that_is_not_read_to_its_end_ends_its_connection(serve):
    large = reply(b"x" * (1 << 20), status="400 Bad Request")
    server = serve(large, reply(b'{"n":2}'))
    with opened(server.url) as client:
        with pytest.raises(RequestRefused):
            ask(client)
        assert ask(client) == {"n": 2}


def test_an_error_that_is_read_to_its_end_keeps_its_connection(serve):
    refusal = reply(b'{"message": "no"}', status="400 Bad Request")
    server = serve([refusal, again(reply(b'{"n":2}'))])
    with opened(server.url) as client:
        with pytest.raises(RequestRefused, match="no"):
            ask(client)
        assert ask(client) == {"n": 2}


def test_silence_ends_a_request(serve):
    problem = problem_of(serve(lambda one: one.recv(1)).url, timeout=0.1)
    assert type(problem) is TimedOut
    assert str(problem).startswith("timed out: no data from")


def test_a_deadline_ends_a_request_under_way(serve):
    problem = problem_of(serve(lambda one: one.recv(1)).url, max_time=0.2)
    assert str(problem) == "the call took longer than 0.2 s"


def test_closing_the_client_ends_the_requests_of_other_threads(serve):
    arrived, problems = threading.Event(), []

    def wait(connection):
        arrived.set()
        connection.recv(1)

    def run():
        try:
            ask(client)
        except Exception as exc:  # noqa: BLE001 - it is looked at below
            problems.append(exc)

    with opened(serve(wait).url) as client:
        thread = threading.Thread(target=run)
        thread.start()
        assert arrived.wait(10)
    thread.join(10)
    assert [type(one) for one in problems] == [Unreachable]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"SSH-2.0-x\r\n\r\n", "the reply is not HTTP"),
        (b"HTTP/1.1 102 Wait\r\n\r\n" * 20_000, "the reply's head is longer"),
        (reply(b"x", "Content-Encoding: gzip"), "the reply is compressed (gzip)"),
        (reply(b"<html>", "Content-Type: text/html"), "the reply is text/html"),
    ],
    ids=["not HTTP", "long head", "compressed", "HTML"],
)
def test_a_reply_that_cannot_be_read_is_refused(serve, data, message):
    problem = problem_of(serve(data).url)
    assert type(problem) is ServerFault
    assert str(problem).startswith(message)


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 100 Continue\r\n\r\n" + reply(b'{"n":1}'),
        CHUNKED + b'3\r\n{"n\r\n4\r\n":1}\r\n0\r\n\r\n',
        http(b'{"n":1}', kind="application/json"),
        b'HTTP/1.0 200 OK\r\n\r\n{"n":1}',
    ],
    ids=["interim reply", "chunks", "to the end", "HTTP/1.0"],
)
def test_a_reply_may_be_framed_in_any_way(serve, data):
    with opened(serve(data).url) as client:
        assert ask(client) == {"n": 1}


def test_nobody_listening_is_an_error():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    problem = problem_of(url)
    assert type(problem) is Unreachable
    assert str(problem).startswith("cannot connect: connection refused")


def test_a_certificate_must_be_trusted(https, files):
    url = https().url
    assert str(problem_of(url)).startswith("the certificate is not trusted")
    with opened(url, route=Route(ca_bundle=files["ca"])) as client:
        assert [ask(client), ask(client)] == [{"valid": True}] * 2


def test_requests_may_go_through_a_proxy(serve):
    proxy = serve(reply(b'{"n":1}'))
    route = Route(proxy=proxy.url)
    with opened("http://api.example", route=route) as client:
        assert ask(client) == {"n": 1}
    (request,) = proxy.requests
    assert request.head.startswith("POST http://api.example/v2/chat HTTP/1.1\r\n")
