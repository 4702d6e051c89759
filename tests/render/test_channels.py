import pytest

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
    ToolCallDelta,
    ToolCallEnd,
    ToolCallStart,
    ToolPlanDelta,
    UnknownEvent,
)
from cohere_cli.api.protocol.reply import accumulate
from cohere_cli.errors import UsageProblem
from cohere_cli.render.channels import select_channels
from cohere_cli.render.renderer import DEFAULT_CHANNELS, EXPLICIT_THINKING


@pytest.mark.parametrize(
    ("show", "hide", "shown"),
    [
        (None, None, {"thinking", "plan", "tools", "results", "citations"}),
        ("", " , ", DEFAULT_CHANNELS),
        ("logprobs", None, DEFAULT_CHANNELS | {"logprobs"}),
        ("logprobs, USAGE,logprobs,", None, DEFAULT_CHANNELS | {"logprobs", "usage"}),
        (None, "Thinking", {"plan", "tools", "results", "citations"}),
        (None, "plan,tools,plan", {"thinking", "results", "citations"}),
        ("plan", None, DEFAULT_CHANNELS),
        ("thinking", None, DEFAULT_CHANNELS | {EXPLICIT_THINKING}),
        ("plan,thinking", "thinking,plan", {"tools", "results", "citations"}),
    ],
)
def test_flags_add_to_what_is_usual_and_take_away(show, hide, shown):
    assert select_channels(show, hide) == shown


def test_what_is_usual_may_be_the_users_own():
    usual = select_channels("usage,thinking", "citations")
    assert select_channels(None, None, usual) == usual
    assert select_channels("citations", "usage", usual) == usual - {"usage"} | {
        "citations"
    }
    assert EXPLICIT_THINKING not in select_channels(None, "thinking", usual)


@pytest.mark.parametrize(
    ("flags", "what", "hint"),
    [
        (
            ("plan,Citation", None),
            "unknown channel 'citation'",
            "did you mean 'citations'?",
        ),
        (
            (None, "x\x1b[2J"),
            "unknown channel 'x\\x1b[2j'",
            "channels: thinking, plan, tools, results, citations, usage, logprobs",
        ),
        (
            (EXPLICIT_THINKING, None),
            "unknown channel 'explicit thinking'",
            "channels: thinking, plan, tools, results, citations, usage, logprobs",
        ),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest_and_all(flags, what, hint):
    with pytest.raises(UsageProblem) as raised:
        select_channels(*flags)
    assert (raised.value.what, raised.value.hint) == (what, hint)


@pytest.mark.parametrize(
    ("event", "channel"),
    [
        (MessageStart(), "message"),
        (ContentStart(), "answer"),
        (ContentStart(type="thinking"), "thinking"),
        (ContentDelta(text="x"), "answer"),
        (ContentDelta(text="x", type="thinking"), "thinking"),
        (ContentEnd(), "message"),
        (ToolPlanDelta(text="x"), "plan"),
        (ToolCallStart(), "tools"),
        (ToolCallDelta(arguments=""), "tools"),
        (ToolCallEnd(), "tools"),
        (CitationStart(citation=Citation(0, 0, "", ())), "citations"),
        (CitationEnd(), "citations"),
        (MessageEnd(), "message"),
        (UnknownEvent(type="x"), "message"),
        (GarbledEvent(), "message"),
    ],
)
def test_each_event_tells_of_one_channel(event, channel):
    ((_, reply),) = accumulate([event])
    assert reply.channel_of(event) == channel


def test_a_block_without_text_has_the_type_of_its_first_delta():
    delta = ContentDelta(text="x")
    *_, (_, reply) = accumulate([ContentStart(type="thinking"), delta])
    assert reply.channel_of(delta) == "answer"
