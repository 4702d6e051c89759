import io

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
from cohere_cli.render.markdown.renderer import MarkdownRenderer
from cohere_cli.terminal import Terminal


def source(id_, **content):
    return Source({"type": "document", "id": id_, "document": content})


A, B = source("a.md:3-9", title="Bees"), source("doc:1", url="https://b.example/x")
NOTES = "[^1]: Bees, a.md:3-9 — “One”\n"


def cited(text, words, *sources, index=None):
    at = text.index(words)
    return Citation(at, at + len(words), words, sources, index)


def stream(text, size, citations=(), *, late=False):
    waiting = sorted(citations, key=lambda one: one.end)
    for at in range(0, len(text), size):
        yield ContentDelta(text=text[at : at + size])
        while waiting and not late and waiting[0].end <= at + size:
            yield CitationStart(citation=waiting.pop(0))
    yield from (CitationStart(citation=one) for one in waiting)
    yield MessageEnd()


@pytest.fixture
def written(play):
    def written(events, *, tty=False, shown=None):
        terminal = Terminal.fake(tty=tty)
        play(MarkdownRenderer(terminal, select_channels(None, shown)), events)
        return terminal.written.decode()

    return written


TEXT = "# One\n\nTwo **three**.\n\n\n```\nfour\n```\n- five"
CITATIONS = [
    cited(TEXT, "One", A),
    cited(TEXT, "three", B, A),
    cited(TEXT, "four", B),
    cited(TEXT, "five", A),
]
FOOTNOTED = """\
# One[^1]

Two **three**[^2][^1].


```
four
```

[^2]

- five[^1]

[^1]: Bees, a.md:3-9 — “One”, “three”, “five”
[^2]: <https://b.example/x> — “three”, “four”
"""


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("size", [1, 7, 400])
def test_footnotes_do_not_depend_on_how_the_answer_comes(written, size, late):
    assert written(stream(TEXT, size, CITATIONS, late=late)) == FOOTNOTED


@pytest.mark.parametrize(
    "text", ["", "a", "a\n", "\n a \r\n\n\n    b\n \n    c\n\n", TEXT]
)
def test_an_answer_without_citations_is_the_models_own(written, text):
    end = "" if text.endswith("\n") or not text else "\n"
    assert written(stream(text, 3)) == text + end


def test_what_was_written_when():
    terminal = Terminal.fake()
    footnoted, seen = MarkdownRenderer(terminal), []
    text = "One.\n\nTwo.\n\nThree."
    events = [
        ContentDelta(text="One.\n\nTw"),
        CitationStart(citation=cited(text, "One", A)),
        ContentDelta(text="o.\n\nTh"),
        ContentDelta(text="ree."),
    ]
    for event, reply in accumulate(events):
        footnoted.show(event, reply)
        seen.append(terminal.written)
    assert seen == [b"", b"", b"One[^1].\n", b"One[^1].\n\nTwo.\n"]


def test_a_source_cited_too_late_is_referred_to_below_the_answer(written):
    text = "One.\n\nTwo.\n\nThree.\n\nFour."
    events = [
        ContentDelta(text="One."),
        CitationStart(citation=cited(text, "One", A)),
        *(ContentDelta(text=one) for one in text[4:]),
        CitationStart(citation=cited(text, "Two", B)),
    ]
    assert written(events) == (
        "One[^1].\n\nTwo.\n\nThree.\n\nFour.\n\n[^2]\n\n"
        f"{NOTES}[^2]: <https://b.example/x> — “Two”\n"
    )


def test_our_labels_follow_the_highest_of_the_models_own(written):
    text = "One[^7] two.\n\n[^7]: own"
    assert written(stream(text, 400, [cited(text, "two", A)])) == (
        "One[^7] two[^8].\n\n[^7]: own\n\n[^8]: Bees, a.md:3-9 — “two”\n"
    )


def test_a_label_of_ours_that_the_model_uses_later_is_text(written):
    text = "One.\n\nTwo[^1] `[^1]` three.\n\n[^1]: own\n\n    [^1]\n"
    citations = [cited(text, "One", A), cited(text, "three", A)]
    assert written(stream(text, 1, citations)) == (
        "One[^1].\n\nTwo\\[^1] `[^1]` three[^1].\n\n\\[^1]: own\n\n    [^1]\n\n"
        "[^1]: Bees, a.md:3-9 — “One”, “three”\n"
    )


def test_a_citation_counts_in_its_own_content_block(written):
    events = [
        ContentDelta(type="thinking", text="hm"),
        ContentDelta(index=1, text="One two"),
        CitationStart(citation=Citation(0, 3, "One", (A,), 1)),
        CitationStart(citation=Citation(0, 7, "One two", (A,))),
        ContentStart(index=2, text="One"),
        CitationStart(citation=Citation(0, 3, "One", (B,), 2)),
        CitationStart(citation=Citation(0, 2, "hm", (source("c"),), 0)),
    ]
    assert written(events) == (
        "One[^1] two[^1]\n\nOne[^2]\n\n"
        "[^1]: Bees, a.md:3-9 — “One”, “One two”\n"
        "[^2]: <https://b.example/x> — “One”\n"
    )


MISPLACED = [
    ("The emperor penguin is 122 cm tall.", 0, 6, "122 cm", "122 cm[^1] tall."),
    ("😀😀 The moon. A moon", 9, 13, "moon", "The moon[^1]. A"),  # UTF-16 units
    ("Köln is a city. A city", 11, 15, "city", "a city[^1]. A"),  # bytes
    ("moonlight, moon", 0, 4, "moon", "moonlight[^1], moon"),
    ("moonlight, moon", 1, 5, "moon", "moonlight, moon[^1]"),
    ("one  two\nthree, four", 0, 3, "two three", "two\nthree[^1], four"),
    ("日本語のテキスト", 0, 3, "日本語", "日本語[^1]のテキスト"),
    ("Anna's 12.50 coins", 0, 4, "Anna", "Anna's[^1] 12.50"),
    ("Anna's 12.50 coins", 7, 9, "12", "12.50[^1] coins"),
]


