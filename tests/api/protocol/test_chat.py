import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohere_cli.api.protocol.chat import (
    ChatDecoder,
    decode_response,
    encode_response,
)
from cohere_cli.api.protocol.events import (
    Citation,
    CitationEnd,
    CitationStart,
    ContentDelta,
    ContentEnd,
    ContentStart,
    GarbledEvent,
    MessageEnd,
    MessageStart,
    Source,
    ToolCallDelta,
    ToolCallEnd,
    ToolCallStart,
    ToolPlanDelta,
    UnknownEvent,
)
from cohere_cli.api.protocol.reply import Reply, accumulate
from cohere_cli.errors import ServerFault

SOURCE = {"type": "document", "id": "d", "document": {"id": "d", "text": "It rains."}}
CITATION = {
    "start": 0,
    "end": 8,
    "text": "It rains",
    "sources": [SOURCE],
    "type": "TEXT_CONTENT",
}


def decode_event(data):
    (event,) = ChatDecoder().read(data)
    return event


def message(**fields):
    return {"delta": {"message": fields}}


def content(**fields):
    return message(content=fields)


@pytest.mark.parametrize(
    ("wire", "event"),
    [
        (
            {"type": "message-start", "id": "r1", **message(role="assistant")},
            MessageStart(id="r1"),
        ),
        (
            {"type": "content-start", "index": 1, **content(type="text", text="")},
            ContentStart(index=1),
        ),
        (
            {
                "type": "content-start",
                "index": 0,
                **content(type="thinking", thinking=""),
            },
            ContentStart(type="thinking"),
        ),
        (
            {"type": "content-delta", "index": 0, **content(text="Hi")},
            ContentDelta(text="Hi"),
        ),
        (
            {"type": "content-delta", "index": 0, **content(thinking="Hm")},
            ContentDelta(text="Hm", type="thinking"),
        ),
        (
            {
                "type": "content-delta",
                "index": 0,
                **content(text="a"),
                "logprobs": {"token_ids": [1]},
            },
            ContentDelta(text="a", logprobs={"token_ids": [1]}),
        ),
        ({"type": "content-end", "index": 2}, ContentEnd(index=2)),
        (
            {"type": "tool-plan-delta", **message(tool_plan="I will")},
            ToolPlanDelta(text="I will"),
        ),
        (
            {
                "type": "tool-call-start",
                "index": 1,
                **message(
                    tool_calls={
                        "id": "f_1",
                        "type": "function",
                        "function": {"name": "f", "arguments": ""},
                    }
                ),
            },
            ToolCallStart(index=1, id="f_1", name="f"),
        ),
        (
            {
                "type": "tool-call-delta",
                "index": 1,
                **message(tool_calls={"function": {"arguments": '{"a'}}),
            },
            ToolCallDelta(index=1, arguments='{"a'),
        ),
        ({"type": "tool-call-end", "index": 1}, ToolCallEnd(index=1)),
        (
            {"type": "citation-start", "index": 0, **message(citations=CITATION)},
            CitationStart(citation=Citation(0, 8, "It rains", (Source(SOURCE),))),
        ),
        ({"type": "citation-end", "index": 0}, CitationEnd()),
        (
            {
                "type": "message-end",
                "delta": {"finish_reason": "COMPLETE", "usage": {"x": 1}},
            },
            MessageEnd(usage={"x": 1}),
        ),
        (
            {
                "type": "message-end",
                "delta": {
                    "finish_reason": "ERROR",
                    "usage": {},
                    "error": "no",
                    "error_type": "INVALID_TOOL_GENERATION",
                },
            },
            MessageEnd(
                finish_reason="ERROR",
                usage={},
                error="no",
                error_type="INVALID_TOOL_GENERATION",
            ),
        ),
    ],
)
def test_each_event_of_the_api_is_decoded(wire, event):
    assert decode_event(json.dumps(wire)) == event


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ('"message":"no more"', "no more"),
        ('"error":{"message":"no more"}', "no more"),
        ('"status":503', ""),
    ],
)
def test_an_error_event_is_an_end_with_a_reason(fields, reason):
    found = decode_event('{"type":"error",' + fields + "}")
    assert found == MessageEnd(finish_reason="ERROR", error=reason)


