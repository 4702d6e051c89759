import difflib
import json
import os
import re
import termios
import time

import pyte
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
    Source,
    ToolCallDelta,
    ToolCallEnd,
    ToolCallStart,
    ToolPlanDelta,
    UnknownEvent,
)
from cohere_cli.api.protocol.reply import Reply
from cohere_cli.errors import AnswerIncomplete, OutputUnwritable
from cohere_cli.render.channels import select_channels
from cohere_cli.render.live.renderer import LiveRenderer
from cohere_cli.render.live.screen import Screen
from cohere_cli.terminal import Terminal, clean

ANSWER = """\
# A heading

The **first paragraph** has `code`, a [link](https://example.com/x), `Vec<String>` and
Vec<u8> &amp; more, so that it takes two lines at least.
- one
- two goes on for long enough that it has to be wrapped on every screen we draw on
  - 日本語のテキストがここにあります。長いので折り返します。
3. three

   three again

```python
def f(x):
    \"\"\"Doc.\"\"\"

    return x + 1  # a comment that is longer than the narrow screen is wide
```

| Name | Score | 日本 |
|------|------:|------|
| Anna | 1.0   | 🙂   |

> A quotation
> of two lines.

""" + "".join(f"Line {n} of many.\n\n" for n in range(30)) + "---\nDone. 🙂"  # fmt: skip


def source(id_):
    return Source({"id": id_, "document": {"title": f"Title {id_}"}})


def cited(text, words, *ids, index=None):
    at = text.index(words)
    sources = tuple(source(id_) for id_ in ids)
    return Citation(at, at + len(words), words, sources, index)


def stream(text, size, citations=(), *, late=False):
    """Tell *text* in pieces; each citation follows its text, or all of the text."""
    waiting = sorted(citations, key=lambda one: one.end)
    yield MessageStart()
    yield ContentStart()
    for at in range(0, len(text), size):
        yield ContentDelta(text=text[at : at + size])
        while waiting and not late and waiting[0].end <= at + size:
            yield CitationStart(citation=waiting.pop(0))
            yield CitationEnd()
    yield from (CitationStart(citation=one) for one in waiting)
    yield ContentEnd()
    yield MessageEnd()


class Ticks:
    """A clock by which every third frame is due."""

    now = 0.0

    def __call__(self):
        self.now += 0.03
        return self.now


@pytest.fixture
def live():
    def live(columns=80, rows=24, environ=None):
        terminal = Terminal.fake(tty=True, columns=columns, environ=environ)
        canvas = Screen(terminal, lambda: rows, Ticks())
        return terminal, LiveRenderer(terminal, screen=canvas, stalls=False)

    return live


@pytest.fixture
def shown(live, play, lines_on):
    def shown(events, columns=80, rows=24):
        terminal, renderer = live(columns, rows)
        play(renderer, events)
        return lines_on(terminal, rows)

    return shown


def test_an_answer_is_drawn_as_markdown(shown):
    assert shown(stream(ANSWER[: ANSWER.index("Line 0")], 9)) == [
        "A heading",
        "",
        "The first paragraph has code, a link (https://example.com/x), Vec<String> and",
        "Vec<u8> & more, so that it takes two lines at least.",
        "",
        " • one",
        " • two goes on for long enough that it has to be wrapped on every screen we draw",
        "   on",
        "    • 日本語のテキストがここにあります。長いので折り返します。",
        " 3. three",
        "    three again",
        "",
        "def f(x):",
        '    """Doc."""',
        "",
        "    return x + 1  # a comment that is longer than the narrow screen is wide",
        "",
        " Name  Score  日本",
        " ─────────────────",
        " Anna    1.0  🙂",
        "",
        "▌ A quotation of two lines.",
    ]


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (40, 10)])
def test_every_line_stands_once_however_the_text_comes(shown, columns, rows):
    whole = shown(stream(ANSWER, len(ANSWER)), columns, rows)
    assert [line for line in whole if line.startswith("Line")] == [
        f"Line {n} of many." for n in range(30)
    ]
    for size in (1, 7, 400):
        found = shown(stream(ANSWER, size), columns, rows)
        assert not list(difflib.unified_diff(whole, found)), size


