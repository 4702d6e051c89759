import pytest

from cohere_cli.errors import ServerFault
from cohere_cli.mapping.output.writer import create_writer
from cohere_cli.mapping.result import Outcome, Result


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        pytest.param(
            b"a,b\n1,2\n", b"a,b,answer,error\n1,2,x,\n", id="commas and line feeds"
        ),
        pytest.param(
            b"\xef\xbb\xbfa;b\r\n1,5;2\r\n",
            b"\xef\xbb\xbfa;b;answer;error\r\n1,5;2;x;\r\n",
            id="a spreadsheet's mark, semicolons and CRLF",
        ),
        pytest.param(
            b'sep=;\r\n"a";b\r\n"1"""; 2\r\n',
            b'sep=;\r\n"a";b;answer;error\r\n"1"""; 2;x;\r\n',
            id="a line that states the separator, needless quotes, spaces",
        ),
        pytest.param(
            b'a\tb\r1\t"2\r3"\r',
            b'a\tb\tanswer\terror\r1\t"2\r3"\tx\t\r',
            id="tabs, carriage returns, a cell of two lines",
        ),
        pytest.param(
            b'a,b\r\n"1\r\n2","3\n4"\r\n',
            b'a,b,answer,error\r\n"1\r\n2","3\n4",x,\r\n',
            id="cells of two lines with other line ends than the rows",
        ),
        pytest.param(
            b"a,,b,\r\n1,2,3,", b"a,,b,,answer,error\r\n1,2,3,,x,\r\n", id="no last end"
        ),
        pytest.param(
            b'a,b\n1,,,"",\n',
            b"a,b,answer,error\n1,,x,\n",
            id="cells beyond the header",
        ),
        pytest.param(
            b'a,b\n1,""\n', b'a,b,answer,error\n1,"",x,\n', id="a last cell in quotes"
        ),
        pytest.param(
            b"\n\na,b\n\n1,2\n\n", b"a,b,answer,error\n1,2,x,\n", id="blank lines"
        ),
        pytest.param(
            b"a,\xff\n\xe9,2\n", b"a,\xff,answer,error\n\xe9,2,x,\n", id="invalid bytes"
        ),
        pytest.param(b"a\n1\n", b"a,answer,error\n1,x,\n", id="one column"),
    ],
)
def test_a_table_comes_out_with_every_byte_of_its_columns(
    read, written, table, expected
):
    assert written(read(a_csv=table), ["x"]) == expected


def test_utf_16_comes_out_as_utf_8_with_its_mark(read, written):
    records = read(a_csv="ä;b\r\n1;ü\r\n".encode("utf-16"))
    assert written(records, ["x"]) == "\ufeffä;b;answer;error\r\n1;ü;x;\r\n".encode()


@pytest.mark.parametrize(
    ("answer", "cell"),
    [
        ("a;b", '"a;b"'),
        ('say "a"', '"say ""a"""'),
        ("a\nb", '"a\nb"'),
        (" a, b ", " a, b "),
        ("", ""),
        ("\ud800", "\ufffd"),
    ],
)
def test_an_answer_is_quoted_only_where_it_must_be(read, written, answer, cell):
    records = read(a_csv=b"a;b\n1;2\n")
    assert written(records, [answer]) == f"a;b;answer;error\n1;2;{cell};\n".encode()


def test_an_answer_has_no_line_feed_where_carriage_returns_end_lines(read, written):
    records = read(a_csv=b"a;b\r1;2\r")
    assert written(records, ["x\r\ny\nz"]).endswith(b'1;2;"x\ry\rz";\r')


def test_a_table_that_was_written_can_be_read_again(read, written):
    answers = ['a "b";\r\n', "= 1\n\n2", ""]
    records = read(a_csv=b"\xef\xbb\xbfa;b\r\n1;2\r\n3;4\r\n5;6\r\n")
    again = read(b_csv=written(records, answers))
    # The csv module has one line end for all.
    shown = [answer.replace("\r\n", "\n") for answer in answers]
    assert [each.data["answer"].replace("\r\n", "\n") for each in again] == shown
    assert [each.data["b"] for each in again] == ["2", "4", "6"]


