import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from cohere_cli.documents.document import Document
from cohere_cli.errors import InputProblem, ServerFault
from cohere_cli.mapping.judgement.other_run import OtherAnswer, OtherRun
from cohere_cli.mapping.output.json_lines import JsonLines
from cohere_cli.mapping.result import Outcome, Result


def record(number):
    return Document({"n": number}, b"", "in.jsonl", number + 1, str(number))


def line(index, answer, models=("m",), **style):
    outcomes = tuple(Outcome(model, answer) for model in models)
    return rows(Result(index, record(index), outcomes), models=models, **style)


def rows(*results, models=("m",), **style):
    lines = JsonLines(
        **{"has_json": False, "only": False, **style}, has_models=len(models) > 1
    )
    return b"".join(map(lines.row, results))


@pytest.fixture
def other(tmp_path):
    def opened(data):
        path = tmp_path / "other.jsonl"
        path.write_bytes(data)
        return OtherRun(str(path))

    return opened


def answers(run, index, models=("m",)):
    return run.answers(index, record(index), models)


def test_answers_are_found_in_any_order_with_gaps_and_blank_lines(other):
    data = line(7, "seven") + b"\n" + line(0, "zero") + line(900, "last")
    with other(data) as run:
        found = [answers(run, index) for index in (0, 1, 7, 900, 901)]
        assert len(run) == 3
    seven, last = OtherAnswer("seven", None, False), OtherAnswer("last", None, False)
    zero = OtherAnswer("zero", None, False)
    assert found == [(zero,), None, (seven,), (last,), None]


def test_an_unordered_run_is_found_by_index(other):
    order = [(number * 37) % 100 for number in range(100)]
    with other(b"".join(line(index, str(index)) for index in order)) as run:
        assert [answers(run, index)[0].text for index in range(100)] == [
            str(index) for index in range(100)
        ]


def test_json_and_failures_are_distinguished(other):
    fails = Outcome("m", error=ServerFault("server error 500"))
    misfit = Outcome("m", "{", error=ServerFault("not JSON"))
    outcomes = [(Outcome("m", '{"a":1}', {"a": 1}),), (fails,), (misfit,)]
    results = [Result(at, record(at), one) for at, one in enumerate(outcomes)]
    with other(rows(*results, has_json=True)) as run:
        found = [answers(run, index)[0] for index in range(3)]
    assert found[0] == OtherAnswer("", {"a": 1}, False)
    assert [one.failed for one in found] == [False, True, True]


def test_models_have_the_answers_of_their_names_and_one_answer_is_for_all(other):
    data = rows(
        Result(0, record(0), (Outcome("a", "x"), Outcome("b", "y"))), models=("a", "b")
    )
    with other(data + line(1, "z")) as run:
        both = answers(run, 0, ("b", "a")), answers(run, 1, ("b", "a"))
        with pytest.raises(InputProblem, match="no answer of c") as caught:
            answers(run, 0, ("c",))
    assert [[one.text for one in found] for found in both] == [["y", "x"], ["z", "z"]]
    assert caught.value.where.endswith("other.jsonl:1")
    assert caught.value.hint == "its models: a, b"


def test_another_record_is_an_error_with_file_and_line(other):
    with (
        other(line(1, "x") + line(0, "y")) as run,
        pytest.raises(InputProblem) as caught,
    ):
        run.answers(0, record(3), ("m",))
    assert caught.value.what == "the record is not that of in.jsonl:4"
    assert caught.value.where.endswith("other.jsonl:2")


def test_threads_that_read_at_once_find_the_lines_of_their_indexes(other):
    count = 3000
    with (
        other(b"".join(line(index, str(index)) for index in range(count))) as run,
        ThreadPoolExecutor(4) as threads,
    ):
        found = [*threads.map(lambda index: answers(run, index), range(count))]
    assert [one.text for (one,) in found] == [*map(str, range(count))]


def test_a_run_without_records_is_compared_by_their_lines(other):
    with other(line(0, "x", only=True)) as run:
        assert answers(run, 0)[0].text == "x"
        with pytest.raises(InputProblem, match="not that of"):
            run.answers(0, record(3), ("m",))


def test_half_of_a_surrogate_pair_in_a_record_is_the_same(other):
    strange = Document({"t": "a\ud83d"}, b"", "-", 1, "1")
    with other(rows(Result(0, strange, (Outcome("m", "x"),)))) as run:
        assert run.answers(0, strange, ("m",))[0].text == "x"


@pytest.mark.parametrize(
    ("data", "what", "at"),
    [
        (b"", "has no lines", ""),
        (b"label,answer\nx,y\n", "the line is not a result", ":1"),
        (b'{"index": 0, "answer": "x"}\n{"answer": "x"}', "is not a result", ":2"),
        (b'{"index": 0, "answer": "x"}\n{"index": 1, "ans', "is not a result", ":2"),
        (b'{"answer": "x", "index": -1}', "is not a result", ":1"),
        (
            b'{"index": 4, "a": 1}\n\n{"index": 4, "a": 1}',
            "index 4 has two lines",
            ":3",
        ),
    ],
)
def test_what_is_not_the_output_of_a_run_is_refused_at_once(other, data, what, at):
    with pytest.raises(InputProblem, match=what) as caught:
        other(data)
    assert caught.value.where.endswith(f"other.jsonl{at}")


def test_a_line_that_is_invalid_in_its_middle_is_refused_when_it_is_read(other):
    with (
        other(b'{"index": 0, "answer": "x"}\n{"index": 1, ???}\n') as run,
        pytest.raises(InputProblem, match="not a result") as caught,
    ):
        answers(run, 1)
    assert caught.value.where.endswith("other.jsonl:2")


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputProblem, match="no such file"):
        OtherRun(str(tmp_path / "none.jsonl"))


def test_the_output_of_a_command_is_read_as_a_file_is():
    reader, writer = os.pipe()
    data = b"".join(line(index, str(index)) for index in (1, 0, 2))

    def write():
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(data)

    thread = threading.Thread(target=write)
    thread.start()
    with OtherRun(f"/dev/fd/{reader}") as run:
        assert [answers(run, index)[0].text for index in range(3)] == ["0", "1", "2"]
    thread.join()
    os.close(reader)


def test_numbers_are_the_same_however_they_are_written(other):
    same = Document({"n": 1.5}, b"", "-", 1, "1")
    text = json.dumps({"index": 0, "record": {"n": 1.50}, "answer": "x"})
    with other(text.encode()) as run:
        assert run.answers(0, same, ("m",))[0].text == "x"
