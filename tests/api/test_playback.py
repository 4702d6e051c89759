import base64
import json
import os
from pathlib import Path

import pytest

from cohere_cli.api.playback import PlaybackTiming, read_recording
from cohere_cli.api.protocol.chat import ChatDecoder
from cohere_cli.api.protocol.compat import CompatDecoder
from cohere_cli.api.protocol.reply import Reply, accumulate
from cohere_cli.api.protocol.stream import decode_stream
from cohere_cli.api.responses import InvalidJsonReply
from cohere_cli.api.sse import iter_data
from cohere_cli.errors import AnswerIncomplete, CoError, InputProblem

DATA = Path(__file__).parent.parent / "data"
# A folder of streams as a server sent them; the tests own a few made by hand.
MORE = Path(os.environ.get("CO_RECORDINGS", DATA))
STREAMS = sorted(
    {*DATA.glob("*.sse"), *MORE.glob("*.sse"), *MORE.glob("*.chunks.jsonl")}
)


def folded(events):
    reply, message = Reply(), ""
    try:
        for _, reply in accumulate(events):  # noqa: B007 - the last one counts
            pass
    except AnswerIncomplete as exc:
        message = str(exc)
    return reply, message


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: path.name)
def test_a_recorded_stream_gives_the_same_reply_at_any_chunk_size(path):
    stream = path.read_bytes()
    played = read_recording(stream.decode(), path.name)
    whole, message = folded(played.events)
    assert played.shape(whole)["id"]
    assert message.startswith("answer failed: ") == ("ERROR" in path.name)
    if path.suffix != ".sse":
        return
    for size in (1, 2, 7, 4096):
        chunks = (stream[at : at + size] for at in range(0, len(stream), size))
        reader = CompatDecoder() if whole.model else ChatDecoder()
        assert folded(decode_stream(iter_data(chunks), reader)) == (whole, message)


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: path.name)
def test_every_citation_covers_its_text(path):
    reply, _ = folded(read_recording(path.read_text(), path.name).events)
    for citation in reply.citations:
        text = str(reply.content[next(reply.content_indices_of(citation))].text)
        assert text[citation.start : citation.end] == citation.text


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: path.name)
def test_the_output_of_events_is_read_back_as_the_same_reply(path):
    played = read_recording(path.read_text(), path.name)
    raws = []

    def noted():
        for event in played.events:
            if event.raw:
                raws.append(event.raw)
            yield event

    reply, message = folded(noted())
    again = read_recording("\n".join(raws), path.name)
    if played.shape is again.shape:
        assert folded(again.events) == (reply, message)
    assert all(json.loads(raw) for raw in raws)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "# README\n\nNot a stream.\n",
        '{"name": "co", "version": 1}\n',
        '{"at": 0.1, "data": "data: x"}\n{"at": 0.2, "end": "complete"}\n',
        '{"message": "invalid api token"}',
        "[" * 100_000,
    ],
    ids=["empty", "blank", "prose", "json", "headless", "error", "deep"],
)
def test_a_file_without_a_stream_is_refused_by_name(text):
    with pytest.raises(InputProblem, match=r"^not a recorded reply \(x.sse\)$"):
        read_recording(text, "x.sse")


def recording(*lines, url="http://h/v2/chat", kind="text/event-stream"):
    heading = {"co-recording": 1, "url": url, "status": 200, "content-type": kind}
    return "".join(f"{json.dumps(line)}\n" for line in (heading, *lines))


def cut(stream, size, **heading):
    """The recording of *stream*, a chunk a second."""
    starts = range(0, len(stream), size)
    return recording(
        *({"at": at, **as_line(stream[at : at + size])} for at in starts),
        {"at": len(stream), "end": "complete"},
        **heading,
    )


def as_line(chunk):
    try:
        return {"data": chunk.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(chunk).decode()}


def flaw_of(text):
    with pytest.raises(InputProblem) as caught:
        read_recording(text, "x.rec")
    return str(caught.value)


