import json

import pytest

from cohere_cli.api.protocol.compat import (
    CompatDecoder,
    decode_completion,
    encode_chunks,
    encode_completion,
)
from cohere_cli.api.protocol.events import (
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
from cohere_cli.api.protocol.reply import Content, Reply, accumulate
from cohere_cli.api.protocol.stream import decode_stream as events_of_stream
from cohere_cli.api.protocol.stream import require_end
from cohere_cli.api.sse import iter_data
from cohere_cli.errors import AnswerIncomplete, ServerFault

HEAD = {"id": "c1", "created": 5, "model": "m", "object": "chat.completion.chunk"}
USAGE = {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9}


def chunk(delta=None, finish=None, **more) -> str:
    choice = {"index": 0, "finish_reason": finish, "delta": delta or {}}
    return json.dumps({**HEAD, "choices": [choice], **more})


def read(*datas: str):
    return list(events_of_stream(datas, CompatDecoder()))


START = MessageStart(id="c1", model="m", created=5)


def test_chunks_are_decoded_to_chat_events():
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
    [
        ("stop", "COMPLETE"),
        ("length", "MAX_TOKENS"),
        ("end_turn", "END_TURN"),
    ],
)
def test_finish_reasons_are_mapped_to_those_of_the_chat_api(finish, ours):
    end = read(chunk({"content": "Hi"}), chunk(finish=finish))[-1]
    assert end == MessageEnd(finish_reason=ours)


@pytest.mark.parametrize("reason", ["abort", "repetition", "content_filter", "new"])
def test_an_answer_that_the_server_broke_off_is_incomplete(reason):
    with pytest.raises(AnswerIncomplete, match=r"^answer incomplete: "):
        read(chunk({"content": "Hi"}), chunk(finish=reason))
    choice = {"message": {"content": "Hi"}, "finish_reason": reason}
    with pytest.raises(AnswerIncomplete, match=r"^answer incomplete: "):
        list(require_end(decode_completion({"choices": [choice]})))


def test_a_function_call_of_old_servers_is_a_tool_call():
    pieces = ({"name": "now", "arguments": "{"}, {"arguments": "}"})
    chunks = [chunk({"content": None, "function_call": piece}) for piece in pieces]
    assert read(*chunks, chunk(finish="function_call"))[1:] == [
        ToolCallStart(name="now"),
        ToolCallDelta(arguments="{"),
        ToolCallDelta(arguments="}"),
        ToolCallEnd(),
        MessageEnd(finish_reason="FUNCTION_CALL"),
    ]


@pytest.mark.parametrize("error", [{"message": "no room", "code": 500}, "no room"])
def test_an_error_frame_after_a_status_of_200_is_reported(error):
    with pytest.raises(AnswerIncomplete, match=r"^answer failed: no room$"):
        read(chunk({"content": "Hi"}), json.dumps({"error": error}))


@pytest.mark.parametrize("data", ["{", "null", "[]"])
def test_an_invalid_chunk_is_garbled(data):
    assert list(CompatDecoder().read(data)) == [GarbledEvent()]


def test_a_chunk_without_content_is_an_unknown_event():
    reader = CompatDecoder()
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


def test_a_completion_survives_decoding_and_encoding():
    *_, (_, reply) = accumulate(decode_completion(COMPLETION))
    assert encode_completion(reply) == COMPLETION


@pytest.mark.parametrize("completion", [{}, {"choices": []}, {"choices": [{}]}, []])
def test_a_reply_that_is_not_a_completion_is_a_server_fault(completion):
    with pytest.raises(ServerFault, match=r"^the reply is not a chat completion$"):
        list(decode_completion(completion))


BEGINS = {"id": "a", "function": {"name": "f", "arguments": "{}"}}


@pytest.mark.parametrize(
    "calls",
    [
        [BEGINS, {"id": "b", "function": {"name": "f", "arguments": "{}"}}],
        [
            {"index": 0, **BEGINS},
            {"index": 0, "id": "b", "function": {"name": "f", "arguments": "{}"}},
        ],
        [BEGINS, {"id": "b", "function": {"name": "f", "arguments": {}}}],
    ],
    ids=["without an index", "all of index 0", "arguments as an object"],
)
def test_calls_in_one_chunk_are_distinguished(calls):
    events = read(chunk({"tool_calls": calls}), chunk(finish="tool_calls"))
    assert events[1:] == [
        ToolCallStart(id="a", name="f"),
        ToolCallDelta(arguments="{}"),
        ToolCallStart(index=1, id="b", name="f"),
        ToolCallDelta(index=1, arguments="{}"),
        ToolCallEnd(),
        ToolCallEnd(index=1),
        MessageEnd(finish_reason="TOOL_CALL"),
    ]


def test_calls_without_index_and_id_are_distinguished_by_their_names():
    def piece(**function):
        return {"function": function}

    calls = [piece(name="f"), piece(arguments="{}"), piece(name="f", arguments="[]")]
    *_, (_, reply) = accumulate(read(chunk({"tool_calls": calls}), "[DONE]"))
    arguments = [str(call.arguments) for call in reply.tool_calls.values()]
    assert (arguments, reply.finish_reason) == (["{}", "[]"], "TOOL_CALL")


def test_a_call_that_repeats_its_id_and_name_in_each_piece_is_one():
    def piece(arguments):
        function = {"name": "f", "arguments": arguments}
        return chunk({"tool_calls": [{"id": "a", "function": function}]})

    *_, (_, reply) = accumulate(read(piece('{"x"'), piece(":1}"), "[DONE]"))
    assert [str(call.arguments) for call in reply.tool_calls.values()] == ['{"x":1}']


