"""What servers send beside the documented shapes: nothing of it is lost."""

import json

import pytest

from cohere_cli.api.protocol.chat import ChatDecoder, decode_response, encode_response
from cohere_cli.api.protocol.compat import (
    CompatDecoder,
    decode_completion,
    encode_completion,
)
from cohere_cli.api.protocol.reply import Reply, accumulate
from cohere_cli.api.protocol.stream import (
    BlockIndexes,
    CallIndexes,
    decode_stream,
    require_end,
)
from cohere_cli.errors import AnswerIncomplete

END = {"type": "message-end", "delta": {"finish_reason": "COMPLETE"}}
UNREAD = "answer incomplete: an event could not be read"


def delta(content, kind="content-delta", **more):
    return {"type": kind, "delta": {"message": {"content": content}}, **more}


def call(kind, fields, **more):
    message = {"message": {"tool_calls": fields}}
    return {"type": f"tool-call-{kind}", "delta": message, **more}


def arguments(text):
    return {"function": {"arguments": text}}


def chunk(delta, finish=None, **more):
    choice = {"index": 0, "finish_reason": finish, "delta": delta}
    return {"choices": [choice], **more}


def folded(events):
    """Return the reply, and the error that ended it."""
    reply, error = Reply(), ""
    try:
        for _, reply in accumulate(events):  # noqa: B007 - the last one counts
            pass
    except AnswerIncomplete as exc:
        error = str(exc)
    return reply, error


def chat(*events):
    datas = [one if isinstance(one, str) else json.dumps(one) for one in events]
    reply, error = folded(decode_stream([*datas, json.dumps(END)], ChatDecoder()))
    message = encode_response(reply)["message"]
    message.pop("role")
    return message, error


def compat(*chunks):
    datas = [one if isinstance(one, str) else json.dumps(one) for one in chunks]
    reply, error = folded(decode_stream([*datas, " [DONE] "], CompatDecoder()))
    message = encode_completion(reply)["choices"][0]["message"]
    message.pop("role")
    return message, error


def blocks(*pairs):
    return {"content": [{"type": kind, kind: text} for kind, text in pairs]}


def two_calls(one, other, first="a", second="b"):
    def written(id_, name, text):
        function = {"name": name, "arguments": text}
        return {"id": id_, "type": "function", "function": function}

    return {"tool_calls": [written(first, "f", one), written(second, "g", other)]}


@pytest.mark.parametrize(
    "content",
    [
        "Hi",
        ["Hi"],
        {"text": "Hi", "thinking": None},
        {"type": "text", "text": "Hi", "thinking": ""},
        {"type": None, "text": ["H", {"type": "text", "text": "i"}]},
        [{"type": "text", "text": "H"}, {"type": "image"}, {"text": "i"}],
        {"type": "refusal", "refusal": "Hi"},
        {"text": {"value": "Hi"}},
    ],
)
def test_content_is_a_text_a_block_or_a_list_of_blocks(content):
    assert chat(delta(content, index=0)) == (blocks(("text", "Hi")), "")
    assert compat(chunk({"content": content})) == ({"content": "Hi"}, "")
    whole = {"message": {"content": content}}
    (message, error) = folded(require_end(decode_response(whole)))
    assert (message.text, error) == ("Hi", "")


@pytest.mark.parametrize(
    ("index", "started"), [({}, False), ({"index": None}, False), ({"index": 0}, True)]
)
def test_text_and_thinking_under_one_index_are_two_blocks(index, started):
    start = delta({"type": "thinking", "thinking": ""}, "content-start", **index)
    thoughts = delta({"type": "thinking", "thinking": "Hm"}, **index)
    answer = [delta({"type": "text", "text": one}, **index) for one in ("An", "swer")]
    events = [start, thoughts, *answer][not started :]
    expected = blocks(("thinking", "Hm"), ("text", "Answer"))
    assert chat(*events) == (expected, "")


def test_text_and_thinking_in_one_delta_are_both_kept():
    found = chat(delta({"thinking": "Hm", "text": "Hi"}))
    assert found == (blocks(("thinking", "Hm"), ("text", "Hi")), "")