@pytest.mark.parametrize(("text", "start", "end", "words", "marked"), MISPLACED)
def test_a_mark_follows_the_cited_words_and_splits_none(
    written, text, start, end, words, marked
):
    citation = Citation(start, end, words, (A,))
    assert marked in written(stream(text, 99, [citation], late=True))


def test_a_citation_without_an_index_belongs_to_the_text_of_its_type(written):
    def of(kind, words):
        return Citation(0, len(words), words, (A,), data={"type": kind})

    events = [
        ToolPlanDelta(text="look up"),
        CitationStart(citation=of("PLAN", "look")),
        ContentDelta(type="thinking", text="also"),
        CitationStart(citation=of("THINKING_CONTENT", "als")),
        ContentDelta(index=1, text="also two"),
        CitationStart(citation=of("TEXT_CONTENT", "also")),
    ]
    assert written(events) == "also[^1] two\n\n[^1]: Bees, a.md:3-9 — “also”\n"
    assert written(events[:-1]) == "also two\n"


@pytest.mark.parametrize("words", ["", "not in it"])
def test_a_footnote_quotes_only_words_of_the_answer(written, words):
    events = [
        ContentDelta(text="Hi"),
        CitationStart(citation=Citation(0, 0, words, (A,))),
    ]
    assert written(events) == "Hi\n\n[^1]\n\n[^1]: Bees, a.md:3-9\n"


@pytest.mark.parametrize(
    ("text", "words", "marked"),
    [
        ("a\\*b", "a\\", "a\\*[^1]b"),
        ("in C:\\ is", "C:\\", "in C:\\ [^1] is"),
        ("in C:\\\\ is", "C:\\\\", "in C:\\\\[^1] is"),
        ("x &amp; b", "x &", "x &amp;[^1] b"),
        ("see \\[^9] here", "see", "see[^10] \\[^9] here"),
    ],
)
def test_a_backslash_never_escapes_a_reference(written, text, words, marked):
    assert written(stream(text, 99, [cited(text, words, A)])).startswith(f"{marked}\n")


def test_an_escaped_label_stays_escaped(written):
    text = "One\n\nTwo\n\nsee \\[^1] and [^1]"
    drawn = written(stream(text, 5, [cited(text, "One", A)]))
    assert drawn.startswith("One[^1]\n\nTwo\n\nsee \\[^1] and \\[^1]\n")


def test_a_span_over_the_borders_of_blocks_is_marked_at_its_end(written):
    text = "One.\n\nTwo\n\n- three\n"
    citations = [cited(text, "One.\n\nTwo\n\n", A), cited(text, "Two\n\n- three", A)]
    assert written(stream(text, 2, citations)) == (
        "One.\n\nTwo[^1]\n\n- three[^1]\n\n"
        "[^1]: Bees, a.md:3-9 — “One. Two”, “Two - three”\n"
    )


def test_a_cut_answer_has_its_footnotes_and_the_error_goes_on(play):
    def cut():
        yield ContentDelta(text="One\n```\ntw")
        yield CitationStart(citation=Citation(0, 3, "One", (A,)))
        raise AnswerIncomplete("cut")

    terminal = Terminal.fake()
    with pytest.raises(AnswerIncomplete):
        play(MarkdownRenderer(terminal), cut())
    assert terminal.written.decode() == f"One[^1]\n```\ntw\n```\n\n{NOTES}"
    assert terminal.noted == ""


def test_nothing_is_written_after_the_reader_left(play):
    def leave():
        yield ContentDelta(text="half")
        raise BrokenPipeError

    terminal = Terminal.fake()
    with pytest.raises(BrokenPipeError):
        play(MarkdownRenderer(terminal), leave())
    assert terminal.written == b""


def test_hidden_citations_leave_the_answer_alone(written):
    events = list(stream(TEXT, 4, CITATIONS))
    assert written(events, shown="citations") == f"{TEXT}\n"


@pytest.mark.parametrize("tty", [False, True])
def test_a_screen_gets_clean_text_and_a_pipe_the_models_bytes(written, tty):
    text = "One\x1b[2J"
    output = "^[" if tty else "\x1b"
    shown = written(stream(text, 2, [cited(text, "One", A)], late=True), tty=tty)
    assert shown == f"One[^1]{output}[2J\n\n{NOTES}"


def test_an_unusual_end_and_tool_calls_are_noted(play):
    terminal = Terminal.fake()
    play(
        MarkdownRenderer(terminal),
        [ToolCallStart(name="f"), MessageEnd(finish_reason="MAX_TOKENS")],
    )
    assert (terminal.written, terminal.noted) == (
        b"",
        (
            "co: the model requests 1 tool call: f (-o json includes their arguments)\n"
            "co: the answer was cut off at max_tokens\n"
        ),
    )


class Writes(io.BytesIO):
    def __init__(self):
        super().__init__()
        self.all = []

    def write(self, data):
        self.all.append(bytes(data))
        return len(data)


def test_what_is_written_at_the_end_of_a_reply_is_one_write(play):
    terminal, writes = Terminal.fake(), Writes()
    terminal.stdout = io.TextIOWrapper(writes, encoding="utf-8")
    blocks = [ContentDelta(index=at, text=f"Block {at}.") for at in range(3)]
    play(MarkdownRenderer(terminal), [*blocks, MessageEnd()])
    assert writes.all == [b"Block 0.\n\nBlock 1.\n\nBlock 2.\n"]
