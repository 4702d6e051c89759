import pytest

from cohere_cli.errors import UsageProblem
from cohere_cli.mapping.output.writer import create_writer
from cohere_cli.mapping.result import Outcome, Result


@pytest.mark.parametrize(
    ("name", "data", "head"),
    [
        ("a_csv", b"a\tb\n1\t2\n", b"a\tb\tanswer\terror\n"),
        ("a_tsv", b"a\tb\n1\t2\n", b"a\tb\tanswer\terror\n"),
        ("a_jsonl", b'{"a": 1}\n', b""),
        ("a_txt", b"a\n", b""),
    ],
)
def test_a_table_comes_out_as_a_table_and_all_else_as_json_lines(
    read, name, data, head
):
    writer = create_writer(None, models=["m"], first=read(**{name: data}))
    assert writer.head() == head


def test_an_unknown_format_is_refused():
    with pytest.raises(UsageProblem) as caught:
        create_writer("xml", models=["m"])
    assert str(caught.value) == "unknown output format 'xml'"
    assert caught.value.hint == "choose one of jsonl, csv, tsv, text"


def test_text_of_several_models_is_refused():
    with pytest.raises(UsageProblem) as caught:
        create_writer("text", models=["m", "n"])
    assert str(caught.value) == "-o text has one answer a record, not 2"


def test_a_screen_gets_no_mark_and_no_carriage_returns(read):
    (record,) = read(a_csv=b"\xef\xbb\xbfa\r\n1\r\n")
    writer = create_writer(None, models=["m"], first=[record], shown=True)
    row = writer.row(Result(0, record, (Outcome("m", text="x"),)))
    assert writer.head() + row == b"a,answer,error\n1,x,\n"