@pytest.mark.parametrize("size", [1, 7, 4096])
@pytest.mark.parametrize("path", sorted(DATA.glob("*.sse")), ids=lambda path: path.name)
def test_a_recording_gives_the_reply_of_the_stream_in_it(path, size):
    stream = path.read_bytes()
    bare = read_recording(stream.decode(), path.name)
    name = "chat/completions" if path.name == "compat.sse" else "v2/chat"
    again = read_recording(cut(stream, size, url=f"http://h/{name}"), "x.rec")
    assert again.shape is bare.shape
    assert folded(again.events) == folded(bare.events)


def test_a_recording_is_played_at_its_own_speed():
    stream = (DATA / "text.sse").read_bytes()
    now, slept = 100.0, []

    def sleep(seconds):
        nonlocal now
        slept.append(seconds)
        now += seconds

    def clock():
        return now

    text = recording(
        {"at": 0.5, "data": stream[:400].decode()},
        {"at": 0.5, "data": stream[400:500].decode()},
        {"at": 3, "data": stream[500:].decode()},
        {"at": 3, "end": "complete"},
    )
    played = read_recording(text, "x.rec", PlaybackTiming(2.0, sleep, clock))
    assert slept == []
    for event in played.events:
        # Showing takes its time, too: it is not added to the pauses.
        now += 0.001 if event else 0
    assert slept[0] == 0.25
    assert len(slept) == 2
    assert 1.2 < slept[1] < 1.25


def test_a_speed_without_recorded_times_is_refused():
    message = r"^x.sse has no recorded times$"
    with pytest.raises(InputProblem, match=message):
        read_recording((DATA / "text.sse").read_text(), "x.sse", PlaybackTiming(1.0))


@pytest.mark.parametrize(
    "rest", ["", '{"at": 2, "da', '{"at": 2, "end": "lost"}\n', '{"at": 2, "end": "x"}']
)
def test_a_truncated_recording_is_incomplete(rest):
    stream = (DATA / "text.sse").read_bytes()
    text = recording({"at": 1, "data": stream[:700].decode()}) + rest
    reply, message = folded(read_recording(text, "x.rec").events)
    assert reply.text == "The Matterhorn"
    assert message == "answer incomplete: the stream ended before its end event"


def test_a_header_alone_is_an_incomplete_answer():
    reply, message = folded(read_recording(recording(), "x.rec").events)
    assert reply == Reply()
    assert message == "answer incomplete: the stream ended before its end event"


CHAT = {
    "id": "r1",
    "finish_reason": "COMPLETE",
    "message": {"role": "assistant", "content": [{"type": "text", "text": "Hé"}]},
}
COMPLETION = {
    "id": "r1",
    "choices": [
        {
            "index": 0,
            "finish_reason": "stop",
            "message": {"role": "assistant", "content": "Hé"},
        }
    ],
    "created": 1,
    "model": "m",
    "object": "chat.completion",
}
ONE_PIECE = [(CHAT, "v2/chat"), (COMPLETION, "v1/chat/completions")]


@pytest.mark.parametrize(("response", "path"), ONE_PIECE, ids=["chat", "compat"])
def test_a_response_that_is_not_streamed_is_played_bare_and_recorded(response, path):
    bare = json.dumps(response, indent=2, ensure_ascii=False)
    kind = "Application/JSON; charset=utf-8"
    text = cut(bare.encode(), 3, url=f"http://h/{path}", kind=kind)
    for played in (read_recording(bare, "x.json"), read_recording(text, "x.rec")):
        reply, message = folded(played.events)
        assert (played.shape(reply), message) == (response, "")
        assert not played.is_stream


@pytest.mark.parametrize("whole", [CHAT, COMPLETION], ids=["chat", "compat"])
def test_the_json_output_of_an_incomplete_answer_stays_incomplete(whole):
    response = {**whole, "complete": False, "error": {"message": "no", "exit": 18}}
    reply, message = folded(read_recording(json.dumps(response), "x.json").events)
    assert reply.text == "Hé"
    assert message == "answer incomplete: the stream ended before its end event"