def test_an_event_keeps_the_servers_own_text():
    data = '{"type": "content-end",   "index": 0, "new": true}'
    assert decode_event(data).raw == data


def test_an_unknown_event_is_yielded():
    assert decode_event('{"type":"debug","prompt":"x"}') == UnknownEvent(type="debug")


def test_content_of_an_unknown_kind_is_reported():
    content = '{"type":"image","image":"…"}'
    data = f'{{"type":"content-delta","delta":{{"message":{{"content":{content}}}}}}}'
    assert decode_event(data) == GarbledEvent()
    noted = data.replace('"image":"…"', '"image":null')
    assert decode_event(noted) == UnknownEvent(type="content-delta")


@pytest.mark.parametrize(
    "data",
    [
        "",
        "{",
        "null",
        "[]",
        '"text"',
        "{}",
        '{"type": 3}',
        '{"type": null}',
        '{"type": ["content-delta"]}',
        '{"type":"content-delta"}',
        '{"type":"citation-start","index":0,"delta":{"message":{"citations":[]}}}',
        "[" * 200_000,
    ],
)
def test_invalid_data_is_garbled_and_never_raises(data):
    assert decode_event(data) == GarbledEvent()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=8,
)
KINDS = [
    "message-start",
    "content-start",
    "content-delta",
    "citation-start",
    "message-end",
]


@given(
    st.sampled_from(KINDS),
    st.dictionaries(st.sampled_from(["index", "delta", "id"]), json_values),
    json_values,
)
def test_no_value_in_any_place_raises_another_error(kind, fields, inner):
    for event in (
        {**fields, "type": kind},
        {"type": kind, "delta": {"message": inner}},
    ):
        *_, (_, reply) = accumulate(ChatDecoder().read(json.dumps(event)))
        encode_response(reply)


RESPONSE = {
    "id": "r1",
    "message": {
        "role": "assistant",
        "tool_plan": "I will look.",
        "tool_calls": [
            {
                "id": "f_1",
                "type": "function",
                "function": {"name": "f", "arguments": "null"},
            }
        ],
        "content": [
            {"type": "thinking", "thinking": "Hm."},
            {"type": "text", "text": "It rains."},
        ],
        "citations": [CITATION],
    },
    "finish_reason": "COMPLETE",
    "usage": {"billed_units": {"input_tokens": 1, "output_tokens": 2}},
    "logprobs": [{"text": "It", "token_ids": [1], "logprobs": [-0.5]}],
}


def folded(events) -> Reply:
    *_, (_, reply) = accumulate(events)
    return reply


def test_a_response_survives_decoding_and_encoding():
    assert encode_response(folded(decode_response(RESPONSE))) == RESPONSE


def test_a_minimal_response_is_encoded_without_extra_fields():
    response = {
        "id": "r1",
        "message": {"role": "assistant", "content": [{"type": "text", "text": ""}]},
        "finish_reason": "COMPLETE",
    }
    assert encode_response(folded(decode_response(response))) == response


@pytest.mark.parametrize("response", [{}, {"message": None}, {"message": "Hi"}, []])
def test_a_reply_that_is_not_a_response_is_a_server_fault(response):
    with pytest.raises(ServerFault, match=r"^the reply is not a chat response$"):
        list(decode_response(response))


def test_a_call_without_arguments_is_null_as_in_a_single_response():
    events = [ToolCallStart(id="f_1", name="f"), ToolCallEnd(), MessageEnd()]
    calls = encode_response(folded(events))["message"]["tool_calls"]
    assert calls[0]["function"] == {"name": "f", "arguments": "null"}
