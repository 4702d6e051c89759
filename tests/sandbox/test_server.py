import contextlib
import json
import socket
import struct
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from cohere_cli.errors import UsageProblem
from cohere_cli.sandbox import running

ASK = json.dumps(
    {
        "model": "command-a-03-2025",
        "stream": True,
        "messages": [{"role": "user", "content": "Hi"}],
    }
).encode()
AUTH = {"Authorization": "Bearer k"}


def raw(client, *parts):
    """Send raw bytes, close the sending side, return the received bytes."""
    with socket.create_connection(("127.0.0.1", client.port), 10) as connection:
        for part in parts:
            connection.sendall(part)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def head(path, *lines, method="POST"):
    host = (
        []
        if any(line.lower().startswith("host:") for line in lines)
        else ["Host: localhost"]
    )
    return "\r\n".join([f"{method} {path} HTTP/1.1", *host, *lines, "", ""]).encode()


CHUNKED = head("/v2/chat", "Authorization: Bearer k", "Transfer-Encoding: chunked")


def status(answer):
    return int(answer.split()[1])


@pytest.mark.parametrize(
    ("method", "path", "code", "message"),
    [
        ("GET", "/", 404, "404 page not found"),
        ("POST", "/v1/nothing", 404, "404 page not found"),
        ("GET", "/v2/chat", 405, "method not allowed"),
        ("BREW", "/v2/chat", 405, "method not allowed"),
        ("OPTIONS", "/v2/rerank", 405, "method not allowed"),
    ],
)
def test_an_unknown_path_or_method_gives_a_json_error(
    client, method, path, code, message
):
    got, headers, text = client.send(method, path)
    assert (got, json.loads(text)["message"]) == (code, message)
    assert headers["content-type"] == "application/json"
    assert len(headers["x-debug-trace-id"]) == 32


def test_a_request_without_a_key_gets_no_trace_id(client):
    got, headers, text = client.send("POST", "/v2/chat")
    assert (got, json.loads(text)["message"]) == (401, "no api key supplied")
    assert "x-debug-trace-id" not in headers


def test_head_gets_no_body(client):
    got, headers, text = client.send("HEAD", "/nothing")
    assert (got, text) == (404, b"")
    assert int(headers["content-length"]) > 0


@pytest.mark.parametrize(
    "line",
    [
        "Host: example.com",
        "Host: 127.0.0.1.example.com",
        "Host: localhost@example.com",
        "Host:",
        "Origin: http://localhost",
        "Origin: null",
    ],
)
def test_requests_of_web_pages_are_rejected(client, line):
    answer = raw(client, head("/v2/chat", line, "Authorization: Bearer k"))
    assert status(answer) == 403
    assert b"access-control" not in answer.lower()


@pytest.mark.parametrize("host", ["127.0.0.1:1", "LOCALHOST", "[::1]:80"])
def test_names_of_this_machine_are_accepted(client, host):
    assert status(raw(client, head("/v2/chat", f"Host: {host}"))) == 401


def test_it_listens_only_on_127_0_0_1(client):
    with socket.socket() as other:
        other.settimeout(1)
        assert other.connect_ex(("127.0.0.2", client.port)) != 0


def test_a_connection_serves_many_requests(client):
    one = (
        head("/v2/chat", "Authorization: bearer k", f"Content-Length: {len(ASK)}") + ASK
    )
    answer = raw(client, one * 3)
    assert answer.count(b"HTTP/1.1 200 OK") == 3
    assert answer.count(b"data: [DONE]\n\n\r\n0\r\n\r\n") == 3


def test_every_event_is_a_separate_chunk(client):
    one = (
        head("/v2/chat", "Authorization: bearer k", f"Content-Length: {len(ASK)}") + ASK
    )
    _, _, body = raw(client, one).partition(b"\r\n\r\n")
    while body:
        size, _, rest = body.partition(b"\r\n")
        event, body = rest[: int(size, 16)], rest[int(size, 16) + 2 :]
        assert event.count(b"\n\n") == (1 if event else 0)


def test_a_chunked_request_is_read(client):
    parts = b"".join(b"%x;a=b\r\n%b\r\n" % (len(p), p) for p in (ASK[:9], ASK[9:]))
    sent = head("/v2/chat", "Authorization: Bearer k", "Transfer-Encoding: chunked")
    answer = raw(client, sent + parts + b"0\r\nTrailer: x\r\n\r\n")
    assert status(answer) == 200


def test_an_http_1_0_client_gets_a_stream_without_chunks(client):
    sent = head("/v2/chat", "Authorization: Bearer k", f"Content-Length: {len(ASK)}")
    answer = raw(client, sent.replace(b"HTTP/1.1", b"HTTP/1.0") + ASK)
    assert answer.endswith(b"}\n\ndata: [DONE]\n\n")
    assert b"chunked" not in answer


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (head("/v2/chat", "Content-Length: 67108865"), 413),
        (head("/v2/chat", f"Content-Length: {'9' * 5000}"), 413),
        (head("/v2/chat", "Content-Length: -1"), 400),
        (head("/v2/chat", "Content-Length: ²"), 400),
        (CHUNKED + b"zz\r\n", 400),
        (CHUNKED + b"-5\r\n", 400),
        (CHUNKED + b"fffffffff\r\n", 413),
        (CHUNKED + b"1\r\n{}\r\n", 400),
        (CHUNKED + b"1;" + b"x" * 5000 + b"\r\n{\r\n", 400),
        (CHUNKED + b"0\r\n" + b"X: 1234567\r\n" * 5000 + b"\r\n", 431),
        (b"nonsense\r\n\r\n", 400),
        (head("/" + "x" * 70_000), 414),
        (head("/v2/chat", *(f"X-{n}: 1" for n in range(200))), 431),
        (head("/v2/chat", *(f"X-{n}: {'1' * 5000}" for n in range(90))), 431),
    ],
)
def test_an_invalid_request_is_rejected(client, sent, code):
    answer = raw(client, sent)
    assert status(answer) == code
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["message"]


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        head("/v2/chat")[:-2],
        head("/v2/chat", "Authorization: Bearer k", "Content-Length: 10") + b"{",
        CHUNKED + b"5\r\nab",
    ],
)
def test_an_incomplete_request_gets_no_reply(client, sent, capfd):
    assert raw(client, sent) == b""
    assert capfd.readouterr() == ("", "")