def test_only_the_first_finish_reason_ends_the_calls():
    call = chunk({"tool_calls": [{"index": 0, **BEGINS}]}, "tool_calls")
    events = read(call, chunk(finish="stop", usage=USAGE), "[DONE]")
    assert events[3:] == [
        ToolCallEnd(),
        UnknownEvent(type="chat.completion.chunk"),
        MessageEnd(finish_reason="TOOL_CALL", usage=USAGE),
    ]


@pytest.mark.parametrize(
    "delta",
    [
        {"content": [{"type": "text", "text": "Hi"}, {"type": "image"}]},
        {"content": None, "refusal": "Hi"},
        {"role": "assistant", "content": "Hi", "reasoning": None, "tool_calls": None},
    ],
)
def test_text_is_a_string_or_a_list_of_parts(delta):
    assert read(chunk(delta), "[DONE]")[1:3] == [
        ContentStart(),
        ContentDelta(text="Hi"),
    ]


def test_thinking_under_both_names_is_yielded_once():
    delta = {"reasoning_content": "Hm", "reasoning": "Hm"}
    assert read(chunk(delta), "[DONE]")[2] == ContentDelta(type="thinking", text="Hm")


@pytest.mark.parametrize(
    ("chunk", "message"),
    [
        ({"message": "overloaded", "id": "1"}, "overloaded"),
        ({"object": "error", "message": "too long", "code": 400}, "too long"),
        ({"detail": "no room"}, "no room"),
        ({"error": {"code": 5}}, 'the server reports {"code": 5}'),
        ({"error": {"message": "\x1b[2J"}, "choices": []}, "\x1b[2J"),
    ],
)
def test_an_error_in_any_shape_ends_an_answer(chunk, message):
    events = list(CompatDecoder().read(json.dumps(chunk)))
    assert events == [MessageEnd(finish_reason="ERROR", error=message)]


def test_an_error_in_place_of_a_completion_is_reported():
    with pytest.raises(ServerFault) as caught:
        list(decode_completion({"error": {"message": "no such model"}}))
    assert str(caught.value) == "the reply is not a chat completion: no such model"


@pytest.mark.parametrize(
    ("body", "text", "end"),
    [
        (
            (
                b'\xef\xbb\xbf: hello\r\n\r\ndata:{"choices":[{"delta":{"content":"Hi"}}]}'
                b"\r\n\r\ndata:[DONE]\r\n\r\n"
            ),
            "Hi",
            MessageEnd(),
        ),
        (
            b'data: {"choices":[{"delta":{"content":"H\xc3\xa9"},"finish_reason":"stop"}]}\n\n',
            "H\u00e9",
            MessageEnd(),
        ),
        (
            (
                b'data: {"choices":[{"delta":{"content":"Hi"}}],"usage":null}\n\n'
                b'data: {"choices":[{"delta":{},"finish_reason":"length"}]}\n\n'
                b'data: {"choices":null,"usage":{"total_tokens":3}}\n\n'
            ),
            "Hi",
            MessageEnd(finish_reason="MAX_TOKENS", usage={"total_tokens": 3}),
        ),
    ],
)
def test_exact_bytes_are_an_answer(body, text, end):
    events = list(events_of_stream(iter_data([body]), CompatDecoder()))
    *_, (_, reply) = accumulate(events)
    assert (reply.text, events[-1]) == (text, end)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"data: \n\n",
        b'data: {"choices":[{"delta":{"content":"Hi"}}]}\n\n',
        b'data: {"choices":[{"delta":{"content":"Hi"}}],"usage":{"total_tokens":3}}\n\n',
        b'data: {"choices":[{"delta":{},"finish_reason":"st',
        b"data: [DON",
    ],
)
def test_bytes_without_an_end_are_no_answer(body):
    with pytest.raises(AnswerIncomplete):
        list(events_of_stream(iter_data([body]), CompatDecoder()))


def test_encoded_events_are_decoded_to_themselves():
    events = [
        MessageStart(id="r1", model="m", created=7),
        ContentStart(type="thinking"),
        ContentDelta(type="thinking", text="Hm"),
        ContentEnd(),
        ContentStart(index=1),
        ContentDelta(index=1, text="Hi"),
        ContentDelta(index=1, text=" you"),
        ContentEnd(index=1),
        ToolCallStart(id="c1", name="f"),
        ToolCallDelta(arguments='{"x":'),
        ToolCallDelta(arguments="1}"),
        ToolCallStart(index=1, id="c2", name="g"),
        ToolCallEnd(),
        ToolCallEnd(index=1),
        MessageEnd(finish_reason="TOOL_CALL", usage={"total_tokens": 7}),
    ]
    assert read(*map(json.dumps, encode_chunks(events))) == events


def test_an_empty_text_is_no_missing_text():
    empty = Reply(content={0: Content()})
    for reply, text in ((empty, ""), (Reply(), None)):
        (choice,) = encode_completion(reply)["choices"]
        assert choice["message"]["content"] == text


def test_the_content_of_a_chunk_with_an_error_is_kept():
    failed = {
        "choices": [{"delta": {"content": "Hi"}}],
        "error": {"message": "upstream died"},
    }
    assert list(CompatDecoder().read(json.dumps(failed)))[1:] == [
        ContentStart(),
        ContentDelta(text="Hi"),
        MessageEnd(finish_reason="ERROR", error="upstream died"),
    ]


def test_an_error_in_place_of_a_message_is_reported():
    choice = {"error": {"message": "upstream died"}}
    with pytest.raises(ServerFault, match=r"completion: upstream died$"):
        list(decode_completion({"choices": [choice]}))
