import pytest

from cohere_cli.api.protocol.events import (
    Citation,
    CitationStart,
    ContentDelta,
    ContentStart,
    MessageEnd,
    Source,
    ToolCallStart,
    ToolPlanDelta,
)
from cohere_cli.api.protocol.reply import accumulate
from cohere_cli.errors import AnswerIncomplete
from cohere_cli.render.channels import select_channels
from cohere_cli.render.plain import PlainRenderer
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
    play(PlainRenderer(terminal), [ContentDelta(text=text) for text in deltas])
    assert terminal.written == written


def test_a_terminal_shows_pieces_as_the_whole_would_be(play):
    text = "क्\u200dष 👩\u200d👧 a\u200bb שלום!\u200f ខ\u200bម \x1b[2J z\u200d"
    whole = "क्\u200dष 👩\u200d👧 a\\u{200b}b שלום!\u200f ខ\u200bម ^[[2J z\\u{200d}\n"
    for at in range(1, len(text)):
        terminal = Terminal.fake(tty=True)
        deltas = [text[:at], text[at:]]
        play(PlainRenderer(terminal), [ContentDelta(text=one) for one in deltas])
        assert terminal.written.decode() == whole
    terminal = Terminal.fake(tty=True)
    play(PlainRenderer(terminal), [ContentDelta(text=one) for one in text])
    assert terminal.written.decode() == whole


def test_each_delta_is_written_at_once():
    terminal = Terminal.fake()
    plain = PlainRenderer(terminal)
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
    play(PlainRenderer(terminal), events)
    assert (terminal.written, terminal.noted) == (b"ABC\n", "")


def test_tool_calls_are_noted_not_written(play):
    terminal = Terminal.fake()
    calls = [ToolCallStart(index=1, name="b\x1b[m"), ToolCallStart(index=0, name="a")]
    play(PlainRenderer(terminal), [*calls, MessageEnd(finish_reason="TOOL_CALL")])
    assert terminal.written == b""
    assert terminal.noted == (
        "co: the model requests 2 tool calls: a, b^[[m"
        " (-o json includes their arguments)\n"
    )


def test_of_many_tool_calls_ten_are_named(play):
    terminal = Terminal.fake()
    calls = [ToolCallStart(index=at, name="f") for at in range(2_000)]
    play(PlainRenderer(terminal), [*calls, MessageEnd(finish_reason="TOOL_CALL")])
    assert terminal.noted == (
        f"co: the model requests 2,000 tool calls: {'f, ' * 10}and 1,990 more"
        " (-o json includes their arguments)\n"
    )


@pytest.mark.parametrize(
    ("end", "note"),
    [
        (MessageEnd(), ""),
        (MessageEnd(finish_reason="STOP_SEQUENCE"), ""),
        (
            MessageEnd(finish_reason="MAX_TOKENS"),
            "co: the answer was cut off at max_tokens\n",
        ),
        (
            MessageEnd(finish_reason="length"),
            "co: the answer was cut off at max_tokens\n",
        ),
    ],
)
def test_an_unusual_end_is_noted(play, end, note):
    terminal = Terminal.fake()
    play(PlainRenderer(terminal), [ContentDelta(text="x\n"), end])
    assert (terminal.written, terminal.noted) == (b"x\n", note)


def test_a_cut_answer_is_kept_and_the_error_goes_on(play):
    def cut():
        yield ContentDelta(text="half")
        raise AnswerIncomplete("cut")

    terminal = Terminal.fake()
    with pytest.raises(AnswerIncomplete):
        play(PlainRenderer(terminal), cut())
    assert (terminal.written, terminal.noted) == (b"half\n", "")


def test_nothing_is_written_after_the_reader_left(play):
    def leave():
        yield ContentDelta(text="half")
        raise BrokenPipeError

    terminal = Terminal.fake()
    with pytest.raises(BrokenPipeError):
        play(PlainRenderer(terminal), leave())
    assert terminal.written == b"half"


