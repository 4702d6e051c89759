import difflib
import json
import os
import re
import termios

import pytest

from cohere_cli.api.events import (
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
from cohere_cli.errors import AnswerIncomplete
from cohere_cli.render.canvas import Canvas
from cohere_cli.render.channels import channels
from cohere_cli.render.live import Live
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
        return terminal, Live(terminal, Canvas(terminal, lambda: rows, Ticks()))

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
        " 3 three",
        "   three again",
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
    play(renderer, stream(ANSWER, 5))
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
        "thinking",
        "│ Let me",
        "│ think.",
        "",
        "plan",
        "│ I will look.",
        "",
        '→ find(city="Paris", days=3)',
        "→ now()",
        "",
        "So.",
    ]


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
    "thinking": ["thinking", "│ Thought.", ""],
    "plan": ["plan", "│ Plan.", ""],
    "tools": ["→ find(a=1)", ""],
    "": ["So[1]."],
    "citations": ["", "Sources", "[1] Title a · a  “So”"],
}


@pytest.mark.parametrize(
    "hidden", [*PARTS, "thinking,plan,tools", "thinking,plan,tools,citations"]
)
def test_a_hidden_channel_is_not_drawn(play, lines_on, hidden):
    terminal = Terminal.fake(tty=True)
    play(Live(terminal, shown=channels(None, hidden)), EVERYTHING)
    left = [part for name, part in PARTS.items() if not name or name not in hidden]
    drawn = [line for part in left for line in part]
    if "citations" in hidden:
        drawn[drawn.index("So[1].")] = "So."
    assert lines_on(terminal) == drawn


def test_a_hidden_call_does_not_cut_the_answer_in_two(play, lines_on):
    terminal = Terminal.fake(tty=True)
    call = [ToolCallStart(name="f"), ToolCallEnd()]
    events = [ContentDelta(text="One"), *call, ContentDelta(text=" line.")]
    play(Live(terminal, shown=channels(None, "tools")), events)
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
    "The penguin[1] is tall.",
    "",
    "code",
    "[2]",
    "",
    "It lives in ice and[2][1] snow.",
    "",
    "Sources",
    "[1] Title a · a  “penguin”, “ice”",
    "[2] Title b · b  “code”, “ice”",
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
    assert shown(events)[:3] == ["The penguin[1].", "", "Next one."]


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
    assert shown(events)[3] == "The[1] end[2]"


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
    assert terminal.noted == "co: the answer was cut at max_tokens\n"


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
    play(Live(terminal, Canvas(terminal, lambda: 24, lambda: now[0])), tell())
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
        assert Canvas(terminal).tail_rows == 5
    os.close(leader)
    assert Canvas(Terminal.fake(tty=True)).tail_rows == 8
