import json

import pytest

from cohere_cli.documents.document import Document
from cohere_cli.errors import InputProblem, ServerFault, UsageProblem
from cohere_cli.mapping.judgement.judge import Judge
from cohere_cli.mapping.judgement.report import report_object
from cohere_cli.mapping.output.json_lines import JsonLines
from cohere_cli.mapping.result import Outcome, Result

FAILED = Outcome("m", error=ServerFault("server error 500"))


def result(index, label, *answers):
    """A record with *label*, and answers of the models m, n, …; None is a failure."""
    record = Document({"label": label}, b"", "-", index + 1, str(index))
    outcomes = (
        Outcome(model, one) if isinstance(one, str) else FAILED._replace(model=model)
        for model, one in zip("mn", answers, strict=False)
    )
    return Result(index, record, tuple(outcomes))


def judged(*results, models="m", expect="label", compare=None):
    with Judge(expect, (), tuple(models), compare) as judge:
        for one in results:
            judge.add(one)
        return judge.report()


@pytest.fixture
def other(tmp_path):
    """Return the path of a run with these results."""

    def written(*results):
        path = tmp_path / "old.jsonl"
        lines = JsonLines(has_models=False, has_json=False, only=False)
        path.write_bytes(b"".join(map(lines.row, results)))
        return str(path)

    return written


def test_the_report_has_every_number_of_a_run():
    report = judged(
        result(0, "bug", "Bug"),
        result(1, "bug", "other"),
        result(2, "Other", "other "),
        result(3, "other", None),
        result(4, "", "bug"),
        result(5, "bug"),
        result(6, "bug", ""),
    )
    classes = [
        {"label": "bug", "support": 4, "right": 1, "failed": 1, "answered": 1}
        | {"precision": 1.0, "recall": 0.25, "f1": 0.4},
        {"label": "Other", "support": 2, "right": 1, "failed": 1, "answered": 2}
        | {"precision": 0.5, "recall": 0.5, "f1": 0.5},
    ]
    found = report_object(report)
    assert found["models"][0].pop("interval") == pytest.approx([0.09677, 0.70004], 1e-3)
    assert found["models"][0].pop("weighted_f1") == pytest.approx(2.6 / 6)
    assert found == {
        "expect": {"column": "label", "field": None},
        "accuracy": 2 / 6,
        "unlabelled": 1,
        "same_labels": [["Other", "other"]],
        "models": [
            {
                "model": "m",
                "records": 6,
                "right": 2,
                "failed": 2,
                "accuracy": 2 / 6,
                "macro_f1": 0.45,
                "classes": classes,
                "confusions": [
                    {"expected": "bug", "answered": "Other", "records": 1},
                    {"expected": "bug", "answered": None, "records": 1},
                ],
            }
        ],
        "pairs": [],
    }
    assert json.loads(json.dumps(found)) == found


def test_the_accuracy_is_the_lowest_of_the_models_and_0_if_nothing_was_judged():
    report = judged(
        result(0, "a", "a", "b"), result(1, "a", "a", "a"), models=("m", "n")
    )
    assert report.accuracy == 0.5
    assert judged().accuracy == judged(result(0, None, "a")).accuracy == 0


def test_two_models_are_compared_by_mcnemars_test():
    results = [
        *(result(at, "a", "a", "b") for at in range(8)),
        result(8, "a", "b", "a"),
        result(9, "a", "a", "a"),
        result(10, "a", None, "b"),
    ]
    report = report_object(judged(*results, models=("m", "n")))
    assert [one["accuracy"] for one in report["models"]] == [9 / 11, 2 / 11]
    [pair] = report["pairs"]
    assert pair.pop("p_value") == pytest.approx(20 / 512)
    assert pair == {
        "models": ["m", "n"],
        "both_right": 1,
        "only_first_right": 8,
        "only_second_right": 1,
        "different_answers": 10,
    }


