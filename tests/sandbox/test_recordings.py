import json
import socket
from pathlib import Path

import pytest
from raw_server import http, serving

from cohere_cli.api.connection import Connection, Route
from cohere_cli.errors import InputProblem
from cohere_cli.sandbox import running
from cohere_cli.sandbox.messages import Request
from cohere_cli.sandbox.pipeline import Setup
from cohere_cli.sandbox.recordings.recorder import RecordingTarget, mask_secret
from cohere_cli.sandbox.recordings.replayer import (
    read_recording,
    recording_name,
    recording_stem,
)

DATA = Path(__file__).parent.parent / "data"
KEY = "a-very-secret-key"
ASK = {
    "model": "command-a-03-2025",
    "messages": [{"role": "user", "content": "Hi"}],
    "stream": True,
}
SENT = json.dumps(ASK).encode()
AUTH = {"Authorization": "Bearer k"}
STREAMS = sorted(DATA.glob("*.sse"))


@pytest.fixture
def upstream():
    with serving() as start:
        yield start


@pytest.fixture
def record(serve_setup, tmp_path):
    """Return a function that starts a sandbox that records another server."""
    return lambda url: serve_setup(
        Setup(
            record=RecordingTarget(Connection(url, KEY), tmp_path / "tapes", print),
            any_key=True,
        )
    )


def post(client, path="/v2/chat", body=SENT, **headers):
    return client.send("POST", path, body, **AUTH, **headers)


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: path.name)
def test_a_stream_is_recorded_and_replayed_byte_for_byte(
    serve, upstream, record, tmp_path, path
):
    stream = path.read_bytes()
    client = record(upstream(http(stream)).url)
    assert post(client)[2] == stream
    status, headers, body = post(serve(replay=tmp_path / "tapes"))
    assert (status, headers["content-type"]) == (200, "text/event-stream")
    assert body == stream


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: path.name)
def test_a_stream_named_by_a_request_is_replayed_byte_for_byte(serve, path):
    named = {"X-Co-Recording": path.name}
    assert post(serve(replay=DATA), **named)[2] == path.read_bytes()


def test_a_forwarded_request_has_the_real_key_and_no_other(upstream, record):
    server = upstream(http(b"{}", kind="application/json"))
    client = record(server.url)
    post(client, "/v2/embed?a=b&c=%20", b'{"x": 1}', Accept="text/x", Cookie="mine")
    (request,) = server.requests
    assert request.head.startswith("POST /v2/embed?a=b&c=+ HTTP/1.1\r\n")
    assert request.header("authorization") == f"Bearer {KEY}"
    assert request.header("accept") == "text/x"
    assert request.header("cookie") is None
    assert request.body == b'{"x": 1}'


def test_a_key_is_masked_in_the_recording_and_in_the_reply(upstream, record, tmp_path):
    halves = [
        http(b'data: {"your": "a-very-sec'),
        b'ret-key", "a-very": 1}\n\ndata: a-very-secret',
    ]
    body = post(record(upstream(halves).url))[2]
    assert body == b'data: {"your": "***", "a-very": 1}\n\ndata: a-very-secret'
    (tape,) = (tmp_path / "tapes").iterdir()
    assert KEY not in tape.read_text()
    assert "Bearer" not in tape.read_text()
    assert b"".join([read_recording(tape).body]) == body


def test_values_of_configured_headers_are_masked_like_a_key(
    upstream, serve_setup, tmp_path
):
    server = upstream(http(b"tenant-token-1 and k and eu"))
    route = Route(headers={"X-Tenant": "tenant-token-1", "X-Region": "eu"})
    target = RecordingTarget(Connection(server.url, "k", route=route), tmp_path, print)
    client = serve_setup(Setup(record=target, any_key=True))
    assert post(client)[2] == b"*** and *** and eu"
    assert server.requests[0].header("x-tenant") == "tenant-token-1"


def test_an_error_is_recorded_with_its_status(upstream, record, serve, tmp_path):
    error = b'{"message": "no"}'
    reply = http(error, "429 Too Many", "application/json", "Retry-After: 7")
    status, headers, body = post(record(upstream(reply).url))
    assert (status, headers["retry-after"], body) == (429, "7", error)
    status, headers, body = post(serve(replay=tmp_path / "tapes"))
    assert (status, headers["content-type"], body) == (429, "application/json", error)


def test_replies_to_the_same_request_are_replayed_in_order(
    upstream, record, serve, tmp_path
):
    client = record(upstream(*(http(b"data: %d\n\n" % n) for n in range(2))).url)
    assert [post(client)[2] for _ in range(2)] == [b"data: 0\n\n", b"data: 1\n\n"]
    client = serve(replay=tmp_path / "tapes")
    played = [post(client)[2] for _ in range(3)]
    assert played == [b"data: 0\n\n", b"data: 1\n\n", b"data: 1\n\n"]


def test_a_truncated_reply_is_replayed_truncated(upstream, record, serve, tmp_path):
    promised = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
        b"Content-Length: 99\r\n\r\ndata: 1\n\n"
    )
    clients = [record(upstream(promised).url), serve(replay=tmp_path / "tapes")]
    for client in clients:
        answer = raw(client)
        assert answer.endswith(b"\r\n9\r\ndata: 1\n\n\r\n")


