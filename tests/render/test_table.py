import re
from dataclasses import dataclass
from typing import Any

import pytest
from rich.cells import cell_len

from cohere_cli.api.rerank import Ranked, Ranking
from cohere_cli.render.table import bar_text, score_text, table_lines
from cohere_cli.terminal import Terminal


@dataclass(frozen=True)
class Record:
    data: Any
    source: str
    line: int
    raw: bytes = b""


RECORDS = [
    Record({"title": "Capitals", "text": "Washington\x1b[2J " * 9}, "a/b/c/d.txt", 1),
    Record("日本語の文書" * 20, "b", 22),
    Record("short\u202e", "c\x1b]52;c;x\x07", 3),
]
RANKING = Ranking((Ranked(1, 1.0), Ranked(0, 0.0412), Ranked(2, 8.2e-06)))
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def test_a_pipe_gets_aligned_columns_without_escapes():
    lines = list(table_lines(Terminal.fake(), RANKING, RECORDS))
    washington = " ".join(["Washington^[[2J"] * 9)
    assert lines == [
        "1      1.00  b:22            " + "日本語の文書" * 20,
        f"2    0.0412  a/b/c/d.txt:1   Capitals · {washington}",
        "3  8.20e-06  c^[]52;c;x^G:3  short\\u{202e}",
    ]


def test_a_screen_gets_rows_that_fit(lines_on):
    terminal = Terminal.fake(tty=True, columns=60)
    for line in table_lines(terminal, RANKING, RECORDS):
        terminal.draw(f"{line}\n")
    assert [line.replace(" ", "") for line in lines_on(terminal)] == [
        "1██████████1.00b:22日本語の文書日本語…",
        "2▍0.0412a/b/c/d.txt:1Capitals·Washing…",
        "38.20e-06c^[]52;c;x^G:3short\\u{202e}",
    ]


@pytest.mark.parametrize("columns", [20, 30, 49, 50, 80, 200])
def test_no_row_is_wider_than_the_screen(columns):
    terminal = Terminal.fake(tty=True, columns=columns)
    lines = table_lines(terminal, RANKING, RECORDS)
    assert max(cell_len(COLOURS.sub("", line)) for line in lines) <= columns


def test_no_color_leaves_no_colour():
    environ = {"TERM": "xterm", "NO_COLOR": "1"}
    terminal = Terminal.fake(tty=True, environ=environ)
    styles = set(COLOURS.findall("".join(table_lines(terminal, RANKING, RECORDS))))
    assert styles == {"\x1b[0m", "\x1b[1m", "\x1b[2m"}


@pytest.mark.parametrize(
    ("score", "text"),
    [
        (0.984, "0.984"),
        (1, "1.00"),
        (8e-06, "8.00e-06"),
        (0.0000413354, "4.13e-05"),
        (0.0, "0.00"),
        (-3.21, "-3.21"),
        (123.4, "123"),
    ],
)
def test_a_score_has_three_digits_that_count(score, text):
    assert score_text(score) == text


@pytest.mark.parametrize(
    ("score", "bar"),
    [
        (1, "██████████"),
        (0.5, "█████     "),
        (0.0125, "▏         "),
        (0, "          "),
        (-4, "          "),
        (9, "██████████"),
    ],
)
def test_a_bar_is_as_long_as_the_score(score, bar):
    assert bar_text(score) == bar