def test_a_new_width_is_seen_at_the_next_frame(live, play):
    def tell():
        yield ContentDelta(text="word " * 20)
        yield ContentDelta(text="and ")
        before.append(len(terminal.written))
        terminal.columns = 40
        for _ in range(4):
            yield ContentDelta(text="more ")

    before = []
    terminal, renderer = live(80)
    play(renderer, tell())
    after = terminal.written[before[0] :].decode()
    assert after.startswith("\r\x1b[1A\x1b[J")
    assert max(map(len, re.sub(r"\x1b\[[0-9?]*[a-zA-Z]", "", after).split("\n"))) <= 40


@pytest.mark.parametrize(("rows", "most"), [(24, 8), (10, 8), (8, 6), (2, 1)])
def test_the_tail_never_reaches_the_top_of_the_screen(live, play, rows, most):
    terminal, renderer = live(30, rows)
    play(renderer, stream(ANSWER, 1))
    ups = re.findall(r"\x1b\[(\d+)A", terminal.written.decode())
    assert max([int(up) + 1 for up in ups], default=1) == most


def test_each_channel_is_drawn_for_itself(shown):
    events = [
        ContentStart(type="thinking"),
        ContentDelta(type="thinking", text="Let me\nthink."),
        ContentEnd(),
        ToolPlanDelta(text="I will "),
        ToolPlanDelta(text="look."),
        ToolCallStart(name="find", arguments='{"city": "Paris", "days"'),
        ToolCallDelta(arguments=": 3}"),
        ToolCallEnd(),
        ToolCallStart(index=1, name="now"),
        ToolCallEnd(index=1),
        UnknownEvent(type="x"),
        GarbledEvent(),
        ContentStart(index=1),
        ContentDelta(index=1, text="So."),
        MessageEnd(finish_reason="TOOL_CALL"),
    ]
    assert shown(events) == [
        "thinking: 3 words",
        "",
        "plan",
        "│ I will look.",
        "",
        '→ find(city="Paris", days=3)',
        "→ now()",
        "",
        "So.",
    ]


def in_turns(*pieces):
    """Two calls whose arguments come in turns, as some servers send them."""
    yield ToolCallStart(name="f")
    yield ToolCallStart(index=1, name="g")
    for index, piece in pieces:
        yield ToolCallDelta(index=index, arguments=piece)


TURNS = [(0, '{"a"'), (1, '{"b"'), (0, ":1}"), (1, ":2"), (1, "}")]


@pytest.mark.parametrize(
    "ends",
    [
        [ToolCallEnd(), ToolCallEnd(index=1)],
        [ToolCallEnd(index=1), ToolCallEnd()],
        [],
    ],
)
def test_calls_that_come_in_turns_are_each_drawn_once(shown, ends):
    drawn = ["→ f(a=1)", "→ g(b=2)"]
    assert shown([*in_turns(*TURNS), *ends, MessageEnd()]) == drawn
    answer = [ContentDelta(text="So."), MessageEnd()]
    assert shown([*in_turns(*TURNS), *ends, *answer]) == [*drawn, "", "So."]


def test_calls_that_come_in_turns_and_break_off_are_each_drawn_once(shown):
    assert shown([*in_turns(*TURNS[:2]), ContentDelta(text="So.")]) == [
        '→ f({"a")',
        '→ g({"b")',
        "",
        "So.",
    ]


def test_a_call_that_begins_again_is_one(shown):
    start = ToolCallStart(name="f", arguments='{"a"')
    again = ToolCallStart(name="f", arguments=":1}")
    assert shown([start, again, ToolCallEnd(), MessageEnd()]) == ["→ f(a=1)"]


@pytest.mark.parametrize(
    "arguments", ['{"a": 1, "a": 2}', '{"a": [{"b": 1, "b": 2}]}', '{"price": 1.50}']
)
def test_arguments_that_pairs_would_change_are_shown_as_they_are(shown, arguments):
    call = [ToolCallStart(name="f", arguments=arguments), ToolCallEnd(), MessageEnd()]
    assert shown(call) == [f"→ f({arguments})"]


EVERYTHING = [
    ContentStart(type="thinking", text="T"),
    ContentDelta(type="thinking", text="hought."),
    ToolPlanDelta(text="Plan."),
    ToolCallStart(name="find"),
    ToolCallDelta(arguments='{"a": 1}'),
    ToolCallEnd(),
    ContentDelta(index=1, text="So"),
    CitationStart(citation=Citation(0, 2, "So", (source("a"),), 1)),
    CitationEnd(),
    ContentDelta(index=1, text="."),
    MessageEnd(),
]
PARTS = {
    "thinking": ["thinking: 1 word", ""],
    "plan": ["plan", "│ Plan.", ""],
    "tools": ["→ find(a=1)", ""],
    "": ["So¹."],
    "citations": ["", "Sources", "¹ Title a · a  “So”"],
}