def test_two_runs_are_compared_over_the_records_of_both_in_any_order(other):
    old = [
        result(9, "a", "a"),
        *(result(at, "a", "b") for at in range(6)),
        result(6, "a", "a"),
        result(7, "", "a"),
        result(8, "a", None),
    ]
    new = [result(at, "a", "a") for at in (5, 1, 0, 4, 3, 2)]
    new += [result(6, "a", "b"), result(7, "", "a"), result(8, "a", None)]
    found = report_object(judged(*new, result(20, "a", "a"), compare=other(*old)))
    compare = found["compare"]
    assert compare.pop("file").endswith("old.jsonl")
    [model] = compare.pop("models")
    assert compare == {"absent": 1, "extra": 1}
    assert model.pop("p_value") == pytest.approx(2 * (1 + 7) / 128)
    assert model.pop("difference") == pytest.approx(5 / 8)
    assert model == {
        "model": "m",
        "records": 8,
        "accuracy": 6 / 8,
        "other_accuracy": 1 / 8,
        "both_right": 0,
        "only_this_right": 6,
        "only_other_right": 1,
        "different_answers": 7,
    }
    assert found["accuracy"] == 7 / 9


def test_two_runs_agree_where_nothing_is_expected(other):
    pairs = [("yes", "Yes")] * 20 + [("no", "no")] * 15 + [("no", "yes")] * 10
    pairs += [("yes", "no")] * 5 + [(None, "no"), ("no", None), (None, None)]
    old = [result(at, "x", there) for at, (_, there) in enumerate(pairs)]
    new = [result(at, "x", here) for at, (here, _) in enumerate(pairs)]
    found = report_object(judged(*new, expect=None, compare=other(*old)))
    assert [*found] == ["compare"]
    [model] = found["compare"]["models"]
    assert model.pop("kappa") == pytest.approx(0.4)
    assert model == {
        "model": "m",
        "records": 50,
        "failed": 3,
        "agreement": 0.7,
        "differences": [
            {"this": "no", "other": "yes", "records": 10},
            {"this": "yes", "other": "no", "records": 5},
        ],
    }


def test_the_only_field_of_a_schema_agrees_with_a_field_of_another_name(tmp_path):
    old = tmp_path / "old.jsonl"
    old.write_text('{"index": 0, "line": 1, "json": {"kind": "BUG"}}\n')
    record = Document("text", b"", "-", 1, "1")
    with Judge(None, ("label",), ("m",), str(old)) as judge:
        judge.add(Result(0, record, (Outcome("m", "{}", {"label": "bug"}),)))
        [model] = report_object(judge.report())["compare"]["models"]
    assert model["agreement"] == 1


def test_another_record_in_the_other_run_stops_the_judge(other):
    path = other(result(0, "a", "a"), result(1, "b", "a"))
    with pytest.raises(InputProblem) as caught:
        judged(result(0, "a", "a"), result(1, "c", "a"), compare=path)
    assert caught.value.where.endswith("old.jsonl:2")
    with Judge("label", (), ("m",), path) as judge:
        judge.require_same(0, result(0, "a").record)
        with pytest.raises(InputProblem, match="not that of stdin:2"):
            judge.require_same(1, result(1, "c").record)


def test_a_model_that_the_other_run_lacks_is_refused_before_it_is_sent_to(tmp_path):
    old = tmp_path / "old.jsonl"
    old.write_text('{"index": 0, "record": "x", "answers": [{"model": "a"}]}\n')
    with (
        Judge(None, (), ("a", "b"), str(old)) as judge,
        pytest.raises(InputProblem, match="no answer of b"),
    ):
        judge.require_same(0, Document("x", b"x", "-", 1, "1"))


def test_a_column_or_a_field_that_is_missing_is_refused():
    with pytest.raises(UsageProblem, match="no field 'knd'"):
        Judge("label=knd", ("kind",), ("m",))
    with (
        Judge("lable", (), ("m",)) as judge,
        pytest.raises(InputProblem, match="no record has a value"),
    ):
        judge.require_column([result(0, "a").record])
    with Judge(None, (), ("m",)) as judge:
        judge.require_column([result(0, "a").record])
