import re
from itertools import groupby
from math import log

import pyte
import pytest

from cohere_cli.api.protocol.chat import decode_response
from cohere_cli.api.protocol.events import (
    Citation,
    CitationStart,
    ContentDelta,
    ContentEnd,
    ContentStart,
    MessageEnd,
    Source,
    ToolCallEnd,
    ToolCallStart,
)
from cohere_cli.errors import AnswerIncomplete
from cohere_cli.render.live.renderer import LiveRenderer
from cohere_cli.render.renderer import DEFAULT_CHANNELS
from cohere_cli.terminal import Terminal, clean

SHOWN = DEFAULT_CHANNELS | {"logprobs"}
PLAIN = ("default", False, False)
LEGEND = "token probability  ≥ 90%  ≥ 60%  ≥ 30%  ≥ 10%  < 10%"


def token(text, likely, index=0):
    logprobs = {"text": text, "token_ids": [1], "logprobs": [log(likely)]}
    return ContentDelta(text=text, index=index, logprobs=logprobs)


ANSWER = [
    token("**The", 0.99),
    token(" tall", 0.7),
    token("est**", 0.4),
    token(" is\n\n", 0.2),
    token("# blue", 0.01),
]


def drawn(play, events, environ=None, columns=80):
    terminal = Terminal.fake(tty=True, columns=columns, environ=environ)
    play(LiveRenderer(terminal, shown=SHOWN), events)
    return terminal


def runs(terminal):
    """What a screen shows of each line that is not blank: words, colour, marks."""
    screen = pyte.Screen(terminal.width, 24)
    screen.set_mode(pyte.modes.LNM)
    pyte.Stream(screen).feed(terminal.written.decode())
    cells = [[screen.buffer[y][x] for x in range(screen.columns)] for y in range(24)]
    lines = []
    for row in cells:
        alike = groupby(row, lambda cell: (cell.fg, cell.underscore, cell.reverse))
        line = [("".join(cell.data for cell in run), *look) for look, run in alike]
        line[-1] = (line[-1][0].rstrip(), *line[-1][1:])
        if any(text for text, *_ in line):
            lines.append([run for run in line if run[0]])
    return lines


def test_each_token_has_the_colour_of_its_probability(play):
    terminal = drawn(play, [*ANSWER, MessageEnd()], {"TERM": "xterm"})
    assert runs(terminal)[:2] == [
        [
            ("**The", "green", False, False),
            (" tall", "brightgreen", False, False),
            ("est**", "brown", False, False),
            (" is", "brightred", True, False),
        ],
        [("# blue", "red", False, True)],
    ]
    assert terminal.noted == ""


def test_the_legend_shows_every_step(play):
    terminal = drawn(play, [*ANSWER, MessageEnd()], {"TERM": "xterm"})
    assert [run for run in runs(terminal)[2] if run[0].strip()] == [
        ("token probability  ", "default", False, False),
        ("≥ 90%", "green", False, False),
        ("≥ 60%", "brightgreen", False, False),
        ("≥ 30%", "brown", False, False),
        ("≥ 10%", "brightred", True, False),
        ("< 10%", "red", False, True),
    ]


def test_the_least_likely_tokens_are_marked_without_colours_too(play):
    terminal = drawn(play, ANSWER, {"TERM": "xterm", "NO_COLOR": "1"})
    assert runs(terminal)[:2] == [
        [("**The tallest**", *PLAIN), (" is", "default", True, False)],
        [("# blue", "default", False, True)],
    ]


def test_tokens_are_appended_and_nothing_is_drawn_again(play, lines_on):
    events = [token(f"w{n} ", 0.99) for n in range(500)]
    terminal = drawn(play, events, columns=40)
    shown = "".join(lines_on(terminal, 10))
    assert re.findall(r"w\d+", shown) == [f"w{n}" for n in range(500)]
    assert not re.search(r"\x1b\[(?![0-9;]*m)", terminal.written.decode())


