"""Text that does not fit: long cells, deep nesting, long URLs; and line endings."""

import re

import pytest

from cohere_cli.api.protocol.events import (
    Citation,
    CitationStart,
    ContentDelta,
    MessageEnd,
    Source,
)
from cohere_cli.render.channels import select_channels
from cohere_cli.render.live.renderer import LiveRenderer
from cohere_cli.terminal import Terminal

URL = "https://example.com/a/very/long/url/that/goes/on?x=1&y=2#frag"


@pytest.fixture
def rows(play):
    """The rows as they are sent: the terminal wraps those that are too long."""

    def rows(text, columns=40, *, size=400, citations=(), shown=None, **environ):
        environ = {"TERM": "xterm", "CI": "true", **environ}
        terminal = Terminal.fake(tty=True, columns=columns, environ=environ)
        pieces = [text[at : at + size] for at in range(0, len(text), size)]
        events = [
            *(ContentDelta(text=piece) for piece in pieces),
            *(CitationStart(citation=one) for one in citations),
            MessageEnd(),
        ]
        play(LiveRenderer(terminal, shown=select_channels(shown, None)), events)
        drawn = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", terminal.written.decode())
        return drawn.splitlines()

    return rows


LONG_CELL = f"""\
| a | b |
|---|---|
| some words that fill the column up to the edge of it all | {URL} |
| more | less |
"""


def test_a_table_folds_its_long_cells(rows):
    assert rows(LONG_CELL, 84) == [
        " a                    b",
        " " + "─" * 82,
        f" some words that      {URL}",
        " fill the column up",
        " to the edge of it",
        " all",
        " more                 less",
    ]


def test_a_table_without_room_is_a_list_of_records(rows):
    assert rows(LONG_CELL) == [
        "a: some words that fill the column up to",
        "the edge of it all",
        "b:",
        URL,
        "",
        "a: more",
        "b: less",
    ]


@pytest.mark.parametrize("quote", ["", "> "])
def test_a_row_keeps_the_cells_that_its_table_has_no_column_for(rows, quote):
    lines = ["| a | b |", "|---|---|", "| 1 | 2 | 3 | *4* |", "5 | 6 | 7", "| 8 |"]
    text = "".join(f"{quote}{line}\n" for line in lines)
    drawn = [
        row.removeprefix("▌").removeprefix(" " * bool(quote)) for row in rows(text)
    ]
    assert [row for row in drawn if row] == [
        " a  b",
        " ────────────",
        " 1  2 | 3 | 4",
        " 5  6 | 7",
        " 8",
    ]


@pytest.mark.parametrize("columns", [12, 40, 80, 160])
@pytest.mark.parametrize(
    "text",
    [
        "".join(f"{'  ' * depth}- word{depth}x\n" for depth in range(60)),
        "".join(f"{'   ' * depth}1. word{depth}x\n" for depth in range(60)),
        "\n>\n".join(f"{'> ' * depth}word{depth}x" for depth in range(60)),
        "".join(f"{'> - ' * depth}word{depth}x\n\n" for depth in range(30)),
        f"{'- ' * 500}word0x",
        f"{'>' * 5000}word0x",
    ],
    ids=["bullets", "numbers", "quotes", "both", "one line", "hostile"],
)
def test_nothing_is_lost_however_deeply_it_is_nested(rows, text, columns):
    drawn = " ".join(rows(text, columns))
    assert re.findall(r"word\d+x", drawn) == re.findall(r"word\d+x", text)


def test_deep_lists_are_indented_only_as_far_as_there_is_room(rows):
    text = "".join(f"{'  ' * depth}- item {depth}\n" for depth in range(6))
    assert rows(text, 20) == [
        " • item 0",
        "    • item 1",
        "       • item 2",
        "         • item 3",
        "         • item 4",
        "         • item 5",
    ]


def test_a_url_is_whole_on_a_row_of_its_own_if_it_does_not_fit(rows):
    text = f"Open {URL} now.\n\n- [text]({URL})\n- <https://example.com/auto>\n"
    assert rows(text) == [
        "Open",
        URL,
        "now.",
        "",
        " • text",
        f"   {URL}",
        " • https://example.com/auto",
    ]


