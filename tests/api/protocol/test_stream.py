import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohere_cli.api.protocol.chat import ChatDecoder
from cohere_cli.api.protocol.events import (
    FINISH_REASONS,
    ContentDelta,
    GarbledEvent,
    MessageEnd,
    MessageStart,
)
from cohere_cli.api.protocol.reply import Reply
from cohere_cli.api.protocol.stream import decode_batches, decode_stream
from cohere_cli.errors import AnswerIncomplete

START = '{"type":"message-start","id":"r1"}'
HI = '{"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"Hi"}}}}'
END = '{"type":"message-end","delta":{"finish_reason":"COMPLETE"}}'


def end(**delta: str) -> str:
    fields = ",".join(f'"{name}":"{value}"' for name, value in delta.items())
    return '{"type":"message-end","delta":{%s}}' % fields  # noqa: UP031 - braces


def read(*datas: str):
    """Return the events that come, and what is raised after them."""
    events = []
    try:
        for event in decode_stream(datas, ChatDecoder()):
            events.append(event)  # noqa: PERF402 - what came before an error counts
    except AnswerIncomplete as exc:
        return events, str(exc)
    return events, ""


CALL = (
    '{"type":"tool-call-start","index":0,"delta":{"message":{"tool_calls":'
    '{"id":"t","function":{"name":"f"}}}}}'
)
WHOLE = [MessageStart(id="r1"), ContentDelta(text="Hi"), MessageEnd()]


@pytest.mark.parametrize("rest", [[], ["[DONE]"], ["[DONE]", "{"], ["{"]])
def test_a_stream_is_over_at_its_end_event_whatever_follows(rest):
    assert read(START, HI, END, *rest) == (WHOLE, "")


@pytest.mark.parametrize("rest", [[], ["[DONE]"]])
def test_without_an_end_event_an_answer_is_incomplete(rest):
    message = "answer incomplete: the stream ended before its end event"
    assert read(START, HI, *rest) == (WHOLE[:2], message)


def test_after_a_garbled_event_the_rest_is_yielded_but_incomplete():
    events, message = read(START, "{", HI, END)
    assert events == [WHOLE[0], GarbledEvent(), *WHOLE[1:]]
    assert message == "answer incomplete: an event could not be read"
    assert read("{", "[]", END)[1] == "answer incomplete: 2 events could not be read"


@pytest.mark.parametrize(
    ("delta", "message"),
    [
        (
            {"finish_reason": "ERROR", "error": "no tool", "error_type": "INVALID"},
            "answer failed: no tool (INVALID)",
        ),
        ({"finish_reason": "ERROR"}, "answer failed: the server gave no reason"),
        ({"finish_reason": "ERROR_TOXIC", "error": "x"}, "answer failed: x"),
        (
            {"finish_reason": "TIMEOUT"},
            "answer incomplete: the model ran out of time",
        ),
    ],
)
def test_an_end_event_can_report_a_failure(delta, message):
    assert read(START, HI, end(**delta))[1] == message


@pytest.mark.parametrize("reason", [*FINISH_REASONS, "complete", "Length"])
def test_an_answer_that_ended_as_asked_is_complete(reason):
    assert read(START, HI, CALL, end(finish_reason=reason))[1] == ""


def test_an_end_with_tool_calls_that_did_not_come_is_incomplete():
    message = "answer incomplete: it ends with tool calls, but has none"
    assert read(START, HI, end(finish_reason="TOOL_CALL"))[1] == message


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        ("abort", "the server aborted it"),
        ("repetition", "the server stopped a repetition"),
        ("CONTENT_FILTER", "a content filter stopped it"),
        ("timeout", "the model ran out of time"),
        ("NEW", "the server ended it with finish reason NEW"),
        ("USER_CANCEL", "the server ended it with finish reason USER_CANCEL"),
    ],
)
def test_an_answer_that_ended_in_any_other_way_is_incomplete(reason, why):
    assert read(START, HI, end(finish_reason=reason))[1] == f"answer incomplete: {why}"