def test_a_block_that_began_empty_has_the_type_of_its_text():
    start = delta({"type": "text", "text": ""}, "content-start", index=0)
    found = chat(start, delta({"thinking": "Hm"}, index=0), delta("Hi", index=0))
    assert found == (blocks(("thinking", "Hm"), ("text", "Hi")), "")


def test_a_citation_counts_in_the_block_that_the_server_means():
    citation = {"start": 0.0, "end": "2", "text": "Hi", "content_index": 0}
    message = {"message": {"citations": [citation]}}
    cited = {"type": "citation-start", "index": 0, "delta": message}
    datas = [json.dumps(one) for one in (delta({"thinking": "Hm"}), delta("Hi"), cited)]
    decoder = ChatDecoder()
    events = [event for data in datas for event in decoder.read(data)]
    *_, (_, reply) = accumulate(events)
    (found,) = reply.citations
    assert (found.start, found.end, found.content_index) == (0, 2, 1)


@pytest.mark.parametrize(
    "pieces", [("hi \\ud83d", "\\ude00 you"), ("hi \\ud83d", "", "\\ude00 you")]
)
def test_a_character_in_two_halves_is_whole(pieces):
    texts = [f'"{piece}"' for piece in pieces]
    expected = "hi 😀 you"
    content = '{"type":"content-delta","index":0,"delta":{"message":{"content":%s}}}'
    assert chat(*(content % text for text in texts)) == (
        blocks(("text", expected)),
        "",
    )
    plan = '{"type":"tool-plan-delta","delta":{"message":{"tool_plan":%s}}}'
    assert chat(*(plan % text for text in texts)) == ({"tool_plan": expected}, "")
    for name in ("content", "reasoning_content"):
        piece = '{"choices":[{"delta":{"%s":%s}}]}'
        message, error = compat(*(piece % (name, text) for text in texts))
        assert (message[name], error) == (expected, "")


def test_the_halves_of_two_calls_that_come_in_turns_are_whole():
    piece = (
        '{"type":"tool-call-delta","index":%d,"delta":{"message":{"tool_calls":%s}}}'
    )
    halves = [arguments('{"x":"\ud83d'), arguments('\ude00"}')]
    message, error = chat(
        call("start", {"id": "a", "function": {"name": "f"}}, index=0),
        call("start", {"id": "b", "function": {"name": "g"}}, index=1),
        *(piece % (at, json.dumps(one)) for one in halves for at in (0, 1)),
    )
    assert (message, error) == (two_calls('{"x":"😀"}', '{"x":"😀"}'), "")


@pytest.mark.parametrize("texts", [("a\\ud83d", "b"), ("a", "\\ude00b")])
def test_half_a_character_costs_itself_alone(texts):
    content = '{"type":"content-delta","index":0,"delta":{"message":{"content":"%s"}}}'
    found = chat(*(content % text for text in texts))
    assert found == (blocks(("text", "a\ufffdb")), UNREAD)
    piece = '{"choices":[{"delta":{"content":"%s"}}]}'
    assert compat(*(piece % text for text in texts)) == (
        {"content": "a\ufffdb"},
        UNREAD,
    )


def test_half_a_character_at_the_end_is_reported():
    content = '{"type":"content-delta","index":0,"delta":{"message":{"content":"%s"}}}'
    assert chat(content % "a\\ud83d") == (blocks(("text", "a\ufffd")), UNREAD)


def test_numbers_where_texts_are_usual_and_floats_for_integers_are_read():
    start = {"type": "message-start", "id": 7}
    message, error = chat(start, delta({"text": 5}, index=0.0), delta("6", index="0"))
    assert (message, error) == (blocks(("text", "56")), "")
    chunks = [
        chunk({"content": 5}, id=7, created="now", model=None),
        chunk({"content": "6"}, "stop", created=1.0),
    ]
    assert compat(*chunks) == ({"content": "56"}, "")


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (delta("Hi", index=-1), "Hi"),
        (delta("Hi", index="x"), "Hi"),
        (json.dumps(delta("Hi", index=9)).replace("9", "9" * 5000), "Hi"),
        (delta("Hi", index=0, logprobs="none"), "Hi"),
        (delta(["Hi", [{"no": "text"}]], index=0), "Hi"),
        ({**END, "delta": {"usage": "free"}}, ""),
        ('{"type":"message-end","delta":{"usage":{"x":NaN}}}', ""),
        (json.dumps(delta("Hi", index=0, logprobs={"logprobs": [-1e999]})), "Hi"),
    ],
)
def test_a_value_that_cannot_be_read_costs_only_itself(event, text):
    message, error = chat(event)
    found = "".join(one["text"] for one in message.get("content", ()))
    assert (found, error) == (text, UNREAD)


