from cohere_cli.errors import ServerFault
from cohere_cli.mapping.output.writer import create_writer
from cohere_cli.mapping.result import Outcome, Result


def test_line_n_belongs_to_record_n(read, written):
    records = read(a_txt=b"1\n2\n3\n")
    answers = ["one\r\n", ServerFault("down"), "three"]
    assert written(records, answers, "text") == b"one\n\nthree\n"


def test_nuls_end_answers_that_are_exact(read, written):
    records = read(a_txt=b"1\n2\n3\n")
    answers = ["one\n", ServerFault("down"), "a\0b"]
    assert written(records, answers, "text", null=True) == b"one\n\0\0a\xef\xbf\xbdb\0"


def test_json_is_on_one_line(read, written):
    records = read(a_txt=b"1\n")
    assert written(records, [{"a": "b\nc"}], "text", has_json=True) == (
        b'{"a": "b\\nc"}\n'
    )


def test_answers_of_several_lines_are_counted(read):
    records = read(a_txt=b"1\n2\n")
    writer = create_writer("text", models=["m"])
    rows = [
        writer.row(Result(0, records[0], (Outcome("m", text="a\nb"),))),
        writer.row(Result(1, records[1], (Outcome("m", text="c\n"),))),
    ]
    assert rows == [b"a\nb\n", b"c\n"]
    (note,) = writer.notes()
    assert note == (
        "1 answer of several lines: -0 ends each with a NUL, "
        "-o jsonl keeps each on one line"
    )
    assert writer.notes() == []