@pytest.mark.parametrize(
    "hidden", [*PARTS, "thinking,plan,tools", "thinking,plan,tools,citations"]
)
def test_a_hidden_channel_is_not_drawn(play, lines_on, hidden):
    terminal = Terminal.fake(tty=True)
    play(LiveRenderer(terminal, shown=select_channels(None, hidden)), EVERYTHING)
    left = [part for name, part in PARTS.items() if not name or name not in hidden]
    drawn = [line for part in left for line in part]
    if "citations" in hidden:
        drawn[drawn.index("So¹.")] = "So."
    assert lines_on(terminal) == drawn


def test_a_hidden_call_does_not_cut_the_answer_in_two(play, lines_on):
    terminal = Terminal.fake(tty=True)
    call = [ToolCallStart(name="f"), ToolCallEnd()]
    events = [ContentDelta(text="One"), *call, ContentDelta(text=" line.")]
    play(LiveRenderer(terminal, shown=select_channels(None, "tools")), events)
    assert lines_on(terminal) == ["One line."]


@pytest.mark.parametrize(
    ("arguments", "drawn"),
    [
        ("null", ["→ f()"]),
        ("{}", ["→ f()"]),
        ('{"a"', ['→ f({"a")']),
        ("[1]", ["→ f([1])"]),
        ("0", ["→ f(0)"]),
        ("[" * 3000, None),
        (
            json.dumps({"text": "a" * 20, "list": [1, 2]}),
            ["→ f(", f'    text="{"a" * 20}",', "    list=[1, 2],", ")"],
        ),
    ],
)
def test_arguments_are_laid_out_when_they_are_complete(shown, arguments, drawn):
    call = [ToolCallStart(name="f", arguments=arguments), ToolCallEnd()]
    found = shown(call, columns=40)
    assert found == drawn if drawn else "".join(found).count("[") == 3000


CITED = "The **penguin** is tall.\n\n```\ncode\n```\n\nIt lives in `ice and` snow."
CITATIONS = [
    cited(CITED, "penguin", "a"),
    cited(CITED, "code", "b"),
    cited(CITED, "ice", "b", "a"),
]
DRAWN = [
    "The penguin¹ is tall.",
    "",
    "code",
    "²",
    "",
    "It lives in ice and²·¹ snow.",
    "",
    "Sources",
    "¹ Title a · a  “penguin”, “ice”",
    "² Title b · b  “code”, “ice”",
]


@pytest.mark.parametrize("size", [1, 7, 400])
def test_a_marker_stands_behind_the_cited_words(shown, size):
    assert shown(stream(CITED, size, CITATIONS)) == DRAWN


def test_a_citation_one_token_late_is_still_marked(shown):
    events = [
        ContentDelta(text="The penguin.\n\n"),
        ContentDelta(text="Next"),
        CitationStart(citation=cited("The penguin", "penguin", "a")),
        ContentDelta(text=" one."),
    ]
    assert shown(events)[:3] == ["The penguin¹.", "", "Next one."]


def test_late_citations_are_listed_all_the_same(shown):
    drawn = shown(stream(CITED, 1, CITATIONS, late=True))
    assert drawn[0] == "The penguin is tall."
    assert drawn[-5:] == DRAWN[-5:]


def test_an_answer_in_one_piece_has_all_its_markers(shown):
    assert shown(stream(CITED, len(CITED), CITATIONS, late=True)) == DRAWN


def test_a_citation_counts_in_its_own_block(shown):
    events = [
        ContentStart(type="thinking"),
        ContentDelta(type="thinking", text="hm"),
        ContentStart(index=1),
        ContentDelta(index=1, text="The end"),
        CitationStart(citation=Citation(0, 3, "The", (source("a"),), 1)),
        CitationStart(citation=Citation(0, 7, "The end", (source("b"),))),
    ]
    assert shown(events)[2] == "The¹ end²"


