import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohere_cli.documents.document import Document
from cohere_cli.render.tables.ranking_rows import (
    RankingStyle,
    csv_lines,
    jsonl_lines,
    markdown_lines,
    tsv_lines,
)
from cohere_cli.render.tables.record import RankedRecord
from cohere_cli.terminal import Terminal


def record(data, source="s", line=1):
    return Document(data, b"", source, line, "")


def ranked(*documents):
    return [RankedRecord(n, 0.5, record(data)) for n, data in enumerate(documents)]


def tsv(ranking):
    return list(tsv_lines(Terminal.fake(), ranking, RankingStyle()))


@pytest.fixture
def sheet():
    """Return what is written, and the messages."""

    def sheet(*documents):
        terminal = Terminal.fake()
        lines = csv_lines(terminal, iter(ranked(*documents)), RankingStyle())
        return "".join(lines), terminal.noted.splitlines()

    return sheet


def test_a_row_of_tsv_is_rank_score_source_line_and_document():
    one = RankedRecord(41, 0.25, record("boil\twater\r\nC:\\new", "a b.txt", 7))
    rows = tsv([one])
    assert rows == ["1\t0.25\ta b.txt\t7\tboil\\twater\\r\\nC:\\\\new\n"]


@pytest.mark.parametrize("lines", [jsonl_lines, tsv_lines, csv_lines])
def test_a_name_that_is_not_utf_8_is_valid_unicode(lines):
    one = RankedRecord(0, 0.5, record("text", "na\udcffme"))
    written = "".join(lines(Terminal.fake(), iter([one]), RankingStyle()))
    assert "na\ufffdme" in written


def test_no_document_breaks_a_row_of_tsv():
    [row] = tsv(ranked({"a": "\t\n", "b": [1, None, True]}))
    assert row == ("1\t0.5\ts\t1\t" + r'{"a": "\\t\\n", "b": [1, null, true]}' + "\n")


def test_csv_is_the_records_own_columns_and_the_score(sheet):
    text, message = sheet(
        {"name": "Kettle", "price": 3}, {"price": 1.5, "note": 'a "b", c'}
    )
    assert text == (
        'name,price,note,relevance_score\nKettle,3,,0.5\n,1.5,"a ""b"", c",0.5\n'
    )
    assert message == []


def test_a_value_that_is_not_text_is_json_in_csv(sheet):
    text, _ = sheet({"n": None, "b": True, "l": [1, "é"], "o": {"k": "v"}, "s": "1"})
    assert text == (
        'n,b,l,o,s,relevance_score\n,true,"[1, ""é""]","{""k"": ""v""}",1,0.5\n'
    )


def test_a_score_column_of_the_records_own_is_kept(sheet):
    text, message = sheet({"relevance_score": "0.9", "name": "Kettle"})
    assert text == "relevance_score,name,relevance_score_2\n0.9,Kettle,0.5\n"
    what = "the records have a column relevance_score; the new scores are in"
    assert message == [f"co: {what} relevance_score_2"]
    text, _ = sheet({"relevance_score": 1, "relevance_score_2": 2})
    header = "relevance_score,relevance_score_2,relevance_score_3"
    assert text == f"{header}\n1,2,0.5\n"


def test_an_empty_result_has_the_header_of_the_records_that_were_read():
    sample = (record({"a": 1, "b": 2}),)
    terminal, style = Terminal.fake(), RankingStyle(sample=sample)
    assert list(csv_lines(terminal, (), style)) == ["a,b,relevance_score\n"]
    texts = RankingStyle(sample=(record("a"),))
    header = "index,relevance_score,source,line,document\n"
    assert list(csv_lines(terminal, (), texts)) == [header]
    header = "| rank | score | source | text |\n| ---: | ---: | --- | --- |\n"
    assert list(markdown_lines(terminal, (), style)) == [header]


def test_texts_have_columns_of_what_is_known_of_them(sheet):
    text, _ = sheet("boil, then wait")
    assert text == (
        'index,relevance_score,source,line,document\n0,0.5,s,1,"boil, then wait"\n'
    )


def test_a_text_among_objects_makes_them_all_documents(sheet):
    text, message = sheet({"a": 1}, "b")
    assert text == (
        "index,relevance_score,source,line,document\n"
        '0,0.5,s,1,"{""a"": 1}"\n'
        "1,0.5,s,1,b\n"
    )
    assert message == []


def test_columns_that_only_late_records_have_are_reported(sheet):
    late = [{"a": 1, "c": 2}, "text", {"b": 3, "a": 4}]
    text, message = sheet(*[{"a": 0}] * 1_000, *late)
    assert text.splitlines()[-3:] == ["1,0.5", ",0.5", "4,0.5"]
    assert message == [
        (
            "co: columns absent from the first 1,000 records left out:"
            " b, c, document; -o jsonl has them"
        )
    ]


def test_few_of_many_left_out_columns_are_named(sheet):
    odd = {f"c{n}": n for n in range(9)}
    _, [message] = sheet(*[{"a": 0}] * 1_000, odd)
    assert "left out: c0, c1, c2, c3, c4, …; -o" in message


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), min_size=1))
def test_csv_is_read_back_as_it_was(rows):
    documents = [dict(zip(("a", "b"), row, strict=True)) for row in rows]
    lines = csv_lines(Terminal.fake(), ranked(*documents), RankingStyle())
    read = csv.reader(io.StringIO("".join(lines), newline=""), strict=True)
    next(read)
    assert [row[:2] for row in read] == rows


@given(st.text())
def test_tsv_is_one_line_that_can_be_read_back(text):
    [row] = tsv(ranked(text))
    cell = row.removesuffix("\n").split("\t")[4]
    assert "\n" not in cell
    escapes = {"\\": "\\", "t": "\t", "n": "\n", "r": "\r"}
    parts = iter(cell)
    assert text == "".join(escapes[next(parts)] if c == "\\" else c for c in parts)