def test_the_other_channels_are_drawn_as_ever(play, lines_on):
    source = Source({"id": "a", "document": {"title": "A"}})
    events = [
        ContentDelta(type="thinking", text="Hm."),
        token("Wait", 0.9, 1),
        ToolCallStart(name="find"),
        ToolCallEnd(),
        token("So", 0.9, 2),
        CitationStart(citation=Citation(0, 2, "So", (source,), 2)),
        token(".\n", 0.9, 2),
    ]
    assert lines_on(drawn(play, events)) == [
        "thinking: 1 word",
        "",
        "Wait",
        "",
        "→ find()",
        "",
        "So.",
        "",
        LEGEND,
        "",
        "Sources",
        "¹ A · a  “So”",
    ]


def test_a_response_in_one_piece_is_coloured_too(play):
    output = [("Hi", 0.99), (" there", 0.01)]
    response = {
        "message": {"content": [{"type": "text", "text": "Hi there!"}]},
        "logprobs": [{"text": text, "logprobs": [log(p)]} for text, p in output],
    }
    terminal = drawn(play, decode_response(response), {"TERM": "xterm"})
    assert runs(terminal)[0] == [
        ("Hi", "green", False, False),
        (" there", "red", False, True),
        ("!", *PLAIN),
    ]


def test_late_log_probabilities_do_not_open_a_closed_answer(play, lines_on):
    late = ContentDelta(text="", logprobs={"text": "Hi", "logprobs": [-1.0]})
    events = [ContentDelta(text="Hi"), ToolCallStart(name="f"), late, ToolCallEnd()]
    assert lines_on(drawn(play, events)) == ["Hi", "", "→ f()"]


def test_an_answer_without_log_probabilities_is_drawn_and_that_is_noted(play, lines_on):
    events = [
        ContentStart(),
        *(ContentDelta(text=one) for one in "a *b*"),
        ContentEnd(),
        MessageEnd(),
    ]
    terminal = drawn(play, events)
    assert lines_on(terminal) == ["a *b*"]
    assert terminal.noted == (
        "\n\x1b[2mco: the model returned no log probabilities "
        "(co chat --logprobs requests them)\x1b[0m\n"
    )


def test_an_empty_answer_leaves_no_blank_line(play, lines_on):
    call = [ToolCallStart(name="f"), ToolCallEnd()]
    assert lines_on(drawn(play, [ContentStart(), ContentEnd(), *call])) == ["→ f()"]


def test_line_ends_stand_outside_the_colours(play):
    terminal = drawn(play, [token("a\n\n", 0.01)], {"TERM": "xterm"})
    assert terminal.written.startswith(b"\x1b[7;31ma\x1b[0m\n\n")


def test_without_an_answer_nothing_is_missed(play):
    terminal = drawn(play, [ToolCallStart(name="f"), ToolCallEnd(), MessageEnd()])
    assert terminal.noted == ""


def test_a_cut_answer_is_drawn_as_far_as_it_came(play, lines_on):
    def cut():
        yield token("half", 0.99)
        yield ContentDelta(text=" of")
        raise AnswerIncomplete("cut")

    terminal = Terminal.fake(tty=True)
    with pytest.raises(AnswerIncomplete):
        play(LiveRenderer(terminal, shown=SHOWN), cut())
    assert lines_on(terminal) == ["half of", "", LEGEND]
    assert terminal.noted == ""


@pytest.mark.parametrize("likely", [0.99, 0.01])
def test_tokens_cannot_drive_the_terminal(play, likely):
    attack = "\x1b]52;c;x\x07\x1b[2J\x9b31m\u202e\u2028\r\n\x1b[H\ud800"
    pieces = [token(attack, likely), *(token(one, likely) for one in attack)]
    terminal = drawn(play, [*pieces, ContentDelta(text=attack)])
    left = re.sub(r"\x1b\[[0-9;]*m", "", terminal.written.decode())
    assert clean(left) == left
