"""A table while its rows arrive, and once it is complete."""

import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cohere_cli.render.live.painter import Painter
from cohere_cli.render.live.table import CellTable
from cohere_cli.render.markdown.blocks import Block
from cohere_cli.terminal import Terminal

HEAD = "| Name | Number | Note |\n|:---|---:|---|\n"
CELLS = ["", "a", "**b c**", "`d`", "e<br>f", "日本", "words " * 9, "[g](http://h.i)"]
LINES = [*(f"| {cell} | 1 | x |\n" for cell in CELLS), "| a | b | c | d |\n", "e\n"]


def drawn_open(painter, lines, width=60):
    text = f"{HEAD}{''.join(lines)}"
    return painter.answer(Block("text", text, head=len(HEAD)), [], width, cut=True)


@pytest.fixture
def painter():
    return Painter(Terminal.fake(tty=True, environ={"TERM": "xterm-256color"}))


@given(st.lists(st.sampled_from(LINES), max_size=6), st.sampled_from([12, 40, 80]))
def test_an_open_table_is_drawn_as_a_complete_one(lines, width):
    painter = Painter(Terminal.fake(tty=True))
    text = f"{HEAD}{''.join(lines)}"
    whole = painter.markdown(text, width, cut=True)
    for end in range(len(lines)):
        drawn_open(painter, lines[:end], width)
    assert drawn_open(painter, lines, width) == whole


@pytest.mark.parametrize("line", ["    code\n", "> quote\n", "# heading\n", "---\n"])
def test_what_ends_a_table_is_drawn_below_it(painter, line):
    text = f"{HEAD}| a | 1 | b |\n{line}"
    whole = painter.markdown(text, 60, cut=True)
    assert drawn_open(painter, ["| a | 1 | b |\n", line]) == whole


def test_a_header_of_thousands_of_columns_is_drawn_as_in_the_complete_table(painter):
    head = "|a" * 4_000 + "|\n" + "|-" * 4_000 + "|\n"
    block = Block("text", head + "|b|\n" * 3, head=len(head))
    assert painter.answer(block, [], 60, cut=True) == painter.markdown(block.text, 60)


def test_two_lines_that_are_no_header_are_text(painter):
    block = Block("text", "a | b\n---\nc\n", head=len("a | b\n---\n"))
    assert painter.answer(block, [], 60, cut=True) == painter.markdown(block.text, 60)


def test_a_further_row_takes_less_than_half_of_the_work_of_all(painter):
    lines = [f"| Anna {n} | {n} | **bold** |\n" for n in range(10, 26)]
    drawn_open(painter, lines)
    all_rows = calls(lambda: painter.markdown(f"{HEAD}{''.join(lines)}", 60))
    drawn_open(painter, lines[:-1])
    assert calls(lambda: drawn_open(painter, lines)) < all_rows / 2


def calls(function):
    """Count the calls of Python functions."""
    count = 0

    def add(_frame, event, _argument):
        nonlocal count
        count += event == "call"

    sys.setprofile(add)
    try:
        function()
    finally:
        sys.setprofile(None)
    return count


WORDS = st.text("ab日é \n", max_size=30).map(lambda text: text.strip() or "x")


@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=4))
def test_a_table_looks_as_rich_would_draw_it(rows):
    table = [[Text(one), Text(other, justify="right")] for one, other in rows]
    assert text_of(CellTable(table)) == text_of(by_rich(table))


def text_of(renderable):
    """Return the rows, without the blanks at their ends."""
    console = Console(width=200, color_system=None)
    with console.capture() as captured:
        console.print(renderable)
    rows = [row.rstrip() for row in captured.get().splitlines()]
    return re.sub(r"\n+\Z", "", "\n".join(rows))


def by_rich(table):
    grid = Table(box=box.SIMPLE, pad_edge=False, collapse_padding=True)
    header, *rows = table
    for cell in header:
        grid.add_column(cell, overflow="fold")
    for row in rows:
        grid.add_row(*row)
    return grid