def raw(client):
    with socket.create_connection(("127.0.0.1", client.port), 10) as connection:
        lines = [
            "POST /v2/chat HTTP/1.1",
            "Host: localhost",
            "Authorization: Bearer k",
            f"Content-Length: {len(SENT)}",
        ]
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + SENT)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_an_unreachable_server_gives_status_502(record, tmp_path):
    status, _, text = post(record("http://127.0.0.1:9"))
    message = "no reply to record: cannot connect: connection refused (127.0.0.1:9)"
    assert (status, json.loads(text)["message"]) == (502, message)
    assert [*(tmp_path / "tapes").iterdir()] == []


def test_a_request_without_a_recording_gets_the_name_of_the_missing_file(
    serve, tmp_path
):
    status, _, text = post(serve(replay=tmp_path))
    name = f"{recording_stem(Request('POST', '/v2/chat', {}, SENT))}-1.jsonl"
    message = f"no recording of this request: {name}"
    assert (status, json.loads(text)["message"]) == (404, message)


def test_requests_without_a_recording_are_not_counted(serve, tmp_path):
    client = serve(replay=tmp_path)
    stem = recording_stem(Request("POST", "/v2/chat", {}, SENT))
    assert [post(client)[0] for _ in range(3)] == [404] * 3
    for number in (1, 2):
        (tmp_path / recording_name(stem, number)).write_text(f'{{"n": {number}}}')
    replies = [json.loads(post(client)[2])["n"] for _ in range(4)]
    assert replies == [1, 2, 2, 2]


@pytest.mark.parametrize("name", ["../conftest.py", "..", "nothing.sse", "/etc/passwd"])
def test_a_name_cannot_leave_the_folder(serve, name):
    status, _, text = post(serve(replay=DATA), **{"X-Co-Recording": name})
    message = f"no recording named {name!r}"
    assert (status, json.loads(text)["message"]) == (404, message)


def test_a_recording_is_found_for_any_order_of_the_keys():
    def stem(body, query=None):
        return recording_stem(Request("POST", "/v2/chat", {}, body, query or {}))

    assert stem(b'{"a": 1, "b": 2}') == stem(b'{"b":2,"a":1}')
    assert stem(b'{"a": 1}') != stem(b'{"a": 2}')
    assert stem(b"{") != stem(b"}")
    assert stem(b"", {"a": "1"}) != stem(b"")
    assert stem(b"").startswith("v2-chat-")


HEADER = {
    "co-recording": 1,
    "url": "http://h/v2/chat",
    "status": 200,
    "content-type": "text/event-stream",
}
INCOMPLETE_HEADER = "the header has no url, status or content-type"
ONE_OF = "it must have `at`, and one of `data`, `base64` and `end`"
INVALID_HEAD = "the header has an invalid status or content-type"


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        ([{"co-recording": 2}], "unsupported version of the recording format"),
        (["co-recording"], INCOMPLETE_HEADER),
        ([HEADER | {"status": None}], INCOMPLETE_HEADER),
        ([HEADER | {"content-type": "x\r\nSet-Cookie: y"}], INVALID_HEAD),
        ([HEADER | {"status": 100}], INVALID_HEAD),
        (
            [HEADER, {"at": 1}, {"at": 2, "end": "complete"}],
            f"not a line of a recording: {ONE_OF}",
        ),
    ],
)
def test_an_invalid_recording_is_rejected(tmp_path, lines, what):
    path = tmp_path / "x.jsonl"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    with pytest.raises(InputProblem) as caught:
        read_recording(path)
    assert caught.value.what == what


def test_a_recording_without_an_end_is_incomplete(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text(
        f'{json.dumps(HEADER)}\n{{"at": 0, "data": "data: 1\\n\\n"}}\n{{"at": 1, "da'
    )
    recording = read_recording(path)
    assert (recording.body, recording.is_whole) == (b"data: 1\n\n", False)


def test_a_recording_that_is_not_utf_8_is_rejected(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_bytes(json.dumps(HEADER).encode() + b"\n\xff\n")
    with pytest.raises(InputProblem, match=r"x.jsonl is not UTF-8 text$"):
        read_recording(path)


def test_a_missing_folder_is_an_input_problem(tmp_path):
    with pytest.raises(InputProblem), running(replay=tmp_path / "nowhere"):
        pass


@pytest.mark.parametrize(
    ("chunks", "masked"),
    [
        ([b"axyzb"], [b"a***b"]),
        ([b"ax", b"yzb"], [b"a", b"***b"]),
        ([b"x", b"y", b"z"], [b"***"]),
        ([b"x", b"yx", b"yz"], [b"xy", b"***"]),
        ([b"ax", b"b"], [b"a", b"xb"]),
        ([b"xy"], [b"xy"]),
    ],
)
def test_a_key_that_spans_chunks_is_masked(chunks, masked):
    assert list(mask_secret(iter(chunks), b"xyz")) == masked