def test_citations_of_thinking_and_the_plan_stand_in_their_own_text(play, lines_on):
    def cite(kind, words, id_):
        at = len(words)
        cited_by = Citation(0, at, words, (source(id_),), data={"type": kind})
        return CitationStart(citation=cited_by)

    events = [
        ContentDelta(type="thinking", text="also think"),
        cite("THINKING_CONTENT", "als", "a"),
        ToolPlanDelta(text="look up"),
        cite("PLAN", "look", "b"),
        ContentDelta(index=1, text="also two"),
        cite("TEXT_CONTENT", "also", "c"),
    ]
    drawn = {}
    for shown in (None, "thinking"):
        terminal = Terminal.fake(tty=True)
        play(LiveRenderer(terminal, shown=select_channels(shown, None)), events)
        drawn[shown] = lines_on(terminal)
    plan = ["", "plan", "│ look{} up", "", "also{} two", "", "Sources"]
    assert drawn == {
        None: [
            "thinking: 2 words",
            *"\n".join(plan).format("¹", "²").split("\n"),
            "¹ Title b · b",
            "² Title c · c  “also”",
        ],
        "thinking": [
            "thinking",
            "│ also¹ think",
            *"\n".join(plan).format("²", "³").split("\n"),
            "¹ Title a · a",
            "² Title b · b",
            "³ Title c · c  “also”",
        ],
    }


def test_a_sign_never_splits_a_word(shown):
    citation = Citation(0, 6, "122 cm", (source("a"),))
    text = "The emperor penguin is 122 cm tall."
    events = [ContentDelta(text=text), CitationStart(citation=citation)]
    assert shown(events)[0] == "The emperor penguin is 122 cm¹ tall."


def marked_in(text, *words, **more):
    """A stream of *text* whose citations of *words* rest on a source each."""
    citations = [cited(text, one, str(n)) for n, one in enumerate(words, 1)]
    return stream(text, 3, citations, **more)


@pytest.mark.parametrize(
    ("text", "words", "rows"),
    [
        ("a `co de` b", ["co"], ["a co de¹ b"]),
        ("```py\nx = 1\ny\n```\nEnd", ["x = 1", "1\ny"], ["x = 1", "y", "¹·²", "", "End"]),
        ("    one\n    two\n\nEnd", ["one", "two"], ["one", "two", "¹·²", "", "End"]),
        ("A **big cat** *sat*.", ["A **big", "big cat", "*sat"], ["A big¹ cat² sat³."]),
        ("One two three", ["One two", "two", "two three"], ["One two¹·² three³"]),
        ("One two", ["One two", "One two"], ["One two¹·²"]),
        ("\U0001f642 e\u0301 ok", ["\U0001f642", "e", "ok"], ["\U0001f642¹ \u00e9² ok³"]),
        (
            "| A | B |\n|--|--|\n| x | **y** |\n| z |",
            ["A |", "x", "y", "z"],
            [" A¹  B", " ──────", " x²  y³", " z⁴"],
        ),
        ("- one\n- two\n  1. three\n", ["one", "three"], [" • one¹", " • two", "    1. three²"]),
        ("- ```\n  code\n  ```\n- two", ["code", "two"], [" • code", "¹", " • two²"]),
        ("# Head\n\nTwo\n===\n", ["Head", "Two\n==="], ["Head¹", "", "Two²"]),
        ("A [li nk](https://x.y) b", ["li", "li nk](ht"], ["A li¹ nk (https://x.y)² b"]),
        ("> Quoted\n> words\n", ["Quoted", "words\n"], ["▌ Quoted¹ words²"]),
        ("One.\n\n\nTwo.", ["One.\n\n\n"], ["One.¹", "", "Two."]),
        ("x" * 79 + " y", ["x" * 79], ["x" * 79 + "¹", "y"]),
        ("x" * 80 + " y", ["x" * 80], ["x" * 80, "¹ y"]),
    ],
)  # fmt: skip
def test_a_sign_stands_right_behind_the_words_wherever_they_are(
    shown, text, words, rows
):
    drawn = shown(marked_in(text, *words))
    assert drawn[: drawn.index("Sources") - 1] == rows
    output = [f"“{' '.join(one.split())}”" for one in words]
    listing = [row.partition("  ")[2] for row in drawn if re.match("[¹²³⁴] T", row)]
    assert listing == [one if len(one) <= 62 else f"{one[:60]}…”" for one in output]