def test_a_dumb_terminal_shows_clean_text_and_the_sources(play):
    source = Source({"id": "doc:0", "document": {"title": "T\x1b[2J\nitle"}})
    citation = Citation(0, 3, "Hi\x07", (source,))
    terminal = Terminal.fake(tty=True, environ={"TERM": "dumb"})
    play(
        PlainRenderer(terminal),
        [ContentDelta(text="Hi\x07"), CitationStart(citation=citation)],
    )
    assert terminal.written.decode() == (
        "Hi^G\n\nSources\n[1] T^[[2J itle · doc:0: “Hi^G”\n"
    )


def test_a_source_without_words_of_the_answer_is_listed_without_a_quote(play):
    source = Source({"id": None, "document": {"title": "T"}})
    citations = [Citation(0, 0, words, (source,)) for words in ("", "absent")]
    terminal = Terminal.fake(tty=True, environ={"TERM": "dumb"})
    marks = [CitationStart(citation=one) for one in citations]
    play(PlainRenderer(terminal), [ContentDelta(text="Hi"), *marks])
    assert terminal.written.decode() == "Hi\n\nSources\n[1] T\n"


THOUGHTS = [
    ContentDelta(type="thinking", text="Let\x1b[2J me\nthi"),
    ContentDelta(type="thinking", text="nk.\u202e"),
    ContentDelta(index=1, text="So."),
    ContentDelta(index=2, type="thinking", text="Hm.\n"),
]


@pytest.mark.parametrize("quiet", [False, True])
def test_thinking_that_was_asked_for_by_name_goes_to_standard_error(play, quiet):
    terminal = Terminal.fake()
    terminal.quiet = quiet
    play(PlainRenderer(terminal, select_channels("thinking", None)), THOUGHTS)
    assert terminal.written == b"So.\n"
    assert terminal.noted == "│ Let^[[2J me\n│ think.\\u{202e}\n│ Hm.\n"


def test_thinking_is_shown_before_what_follows_it():
    terminal = Terminal.fake()
    plain = PlainRenderer(terminal, select_channels("thinking", None))
    seen = []
    for event, reply in accumulate(THOUGHTS):
        plain.show(event, reply)
        seen.append((terminal.written, terminal.noted.count("│")))
    assert seen == [(b"", 1), (b"", 1), (b"So.", 2), (b"So.", 3)]


@pytest.mark.parametrize("environ", [None, {"TERM": "dumb"}])
def test_thinking_is_not_shown_unless_requested(play, environ):
    terminal = Terminal.fake(tty=environ is not None, environ=environ)
    play(PlainRenderer(terminal, select_channels("plan", None)), THOUGHTS)
    assert (terminal.written, terminal.noted) == (b"So.\n", "")


def test_the_thinking_of_a_cut_answer_is_shown_to_its_end(play):
    def cut():
        yield THOUGHTS[0]
        raise AnswerIncomplete("cut")

    terminal = Terminal.fake()
    with pytest.raises(AnswerIncomplete):
        play(PlainRenderer(terminal, select_channels("thinking", None)), cut())
    assert (terminal.written, terminal.noted) == (b"", "│ Let^[[2J me\n│ thi\n")


def test_hidden_citations_and_tools_are_not_shown(play):
    terminal = Terminal.fake(tty=True, environ={"TERM": "dumb"})
    events = [
        ContentDelta(text="Hi"),
        CitationStart(citation=Citation(0, 2, "Hi", (Source({"id": "a"}),))),
        ToolCallStart(name="find"),
        MessageEnd(finish_reason="TOOL_CALL"),
    ]
    play(PlainRenderer(terminal, select_channels(None, "citations,tools")), events)
    assert (terminal.written, terminal.noted) == (b"Hi\n", "")


def test_log_probabilities_that_cannot_be_drawn_are_pointed_out(play):
    terminal = Terminal.fake()
    events = [ContentDelta(text="Hi", logprobs={"logprobs": [-1.0]}), MessageEnd()]
    play(PlainRenderer(terminal, select_channels("logprobs", None)), events)
    assert terminal.written == b"Hi\n"
    assert terminal.noted == (
        "co: log probabilities are shown only on a terminal (-o json includes them)\n"
    )
