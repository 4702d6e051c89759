import tracemalloc
from typing import get_args

from cohere_cli.api.protocol.events import (
    ChatEvent,
    Citation,
    CitationEnd,
    CitationStart,
    ContentDelta,
    ContentEnd,
    ContentStart,
    GarbledEvent,
    MessageEnd,
    MessageStart,
    ToolCallDelta,
    ToolCallEnd,
    ToolCallStart,
    ToolPlanDelta,
    UnknownEvent,
)
from cohere_cli.api.protocol.reply import (
    _ADD,
    Content,
    GrowingText,
    Reply,
    ToolCall,
    accumulate,
)

CITATION = Citation(0, 2, "It", ())
EVENTS = [
    MessageStart(id="r1"),
    ContentStart(type="thinking"),
    ContentDelta(type="thinking", text="Hm"),
    ContentEnd(),
    ContentStart(index=1),
    ContentDelta(index=1, text="It "),
    ContentDelta(index=1, text="rains.", logprobs={"token_ids": [1]}),
    CitationStart(citation=CITATION),
    CitationEnd(),
    ContentEnd(index=1),
    ToolPlanDelta(text="I "),
    ToolPlanDelta(text="will."),
    ToolCallStart(id="f_1", name="f"),
    ToolCallDelta(arguments='{"a":'),
    ToolCallDelta(arguments="1}"),
    ToolCallEnd(),
    UnknownEvent(type="new"),
    GarbledEvent(),
    MessageEnd(finish_reason="TOOL_CALL", usage={"x": 1}),
]


def test_a_reply_is_the_sum_of_its_events():
    *_, (_, reply) = accumulate(EVENTS)
    assert reply == Reply(
        id="r1",
        content={
            0: Content("thinking", "Hm"),
            1: Content("text", "It rains."),
        },
        tool_plan=GrowingText("I will."),
        tool_calls={0: ToolCall("f_1", "f", '{"a":1}')},
        citations=[CITATION],
        logprobs=[{"token_ids": [1]}],
        finish_reason="TOOL_CALL",
        usage={"x": 1},
    )
    assert (reply.text, reply.thinking) == ("It rains.", "Hm")


def test_every_class_of_events_can_be_added():
    assert {*get_args(ChatEvent)} == {*_ADD}


def test_each_event_comes_with_the_reply_so_far():
    texts = [reply.text for _, reply in accumulate(EVENTS)]
    assert texts[4:8] == ["", "It ", "It rains.", "It rains."]


def test_a_delta_without_a_start_is_not_lost():
    events = [ContentDelta(text="a"), ToolCallDelta(arguments="{}")]
    *_, (_, reply) = accumulate(events)
    assert (reply.text, str(reply.tool_calls[0].arguments)) == ("a", "{}")


def test_a_late_or_repeated_start_drops_no_text():
    events = [
        ContentDelta(text="a"),
        ContentStart(text="b"),
        ContentDelta(text="c"),
        ToolCallDelta(arguments="{"),
        ToolCallStart(id="f_1", name="f", arguments="}"),
        ToolCallStart(id="f_1", name="f"),
    ]
    *_, (_, reply) = accumulate(events)
    assert reply.text == "abc"
    assert reply.tool_calls == {0: ToolCall("f_1", "f", "{}")}


def test_a_start_of_another_type_drops_no_text():
    events = [ContentDelta(text="a", type="thinking"), ContentStart(text="b")]
    *_, (_, reply) = accumulate(events)
    assert (reply.text, reply.thinking) == ("", "ab")


def test_an_empty_block_takes_the_type_of_its_text():
    events = [ContentStart(type="thinking"), ContentDelta(text="a")]
    *_, (_, reply) = accumulate(events)
    assert (reply.text, reply.thinking) == ("a", "")


def test_blocks_are_joined_by_their_index_not_by_their_arrival():
    events = [ContentDelta(index=2, text="b"), ContentDelta(index=0, text="a")]
    *_, (_, reply) = accumulate(events)
    assert reply.text == "ab"


def test_a_citation_without_a_block_counts_in_the_first_text_block():
    *_, (_, reply) = accumulate(EVENTS)
    assert [*reply.content_indices_of(CITATION)] == [1]
    placed = Citation(0, 1, "H", (), content_index=0)
    assert [*reply.content_indices_of(placed)] == [0, 1]


def test_a_text_can_be_read_while_it_grows():
    text, seen = GrowingText("a"), []
    for piece in ("b", "", "cd"):
        text.add(piece)
        seen.append(str(text))
    assert seen == ["ab", "ab", "abcd"]
    assert text == GrowingText("abcd")


def test_an_empty_text_is_false():
    text = GrowingText()
    text.add("")
    assert not text
    text.add("a")
    assert text


def test_a_text_of_many_pieces_takes_the_memory_of_its_characters():
    tracemalloc.start()
    text = GrowingText()
    for at in range(20_000):
        text.add(f"{at:05}")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(str(text)) == 100_000
    assert peak < 300_000