def test_a_failed_record_has_a_reason_and_empty_answers(read, written):
    error = ServerFault('it "failed"', where="id 1")
    records = read(a_csv=b"a,b\n1,2\n3,4\n")
    schema = {"type": "object", "properties": {"label": {}, "urgent": {}}}
    answers = [{"label": "bug", "urgent": True}, error]
    assert written(records, answers, has_json=True, schema=schema) == (
        b'a,b,label,urgent,error\n1,2,bug,true,\n3,4,,,"it ""failed"" (id 1)"\n'
    )


def test_each_model_has_columns_of_its_own(read, written):
    records = read(a_csv=b"a\n1\n")
    schema = {"type": "object", "properties": {"l": {}, "u": {}}}
    answers = [({"l": "x", "u": None}, ServerFault("down"))]
    options = {"models": ["m", "n"], "has_json": True, "schema": schema}
    assert written(records, answers, **options) == (
        b"a,l (m),l (n),u (m),u (n),error (m),error (n)\n1,x,,,,,down\n"
    )


def test_json_without_named_fields_is_one_cell(read, written):
    records = read(a_csv=b"a\n1\n")
    assert written(records, [{"b": [1]}], has_json=True) == (
        b'a,answer,error\n1,"{""b"": [1]}",\n'
    )


def test_answers_alone_keep_the_layout_of_the_table(read, written):
    records = read(a_csv=b"\xef\xbb\xbfa;b\r\n1;2\r\n")
    assert written(records, ["x"], only=True) == b"\xef\xbb\xbfanswer;error\r\nx;\r\n"


def test_a_name_that_the_table_has_gets_a_number(read):
    writer = create_writer(
        None, models=["m"], first=read(a_csv=b"answer,answer_2\n1,2\n")
    )
    assert writer.head() == b"answer,answer_2,answer_3,error\n"
    assert writer.notes() == [
        "the input has a column 'answer': the new one is 'answer_3'"
    ]
    assert writer.notes() == []


@pytest.mark.parametrize(
    ("models", "row"),
    [
        (["m"], b"a,error,error_2\n1,x,\n"),
        (
            ["m", "n"],
            b"a,error (m),error (n),error (m)_2,error (n)_2\n1,x,y,,\n",
        ),
    ],
)
def test_a_field_of_the_schema_is_a_column_beside_that_of_the_errors(
    read, written, models, row
):
    schema = {"type": "object", "properties": {"error": {"type": "string"}}}
    answers = [({"error": "x"}, {"error": "y"})]
    options = {"schema": schema, "has_json": True, "models": models}
    assert written(read(a_csv=b"a\n1\n"), answers, **options) == row


def test_a_note_names_the_column_of_the_errors_beside_a_field_error(read):
    schema = {"type": "object", "properties": {"error": {"type": "string"}}}
    writer = create_writer(
        None, models=["m"], first=read(a_csv=b"a\n1\n"), schema=schema, has_json=True
    )
    note = "the schema has a field 'error': the errors are in 'error_2'"
    assert writer.notes() == [note]


def test_a_note_names_the_column_of_the_errors_beside_a_column_error(read):
    writer = create_writer(None, models=["m"], first=read(a_csv=b"error\n1\n"))
    note = "the input has a column 'error': the new one is 'error_2'"
    assert writer.notes() == [note]


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("csv", b'a,b,answer,error\n"1,5",2\t3,x,\n'),
        ("tsv", b'a\tb\tanswer\terror\n1,5\t"2\t3"\tx\t\n'),
    ],
)
def test_another_format_than_the_tables_writes_its_cells_anew(
    read, written, output, expected
):
    name = "a_tsv" if output == "csv" else "a_csv"
    table = b'a\tb\n1,5\t"2\t3"\n' if output == "csv" else b'a,b\n"1,5",2\t3\n'
    assert written(read(**{name: table}), ["x"], output) == expected