def test_a_family_of_emoji_is_not_taken_apart(live, play):
    family = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
    text = f"{family} \U0001f44d\U0001f3fd ok"
    terminal, renderer = live()
    play(renderer, marked_in(text, "\U0001f469", "\U0001f44d"))
    bare = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", terminal.written.decode())
    assert f"{family}¹ \U0001f44d\U0001f3fd² ok" in bare


def test_a_citation_that_comes_when_its_block_is_drawn_is_listed_alone(shown):
    text = "One.\n\nTwo.\n\nThree."
    assert shown(marked_in(text, "One", "Three", late=True)) == [
        "One.",
        "",
        "Two.",
        "",
        "Three².",
        "",
        "Sources",
        "¹ Title 1 · 1  “One”",
        "² Title 2 · 2  “Three”",
    ]


def test_a_console_without_raised_figures_has_brackets(live, play, lines_on):
    terminal, renderer = live(environ={"TERM": "linux"})
    play(renderer, marked_in("One two", "One", "One"))
    assert lines_on(terminal) == [
        "One[1][2] two",
        "",
        "Sources",
        "[1] Title 1 · 1  “One”",
        "[2] Title 2 · 2  “One”",
    ]


def test_signs_are_seen_by_their_colour(live, play):
    terminal, renderer = live()
    play(renderer, marked_in("One **two**", "One", "two"))
    written = terminal.written.decode()
    assert "One\x1b[1;36m¹\x1b[0m \x1b[1mtwo\x1b[0m\x1b[1;36m²\x1b[0m\n" in written
    assert "\x1b[1;36m¹ \x1b[0mTitle 1" in written


THOUGHT = [
    ContentDelta(type="thinking", text=f"Line {n} of\nthese. ") for n in range(20)
]


def test_thinking_makes_room_for_a_line_once_it_is_over(live, play, lines_on):
    def think():
        yield from THOUGHT
        pyte.Stream(screen).feed(terminal.written.decode())
        yield ContentDelta(index=1, text="So.")

    screen = pyte.Screen(80, 24)
    screen.set_mode(pyte.modes.LNM)
    terminal, renderer = live()
    play(renderer, think())
    title, *rows = [row.rstrip() for row in screen.display if row.strip()]
    assert (title, rows[-1]) == ("thinking", "│ these.")
    assert {re.sub(r"\d+", "N", row) for row in rows[:-1]} == {"│ these. Line N of"}
    assert len(rows) <= 7
    assert lines_on(terminal) == ["thinking: 80 words", "", "So."]


def test_thinking_asked_for_by_name_stays_in_full(play, lines_on):
    terminal = Terminal.fake(tty=True)
    play(LiveRenderer(terminal, shown=select_channels("thinking", None)), THOUGHT[:2])
    assert lines_on(terminal) == [
        "thinking",
        "│ Line 0 of",
        "│ these. Line 1 of",
        "│ these.",
    ]


def test_blank_thinking_is_no_thinking(shown):
    blank = ContentDelta(type="thinking", text=" \n")
    assert shown([blank, ContentDelta(index=1, text="So.")]) == ["So."]


def test_a_stalled_answer_shows_all_that_came(lines_on):
    terminal = Terminal.fake(tty=True)
    reply = Reply()
    with LiveRenderer(terminal) as live:
        for text in ("One.\n\n", "Two ", "and", " three"):
            event = ContentDelta(text=text)
            reply.add(event)
            live.show(event, reply)
        end = time.monotonic() + 10
        while b"three" not in terminal.written and time.monotonic() < end:
            time.sleep(0.01)
        assert b"Two and three" in terminal.written
    assert lines_on(terminal) == ["One.", "", "Two and three"]


def test_a_screen_that_fails_between_two_events_is_reported_at_the_next():
    leader, follower = os.openpty()
    with os.fdopen(follower, "w", encoding="utf-8") as out:
        terminal = Terminal(out, out, out, {"TERM": "xterm"})
        live = LiveRenderer(terminal)
        one, two = ContentDelta(text="a"), ContentDelta(text="b")
        reply = Reply()
        for event in (one, two):
            reply.add(event)
            live.show(event, reply)
        os.close(leader)
        with pytest.raises(OutputUnwritable) as raised:  # noqa: PT012 - how often is unknown
            for _ in range(1000):
                time.sleep(0.01)
                live.show(UnknownEvent(type="x"), reply)
        assert raised.value.what == "cannot write output: input/output error"
        live.__exit__(OutputUnwritable, raised.value, None)
        terminal.discard_output()


