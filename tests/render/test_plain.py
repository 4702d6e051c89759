import pytest

from cohere_cli.api.accumulate import accumulate
from cohere_cli.api.events import (
    Citation,
    CitationStart,
    ContentDelta,
    ContentStart,
    MessageEnd,
    Source,
    ToolCallStart,
    ToolPlanDelta,
)
from cohere_cli.errors import AnswerIncomplete
from cohere_cli.render.plain import Plain
from cohere_cli.terminal import Terminal


@pytest.mark.parametrize(
    ("deltas", "written"),
    [
        (["Hel", "lo"], b"Hello\n"),
        (["Hello\n"], b"Hello\n"),
        (["Hello\n\n"], b"Hello\n\n"),
        (["a\r\n", "\x1b[2J\x9b", "\u202e"], b"a\r\n\x1b[2J\xc2\x9b\xe2\x80\xae\n"),
        ([""], b""),
        ([], b""),
    ],
)
def test_a_pipe_gets_the_models_bytes_and_whole_lines(play, deltas, written):
    terminal = Terminal.fake()
    play(Plain(terminal), [ContentDelta(text=text) for text in deltas])
    assert terminal.written == written


def test_each_delta_is_written_at_once():
    terminal = Terminal.fake()
    plain = Plain(terminal)
    seen = []
    for event, reply in accumulate([ContentDelta(text=one) for one in "abc"]):
        plain.show(event, reply)
        seen.append(terminal.written)
    assert seen == [b"a", b"ab", b"abc"]


def test_only_text_blocks_are_the_answer(play):
    terminal = Terminal.fake()
    events = [
        ContentStart(index=0, type="thinking"),
        ContentDelta(index=0, type="thinking", text="hm"),
        ToolPlanDelta(text="plan"),
        ContentStart(index=1, text="A"),
        ContentDelta(index=1, text="B"),
        ContentDelta(index=2, text="C"),
        MessageEnd(),
    ]
    play(Plain(terminal), events)
    assert (terminal.written, terminal.noted) == (b"ABC\n", "")


def test_tool_calls_are_noted_not_written(play):
    terminal = Terminal.fake()
    calls = [ToolCallStart(index=1, name="b\x1b[m"), ToolCallStart(index=0, name="a")]
    play(Plain(terminal), [*calls, MessageEnd(finish_reason="TOOL_CALL")])
    assert terminal.written == b""
    assert terminal.noted == (
        "co: the model asks for 2 tool calls: a, b^[[m"
        " (-o json shows their arguments)\n"
    )


@pytest.mark.parametrize(
    ("end", "note"),
    [
        (MessageEnd(), ""),
        (MessageEnd(finish_reason="STOP_SEQUENCE"), ""),
        (
            MessageEnd(finish_reason="MAX_TOKENS"),
            "co: the answer was cut at max_tokens\n",
        ),
        (
            MessageEnd(finish_reason="ERROR", error="no\nuse"),
            "co: the answer ended with ERROR: no use\n",
        ),
    ],
)
def test_an_unusual_end_is_noted(play, end, note):
    terminal = Terminal.fake()
    play(Plain(terminal), [ContentDelta(text="x\n"), end])
    assert (terminal.written, terminal.noted) == (b"x\n", note)


def test_a_cut_answer_is_kept_and_the_error_goes_on(play):
    def cut():
        yield ContentDelta(text="half")
        raise AnswerIncomplete("cut")

    terminal = Terminal.fake()
    with pytest.raises(AnswerIncomplete):
        play(Plain(terminal), cut())
    assert (terminal.written, terminal.noted) == (b"half\n", "")


def test_nothing_is_written_after_the_reader_left(play):
    def leave():
        yield ContentDelta(text="half")
        raise BrokenPipeError

    terminal = Terminal.fake()
    with pytest.raises(BrokenPipeError):
        play(Plain(terminal), leave())
    assert terminal.written == b"half"


def test_a_dumb_terminal_shows_clean_text_and_the_sources(play):
    source = Source({"id": "doc:0", "document": {"title": "T\x1b[2J\nitle"}})
    citation = Citation(0, 2, "Hi\x07", (source,))
    terminal = Terminal.fake(tty=True, environ={"TERM": "dumb"})
    play(
        Plain(terminal), [ContentDelta(text="Hi\x1b"), CitationStart(citation=citation)]
    )
    assert terminal.written.decode() == (
        "Hi^[\n\nSources\n[1] T^[[2J itle · doc:0: “Hi^G”\n"
    )
