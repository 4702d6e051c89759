import errno
import json
import os
import time
from contextlib import closing, suppress
from datetime import UTC, datetime
from io import FileIO
from itertools import count
from pathlib import Path

import pytest
from raw_server import Serve, http

from cohere_cli.api.client import Client
from cohere_cli.api.connection import Connection
from cohere_cli.api.protocol.requests import ChatBody, CompatBody, UserMessage
from cohere_cli.api.recorder import FileRecorder, ResponseHead, open_recorder
from cohere_cli.errors import AnswerIncomplete, CoError, InputProblem, UsageProblem

HEADING = ResponseHead("http://h/v2/chat", 200, "text/event-stream")
FIRST = (
    '{"co-recording": 1, "url": "http://h/v2/chat", "status": 200, '
    '"content-type": "text/event-stream", "started": "2026-11-22T13:04:56.000+00:00"}'
)
OLD = '{"co-recording": 1, "and": "more"}\n'
BODY = ChatBody(model="m", messages=(UserMessage("Hi"),), stream=True)
START = b'data: {"type":"message-start","id":"r1"}\n\n'
HI = (
    b'data: {"type":"content-delta","index":0,'
    b'"delta":{"message":{"content":{"text":"Hi"}}}}\n\n'
)
END = b'data: {"type":"message-end","delta":{"finish_reason":"COMPLETE"}}\n\n'


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "x.rec"


@pytest.fixture
def recording(path):
    with closing(ticking(path)) as recording:
        yield recording


def ticking(path, kind=FileIO):
    """A recording whose clock goes a quarter of a second at each look."""
    ticks = count(10)
    moment = datetime(2026, 11, 22, 13, 4, 56, tzinfo=UTC)
    return FileRecorder(kind(path, "w+"), lambda: next(ticks) / 4, lambda: moment)


def lines_of(path):
    first, *others = map(json.loads, path.read_text().splitlines())
    return first, others


def test_a_reply_is_recorded_byte_for_byte_with_times(recording, path):
    with recording.record(HEADING, iter([b"data: H\xc3", b"\xa9\x00\n\n"])) as chunks:
        assert next(chunks) == b"data: H\xc3"
        so_far = [FIRST, '{"at": 0.25, "base64": "ZGF0YTogSMM="}', ""]
        assert path.read_text() == "\n".join(so_far)
        assert next(chunks) == b"\xa9\x00\n\n"
    recording.close()
    assert path.read_text().splitlines() == [
        FIRST,
        '{"at": 0.25, "base64": "ZGF0YTogSMM="}',
        '{"at": 0.5, "base64": "qQAKCg=="}',
        '{"at": 0.75, "end": "complete"}',
    ]


def test_text_is_recorded_as_text_in_ascii(recording, path):
    with recording.record(HEADING, iter(["é😀\x1b[2J\x9b\n".encode()])) as chunks:
        list(chunks)
    assert path.read_text().splitlines()[1] == (
        r'{"at": 0.25, "data": "\u00e9\ud83d\ude00\u001b[2J\u009b\n"}'
    )


def test_of_several_attempts_the_last_is_recorded(recording, path):
    lost = recording.record(HEADING, iter([b"a" * 100]))
    with suppress(ConnectionError), lost as chunks:
        list(chunks)
        raise ConnectionError
    assert path.read_text().splitlines()[2] == '{"at": 0.5, "end": "lost"}'
    recording.start_timer()
    with recording.record(HEADING, iter([b"b"])) as chunks:
        list(chunks)
    assert path.read_text().splitlines() == [
        FIRST,
        '{"at": 0.25, "data": "b"}',
        '{"at": 0.5, "end": "complete"}',
    ]


@pytest.mark.parametrize(
    ("problem", "end"),
    [
        (AnswerIncomplete("no"), "incomplete"),
        (ConnectionError(), "lost"),
        (KeyboardInterrupt(), "stopped"),
        (GeneratorExit(), "stopped"),
    ],
)
def test_how_a_body_ended_is_written(recording, path, problem, end):
    with pytest.raises(type(problem)), recording.record(HEADING, iter(())):
        raise problem
    assert lines_of(path)[1] == [{"at": 0.25, "end": end}]


def test_a_reply_that_is_not_read_to_the_end_is_recorded_as_stopped(recording, path):
    taking = recording.record(HEADING, iter([b"a", b"b"]))
    next(taking.__enter__())
    recording.close()
    taking.__exit__(None, None, None)
    ends = [{"at": 0.25, "data": "a"}, {"at": 0.5, "end": "stopped"}]
    assert lines_of(path)[1] == ends


def test_nothing_is_written_without_a_reply(recording, path):
    recording.start_timer()
    recording.close()
    assert path.read_bytes() == b""


class FullAfterAWhile(FileIO):
    """A file on a disk with room for 250 bytes."""

    def write(self, data) -> int:
        room = 250 - self.tell()
        if room <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(bytes(data)[:room])