@pytest.mark.parametrize(
    ("ci", "moves"), [("true", False), ("1", False), ("false", True), ("", True)]
)
def test_a_log_of_ci_gets_rows_that_never_change(play, lines_on, ci, moves):
    terminal = Terminal.fake(tty=True, environ={"TERM": "xterm", "CI": ci})
    canvas = Screen(terminal, lambda: 24, Ticks())
    play(
        LiveRenderer(terminal, screen=canvas, stalls=False),
        marked_in(ANSWER, "paragraph"),
    )
    assert lines_on(terminal)[:3] == [
        "A heading",
        "",
        "The first paragraph¹ has code, a link (https://example.com/x), Vec<String> and",
    ]
    sent = set(re.findall(r"\r|\x1b\[[0-9;?]*[A-Zh-l]", terminal.written.decode()))
    assert bool(sent) is moves


@pytest.mark.parametrize("size", [1, 7, 400])
def test_a_screen_of_one_short_row_shows_every_line(shown, size):
    whole = shown(stream(ANSWER, 10_000), 12, 1)
    assert whole[:4] == ["A heading", "", "The first", "paragraph"]
    assert shown(stream(ANSWER, size), 12, 1) == whole


TABLE = "| Name | Score |\n|------|------:|\n" + "".join(
    f"| Anna {n} | {n} |\n" for n in range(100)
)


def test_an_open_table_is_drawn_by_whole_rows(live, play):
    terminal, renderer = live()
    play(renderer, stream(TABLE, 7))
    bare = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", terminal.written.decode())
    seen = {row for row in re.split(r"[\r\n]", bare) if row and row[0] == " "}
    assert not [
        row for row in seen if not re.match(r" Anna +\d+ +\d+$| Name +Score$| ─+$", row)
    ]
    assert {row for row in re.split(r"[\r\n]", bare) if row[:1] == "|"} <= {
        TABLE[:at] for at in range(1, 17)
    }
    assert "-" not in bare


def test_an_open_table_that_is_cut_off_has_its_marks_in_their_rows(live, play):
    terminal, renderer = live()
    play(renderer, marked_in(TABLE, "Anna 80", "| 99"))
    bare = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", terminal.written.decode())
    rows = {" ".join(row.split()) for row in re.split(r"[\r\n]", bare)}
    marked = {row for row in rows if re.search("[¹²]", row)}
    assert marked == {
        "Anna 80¹ 80",
        "Anna 99 99²",
        "¹ Title 1 · 1 “Anna 80”",
        "² Title 2 · 2 “| 99”",
    }


def test_a_cut_answer_is_drawn_as_far_as_it_came(live, play, lines_on):
    def cut():
        yield ContentDelta(text="Done.\n\nHalf of")
        yield ContentDelta(text=" a **sen")
        raise AnswerIncomplete("cut")

    terminal, renderer = live()
    with pytest.raises(AnswerIncomplete):
        play(renderer, cut())
    assert lines_on(terminal) == ["Done.", "", "Half of a **sen"]
    assert terminal.noted == ""


def test_an_unusual_end_is_noted(live, play, lines_on):
    terminal, renderer = live()
    play(renderer, [ContentDelta(text="x"), MessageEnd(finish_reason="MAX_TOKENS")])
    assert lines_on(terminal) == ["x"]
    assert terminal.noted == (
        "\n\x1b[1;33mwarning:\x1b[0m the answer was cut off at max_tokens\n"
    )


def test_nothing_is_drawn_after_the_reader_left(live, play):
    shown = []

    def leave():
        yield ContentDelta(text="One.\n\nTwo.")
        shown.append(terminal.written)
        raise BrokenPipeError

    terminal, renderer = live()
    with pytest.raises(BrokenPipeError):
        play(renderer, leave())
    assert terminal.written == shown[0]


def test_the_first_token_is_drawn_at_once_and_frames_come_twelve_a_second(play):
    now, frames = [0.0], []

    def tell():
        for _ in range(100):
            yield ContentDelta(text="x")
            frames.append(terminal.written)
            now[0] += 0.01

    terminal = Terminal.fake(tty=True)
    canvas = Screen(terminal, lambda: 24, lambda: now[0])
    play(LiveRenderer(terminal, screen=canvas, stalls=False), tell())
    assert frames[0] == b"\x1b[?7lx\x1b[?7h"
    assert len(set(frames)) == 12


