"""Results of tools on the screen, and the names of calls and rows."""

from typing import NamedTuple

import pytest

from cohere_cli.api.protocol.events import Citation, Source
from cohere_cli.api.protocol.reply import Content, Reply
from cohere_cli.render.sources import cited_sources
from cohere_cli.render.tables.tool_calls import call_titles
from cohere_cli.render.tables.tool_results import folded_rows, result_lines


class Call(NamedTuple):
    name: str
    text: str


class Outcome(NamedTuple):
    rows: list
    problem: str = ""


def calling(id_, name, arguments):
    function = {"name": name, "arguments": arguments}
    return {"role": "assistant", "tool_calls": [{"id": id_, "function": function}]}


CALLS = call_titles([calling("sales_1a", "sales", '{"day": "2023-09-29"}')])


def titles(*sources, calls=CALLS):
    cited = Citation(0, 2, "Hi", sources)
    reply = Reply(content={0: Content("text", "Hi.")}, citations=[cited])
    return [one.title for one in cited_sources(reply, calls)]


def source(id_, **fields):
    return Source({"type": "tool", "id": id_, "tool_output": fields})


def test_a_cited_row_is_named_by_its_call_its_id_and_its_text():
    assert titles(
        source("sales_1a:r-7", id="r-7", day="2023-09-29", total=10_000),
        source("sales_1a:0", text="One\nline and another line, longer than fits."),
        source("sales_1a:a:b", title="Report"),
    ) == [
        'sales(day="2023-09-29") · r-7 · day: 2023-09-29, total: 10000',
        'sales(day="2023-09-29") · row 0 · One line and another line, longer than …',
        'sales(day="2023-09-29") · a:b · Report',
    ]


def test_a_row_of_a_call_whose_id_lacks_the_name_is_found_by_both():
    calls = call_titles([calling("1:2", "sales", "")])
    assert titles(source("sales:1:2:r"), source("1:2:r"), calls=calls) == [
        "sales() · r",
        "sales() · r",
    ]


def test_a_row_of_an_unknown_call_keeps_its_id():
    assert titles(source("other_1:0", title="Report")) == ["Report · other_1:0"]


def test_long_arguments_are_cut_in_the_title_of_a_call():
    [title] = set(
        call_titles([calling("a", "find", f'{{"q": "{"x" * 99}"}}')]).values()
    )
    assert title == f'find(q="{"x" * 54}…)'


def test_a_long_name_is_cut_in_the_title_of_a_call():
    [title] = set(call_titles([calling("a", "w" * 9_999, "")]).values())
    assert title == f"{'w' * 63}…()"


@pytest.mark.parametrize(
    "message",
    [None, "text", {}, {"tool_calls": None}, {"tool_calls": [1, {"function": "f"}]}],
)
def test_what_is_not_a_call_has_no_title(message):
    assert call_titles([message]) == {}


def test_each_result_names_its_call_and_folds_its_rows():
    rows = [{"id": n, "name": f"Item {n}", "price": n} for n in range(1, 6)]
    results = [
        (Call("list", '{"kind": "a"}'), Outcome(rows)),
        (Call("list", '{"kind": "b"}'), Outcome([{"error": "x"}], "exited with 1")),
        (Call("list", '{"kind'), Outcome([{"error": "x"}], "cannot be read")),
    ]
    assert [*result_lines(results, 30, is_short=False)] == [
        'co: list(kind="a"): 5 rows',
        "    row 1 · name: Item 1, pri…",
        "    row 2 · name: Item 2, pri…",
        "    row 3 · name: Item 3, pri…",
        "    … 2 more rows",
        'co: list(kind="b"): exited with 1',
        'co: list({"kind): cannot be read',
    ]
    assert len([*result_lines(results, 30, is_short=True)]) == 3


def test_of_a_text_alone_the_first_lines_are_shown():
    text = "\nOne\n\ttwo\n\nthree\nfour\n"
    assert [*folded_rows([{"text": text}], 80)] == [
        "    One",
        "        two",
        "",
        "    … 2 more lines",
    ]


def test_a_row_of_wide_characters_and_escapes_fits_its_columns():
    [line] = folded_rows([{"name": "日本語" * 9, "b": "\x1b[31mred"}], 20)
    assert line == "    name: 日本語日…"
