import json

import pytest

from cohere_cli.api.accumulate import accumulate
from cohere_cli.api.compat import CompatReader, completion_of, events_of
from cohere_cli.api.events import (
    ContentDelta,
    ContentEnd,
    ContentStart,
    GarbledEvent,
    MessageEnd,
    MessageStart,
    ToolCallDelta,
    ToolCallEnd,
    ToolCallStart,
    UnknownEvent,
)
from cohere_cli.api.stream import events_of as events_of_stream
from cohere_cli.errors import AnswerIncomplete, ServerFault

HEAD = {"id": "c1", "created": 5, "model": "m", "object": "chat.completion.chunk"}
USAGE = {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9}


def chunk(delta=None, finish=None, **more) -> str:
    choice = {"index": 0, "finish_reason": finish, "delta": delta or {}}
    return json.dumps({**HEAD, "choices": [choice], **more})


def read(*datas: str):
    return list(events_of_stream(datas, CompatReader()))


START = MessageStart(id="c1", model="m", created=5)


def test_chunks_are_told_in_the_events_of_a_chat():
    assert read(
        chunk({"role": "assistant", "content": ""}),
        chunk({"content": "Hi"}),
        chunk({"content": " you"}),
        chunk(finish="stop", usage=USAGE),
        "[DONE]",
    ) == [
        START,
        ContentStart(),
        ContentDelta(text="Hi"),
        ContentDelta(text=" you"),
        ContentEnd(),
        MessageEnd(usage=USAGE),
    ]


def test_each_chunks_own_text_goes_with_exactly_one_event():
    datas = [
        chunk({"content": ""}),
        chunk({"content": "Hi"}),
        chunk(),
        chunk(finish="stop"),
    ]
    events = read(*datas, "[DONE]")
    assert [event.raw for event in events if event.raw] == datas


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning"])
def test_reasoning_is_thinking_and_has_a_block_of_its_own(name):
    events = read(chunk({name: "Hm"}), chunk({"content": "Hi"}), chunk(finish="stop"))
    assert events[1:] == [
        ContentStart(type="thinking"),
        ContentDelta(type="thinking", text="Hm"),
        ContentEnd(),
        ContentStart(index=1),
        ContentDelta(index=1, text="Hi"),
        ContentEnd(index=1),
        MessageEnd(),
    ]


@pytest.mark.parametrize("indexed", [True, False])
def test_tool_calls_come_with_and_without_an_index(indexed):
    def call(index, **fields):
        return chunk(
            {"tool_calls": [{"index": index, **fields} if indexed else fields]}
        )

    events = read(
        call(0, id="a", function={"name": "f", "arguments": ""}),
        call(0, function={"arguments": '{"x":1}'}),
        call(1, id="b", function={"name": "g", "arguments": "{}"}),
        chunk(finish="tool_calls"),
        "[DONE]",
    )
    assert events == [
        START,
        ToolCallStart(id="a", name="f"),
        ToolCallDelta(arguments='{"x":1}'),
        ToolCallStart(index=1, id="b", name="g"),
        ToolCallDelta(index=1, arguments="{}"),
        ToolCallEnd(),
        ToolCallEnd(index=1),
        MessageEnd(finish_reason="TOOL_CALL"),
    ]


@pytest.mark.parametrize(
    "last",
    [
        [chunk(finish="stop"), json.dumps({**HEAD, "choices": [], "usage": USAGE})],
        [
            chunk(finish="stop"),
            json.dumps({**HEAD, "choices": [{"delta": {}}], "usage": USAGE}),
        ],
    ],
)
def test_usage_may_come_after_the_finish_reason(last):
    assert read(chunk({"content": "Hi"}), *last, "[DONE]")[-1] == MessageEnd(
        usage=USAGE
    )


@pytest.mark.parametrize("last", [[chunk(finish="stop")], ["[DONE]"]])
def test_the_end_is_a_finish_reason_or_done(last):
    assert read(chunk({"content": "Hi"}), *last)[-1] == MessageEnd()


def test_without_either_the_answer_is_incomplete():
    with pytest.raises(AnswerIncomplete):
        read(chunk({"content": "Hi"}))


@pytest.mark.parametrize(
    ("finish", "ours"),
    [("length", "MAX_TOKENS"), ("content_filter", "CONTENT_FILTER"), ("new", "NEW")],
)
def test_finish_reasons_are_told_in_the_apis_words(finish, ours):
    assert read(chunk(finish=finish))[-1] == MessageEnd(finish_reason=ours)


@pytest.mark.parametrize("error", [{"message": "no room", "code": 500}, "no room"])
def test_an_error_frame_after_a_status_of_200_is_told(error):
    with pytest.raises(AnswerIncomplete, match=r"^answer failed: no room$"):
        read(chunk({"content": "Hi"}), json.dumps({"error": error}))


@pytest.mark.parametrize(
    "data",
    ["{", "null", "[]", '{"choices": 5}', chunk({"content": 5}), chunk(usage="abc")],
)
def test_what_is_no_chunk_is_garbled(data):
    assert list(CompatReader().read(data)) == [GarbledEvent()]


def test_a_chunk_that_says_nothing_is_kept():
    reader = CompatReader()
    list(reader.read(chunk()))
    assert list(reader.read(chunk())) == [UnknownEvent(type="chat.completion.chunk")]


COMPLETION = {
    "id": "c1",
    "choices": [
        {
            "index": 0,
            "finish_reason": "tool_calls",
            "message": {
                "role": "assistant",
                "content": "Hi",
                "reasoning_content": "Hm",
                "tool_calls": [
                    {
                        "id": "a",
                        "type": "function",
                        "function": {"name": "f", "arguments": "{}"},
                    }
                ],
            },
        }
    ],
    "created": 5,
    "model": "m",
    "object": "chat.completion",
    "usage": USAGE,
}


def test_a_completion_in_one_piece_comes_back_in_its_own_shape():
    *_, (_, reply) = accumulate(events_of(COMPLETION))
    assert completion_of(reply) == COMPLETION


@pytest.mark.parametrize("completion", [{}, {"choices": []}, {"choices": [{}]}, []])
def test_what_is_no_completion_is_the_servers_fault(completion):
    with pytest.raises(ServerFault, match=r"^the reply is no chat completion$"):
        list(events_of(completion))