@pytest.mark.parametrize(
    ("end", "error", "prefix"),
    [
        ("lost", AnswerIncomplete, "answer incomplete: the reply was cut off"),
        ("complete", InvalidJsonReply, "the reply is not JSON: "),
    ],
)
def test_a_truncated_response_is_incomplete_unless_the_server_ended_it(
    end, error, prefix
):
    lines = {"at": 1, "data": '{"id":'}, {"at": 2, "end": end}
    played = read_recording(recording(*lines, kind="application/json"), "x.rec")
    with pytest.raises(CoError, match=f"^{prefix}") as caught:
        list(played.events)
    assert type(caught.value) is error


LINE = {"at": 1, "data": "x"}
ONE_OF = "it must have `at`, and one of `data`, `base64` and `end`"
TIMES = "`at` must be from that of the previous line up to 7 days"


@pytest.mark.parametrize(
    ("line", "prefix"),
    [
        ("garbage", "Expecting value: line 1 column 1 (char 0)"),
        ("", "Expecting value: line 1 column 1 (char 0)"),
        ("[" * 100_000, "nested deeper than 500 levels"),
        ("[1]", ONE_OF),
        ('{"data":"x"}', ONE_OF),
        ('{"at":1}', ONE_OF),
        ('{"at":1,"data":1}', ONE_OF),
        ('{"at":1,"data":"x","base64":"eA=="}', ONE_OF),
        ('{"at":1,"end":""}', ONE_OF),
        ('{"at":-1,"data":"x"}', TIMES),
        ('{"at":0.5,"data":"x"}', TIMES),
        ('{"at":1e300,"data":"x"}', TIMES),
        ('{"at":NaN,"data":"x"}', "NaN is not JSON"),
        ('{"at":1e999,"data":"x"}', "1e999 is out of range"),
        ('{"at":true,"data":"x"}', "`at` must be a number of seconds"),
        ('{"at":"1","data":"x"}', "`at` must be a number of seconds"),
        (
            '{"at":1,"data":"\\ud800"}',
            "\\ud800 is half of a surrogate pair, not a character",
        ),
        ('{"at":1,"base64":"e"}', "Invalid base64-encoded string"),
        ('{"at":1,"base64":"é"}', "string argument should contain only ASCII"),
    ],
)
def test_an_invalid_line_is_refused_by_number(line, prefix):
    text = recording(LINE) + line + "\n" + json.dumps(LINE) + "\n"
    message = flaw_of(text)
    assert message.startswith(f"not a line of a recording: {prefix}")
    assert message.endswith(" (x.rec:3)")


def test_nothing_comes_after_the_end():
    message = flaw_of(recording({"at": 1, "end": "complete"}, LINE, LINE))
    assert message == "not a line of a recording: it follows the end (x.rec:3)"


def test_an_invalid_header_is_refused():
    lacking = "the header has no url, status or content-type (x.rec:1)"
    assert flaw_of('{"co-recording": 1}') == lacking
    assert flaw_of(recording(url=None)) == lacking
    assert flaw_of(recording(kind=7)) == lacking
    other = "unsupported version of the recording format (x.rec:1)"
    assert flaw_of('{"co-recording": 2}\n') == other
    page = "a recording of 'text/html', which is not a reply (x.rec:1)"
    assert flaw_of(recording(kind="text/html")) == page


@pytest.mark.parametrize("kind", ["text/event-stream", "text/plain", ""])
@pytest.mark.parametrize(
    ("path", "reply"),
    [
        ("v2/chat", {"message": {"content": [{"type": "text", "text": "Hi"}]}}),
        ("chat/completions", {"choices": [{"message": {"content": "Hi"}}]}),
    ],
)
def test_a_recorded_reply_in_one_piece_is_read_under_any_media_type(kind, path, reply):
    head = {"co-recording": 1, "url": f"http://x/{path}", "status": 200}
    text = json.dumps(reply)
    lines = [
        {**head, "content-type": kind},
        {"at": 0.1, "data": text[:9]},
        {"at": 0.2, "data": text[9:]},
        {"at": 0.2, "end": "complete"},
    ]
    recording = "\n".join(map(json.dumps, lines)) + "\n"
    played = read_recording(recording, "x.rec")
    reply, message = folded(played.events)
    assert (reply.text, message, played.is_stream) == ("Hi", "", False)
