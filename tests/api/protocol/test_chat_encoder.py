import json
from typing import get_args

import pytest

from cohere_cli.api.protocol.chat import ChatDecoder
from cohere_cli.api.protocol.chat_encoder import encode_event
from cohere_cli.api.protocol.events import (
    Citation,
    CitationEnd,
    CitationStart,
    ContentDelta,
    ContentEnd,
    ContentStart,
    KnownEvent,
    MessageEnd,
    MessageStart,
    Source,
    ToolCallDelta,
    ToolCallEnd,
    ToolCallStart,
    ToolPlanDelta,
)

SOURCES = (Source({"type": "document", "id": "d"}),)
EVENTS = [
    MessageStart(id="r1"),
    ContentStart(index=1, text="I"),
    ContentStart(type="thinking"),
    ContentDelta(text="Hi", index=1, logprobs={"token_ids": [1]}),
    ContentDelta(text="Hm", type="thinking"),
    ContentEnd(index=1),
    ToolPlanDelta(text="I will"),
    ToolCallStart(index=1, id="f_1", name="f", arguments="{"),
    ToolCallDelta(index=1, arguments="}"),
    ToolCallEnd(index=1),
    CitationStart(index=1, citation=Citation(0, 8, "It rains", SOURCES)),
    CitationStart(citation=Citation(0, 8, "It rains", SOURCES, 1)),
    CitationEnd(index=1),
    MessageEnd(finish_reason="MAX_TOKENS", usage={"tokens": {"input_tokens": 1}}),
    MessageEnd(finish_reason="ERROR", error="no more", error_type="x"),
]


def decode_event(data):
    (event,) = ChatDecoder().read(data)
    return event


def test_each_type_of_event_has_an_example():
    assert {type(event) for event in EVENTS} == set(get_args(KnownEvent))


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_encoded_event_is_decoded_to_itself(event):
    assert decode_event(json.dumps(encode_event(event))) == event


def test_a_citation_of_a_server_keeps_fields_that_co_does_not_know():
    data = {"start": 0, "end": 1, "text": "I", "sources": [], "new": 1}
    event = decode_event(
        json.dumps(
            {"type": "citation-start", "delta": {"message": {"citations": data}}}
        )
    )
    assert encode_event(event)["delta"]["message"]["citations"] == data
