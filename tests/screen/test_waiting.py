"""The line that tells of waiting, on a real terminal."""

import socket
from collections.abc import Callable
from threading import Event

import pexpect
import pyte
import pytest
from raw_server import http

pytestmark = pytest.mark.pty

REPLY = (
    b'data: {"type":"content-start","index":0,"delta":{"message":'
    b'{"content":{"type":"text","text":""}}}}\n\n'
    b'data: {"type":"content-delta","index":0,"delta":{"message":'
    b'{"content":{"text":"Hi"}}}}\n\n'
    b'data: {"type":"message-end","delta":{"finish_reason":"COMPLETE"}}\n\n'
)
COMPAT = (
    b'data: {"id":"1","choices":[{"index":0,"delta":{"content":"Hi"},'
    b'"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
)
VALID = b'{"valid":true}'
CHAT = (
    b'{"id":"1","finish_reason":"COMPLETE","message":{"role":"assistant",'
    b'"content":[{"type":"text","text":"Hi"}]}}'
)
RANKING = b'{"results":[{"index":0,"relevance_score":0.5}]}'


class Held:
    """Part of a reply that is not sent until the test has seen the line."""

    def __init__(self, pause: Callable[[], object]) -> None:
        self._pause = pause

    def __call__(self, _: socket.socket) -> None:
        self._pause()


@pytest.mark.parametrize(
    ("words", "reply", "kind", "shown"),
    [
        (("chat", "-m", "x", "Hello"), REPLY, "text/event-stream", "Hi"),
        (("compat", "-m", "x", "Hello"), COMPAT, "text/event-stream", "Hi"),
        (("rerank", "-q", "x", "one"), RANKING, "application/json", "1"),
        (("models", "show", "m"), b'{"name":"m"}', "application/json", "name"),
        (("map", "-m", "x", "a", "one", "-o", "text"), CHAT, "application/json", "Hi"),
    ],
)
@pytest.mark.parametrize("has_head", [False, True])
def test_waiting_counts_up_in_a_stalled_read_and_leaves_no_trace(
    co, serve, tmp_path, words, reply, kind, shown, has_head
):
    seen = Event()
    (tmp_path / "one").write_text("one\n")
    head, body = http(b"", "200 OK", kind), reply
    first, rest = (head, body) if has_head else (b"", head + body)
    server = serve([first, Held(seen.wait), rest])
    child = pexpect.spawn(
        "co",
        [*words, "--base-url", server.url],
        env={**co.environ, "CO_API_KEY": "k" * 9},
        dimensions=(24, 80),
        timeout=20,
        cwd=str(tmp_path),
    )
    raw = b""
    what = b"mapping" if words[0] == "map" else b"waiting"
    for line in (what + b"\x1b", what + b" 1 s", what + b" 2 s"):
        child.expect_exact(line)
        raw += child.before + child.after
    seen.set()
    raw += child.read()
    child.close()
    screen = pyte.HistoryScreen(80, 24)
    pyte.ByteStream(screen).feed(raw)
    text = "\n".join(screen.display)
    assert what.decode() not in text
    assert text.lstrip().startswith(shown)


def test_the_doctor_counts_the_seconds_of_a_server_that_stalls(co, serve):
    seen = Event()
    # The first connection is a check of its own.
    server = serve(b"", [Held(seen.wait), http(VALID, kind="application/json")])
    child = pexpect.spawn(
        "co",
        ["doctor"],
        env={**co.environ, "CO_API_KEY": "k" * 9, "CO_API_URL": server.url},
        dimensions=(40, 100),
        timeout=20,
    )
    child.expect_exact(b"checking the server 1 s")
    raw = child.before + child.after
    seen.set()
    raw += child.read()
    child.close()
    screen = pyte.Screen(100, 40)
    pyte.ByteStream(screen).feed(raw)
    text = "\n".join(screen.display)
    assert "checking" not in text
    assert "auth      the server accepts the key" in text


@pytest.mark.parametrize(
    ("words", "reply", "kind", "written"),
    [
        ("chat -m x Hello", REPLY, "text/event-stream", "Hi\n"),
        ("map -m x a one -o text", CHAT, "application/json", "Hi\n"),
    ],
)
def test_the_seconds_of_waiting_are_shown_where_the_output_is_a_file(
    co, serve, tmp_path, words, reply, kind, written
):
    seen = Event()
    (tmp_path / "one").write_text("one\n")
    server = serve([Held(seen.wait), http(reply, kind=kind)])
    child = pexpect.spawn(
        "bash",
        ["-c", f"co {words} --base-url {server.url} >output"],
        env={**co.environ, "CO_API_KEY": "k" * 9},
        timeout=20,
        cwd=str(tmp_path),
    )
    child.expect_exact(b"ing 1 s")
    seen.set()
    screen = pyte.Screen(80, 24)
    pyte.ByteStream(screen).feed(child.before + child.after + child.read())
    child.close()
    assert "ing" not in "\n".join(screen.display).replace("nothing", "")
    assert (tmp_path / "output").read_text() == written