def test_a_url_wraps_as_a_link_where_the_terminal_has_links(rows):
    text = f"Open {URL} now. [text](https://example.com/b)"
    drawn = rows(text, FORCE_HYPERLINK="1")
    links = re.findall(r"\x1b]8;;([^\x1b]+)\x1b\\([^\x1b]*)", "".join(drawn))
    assert {uri for uri, _ in links} == {URL, "https://example.com/b"}
    assert "".join(shown for uri, shown in links if uri == URL) == URL
    assert "".join(shown for uri, shown in links if uri != URL) == (
        "text(https://example.com/b)"
    )


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("<https://example.com/a>", "https://example.com/a"),
        ("<me@example.com>", "me@example.com"),
        ("[https://example.com/a](https://example.com/a)", "https://example.com/a"),
        ("[a **b**](https://example.com)", "a b (https://example.com)"),
        ("https://example.com/(a).", "https://example.com/(a)."),
    ],
)
def test_an_address_is_shown_once(rows, text, drawn):
    assert rows(text) == [drawn]


def test_a_source_has_its_url_whole(rows):
    source = Source({"id": "doc:0", "document": {"url": URL}})
    assert rows("Hi", citations=[Citation(0, 2, "Hi", (source,))]) == [
        "Hi¹",
        "",
        "Sources",
        f"¹ {URL}",
        "  · doc:0  “Hi”",
    ]


CRLF = (
    "One\r\nTwo\r\n\r\n| x | y |\r\n|---|---|\r\n| 1 | 2 |\r\n\r\n```\r\ncode\r\n```\r"
)


@pytest.mark.parametrize("size", [1, 2, 3, 400])
def test_lines_may_end_in_cr_lf(rows, size):
    assert rows(CRLF, size=size) == [
        "One Two",
        "",
        " x  y",
        " ────",
        " 1  2",
        "",
        "code",
    ]
    tokens = rows(CRLF, size=size, shown="logprobs")
    assert "\n".join(tokens) == CRLF.replace("\r\n", "\n").rstrip("\r")


def test_offsets_count_the_carriage_returns(rows):
    cited = Citation(5, 8, "Two", (Source({"id": "a"}),))
    text = "One\r\nTwo and three\r\n"
    assert rows(text, citations=[cited])[0] == "One Two¹ and three"


@pytest.mark.parametrize(
    "text",
    [
        "https://e.com/a?x=*b*c&y=~~d~~",
        "https://e.com/_private_/x",
        "See https://e.com/_a_/b_c_, then go.",
    ],
)
def test_a_bare_url_keeps_the_marks_in_it(play, lines_on, text):
    terminal = Terminal.fake(tty=True)
    play(LiveRenderer(terminal), [ContentDelta(text=text)])
    assert lines_on(terminal) == [text]


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        (r"so \(a_b*c*_d\) is", r"so \(a_b*c*_d\) is"),
        (r"so \[x \\ y\] is", r"so \[x \\ y\] is"),
        ("so $a_b*c*d_e$ is", "so $a_b*c*d_e$ is"),
        ("so $$a *b* c$$ is", "so $$a *b* c$$ is"),
        (r"so $\{a\}$ is", r"so $\{a\}$ is"),
        ("$5 and *six* $6", "$5 and six $6"),
        ("from $5-*or so*-$6", "from $5-or so-$6"),
        (r"no \( end *here*", "no ( end here"),
        (r"no $end *here*", "no $end here"),
    ],
)
def test_formulas_are_left_as_they_came(rows, text, drawn):
    assert rows(text) == [drawn]


def test_a_break_in_a_cell_begins_a_line_and_is_text_elsewhere(rows):
    table = "| a<br>b | c |\n|--|--|\n| one<BR/>two <br /> three | x |\n\nfour<br>five"
    assert rows(table) == [
        " a",
        " b      c",
        " ────────",
        " one    x",
        " two",
        " three",
        "",
        "four<br>five",
    ]


def test_the_numbers_of_a_list_have_a_period_and_stand_in_a_column(rows):
    assert rows("9. nine\n10. ten") == ["  9. nine", " 10. ten"]


@pytest.mark.parametrize("columns", [12, 20, 33, 60, 80, 100, 160])
def test_no_letter_is_cut_off_at_any_width(rows, columns):
    text = (
        "# A heading of several words\n\n1. an item of a list that goes on\n\n"
        "> a quotation of some length\n\n| head | other<br>head |\n|--|--|\n"
        "| a_longish_identifier | b |\n\n    indented code of a line\n\n"
        "a `code span` and incomprehensibilities $x_1 + y$"
    )
    letters = re.sub(r"[^a-zA-Z0-9_+]", "", text.replace("<br>", ""))
    drawn = re.sub(r"[^a-zA-Z0-9_+]", "", "".join(rows(text, columns)))
    assert sorted(drawn) == sorted(letters)
