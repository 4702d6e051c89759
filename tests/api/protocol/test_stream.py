import pytest

from cohere_cli.api.protocol.chat import ChatDecoder
from cohere_cli.api.protocol.events import (
    ContentDelta,
    GarbledEvent,
    MessageEnd,
    MessageStart,
)
from cohere_cli.api.protocol.stream import decode_stream
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


@pytest.mark.parametrize(
    "reason", ["COMPLETE", "STOP_SEQUENCE", "MAX_TOKENS", "TOOL_CALL", "NEW"]
)
def test_other_reasons_to_finish_are_complete(reason):
    assert read(START, end(finish_reason=reason))[1] == ""