def test_a_table_of_tabs_that_is_named_csv_keeps_them(read, written):
    records = read(a_csv=b"a\tb\n1\t2\n")
    assert written(records, ["x"], "csv") == b"a\tb\tanswer\terror\n1\t2\tx\t\n"


def test_tables_of_one_header_are_one_table(read, written):
    records = read(
        a_csv=b"a,b\r\n1,2\r\n", b_csv=b'"a","b"\n"3","4"\n', c_csv=b"a;b\n5,5;6\n"
    )
    assert written(records, ["x", "y", "z"]) == (
        b'a,b,answer,error\r\n1,2,x,\r\n"3","4",y,\n"5,5",6,z,\r\n'
    )


def test_a_table_of_another_header_is_refused_before_anything_is_sent(read, refusal):
    records = read(a_csv=b"a,b\n1,2\n", b_csv=b"\na,c\n3,4\n")
    assert refusal(lambda: create_writer(None, models=["m"], first=records)) == (
        "the header is not that of a.csv:1: a, c",
        "b.csv:2",
        "map tables of other columns apart; a.csv:1 has a, b",
    )


def test_a_later_record_of_other_columns_is_refused_and_has_empty_cells(read):
    first, other = read(a_csv=b"a,b\n1,2\n", b_csv=b"a,c\n3,4\n")
    writer = create_writer(None, models=["m"], first=[first])
    error = writer.refusal(other)
    assert writer.refusal(first) is None
    row = writer.row(Result(1, other, (Outcome("m", error=error),)))
    assert row == b',,,"the header is not that of a.csv:1: a, c (b.csv:1)"\n'


def test_records_of_json_have_the_columns_of_the_first_ones(read, written):
    records = read(
        a_jsonl=b'{"a": 1.50, "b": [1]}\n{"c": null, "a": "x, y"}\n{"b": true}\n'
    )
    assert written(records, ["p", "q", "r"], "csv") == (
        b'a,b,c,answer,error\n1.50,[1],,p,\n"x, y",,,q,\n,true,,r,\n'
    )


def test_a_later_record_with_an_unknown_field_is_refused(read):
    first, other = read(a_jsonl=b'{"a": 1}\n{"a": 2, "b": 3}\n')
    writer = create_writer("csv", models=["m"], first=[first])
    error = writer.refusal(other)
    assert (str(error), error.hint) == (
        "the table has no column for 'b' (a.jsonl:2)",
        "choose -o jsonl",
    )


def test_a_whole_file_is_its_path_and_its_text(read, written):
    records = read("files", a_eml=b"To: Ada\n\nHello\n", b_json=b'{"x": 1}')
    assert written(records, ["x", "y"], "csv", whole_files=True) == (
        b'path,text,answer,error\na.eml,"To: Ada\n\nHello",x,\nb.json,"{""x"": 1}",y,\n'
    )


def test_a_line_of_text_is_a_cell(read, written):
    records = read(a_txt=b"one, two\nthree\n")
    assert written(records, ["1", "2"], "csv") == (
        b'text,answer,error\n"one, two",1,\nthree,2,\n'
    )


@pytest.mark.parametrize(
    "answer", ["=1+1", "@sum(A1)", "-2+3+cmd|' /C calc'!A0", "\t=1"]
)
def test_answers_that_a_spreadsheet_would_run_are_exact_and_counted(read, answer):
    (record,) = read(a_csv=b"a\n1\n")
    writer = create_writer(None, models=["m"], first=[record])
    row = writer.row(Result(0, record, (Outcome("m", text=answer),)))
    assert row == f"1,{answer},\n".encode()
    (note,) = writer.notes()
    assert note == (
        "1 row with an answer that begins as a formula does: "
        "import the columns into a spreadsheet as text"
    )


@pytest.mark.parametrize("answer", ["-5", "+49 30 1234", "- a point", "a=b"])
def test_a_number_or_a_point_is_no_formula(read, answer):
    (record,) = read(a_csv=b"a\n1\n")
    writer = create_writer(None, models=["m"], first=[record])
    writer.row(Result(0, record, (Outcome("m", text=answer),)))
    assert writer.notes() == []