@pytest.mark.parametrize(
    "piece",
    [
        chunk({"content": "Hi"}, usage="free"),
        chunk({"content": "Hi"}, id={"x": 1}),
        chunk({"content": "Hi", "tool_calls": ["f"]}),
        chunk({"content": "Hi", "reasoning": [["Hm"], {"text": {"x": 1}}]}),
        chunk({"content": "Hi"}, {"reason": "stop"}),
        '{"choices":[{"delta":{"content":"Hi"},"logprobs":{"x":NaN}}]}',
    ],
)
def test_a_value_of_a_chunk_that_cannot_be_read_costs_only_itself(piece):
    assert compat(piece) == ({"content": "Hi"}, UNREAD)


def test_a_citation_that_cannot_be_read_does_not_cost_the_answer():
    whole = {"message": {"content": "Hi", "citations": [{"text": "Hi"}]}}
    reply, error = folded(require_end(decode_response(whole)))
    assert (reply.text, reply.citations, error) == ("Hi", [], UNREAD)


def test_an_empty_list_for_an_object_is_no_loss():
    assert chat(delta("Hi"), {**END, "delta": {"usage": []}})[1] == ""


@pytest.mark.parametrize("done", ["[DONE]", " [DONE]", "[DONE] \t"])
def test_blanks_around_done_are_no_event(done):
    assert compat(chunk({"content": "Hi"}), done) == ({"content": "Hi"}, "")


@pytest.mark.parametrize("names", [("a", "b"), (0, 1)])
def test_calls_that_share_an_index_are_distinguished_by_their_ids(names):
    one, other = names
    first, second = str(one), str(other)
    events = [
        call("start", {"id": one, "function": {"name": "f"}}, index=0),
        call("delta", arguments('{"x"'), index=0),
        call("delta", arguments(":1}"), index=0),
        call("end", None, index=0),
        call("start", {"id": other, "function": {"name": "g"}}, index=0),
        call("delta", arguments("{}"), index=0),
        call("end", None, index=0),
    ]
    assert chat(*events) == (two_calls('{"x":1}', "{}", first, second), "")


def test_pieces_of_calls_that_share_an_index_go_by_their_ids():
    def piece(id_, text, name=None):
        function = {"name": name, "arguments": text}
        return {"index": 0, "id": id_, "function": function}

    pieces = [
        piece("a", "{", "f"),
        piece("b", "[", "g"),
        piece("a", "}"),
        piece("b", "]"),
    ]
    chunks = [chunk({"tool_calls": [one]}) for one in pieces]
    message, error = compat(*chunks)
    assert (message["tool_calls"], error) == (two_calls("{}", "[]")["tool_calls"], "")
    kinds = ("start", "start", "delta", "delta")
    events = [call(kind, one, index=0) for kind, one in zip(kinds, pieces, strict=True)]
    assert chat(*events) == (two_calls("{}", "[]"), "")


def test_the_rest_of_a_second_call_under_one_index_is_its_own():
    def piece(text, **more):
        return chunk({"tool_calls": [{"index": 0, **arguments(text), **more}]})

    head = {"function": {"name": "f", "arguments": "{"}}
    message, _ = compat(
        piece("{", id="a", **head),
        piece("}"),
        piece("[", id="b", function={"name": "g", "arguments": "["}),
        piece("]"),
    )
    assert message["tool_calls"] == two_calls("{}", "[]")["tool_calls"]


def test_calls_in_a_list_and_arguments_as_an_object_are_calls():
    calls = [
        {"id": "a", "function": {"name": "f", "arguments": {"x": 1}}},
        {"id": "b", "function": {"name": "g", "arguments": {}}},
    ]
    assert chat(call("start", calls, index=0)) == (two_calls('{"x": 1}', "{}"), "")
    reply, _ = folded(require_end(decode_response({"message": {"tool_calls": calls}})))
    assert [str(one.arguments) for one in reply.tool_calls.values()] == [
        '{"x": 1}',
        "{}",
    ]


