import pytest

from cohere_cli.documents.document import Document
from cohere_cli.documents.formats import csv

QUOTES = 'write a quote inside a quoted value twice: ""'
SEPARATOR = "quote a value that contains the separator"


def without_tables(found):
    return [record._replace(table=None) for record in found]


def test_a_row_is_a_record_with_the_headers_names(records):
    data = b'\xef\xbb\xbfa,"b c"\r\n1,"x ""y"",\nz"\r\n\r\n,\n2,3'
    assert without_tables(records("a.csv", data)) == [
        Document(
            {"a": "1", "b c": 'x "y",\nz'},
            b'1,"x ""y"",\nz"\r',
            "a.csv",
            2,
            "a.csv:2",
        ),
        Document({"a": "", "b c": ""}, b",", "a.csv", 5, "a.csv:5"),
        Document({"a": "2", "b c": "3"}, b"2,3", "a.csv", 6, "a.csv:6"),
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a;b\n1,5;2\n", {"a": "1,5", "b": "2"}),
        (b"a, b;c\nx, y;1,50\nz;2,5\n", {"a, b": "x, y", "c": "1,50"}),
        (b"a\tb\nx, y\t1;2\n", {"a": "x, y", "b": "1;2"}),
        (b'a,b\n"1;5","x;y"\n', {"a": "1;5", "b": "x;y"}),
        (b"text\nx; y\n", {"text": "x; y"}),
        (b"\xef\xbb\xbfsep=;\r\na;b,c\r\n1;2,3\r\n", {"a": "1", "b,c": "2,3\r"}),
        (b'"sep=|"\na|b\n1|2\n', {"a": "1", "b": "2"}),
        (b"a;b\r1,5;2\r", {"a": "1,5", "b": "2"}),
        (b"\xef\xbb\xbfa;b\n1;2\n", {"a": "1", "b": "2"}),
        (b"a,,b,\n1,2,3,\n", {"a": "1", "column 2": "2", "b": "3"}),
        (b"a,b\n1,2,,\n", {"a": "1", "b": "2"}),
    ],
)
def test_a_file_of_a_spreadsheet_is_read_by_the_separator_that_fits(
    records, data, expected
):
    first, *_ = records("a.csv", data)
    assert first.data == {name: cell.strip() for name, cell in expected.items()}


def test_carriage_returns_alone_end_lines(records):
    found = records("a.csv", b'a;b\rx;"1\r2"\r\ry;3\r')
    assert [(each.raw, each.line, each.data["b"]) for each in found] == [
        (b'x;"1\r2"', 2, "1\n2"),
        (b"y;3", 5, "3"),
    ]


def test_tabs_separate_in_a_tsv(records):
    assert without_tables(records("a.TSV", b'a\tb\n1,5\t"x\ty"\n')) == [
        Document({"a": "1,5", "b": "x\ty"}, b'1,5\t"x\ty"', "a.TSV", 2, "a.TSV:2")
    ]


def test_a_column_named_id_gives_the_id(records):
    assert [each.id for each in records("a.csv", b"id,a\nx,1\n,2\n")] == [
        "x",
        "a.csv:3",
    ]


def test_a_cell_may_be_long(records):
    cell = b"x" * 200_000
    assert records("a.csv", b"a\n" + cell)[0].raw == cell


@pytest.mark.parametrize(
    ("data", "what", "line", "hint"),
    [
        (b"a,b\n1,2\n3\n", "the header has 2 cells, this row 1", 3, SEPARATOR),
        (b'a,b\n"x\ny",2,3\n', "the header has 2 cells, this row 3", 2, SEPARATOR),
        (b"a,b,a\n", "the header has 'a' twice", 1, ""),
        (
            b'a\n1\n"x\ny\n',
            "not a row of values: a quote is never closed",
            3,
            QUOTES,
        ),
        (b'a\n"x"y\n', "not a row of values: ',' expected after '\"'", 2, QUOTES),
        (
            b"a\n1\r2\n",
            "not a row of values: a carriage return outside quotes",
            2,
            QUOTES,
        ),
    ],
)
def test_a_broken_row_is_refused_with_its_first_line(
    records, refusal, data, what, line, hint
):
    assert refusal(records, "a.csv", data) == (what, f"a.csv:{line}", hint)


def test_a_quote_that_is_never_closed_does_not_take_all_memory(
    records, refusal, monkeypatch
):
    monkeypatch.setattr(csv, "MAX_BYTES", 1000)
    assert refusal(records, "a.csv", b'a\n"' + b"x\n" * 1000) == (
        "a row is longer than 64 MiB",
        "a.csv:2",
        "is a quote never closed?",
    )
    assert len(records("a.csv", b"a\n" + b"x\n" * 1000)) == 1000
