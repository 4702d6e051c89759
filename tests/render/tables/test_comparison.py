import json
import re
from typing import get_args

import pytest
from markdown_it import MarkdownIt

from cohere_cli.commands.flags.lab import ComparisonFormat
from cohere_cli.errors import UsageProblem
from cohere_cli.render.tables.comparison import (
    FORMATS,
    Comparison,
    write_comparison,
)
from cohere_cli.terminal import Terminal

COLOURS = re.compile(r"\x1b\[[0-9;]*m")
CUT = {"cut.threshold": 0.41, "cut.kept": 7, "cut.f1": 0.8125}
NO_CUT = dict.fromkeys(CUT)


def row(model, mean, difference=None, p_value=None, cut=CUT):
    measured = {"map": mean, "map.difference": difference, "map.p_value": p_value}
    return {"model": model, "queries": 3, **measured, **cut}


ROWS = [
    row("first", 0.5, cut=NO_CUT),
    row("better", 0.75, 0.25, 0.0312),
    row("worse", 0.25, -0.25, 0.0001),
    row("like", 0.49999, -0.00001, 0.5),
]


def shown(output, rows=ROWS, **more):
    terminal = Terminal.fake(**more)
    write_comparison(terminal, output, Comparison(rows, {"whole": True}))
    return terminal.written.decode()


def test_a_pipe_gets_a_row_a_model():
    assert shown("table", columns=10) == (
        "model   map                   keep from\n"
        "first   0.500\n"
        "better  0.750 +0.250 p 0.031  0.41 F1 0.812\n"
        "worse   0.250 -0.250 p <.001  0.41 F1 0.812\n"
        "like    0.500 ±0.000 p 0.500  0.41 F1 0.812\n"
    )


def test_a_screen_too_narrow_for_that_gets_a_group_a_measure():
    assert COLOURS.sub("", shown("table", tty=True, columns=43)).splitlines() == [
        "model   map                   keep from",
        "first   0.500",
        "better  0.750 +0.250 p 0.031  0.41 F1 0.812",
        "worse   0.250 -0.250 p <.001  0.41 F1 0.812",
        "like    0.500 ±0.000 p 0.500  0.41 F1 0.812",
    ]
    assert COLOURS.sub("", shown("table", tty=True, columns=42)).splitlines() == [
        "map        first   0.500",
        "           better  0.750 +0.250 p 0.031",
        "           worse   0.250 -0.250 p <.001",
        "           like    0.500 ±0.000 p 0.500",
        "keep from  better  0.41 F1 0.812",
        "           worse   0.41 F1 0.812",
        "           like    0.41 F1 0.812",
    ]


def test_long_names_are_known_by_their_ends():
    rows = [
        row("a-long-family-of-models-v1", 0.5),
        row("a-long-family-of-models-v2", 1.0),
    ]
    assert COLOURS.sub("", shown("table", rows, tty=True, columns=40)).splitlines() == [
        "map        …-of-models-v1  0.500",
        "           …-of-models-v2  1.000",
        "keep from  …-of-models-v1  0.41 F1 0.812",
        "           …-of-models-v2  0.41 F1 0.812",
    ]
    narrow = COLOURS.sub("", shown("table", rows, tty=True, columns=5))
    assert narrow.startswith("map        …dels-v1  0.500\n")


def test_only_sure_differences_have_a_colour():
    lines = shown("table", tty=True, columns=80).splitlines()
    assert lines[2:] == [
        (
            "better  \x1b[1m0.750\x1b[0m \x1b[32m+0.250\x1b[0m p 0.031"
            "  \x1b[1m0.41\x1b[0m \x1b[2mF1 0.812\x1b[0m"
        ),
        (
            "worse   \x1b[1m0.250\x1b[0m \x1b[31m-0.250\x1b[0m p <.001"
            "  \x1b[1m0.41\x1b[0m \x1b[2mF1 0.812\x1b[0m"
        ),
        (
            "like    \x1b[1m0.500\x1b[0m \x1b[2m±0.000\x1b[0m \x1b[2mp 0.500\x1b[0m"
            "  \x1b[1m0.41\x1b[0m \x1b[2mF1 0.812\x1b[0m"
        ),
    ]


def test_without_colour_nothing_is_green_or_red():
    environ = {"TERM": "xterm-256color", "NO_COLOR": "1"}
    written_text = shown("table", tty=True, columns=80, environ=environ)
    assert set(COLOURS.findall(written_text)) == {"\x1b[0m", "\x1b[1m", "\x1b[2m"}


def test_rows_for_programs_have_all_digits():
    assert shown("tsv", ROWS[:2]) == (
        "model\tqueries\tmap\tmap.difference\tmap.p_value\tcut.threshold\tcut.kept\tcut.f1\n"
        "first\t3\t0.5\t\t\t\t\t\n"
        "better\t3\t0.75\t0.25\t0.0312\t0.41\t7\t0.8125\n"
    )
    assert [json.loads(line) for line in shown("jsonl").splitlines()] == ROWS
    assert shown("json") == '{"whole": true}\n'


def test_markdown_is_a_table_of_the_same_cells():
    assert shown("markdown", ROWS[:2]) == (
        "| model | map | keep from |\n"
        "| --- | --- | --- |\n"
        "| first | 0.500 |  |\n"
        "| better | 0.750 +0.250 p 0.031 | 0.41 F1 0.812 |\n"
    )


def test_a_run_is_written_as_trec_eval_reads_it():
    runs = {
        "a b": {"q1": [("d1", 2), ("d2", 0.1)], "q2": []},
        "c": {"q2": [("d", -1.5)]},
    }
    terminal = Terminal.fake()
    write_comparison(terminal, "trec", Comparison(ROWS, {}, runs))
    assert terminal.written.decode() == (
        "q1 Q0 d1 1 2 a_b\nq1 Q0 d2 2 0.1 a_b\nq2 Q0 d 1 -1.5 c\n"
    )


def test_a_models_name_is_text_everywhere():
    name = "a|b*c*\t\x1b[31m\n<d>"
    rows = [row(name, 0.5), row("e", 1.0, 0.5, 0.001)]
    assert shown("table", rows).splitlines()[1].startswith("a|b*c*\t^[[31m <d>  0.500")
    assert shown("tsv", rows).splitlines()[1].startswith("a|b*c*\\t\x1b[31m\\n<d>\t3\t")
    reader = MarkdownIt("commonmark").enable("table")
    cells = [token for token in reader.parse(shown("markdown", rows)) if token.children]
    assert cells[3].children[0].content.startswith("a|b*c*")
    assert {kind.type for cell in cells for kind in cell.children} <= {
        "text",
        "text_special",
    }


def test_the_formats_are_those_of_the_command_line():
    assert tuple(FORMATS) == get_args(ComparisonFormat)


def test_an_unknown_format_is_refused():
    with pytest.raises(UsageProblem, match="unknown output format 'xml'"):
        shown("xml")
