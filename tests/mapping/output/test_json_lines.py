import json

from cohere_cli.errors import InputProblem, ServerFault
from cohere_cli.mapping.output.writer import create_writer
from cohere_cli.mapping.result import Outcome, Result


def line_of(record, *outcomes, **options):
    writer = create_writer("jsonl", models=[o.model for o in outcomes], **options)
    assert writer.head() == b""
    return writer.row(Result(7, record, outcomes))


def test_a_line_has_the_place_the_record_and_the_answer(read):
    (record,) = read(a_jsonl=b'{"a": 1.50, "n": 123456789012345678901234567890}\n')
    outcome = Outcome(
        "m",
        text="ä\n",
        citations=({"start": 0},),
        finish_reason="COMPLETE",
        usage={"tokens": {"input_tokens": 2.0}},
    )
    assert line_of(record, outcome).decode() == (
        '{"index": 7, "source": "a.jsonl", "line": 1, '
        '"record": {"a": 1.50, "n": 123456789012345678901234567890}, '
        '"answer": "ä\\n", "citations": [{"start": 0}], '
        '"finish_reason": "COMPLETE", '
        '"usage": {"tokens": {"input_tokens": 2.0}}, "error": null}\n'
    )


def test_json_that_was_required_is_a_value(read):
    (record,) = read(a_txt=b"x\n")
    line = line_of(record, Outcome("m", text='{"l":1}', value={"l": 1}), has_json=True)
    assert json.loads(line) == {
        "index": 7,
        "source": "a.txt",
        "line": 1,
        "record": "x",
        "json": {"l": 1},
        "citations": [],
        "finish_reason": None,
        "usage": {},
        "error": None,
    }


def test_a_failed_record_has_its_error_and_the_text_that_did_not_fit(read):
    (record,) = read(a_txt=b"x\n")
    error = InputProblem("is not JSON", where="answer", hint="ask again")
    found = json.loads(
        line_of(record, Outcome("m", text="no", error=error), has_json=True)
    )
    assert (found["json"], found["answer"]) == (None, "no")
    assert found["error"] == {
        "exit": 3,
        "kind": "input",
        "message": "is not JSON",
        "where": "answer",
        "hint": "ask again",
    }
    empty = json.loads(line_of(record, Outcome("m", error=ServerFault("down"))))
    assert empty["answer"] is None


def test_several_models_have_a_list_of_answers(read):
    (record,) = read(a_txt=b"x\n")
    line = line_of(record, Outcome("m", text="1"), Outcome("n", text="2"), only=True)
    rest = {"citations": [], "finish_reason": None, "usage": {}, "error": None}
    assert json.loads(line) == {
        "index": 7,
        "source": "a.txt",
        "line": 1,
        "answers": [
            {"model": "m", "answer": "1", **rest},
            {"model": "n", "answer": "2", **rest},
        ],
    }


def test_half_of_a_surrogate_pair_is_an_escape_and_a_byte_of_a_name_is_replaced(read):
    (record,) = read(a_txt=b"x\n")
    line = line_of(record._replace(source="\udcff.txt"), Outcome("m", text="\ud83d"))
    found = json.loads(line)
    assert (found["source"], found["answer"]) == ("\ufffd.txt", "\ud83d")


def test_a_screen_gets_escapes_for_what_could_control_it(read):
    (record,) = read(a_txt=b"x\n")
    line = line_of(record, Outcome("m", text="a\x9b\x7f\u202eb"), shown=True)
    assert b'"answer": "a\\u009b\\u007f\\u202eb"' in line
    assert line.endswith(b"}\n")