def test_code_is_sent_as_it_is_without_padding_or_background(live, play):
    line = "x = 1  # " + "long " * 30 + "end"
    terminal, renderer = live()
    play(renderer, stream(f"```python\n{line}\n```\n", 400))
    written = terminal.written.decode()
    drawn = written[written.rindex("\x1b[J") :] if "\x1b[J" in written else written
    assert re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", drawn).endswith(f"{line}\n")
    assert not re.search(r"\x1b\[[0-9;]*4[0-9]", written)


def test_no_color_leaves_no_colour(live, play):
    terminal, renderer = live(environ={"TERM": "xterm", "NO_COLOR": "1"})
    play(renderer, stream(ANSWER, 40, [cited(ANSWER, "code", "a")]))
    styles = set(re.findall(r"\x1b\[([0-9;]*)m", terminal.written.decode()))
    assert {int(code or 0) for style in styles for code in style.split(";")} <= {
        *range(10)
    }


def test_the_screen_is_never_swapped_nor_the_cursor_hidden(live, play):
    terminal, renderer = live()
    play(renderer, stream(ANSWER, 3))
    assert set(re.findall(r"\x1b\[\?\d+[a-z]", terminal.written.decode())) == {
        "\x1b[?7l",
        "\x1b[?7h",
    }


def test_a_long_block_costs_no_more_for_being_long(live, play):
    sent = {}
    for size in (200, 2000):
        terminal, renderer = live()
        play(renderer, stream("word " * size, 5))
        sent[size] = len(terminal.written)
    assert sent[2000] < 15 * sent[200]


ATTACKS = [
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1b[2J\x1b[H",
    "\x9b31m\x9d0;t\x9c",
    "\x1b]8;;http://x\x1b\\l\x1b]8;;\x1b\\",
    "\r\x08\x7f\x00\x0b\x0c",
    "\u202eevil\u2066\u200f",
    "\u2060\u200b\ufeff\xad\u2028\U000e0041\ud800",
    "&#13;&#12;&#x202e;&rlm;&#27;[2J&shy;&#155;31m&ZeroWidthSpace;&NoBreak;",
    "[l](http://x/\u202e\x1b[2J) ![i](\x9b) <a\x1bb>",
    "\n```\x1b[2J\n\x1b]52;c;x\x07\n```\n",
    "\n    \x9b2J\n\n- `\x1b[2J`\n  ```\n  \x9b\n",
    "\n| \x1b[2J | b |\n|---|---|\n| \x9bJ | &rlm; |\n",
]
OURS = re.compile(r"\x1b\[(?:[0-9;]*m|\?7[lh])|\r(?:\x1b\[[0-9]+A)?\x1b\[J")


def attacked(attack):
    sources = (Source({"id": attack, "document": {"title": attack}}),)
    yield MessageStart(id=attack)
    yield ContentDelta(type="thinking", text=f"t {attack}\nmore {attack}")
    yield ToolPlanDelta(text=f"p {attack}")
    yield ToolCallStart(name=attack, id=attack)
    yield ToolCallDelta(arguments=f'{{"a": "{attack}')
    yield ToolCallEnd()
    yield ToolCallStart(index=1, name=attack, arguments=json.dumps({attack: attack}))
    yield ToolCallEnd(index=1)
    for piece in (f"a {attack} ", *attack, "\n\nend"):
        yield ContentDelta(index=1, text=piece)
    citation = Citation(0, 4, attack, sources, 1)
    yield CitationStart(citation=citation)
    yield MessageEnd(finish_reason=attack, error=attack)


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_sink_lets_text_drive_the_terminal(live, play, attack):
    terminal, renderer = live()
    play(renderer, attacked(attack))
    left = OURS.sub("", terminal.written.decode())
    assert (clean(left), clean(terminal.noted)) == (left, terminal.noted)


def test_the_height_is_the_terminals_own():
    leader, follower = os.openpty()
    termios.tcsetwinsize(follower, (7, 50))
    with os.fdopen(follower, "w", encoding="utf-8") as stdout:
        terminal = Terminal(stdout, stdout, stdout)
        assert Screen(terminal).max_live_rows == 5
    os.close(leader)
    assert Screen(Terminal.fake(tty=True)).max_live_rows == 8
