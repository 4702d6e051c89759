import pytest

from cohere_cli.api.protocol.events import (
    CitationEnd,
    ContentDelta,
    ContentStart,
    MessageEnd,
    MessageStart,
    ToolCallStart,
    ToolPlanDelta,
)
from cohere_cli.errors import AnswerIncomplete, OutputUnwritable
from cohere_cli.render.plain import PlainRenderer
from cohere_cli.render.usage import UsageReporter, billed_tokens, billed_units
from cohere_cli.terminal import Terminal

USAGE = {
    "billed_units": {"input_tokens": 9, "output_tokens": 12},
    "tokens": {"input_tokens": 510, "output_tokens": 14},
    "cached_tokens": 448,
}


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def metered(play):
    """Play events, each with the seconds that pass before it; return the notes."""

    def metered(*timed, error=None, quiet=False):
        def tell():
            for seconds, event in timed:
                clock.now += seconds
                yield event
            clock.now += 60
            if error:
                raise error

        clock, terminal = Clock(), Terminal.fake()
        terminal.quiet = quiet
        renderer = UsageReporter(PlainRenderer(terminal), terminal, clock)
        if error:
            with pytest.raises(type(error)):
                play(renderer, tell())
        else:
            play(renderer, tell())
        return terminal.written, terminal.noted

    return metered


@pytest.mark.parametrize("quiet", [False, True])
def test_tokens_and_times_are_shown_after_the_end(metered, quiet):
    events = [
        (0.1, MessageStart()),
        (0.2, ContentStart()),
        (0.11, ContentDelta(text="Hel")),
        (0.3, ContentDelta(text="lo")),
        (0.08, MessageEnd(usage=USAGE)),
    ]
    assert metered(*events, quiet=quiet) == (
        b"Hello\n",
        "co: 9 in, 12 out billed (510 in, 14 out, 448 cached); COMPLETE; first token 0.41 s, 37 tokens/s, 0.79 s total\n",
    )


@pytest.mark.parametrize(
    "event",
    [
        ContentStart(text="x"),
        ContentDelta(text="x"),
        ContentDelta(text="x", type="thinking"),
        ToolPlanDelta(text="x"),
        ToolCallStart(),
    ],
    ids=lambda event: type(event).__name__,
)
def test_whatever_the_model_writes_first_is_the_first_token(metered, event):
    late = [(1, ContentDelta(text="", index=1)), (0, CitationEnd())]
    usage = {"completion_tokens": 2}
    end = MessageEnd(usage=usage, finish_reason="TOOL_CALL")
    _, noted = metered(*late, (1, event), (4, event), (0, end))
    assert noted.splitlines()[-1] == (
        "co: 2 out; TOOL_CALL; first token 2.00 s, 0.5 tokens/s, 6.00 s total"
    )


@pytest.mark.parametrize("pause", [0, 0.04])
def test_a_reply_in_one_piece_has_no_speed(metered, pause):
    _, noted = metered((2, ContentDelta(text="x")), (pause, MessageEnd(usage=USAGE)))
    assert "tokens/s" not in noted
    assert "first token 2.00 s, 2.0" in noted


def test_what_is_not_known_is_left_out(metered):
    assert metered((1, MessageEnd())) == (b"", "co: COMPLETE; 1.00 s total\n")
    assert metered((1, ContentDelta(text="x")), (1, MessageEnd(usage={}))) == (
        b"x\n",
        "co: COMPLETE; first token 1.00 s, 2.00 s total\n",
    )


def test_a_failed_reply_still_cost_what_it_did(metered):
    error = AnswerIncomplete("answer failed")
    end = MessageEnd(finish_reason="ERROR\x1b[2J\n", usage={"cached_tokens": 1})
    assert metered((1, end), error=error) == (
        b"",
        "co: 1 cached; ERROR^[[2J ; 1.00 s total\n",
    )


@pytest.mark.parametrize(
    ("events", "error"),
    [
        ([ContentDelta(text="half")], AnswerIncomplete("cut")),
        ([ContentDelta(text="half")], KeyboardInterrupt()),
        ([ContentDelta(text="x"), MessageEnd(usage=USAGE)], BrokenPipeError()),
        ([ContentDelta(text="x"), MessageEnd(usage=USAGE)], OutputUnwritable("full")),
    ],
    ids=["cut", "interrupted", "closed", "full"],
)
def test_without_an_end_or_a_reader_nothing_is_shown(metered, events, error):
    assert metered(*((1, event) for event in events), error=error)[1] == ""


@pytest.mark.parametrize(
    ("usage", "tokens", "units"),
    [
        (USAGE, (9, 12), None),
        ({"tokens": USAGE["tokens"]}, (510, 14), None),
        ({"prompt_tokens": 3, "completion_tokens": 4}, (3, 4), None),
        ({"billed_units": {"search_units": 1.5}}, (None, None), 1.5),
        ({"billed_units": {"search_units": True, "input_tokens": -1}}, (None, None), None),
        (None, (None, None), None),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_charged_is_read_from_any_usage(usage, tokens, units):
    assert (billed_tokens(usage), billed_units(usage)) == (tokens, units)
