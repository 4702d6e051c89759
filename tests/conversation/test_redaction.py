"""A redacted text is nowhere in a turn, and citations cover what they covered."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohere_cli.conversation.redaction import REDACTED, Redaction
from cohere_cli.errors import UsageProblem
from tests.conversation.test_store import turn

TEXT = "Ada wrote it. Bob Ada read it, wrote Ada."


def cited(text, spans, **more):
    sources = [{"type": "document", "id": "d", "document": {"text": "of Ada"}}]
    citations = [
        {"start": start, "end": end, "text": text[start:end], "sources": sources}
        for start, end in spans
    ]
    content = [{"type": "text", "text": text}]
    message = {"role": "assistant", "content": content, "citations": citations}
    reply = {"id": "r", "message": message, "finish_reason": "COMPLETE"} | more
    return turn("Who?", text, reply=reply)


def spans_of(redacted):
    message = redacted.reply["message"]
    text = message["content"][0]["text"]
    for one in message["citations"]:
        assert one["text"] == text[one["start"] : one["end"]]
    return [one["text"] for one in message["citations"]]


def test_a_text_is_replaced_in_every_field():
    whole = turn(
        "Ada?",
        "Ada!",
        status="error",
        model="m-Ada",
        profile="Ada",
        base_url="https://ada.example/Ada",
        request={
            "messages": [
                {"role": "user", "content": [{"type": "text", "text": "Ada"}]}
            ],
            "documents": [{"id": "Ada", "data": {"Ada": ["Ada"], "[redacted]": 1}}],
            "tools": [{"function": {"name": "x", "parameters": {"Ada": {}}}}],
        },
        reply={},
        error={"message": "Ada is refused", "exit": 5},
        call={"paths": ["/home/Ada"]},
    )
    redacted = Redaction("Ada").turn(whole)
    assert redacted == whole._replace(
        prompt="[redacted]?",
        answer="[redacted]!",
        model="m-[redacted]",
        profile=REDACTED,
        base_url="https://ada.example/[redacted]",
        request={
            "messages": [
                {"role": "user", "content": [{"type": "text", "text": REDACTED}]}
            ],
            "documents": [
                {"id": REDACTED, "data": {REDACTED: [REDACTED], "[redacted] 2": 1}}
            ],
            "tools": [{"function": {"name": "x", "parameters": {REDACTED: {}}}}],
        },
        error={"message": "[redacted] is refused", "exit": 5},
        call={"paths": ["/home/[redacted]"]},
    )
    assert not Redaction("Ada").remains_in(redacted)


def test_citations_cover_what_they_covered():
    whole = cited(TEXT, [(0, 3), (4, 9), (14, 17), (14, 21), (18, 26), (31, 40)])
    redacted = Redaction("Ada").turn(whole)
    assert spans_of(redacted) == [
        "[redacted]",
        "wrote",
        "Bob",
        "Bob [redacted]",
        "[redacted] read",
        "wrote [redacted]",
    ]
    assert redacted.reply["message"]["citations"][0]["sources"] == [
        {"type": "document", "id": "d", "document": {"text": "of [redacted]"}}
    ]


def test_a_citation_of_a_part_covers_the_whole_replacement():
    assert spans_of(Redaction("Ada wrote").turn(cited(TEXT, [(1, 3), (4, 13)]))) == [
        "[redacted]",
        "[redacted] it.",
    ]


def test_offsets_in_units_of_another_encoding_become_right_ones():
    text = "😀😀 Ada knows. Bob"
    whole = cited(text, [(14, 17)])
    whole.reply["message"]["citations"][0] |= {"start": 16, "end": 19, "text": "Bob"}
    assert spans_of(Redaction("Ada").turn(whole)) == ["Bob"]


def test_offsets_stay_where_the_text_has_nothing_to_redact():
    whole = cited("Bob read.", [(0, 3)])
    redacted = Redaction("of Ada").turn(whole)
    (one,) = redacted.reply["message"]["citations"]
    assert (one["start"], one["end"], one["text"]) == (0, 3, "Bob")
    assert one["sources"][0]["document"] == {"text": REDACTED}


def test_the_tokens_that_spell_the_text_go_with_it():
    tokens = [{"token_ids": [1], "text": "A"}, {"token_ids": [2], "text": "da"}]
    assert (
        "logprobs" not in Redaction("Ada").turn(cited(TEXT, [], logprobs=tokens)).reply
    )
    kept = Redaction("Eve").turn(cited(TEXT, [], logprobs=tokens)).reply
    assert kept["logprobs"] == tokens


def test_a_text_is_found_as_json_spells_it():
    arguments = json.dumps({"name": 'Zoë "Z"\n'})
    function = {"name": "f", "arguments": arguments}
    message = {"tool_calls": [{"id": "1", "function": function}]}
    redacted = Redaction('Zoë "Z"\n').turn(turn("", "", reply={"message": message}))
    (call,) = redacted.reply["message"]["tool_calls"]
    assert call["function"]["arguments"] == '{"name": "[redacted]"}'


def test_a_number_of_a_document_is_redacted_and_one_of_the_request_is_not():
    documents = [{"data": {"card": 41111111, "rate": 0.5, "is": True}}]
    request = {"documents": documents, "max_tokens": 1111}
    redacted = Redaction("1111").turn(turn("", "", request=request))
    assert redacted.request == {
        "documents": [{"data": {"card": REDACTED, "rate": 0.5, "is": True}}],
        "max_tokens": 1111,
    }


def test_what_the_api_prescribes_stays_and_is_reported():
    whole = turn(
        "user", "", request={"messages": [{"role": "user", "content": "user"}]}
    )
    redacted = Redaction("user").turn(whole)
    assert redacted.request["messages"] == [{"role": "user", "content": REDACTED}]
    assert Redaction("user").remains_in(redacted)


@pytest.mark.parametrize("text", ["", " \n", "red", "[", "redacted"])
def test_a_text_that_would_come_back_is_refused(text):
    with pytest.raises(UsageProblem):
        Redaction(text)


WORDS = st.lists(st.sampled_from(["Ada", "A", "da", " ", "é", "😀", "x"]), max_size=12)


@given(WORDS.map("".join), st.data())
def test_no_turn_has_the_text_and_no_offset_is_wrong(text, data):
    places = st.integers(0, len(text))
    spans = data.draw(st.lists(st.tuples(places, places).map(sorted), max_size=4))
    spans = [(start, end) for start, end in spans if text[start:end].strip()]
    redacted = Redaction("Ada").turn(cited(text, spans))
    assert "Ada" not in json.dumps(redacted, default=dict)
    spans_of(redacted)
