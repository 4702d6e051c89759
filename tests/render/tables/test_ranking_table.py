import re
from dataclasses import replace

import pytest
from rich.cells import cell_len

from cohere_cli.documents.document import Document
from cohere_cli.render.tables.ranking_table import full_lines, table_lines
from cohere_cli.render.tables.record import RankedRecord
from cohere_cli.terminal import Terminal


def record(data, source, line):
    return Document(data, b"", source, line, "")


RANKED = [
    RankedRecord(1, 1.0, record("日本語の文書" * 20, "b", 22)),
    RankedRecord(
        0,
        0.0412,
        record(
            {"title": "Capitals", "text": "Washington\x1b[2J " * 9}, "a/b/c/d.txt", 1
        ),
    ),
    RankedRecord(2, 8.2e-06, record("short\u202e", "c\x1b]52;c;x\x07", 3)),
]
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def test_a_pipe_gets_aligned_columns_without_escapes():
    lines = list(table_lines(Terminal.fake(), iter(RANKED), "capitals"))
    washington = " ".join(["Washington^[[2J"] * 9)
    assert lines == [
        "1      1.00  b:22            " + "日本語の文書" * 20,
        f"2    0.0412  a/b/c/d.txt:1   Capitals · {washington}",
        "3  8.20e-06  c^[]52;c;x^G:3  short\\u{202e}",
    ]


def test_a_screen_gets_rows_that_fit(lines_on):
    terminal = Terminal.fake(tty=True, columns=82)
    for line in table_lines(terminal, RANKED):
        terminal.draw(f"{line}\n")
    assert [line.replace(" ", "") for line in lines_on(terminal)] == [
        "1██████████1.00b:22日本語の文書日本語の文書日本語の文書日本…",
        "2▍0.0412a/b/c/d.txt:1Capitals·Washington^[[2JWashington^[[…",
        "38.20e-06c^[]52;c;x^G:3short\\u{202e}",
    ]


LONG = [
    RankedRecord(0, 0.5, record("some words " * 20, "docs/of/one/project.md", 120)),
    RankedRecord(1, 0.25, record("short", "a", 1)),
]


@pytest.mark.parametrize(
    ("columns", "rows"),
    [
        (
            104,
            [
                (
                    "1  █████       0.500  docs/of/one/project.md:120  some words some words "
                    "some words some words some word…"
                ),
                "2  ██▌         0.250  a:1                         short",
            ],
        ),
        (
            80,
            [
                (
                    "1  0.500  docs/of/one/project.md:120  some words some words some words "
                    "some wor…"
                ),
                "2  0.250  a:1                         short",
            ],
        ),
        (
            60,
            [
                "1  █████       0.500  some words some words some words some…",
                "   docs/of/one/project.md:120",
                "2  ██▌         0.250  short",
                "   a:1",
            ],
        ),
    ],
)
def test_half_of_the_width_is_the_records_and_a_path_is_never_cut_for_it(columns, rows):
    terminal = Terminal.fake(tty=True, columns=columns)
    assert [COLOURS.sub("", line) for line in table_lines(terminal, LONG)] == rows


def test_a_width_that_was_chosen_is_that_of_rows_in_a_pipe_too():
    terminal = replace(Terminal.fake(), chosen_width=60)
    assert list(table_lines(terminal, LONG)) == [
        "1  █████       0.500  some words some words some words some…",
        "   docs/of/one/project.md:120",
        "2  ██▌         0.250  short",
        "   a:1",
    ]


def test_a_whole_file_has_no_line_on_a_screen():
    whole = [RankedRecord(0, 0.5, Document("words", b"", "-x\udcff.md", 1, "-x�.md"))]
    [drawn] = table_lines(Terminal.fake(tty=True), whole)
    [piped] = table_lines(Terminal.fake(), whole)
    assert COLOURS.sub("", drawn) == "1  █████       0.500  -x�.md  words"
    assert piped == "1  0.500  -x�.md:1  words"