BLANK = '{"type":"content-start","delta":{"message":{"content":{"type":"text"}}}}'
PLAN = '{"type":"tool-plan-delta","delta":{"message":{"tool_plan":"x"}}}'
CALL = '{"type":"tool-call-start","delta":{"message":{"tool_calls":{"id":"c"}}}}'
THOUGHT = '{"type":"content-delta","delta":{"message":{"content":{"thinking":"x"}}}}'


@pytest.mark.parametrize("reason", ["COMPLETE", "MAX_TOKENS", "STOP_SEQUENCE"])
@pytest.mark.parametrize("events", [[], [BLANK], ['{"type":"new"}']])
def test_a_reply_without_any_content_is_no_answer(events, reason):
    assert read(START, *events, end(finish_reason=reason))[1] == (
        f"no answer: the reply has no text, thinking or tool call (finish reason {reason})"
    )


@pytest.mark.parametrize("event", [HI, THOUGHT, PLAN, CALL])
def test_text_thinking_a_plan_and_a_call_are_content(event):
    assert read(START, event, END)[1] == ""


def piece(text: str, index: object = 0) -> str:
    delta = {"message": {"content": {"text": text}}}
    event = {"type": "content-delta", "index": index, "delta": delta}
    return json.dumps(event, separators=(",", ":"), ensure_ascii=False)


def test_pieces_of_a_text_that_arrive_together_are_one_event():
    batches = [
        [START, piece("a"), piece("b"), piece("c", 1), piece("d", 1)],
        [piece("e", 1), piece('"'), piece("f"), piece("g"), END],
    ]
    texts = [("ab", 0), ("cd", 1), ("e", 1), ('"', 0), ("fg", 0)]
    assert [*decode_batches(batches, ChatDecoder(joined=True))] == [
        MessageStart(id="r1"),
        *(ContentDelta(text=text, index=index) for text, index in texts),
        MessageEnd(),
    ]


def test_each_event_has_its_own_text_unless_they_are_joined():
    datas = [START, HI, HI, END]
    assert [event.raw for event in decode_batches([datas], ChatDecoder())] == datas


PIECES = [
    *(piece(text) for text in ("", "a", "é", "\x7f", "\u2028", "\\", '"', "\n", "{}")),
    *(piece("b", index) for index in (1, 10, 1.0, None, "1", -1, [], 10**9)),
    *(piece("c").replace(":", old) for old in (": ", ":\t", ",", "::")),
    *(HI.replace("0", index) for index in ("00", "-0", "0 ", "\u0660", "NaN")),
    *(
        HI.replace("Hi", text)
        for text in (r"\ud83d", r"\ude00", r"\u0041", "\t", "\x00")
    ),
    *(HI.replace('"text"', f'"{name}"') for name in ("thinking", "odd")),
    *(HI.replace('"Hi"', value) for value in ("null", "1", "{}", '"a","text":"b"')),
    *(
        f"{HI} ",
        f" {HI}",
        f"{HI}\n",
        HI[:-1],
        f"{HI}}}",
        f"{HI}{HI}",
        CALL,
        "[DONE]",
        "",
    ),
]


def folded(batches, decoder):
    """Return the reply, how many events could not be read, and the error."""
    reply, garbled = Reply(), 0
    try:
        for event in decode_batches(batches, decoder):
            reply.add(event)
            garbled += isinstance(event, GarbledEvent)
    except AnswerIncomplete as exc:
        return reply, garbled, str(exc)
    return reply, garbled, ""


@given(st.lists(st.lists(st.sampled_from([HI, *PIECES]), max_size=8), max_size=4))
def test_joined_pieces_make_the_reply_that_single_ones_make(batches):
    whole = [[START], *batches, [END]]
    joined = folded(whole, ChatDecoder(joined=True))
    assert joined == folded(whole, ChatDecoder())