def test_thinking_in_the_parts_of_a_compatible_server_is_kept():
    part = {"type": "thinking", "thinking": [{"type": "text", "text": "Hm"}]}
    expected = {"content": "Hi", "reasoning_content": "Hm"}
    assert compat(chunk({"content": [part]}), chunk({"content": "Hi"})) == (
        expected,
        "",
    )
    message = {"content": [part, {"type": "text", "text": "Hi"}]}
    reply, _ = folded(decode_completion({"choices": [{"message": message}]}))
    assert (reply.text, reply.thinking) == ("Hi", "Hm")


def choice(index, delta, finish=None):
    return {"index": index, "finish_reason": finish, "delta": delta}


def test_several_answers_are_not_mixed_and_the_first_is_the_answer():
    chunks = [
        {"choices": [choice(1, {"content": "Se"})]},
        {"choices": [choice(0, {"content": "Fi"})]},
        {"choices": [choice(1, {"content": "cond"}), choice(0, {"content": "rst"})]},
        {"choices": [choice(0, {}, "stop")]},
        {"choices": [choice(1, {}, "length")]},
    ]
    datas = [*map(json.dumps, chunks), "[DONE]"]
    reply, error = folded(decode_stream(datas, CompatDecoder()))
    assert (reply.text, error) == ("First", "")
    completion = encode_completion(reply)
    assert completion["choices"] == [
        {
            "index": index,
            "finish_reason": reason,
            "message": {"role": "assistant", "content": text},
        }
        for index, reason, text in [(0, "stop", "First"), (1, "length", "Second")]
    ]
    again, _ = folded(decode_completion(completion))
    assert encode_completion(again) == completion


@pytest.mark.parametrize(
    "delta",
    [
        {"reasoning": [{"type": "text", "text": "Hm"}]},
        {"reasoning": {"text": "Hm"}, "reasoning_content": ""},
        {"reasoning_details": [{"type": "reasoning.text", "text": "Hm"}, {"data": ""}]},
        {"thinking": "Hm"},
    ],
)
def test_thinking_under_any_of_its_names_is_kept(delta):
    expected = {"content": "Hi", "reasoning_content": "Hm"}
    assert compat(chunk(delta), chunk({"content": "Hi"})) == (expected, "")


def test_an_error_as_an_object_ends_an_answer_with_its_words():
    end = {"finish_reason": "ERROR", "error": {"message": "no room"}}
    events = [delta("Hi"), {**END, "delta": end}]
    assert chat(*events) == (blocks(("text", "Hi")), "answer failed: no room")


def test_a_source_that_is_only_a_name_is_a_source():
    citation = {"start": 0, "end": 2, "text": "Hi", "sources": "doc:0"}
    event = {"type": "citation-start", "delta": {"message": {"citations": citation}}}
    ((_, reply),) = accumulate(ChatDecoder().read(json.dumps(event)))
    assert [one.id for one in reply.citations[0].sources] == ["doc:0"]


@pytest.mark.parametrize(
    "block",
    [
        {"type": "text", "text": "Hi", "value": "Hi"},
        {"type": "text", "text": "Hi", "content": "Hi", "output_text": "Hi"},
        {"type": "text", "text": {"text": None, "content": "Hi"}},
        {"type": "text", "text": {"value": "Hi", "content": "Hi"}},
    ],
)
def test_a_text_under_two_names_is_read_once(block):
    assert chat(delta(block)) == ({"content": [{"type": "text", "text": "Hi"}]}, "")


@pytest.mark.parametrize("event", [{"text": "Hi"}, {"data": "x"}, {"title": "x"}])
def test_an_event_without_a_type_is_an_error_only_if_a_field_says_so(event):
    _, error = chat(delta("Hi"), event)
    assert error == UNREAD
    _, error = compat(chunk({"content": "Hi"}), event, "[DONE]")
    assert error == ""


def test_many_calls_and_blocks_are_numbered_before_the_timeout():
    """Comparing each with all others would take minutes."""
    calls, blocks = CallIndexes(), BlockIndexes()
    for number in range(100_000):
        assert calls.of(0, f"t{number}", "f") == (number, True)
        blocks.of(number, "text", "x")
        assert blocks.of(number, "text", "y") == number
    assert calls.of(0, "t7", "") == (7, False)
