import json
import signal
import time
from pathlib import Path

import pytest
from raw_server import http

DATA = Path(__file__).parent.parent / "data"
STREAMS = sorted(DATA.glob("*.sse"))
TEXT = (DATA / "text.sse").read_bytes()
HEADING = (
    b'{"co-recording":1,"url":"http://h/v2/chat","status":200,'
    b'"content-type":"text/event-stream"}\n'
)

NO_RECORDING = """\
co: not a recording; not overwritten ({})
hint: name a new file; only recordings are overwritten
"""
LIVE = "what arrived was written; the same command asks again"
RECORDED = "the reply was recorded so; record it again for a whole one"
NO_TIMES = """\
co: tests/data/text.sse has no recorded times
hint: only recordings (--record) have times; leave out --speed
"""


def asked(co, server, command="chat", *flags):
    co.environ["CO_API_KEY"] = "k-canary-k"
    return co(command, "Hi", "--base-url", server.url, "--retries", "0", *flags)


def message(run):
    """What was written; the remedy of a recording is that of a live call."""
    notes = run.stderr.decode().replace(RECORDED, LIVE)
    return run.returncode, run.stdout.decode(), notes


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: path.name)
def test_a_recording_replays_as_it_was(co, serve, tmp_path, path):
    file = tmp_path / "x.rec"
    stream = path.read_bytes()
    server = serve([http(b""), *(stream[at : at + 99] for at in range(0, 9999, 99))])
    command = "compat" if path.name == "compat.sse" else "chat"
    live = asked(co, server, command, "--record", str(file))
    assert message(co("replay", str(file))) == message(live)
    recorded = file.read_text()
    assert recorded.endswith('"end": "complete"}\n') == (path.name != "ERROR.sse")
    assert "canary" not in recorded
    assert "Hi" not in recorded


def test_an_answer_in_one_piece_replays_too(sandboxed, tmp_path):
    file = str(tmp_path / "x.rec")
    live = sandboxed("chat", "Hi", "--no-stream", "--record", file, "--json")
    assert live.returncode == 0
    assert message(sandboxed("replay", file, "--json")) == message(live)
    assert message(sandboxed("replay", file, "-o", "events")) == (
        2,
        "",
        "co: -o events needs a streamed reply\nhint: leave out -o events, or use -o json\n",
    )


def test_an_answer_that_was_cut_replays_as_incomplete(co, serve, tmp_path):
    file = str(tmp_path / "x.rec")
    live = asked(co, serve(http(TEXT[:700])), "chat", "--record", file)
    assert live.returncode == 18
    assert message(co("replay", file)) == message(live)


def test_a_second_answer_takes_the_place_of_the_first(sandboxed, tmp_path):
    file = tmp_path / "x.rec"
    for prompt in ("One", "Two"):
        assert sandboxed("chat", prompt, "--record", str(file)).returncode == 0
    assert file.read_text().count("co-recording") == 1


def test_a_file_of_another_kind_is_kept_and_nothing_is_sent(co, serve, tmp_path):
    file = tmp_path / "thesis.md"
    file.write_text("my thesis")
    server = serve(http(TEXT))
    run = asked(co, server, "chat", "--record", str(file))
    assert message(run) == (
        3,
        "",
        NO_RECORDING.format(file),
    )
    assert file.read_text() == "my thesis"
    assert server.requests == []


def test_on_a_full_disk_the_recording_is_lost_with_a_note(co, serve, tmp_path):
    file = tmp_path / "x.rec"
    server = serve(http(TEXT))
    co.environ["CO_API_KEY"] = "k" * 9
    flags = f"--base-url {server.url} --no-history --record {file}"
    # Blocks of 1 KiB: the heading fits, the stream of 1.9 kB does not.
    run = co.shell(
        f"ulimit -f 1; PYTHONDONTWRITEBYTECODE=1 co chat Hi {flags}", forked=False
    )
    whole = co("replay", "tests/data/text.sse")
    note = f"co: the recording is incomplete: file too large ({file})\n"
    assert message(run) == (0, whole.stdout.decode(), note)
    assert file.stat().st_size == 1024
    assert co("replay", str(file)).returncode == 18


def test_an_answer_that_is_interrupted_is_recorded_as_stopped(co, serve, tmp_path):
    file = tmp_path / "x.rec"
    co.environ["CO_API_KEY"] = "k" * 9
    server = serve([http(TEXT[:700]), lambda connection: connection.recv(1)])
    run = co.start("chat", "Hi", "--base-url", server.url, "--record", str(file))
    assert run.stdout.read(3) == b"The"
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=10)
    assert run.returncode == -signal.SIGINT
    assert file.read_text().endswith('"end": "stopped"}\n')
    assert co("replay", str(file)).returncode == 18


def test_no_file_is_left_where_there_was_no_answer(co, serve, tmp_path):
    file = tmp_path / "x.rec"
    no = http(b'{"message":"no"}', "400 Bad", "application/json")
    assert asked(co, serve(no), "chat", "--record", str(file)).returncode == 5
    assert not file.exists()


def test_speed_plays_a_recording_in_time(co, tmp_path):
    lines = [{"at": 500, "data": TEXT.decode()}, {"at": 1000, "end": "complete"}]
    file = tmp_path / "x.rec"
    file.write_bytes(HEADING + "\n".join(map(json.dumps, lines)).encode())
    began = time.monotonic()
    run = co("replay", str(file), "--speed", "1000")
    assert time.monotonic() - began > 0.5
    assert message(run) == message(co("replay", "tests/data/text.sse"))


@pytest.mark.parametrize(
    ("speed", "problem"),
    [("0", "takes a number from 0.001 up"), ("nan", "must be a finite number")],
)
def test_a_speed_that_is_none_is_refused(co, speed, problem):
    run = co("replay", "tests/data/text.sse", "--speed", speed)
    assert message(run) == (2, "", f"co: --speed {problem}\n")


def test_a_bare_stream_has_no_speed(co):
    assert message(co("replay", "tests/data/text.sse", "--speed", "1")) == (
        3,
        "",
        NO_TIMES,
    )


LINE = b'{"at":1,"data":"x"}\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (LINE * 2, "not a recorded reply"),
        (HEADING + b"garbage\n" + LINE, "not a line of a recording: Expecting value"),
        (HEADING + b'{"at":-1,"data":"x"}\n', "not a line of a recording: `at` must"),
        (HEADING + b'{"at":NaN,"data":"x"}\n' + LINE, "not a line of a recording: NaN"),
        (HEADING + b'{"at":1,"data":"\x1b[2J\n' + LINE, "not a line of a recording: "),
        (HEADING + b"\xff\n", "not UTF-8 text: invalid start byte at byte "),
        (HEADING + b'{"at":1,"data":"' + b"x" * (64 << 20), "larger than 64 MiB"),
        (
            HEADING.replace(b"text/event-stream", b"\\u001b[2J"),
            r"a recording of '\x1b[2j', which is not a reply",
        ),
    ],
    ids=["headless", "garbage", "negative", "nan", "escape", "bytes", "huge", "kind"],
)
def test_a_hostile_recording_is_refused_in_one_line(co, tmp_path, text, says):
    file = tmp_path / "x.rec"
    file.write_bytes(text)
    run = co("replay", str(file))
    code, out, err = message(run)
    assert (code, out) == (3, "")
    first, *hints = err.splitlines()
    assert first.startswith(f"co: {says}")
    assert all(hint.startswith("hint: ") for hint in hints)
    assert len(hints) <= 1
