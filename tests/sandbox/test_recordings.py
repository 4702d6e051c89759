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
from cohere_cli.sandbox.recordings.replayer import read_recording, recording_stem

DATA = Path(__file__).parent.parent / "data"
KEY = "a-very-secret-key"
ASK = {"model": "m", "messages": [{"role": "user", "content": "Hi"}], "stream": True}
SENT = json.dumps(ASK).encode()
AUTH = {"Authorization": "Bearer k"}
STREAMS = sorted(DATA.glob("*.sse"))


@pytest.fixture
def upstream():
    with serving() as start:
        yield start


@pytest.fixture
def record(serve_setup, tmp_path):
    """Start a sandbox that asks another server and keeps what it says."""
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
def test_a_stream_that_a_request_names_is_played_byte_for_byte(serve, path):
    named = {"X-Co-Recording": path.name}
    assert post(serve(replay=DATA), **named)[2] == path.read_bytes()


def test_what_is_sent_on_has_the_real_key_and_no_other(upstream, record):
    server = upstream(http(b"{}", kind="application/json"))
    client = record(server.url)
    post(client, "/v2/embed?a=b&c=%20", b'{"x": 1}', Accept="text/x", Cookie="mine")
    (request,) = server.requests
    assert request.head.startswith("POST /v2/embed?a=b&c=+ HTTP/1.1\r\n")
    assert request.header("authorization") == f"Bearer {KEY}"
    assert request.header("accept") == "text/x"
    assert request.header("cookie") is None
    assert request.body == b'{"x": 1}'


def test_no_key_is_kept_and_none_comes_back(upstream, record, tmp_path):
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


def test_headers_of_the_user_s_own_are_masked_like_a_key(
    upstream, serve_setup, tmp_path
):
    server = upstream(http(b"tenant-token-1 and k and eu"))
    route = Route(headers={"X-Tenant": "tenant-token-1", "X-Region": "eu"})
    recorder = RecordingTarget(
        Connection(server.url, "k", route=route), tmp_path, print
    )
    client = serve_setup(Setup(record=recorder, any_key=True))
    assert post(client)[2] == b"*** and *** and eu"
    assert server.requests[0].header("x-tenant") == "tenant-token-1"


def test_an_error_is_recorded_with_its_status(upstream, record, serve, tmp_path):
    error = b'{"message": "no"}'
    reply = http(error, "429 Too Many", "application/json", "Retry-After: 7")
    status, headers, body = post(record(upstream(reply).url))
    assert (status, headers["retry-after"], body) == (429, "7", error)
    status, headers, body = post(serve(replay=tmp_path / "tapes"))
    assert (status, headers["content-type"], body) == (429, "application/json", error)


def test_replies_to_the_same_request_are_played_in_their_turn(
    upstream, record, serve, tmp_path
):
    client = record(upstream(*(http(b"data: %d\n\n" % n) for n in range(2))).url)
    assert [post(client)[2] for _ in range(2)] == [b"data: 0\n\n", b"data: 1\n\n"]
    client = serve(replay=tmp_path / "tapes")
    played = [post(client)[2] for _ in range(3)]
    assert played == [b"data: 0\n\n", b"data: 1\n\n", b"data: 1\n\n"]


def test_a_reply_that_broke_off_breaks_off_again(upstream, record, serve, tmp_path):
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


def test_a_server_that_is_not_there_is_a_bad_gateway(record, tmp_path):
    status, _, text = post(record("http://127.0.0.1:9"))
    message = "no reply to record: cannot connect: connection refused (127.0.0.1:9)"
    assert (status, json.loads(text)["message"]) == (502, message)
    assert [*(tmp_path / "tapes").iterdir()] == []


def test_a_request_that_was_not_recorded_is_told_what_is_missing(serve, tmp_path):
    status, _, text = post(serve(replay=tmp_path))
    name = f"{recording_stem(Request('POST', '/v2/chat', {}, SENT))}-1.jsonl"
    message = f"no recording of this request: {name}"
    assert (status, json.loads(text)["message"]) == (404, message)


@pytest.mark.parametrize("name", ["../conftest.py", "..", "nothing.sse", "/etc/passwd"])
def test_a_name_leads_nowhere_else(serve, name):
    status, _, text = post(serve(replay=DATA), **{"X-Co-Recording": name})
    message = f"no recording is called {name!r}"
    assert (status, json.loads(text)["message"]) == (404, message)


def test_a_recording_is_found_whatever_the_order_of_its_keys():
    def stem(body, query=None):
        return recording_stem(Request("POST", "/v2/chat", {}, body, query or {}))

    assert stem(b'{"a": 1, "b": 2}') == stem(b'{"b":2,"a":1}')
    assert stem(b'{"a": 1}') != stem(b'{"a": 2}')
    assert stem(b"{") != stem(b"}")
    assert stem(b"", {"a": "1"}) != stem(b"")
    assert stem(b"").startswith("v2-chat-")


HEADING = {
    "co-recording": 1,
    "url": "http://h/v2/chat",
    "status": 200,
    "content-type": "text/event-stream",
}
LACKING = "the header has no url, status or content-type"
ONE_OF = "it must have `at`, and one of `data`, `base64` and `end`"
NOT_SENT = "the heading has a status or a content-type that cannot be sent"


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        ([{"co-recording": 2}], "unsupported version of the recording format"),
        (["co-recording"], LACKING),
        ([HEADING | {"status": None}], LACKING),
        ([HEADING | {"content-type": "x\r\nSet-Cookie: y"}], NOT_SENT),
        ([HEADING | {"status": 100}], NOT_SENT),
        (
            [HEADING, {"at": 1}, {"at": 2, "end": "complete"}],
            f"not a line of a recording: {ONE_OF}",
        ),
    ],
)
def test_what_is_no_recording_is_not_played(tmp_path, lines, what):
    path = tmp_path / "x.jsonl"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    with pytest.raises(InputProblem) as caught:
        read_recording(path)
    assert caught.value.what == what


def test_a_recording_that_was_never_ended_is_not_whole(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text(
        f'{json.dumps(HEADING)}\n{{"at": 0, "data": "data: 1\\n\\n"}}\n{{"at": 1, "da'
    )
    kept = read_recording(path)
    assert (kept.body, kept.is_whole) == (b"data: 1\n\n", False)


def test_a_recording_that_is_no_text_is_not_played(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_bytes(json.dumps(HEADING).encode() + b"\n\xff\n")
    with pytest.raises(InputProblem, match=r"^is not UTF-8 text "):
        read_recording(path)


def test_a_folder_that_is_not_there_is_the_caller_s_problem(tmp_path):
    with pytest.raises(InputProblem), running(replay=tmp_path / "nowhere"):
        pass


@pytest.mark.parametrize(
    ("chunks", "told"),
    [
        ([b"axyzb"], [b"a***b"]),
        ([b"ax", b"yzb"], [b"a", b"***b"]),
        ([b"x", b"y", b"z"], [b"***"]),
        ([b"x", b"yx", b"yz"], [b"xy", b"***"]),
        ([b"ax", b"b"], [b"a", b"xb"]),
        ([b"xy"], [b"xy"]),
    ],
)
def test_a_key_is_masked_wherever_it_is_parted(chunks, told):
    assert list(mask_secret(iter(chunks), b"xyz")) == told