def test_full_records_keep_their_lines_below_rank_score_and_location():
    fields = {"title": "A dog", "tags": ["b", 1], "text": "long " * 30 + "\x1b[2J\nend"}
    ranked = [
        RankedRecord(0, 0.5, record("one\n  two\n", "notes.txt", 7)),
        RankedRecord(1, 0.25, record(fields, "a.json", 2)),
    ]
    lines = [
        "1  0.500  notes.txt:7",
        "one",
        "  two",
        "",
        "2  0.250  a.json:2",
        "title: A dog",
        'tags: ["b", 1]',
        f"text: {'long ' * 30}^[[2J",
        "end",
    ]
    assert list(full_lines(Terminal.fake(), ranked)) == lines
    drawn = list(full_lines(Terminal.fake(tty=True, columns=40), ranked, "dog"))
    assert [COLOURS.sub("", line) for line in drawn] == lines
    assert drawn[5] == "title: A \x1b[1;4mdog\x1b[0m"


@pytest.mark.parametrize("columns", [5, 20, 30, 49, 50, 80, 200])
@pytest.mark.parametrize("query", ["", "washington 文書"])
def test_no_row_is_wider_than_the_screen(columns, query):
    terminal = Terminal.fake(tty=True, columns=columns)
    lines = [COLOURS.sub("", line) for line in table_lines(terminal, RANKED, query)]
    widest = max(map(cell_len, lines))
    # Rank and score are never cut: they take 13 columns.
    assert widest <= max(columns, 13)


def test_the_querys_words_are_marked_outside_of_what_was_escaped():
    terminal = Terminal.fake(tty=True, columns=60)
    [line] = table_lines(terminal, RANKED[2:], "short 202e [1m")
    assert line.endswith("  \x1b[1;4mshort\x1b[0m\\u{\x1b[1;4m202e\x1b[0m}")


def test_a_late_word_is_shown_with_what_stands_around_it():
    terminal = Terminal.fake(tty=True, columns=60)
    text = "so it goes on " * 99 + "where the capital is, and on " + "it goes " * 99
    late = RankedRecord(0, 0.5, record(text, "a", 1))
    [line] = table_lines(terminal, [late], "capital")
    assert COLOURS.sub("", line).endswith(
        "0.500  a:1  …the capital is, and on it goes…"
    )


def test_a_dumb_terminal_gets_no_escapes():
    terminal = Terminal.fake(tty=True, environ={"TERM": "dumb"})
    [line] = table_lines(terminal, RANKED[2:], "short")
    assert line == "1  8.20e-06  c^[]52;c;x^G:3  short\\u{202e}"


def test_no_color_leaves_no_colour():
    environ = {"TERM": "xterm", "NO_COLOR": "1"}
    terminal = Terminal.fake(tty=True, environ=environ)
    lines = table_lines(terminal, RANKED, "capitals")
    styles = set(COLOURS.findall("".join(lines)))
    assert styles == {"\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[1;4m"}


def test_rows_are_drawn_before_all_of_them_are_there():
    taken = []

    def ranked():
        for index in range(3_000):
            taken.append(index)
            yield RankedRecord(index, 0.5, record("text", "a" * (index // 1_500), 1))

    lines = table_lines(Terminal.fake(), ranked())
    assert next(lines) == "   1  0.500  :1  text"
    assert len(taken) == 1_000
    assert list(lines)[-1] == "3000  0.500  a:1  text"


def test_late_rows_that_are_wider_fit_on_a_screen_too():
    ranked = [
        RankedRecord(index, 0.5, record("text " * 9, "a" * (index // 900), 1))
        for index in range(12_000)
    ]
    *_, line = table_lines(Terminal.fake(tty=True, columns=60), ranked)
    assert COLOURS.sub("", line) == (
        "12000  █████       0.500  …:1  text text text text text tex…"
    )