def test_a_client_that_disconnects_during_a_stream_is_ignored(capfd):
    documents = ["word " * 60 + f"{n}." for n in range(400)]
    body = {**json.loads(ASK), "documents": documents}
    sent = json.dumps(body).encode()
    with running() as sandbox:
        port = int(sandbox.url.rpartition(":")[2])
        lines = ("Authorization: Bearer k", f"Content-Length: {len(sent)}")
        linger = (socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0" * 2)
        for _ in range(20):
            with socket.create_connection(("127.0.0.1", port), 10) as connection:
                connection.setsockopt(*linger)
                connection.sendall(head("/v2/chat", *lines) + sent)
                connection.recv(100)
    assert capfd.readouterr() == ("", "")


def test_many_connections_are_served_simultaneously(client):
    got = []
    threads = [
        threading.Thread(
            target=lambda: got.append(client.send("POST", "/v2/chat", ASK, **AUTH)[0])
        )
        for _ in range(60)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [200] * 60


def test_the_log_has_neither_key_nor_body():
    lines = []
    with running(log=lines.append) as sandbox:
        address = ("127.0.0.1", int(sandbox.url.rpartition(":")[2]))
        with socket.create_connection(address, 10) as connection:
            sent = head("/v2/chats?secret", "Authorization: Bearer secret")
            connection.sendall(
                sent.replace(b"\r\n\r\n", b"\r\nContent-Length: 6\r\n\r\n") + b"secret"
            )
            trace = connection.recv(65536).partition(b"x-debug-trace-id: ")[2][:32]
    assert lines == [f"POST /v2/chats 404 {trace.decode()}"]


@pytest.mark.parametrize(
    ("sent", "line"),
    [
        (b"nonsense\r\n\r\n", f"- - 400 {'0' * 32}"),
        (b"GET /\x1b[2J HTTP/1.1\r\nHost: localhost\r\n\r\n", f"- - 400 {'0' * 32}"),
        (b"GET http://[ HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET - 404 "),
    ],
)
def test_a_request_without_a_valid_target_is_answered_and_logged(serve, sent, line):
    lines = []
    client = serve(log=lines.append)
    assert status(raw(client, sent)) == int(line.split()[2])
    (found,) = lines
    assert found.startswith(line)


def test_it_stops_at_the_end_of_the_block():
    with contextlib.ExitStack() as stack:
        with running() as sandbox:
            address = ("127.0.0.1", int(sandbox.url.rpartition(":")[2]))
            idle = stack.enter_context(socket.create_connection(address, 10))
            idle.sendall(head("/", method="GET"))
            assert idle.recv(1) == b"H"
        # Ends only because the sandbox closed the persistent connection.
        assert b"404" in b"".join(iter(lambda: idle.recv(65536), b""))
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, 10)


def test_a_port_in_use_is_a_usage_problem(client):
    with pytest.raises(UsageProblem) as caught, running(port=client.port):
        pass
    assert caught.value.what == (
        f"the sandbox cannot listen on port {client.port}: address already in use"
    )


def test_a_client_that_resets_its_connection_is_no_error():
    """The thread of the connection would print a traceback, which fails a test."""
    with running() as served:
        port = int(served.url.rpartition(":")[2])
        before = threading.active_count()
        client = socket.create_connection(("127.0.0.1", port))
        client.sendall(b"POST /v2/chat HTTP/1.1\r\n")
        while threading.active_count() == before:
            time.sleep(0.01)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
        while threading.active_count() > before:
            time.sleep(0.01)


def test_a_port_can_be_used_again_at_once():
    with running() as first:
        port = int(first.url.rpartition(":")[2])
        open_one = socket.create_connection(("127.0.0.1", port))
        open_one.sendall(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
        # The side that closes first keeps the port for a minute.
        while open_one.recv(4096):
            pass
        open_one.close()
    with running(port=port) as second:
        assert second.url == first.url


def test_an_invalid_port_is_a_usage_problem():
    with pytest.raises(UsageProblem, match="70000"), running(port=70_000):
        pass


@pytest.mark.slow
def test_a_hundred_simultaneous_long_streams_are_completed(serve):
    words = " ".join(f"word{n}" for n in range(1000))
    client = serve(script=[{"reply": words}])
    whole = client.send("POST", "/v2/chat", ASK, **AUTH)[2]
    assert whole.count(b"event: content-delta\n") == 1000
    with ThreadPoolExecutor(100) as pool:
        asked = [
            pool.submit(client.send, "POST", "/v2/chat", ASK, **AUTH)
            for _ in range(100)
        ]
    assert {each.result()[2] for each in asked} == {whole}