@pytest.mark.parametrize(
    "reply", [[b"a" * 50, b"b", b"c"], [b"a" * 60]], ids=["a chunk", "the end"]
)
def test_a_full_disk_ends_the_recording_but_not_the_answer(path, reply):
    recording = ticking(path, FullAfterAWhile)
    with recording.record(HEADING, iter(reply)) as chunks:
        assert list(chunks) == reply
    recording.close()
    assert recording.failure == "No space left on device"
    assert path.stat().st_size == 250


def recorded_to(path, chunks=(b"x",)):
    notices = []
    with open_recorder(str(path), notices.append) as recording:
        before = path.read_bytes()
        with recording.record(HEADING, iter(chunks)) as handed_on:
            list(handed_on)
    assert notices == []
    return before


def test_a_recording_is_written_over_once_a_reply_comes(path):
    path.write_text(OLD * 100)
    assert recorded_to(path) == OLD.encode() * 100
    assert [line.get("data") for line in lines_of(path)[1]] == ["x", None]


def test_a_new_file_has_the_permissions_of_the_umask(path):
    before = os.umask(0o027)
    try:
        recorded_to(path)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_new_file_is_removed_without_a_reply(path):
    with open_recorder(str(path), print):
        assert path.exists()
    assert not path.exists()
    path.touch()
    with open_recorder(str(path), print):
        pass
    assert path.exists()


def test_an_old_recording_stays_without_a_reply(path):
    path.write_text(OLD)
    with open_recorder(str(path), print):
        pass
    assert path.read_text() == OLD


def refusal_of(path):
    with pytest.raises(CoError) as caught, open_recorder(str(path), print):
        pass
    return type(caught.value), str(caught.value)


def test_any_other_file_is_refused_and_unchanged(path, tmp_path):
    path.write_text("my thesis")
    assert refusal_of(path) == (
        InputProblem,
        f"not a recording; not overwritten ({path})",
    )
    assert path.read_text() == "my thesis"
    os.mkfifo(tmp_path / "pipe")
    irregular = "cannot be recorded to: not a regular file"
    for other in (tmp_path, tmp_path / "pipe", Path("/dev/null"), Path("/dev/full")):
        assert refusal_of(other) == (InputProblem, f"{other} {irregular}")
    missing = "cannot be recorded to: no such file or directory"
    other = tmp_path / "no" / "x.rec"
    assert refusal_of(other) == (InputProblem, f"{other} {missing}")
    assert refusal_of("") == (InputProblem, missing)
    nul = "a\0b cannot be recorded to: embedded null byte"
    assert refusal_of("a\0b") == (InputProblem, nul)
    assert refusal_of("-") == (UsageProblem, "--record cannot write to standard output")


def test_a_link_is_followed(path, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(path)
    recorded_to(link)
    assert link.is_symlink()
    assert len(lines_of(path)[1]) == 2


def ask(url, path, body=BODY, **settings):
    connection = Connection(url, key="k-canary", **settings)
    with (
        open_recorder(str(path), print) as recording,
        Client(connection, sleep=lambda _: None, recorder=recording) as client,
    ):
        call = client.chat if isinstance(body, ChatBody) else client.compat
        return list(call(body))


def test_a_client_records_the_attempt_that_was_shown(serve: Serve, path):
    busy = http(b'{"message":"no"}', "503 Busy", "application/json")
    cut = http(START, "200 OK", "text/event-stream", "Content-Length: 9999")
    slow = [lambda _: time.sleep(0.3), busy]
    server = serve(slow, cut, [http(START), HI + END])
    ask(server.url, path)
    first, others = lines_of(path)
    *chunks, end = others
    assert len(server.requests) == 3
    assert first["url"] == f"{server.url}/v2/chat"
    assert "".join(line["data"] for line in chunks).encode() == START + HI + END
    assert end["end"] == "complete"
    # Counted from the third request, not from the first.
    assert 0 < chunks[0]["at"] < 0.3
    assert "canary" not in path.read_text()


def test_a_client_records_a_reply_that_is_not_streamed(serve: Serve, path):
    reply = b'{"id":"r1","choices":[{"message":{"content":"Hi"}}]}'
    server = serve(http(reply, kind="application/json"))
    body = CompatBody(model="m", messages=({"role": "user", "content": "Hi"},))
    ask(server.url, path, body)
    first, (chunk, end) = lines_of(path)
    assert first["content-type"] == "application/json"
    assert (chunk["data"].encode(), end["end"]) == (reply, "complete")


def test_an_error_response_is_not_recorded(serve: Serve, path):
    path.write_text(OLD)
    page = http(b"<title>Log in</title>", kind="text/html")
    no = http(b'{"message":"no"}', "400 Bad", "application/json")
    for reply in (page, no):
        with pytest.raises(CoError):
            ask(serve(reply).url, path)
    assert path.read_text() == OLD


@pytest.mark.parametrize(
    ("body", "end"),
    [(START + HI, "incomplete"), (HI + b"data: [DONE]\n\n", "incomplete")],
)
def test_an_answer_without_its_end_is_recorded_as_incomplete(
    serve: Serve, path, body, end
):
    with pytest.raises(AnswerIncomplete):
        ask(serve(http(body)).url, path)
    assert lines_of(path)[1][-1]["end"] == end
