import json
from dataclasses import asdict

import pytest

from cohere_cli.ranking.evaluation.measures import parse_measure
from cohere_cli.ranking.evaluation.report import (
    MeasureResult,
    ModelResult,
    Report,
    build_report,
    select_queries,
    summary_rows,
)
from cohere_cli.ranking.evaluation.statistics import Cutoff

MEASURES = [parse_measure("mrr"), parse_measure("recall@1")]
QRELS = {"q1": {"a": 1}, "q2": {"b": 2, "a": 0}, "none": {"a": 0}, "empty": {}}

GOOD = [("a", 0.9), ("b", 0.2)]
BAD = [("b", 0.8), ("a", 0.3)]
OLD = {"q1": BAD, "q2": GOOD}
NEW = {"q1": GOOD, "q2": BAD}


def test_models_are_measured_over_the_same_queries_and_against_the_first():
    report = build_report({"old": OLD, "new": NEW}, QRELS, MEASURES)
    assert report == Report(
        queries=("q1", "q2"),
        left_out={},
        results=(
            ModelResult(
                "old",
                {
                    "mrr": MeasureResult(0.5, {"q1": 0.5, "q2": 0.5}),
                    "recall@1": MeasureResult(0.0, {"q1": 0.0, "q2": 0.0}),
                },
                Cutoff(0.2, 4, 0.5, 1.0, 2 / 3),
            ),
            ModelResult(
                "new",
                {
                    "mrr": MeasureResult(1.0, {"q1": 1.0, "q2": 1.0}, 0.5, 0.5),
                    "recall@1": MeasureResult(1.0, {"q1": 1.0, "q2": 1.0}, 1.0, 0.5),
                },
                Cutoff(0.8, 2, 1.0, 1.0, 1.0),
            ),
        ),
    )


def test_each_later_model_is_compared_with_the_first():
    results = build_report(
        {"old": OLD, "new": NEW, "same": OLD}, QRELS, MEASURES
    ).results
    differences = [result.measures["mrr"].difference for result in results]
    assert differences == [None, 0.5, 0.0]
    assert results[2].measures["mrr"].p_value == 1.0


def test_queries_that_cannot_count_are_left_out_for_all_and_reported():
    old = {"q1": GOOD, "none": GOOD, "empty": GOOD, "q2": GOOD}
    new = {"q1": GOOD, "unknown": GOOD, "none": GOOD}
    report = build_report({"old": old, "new": new}, QRELS, MEASURES)
    assert report.queries == ("q1",)
    assert report.left_out == {
        "irrelevant": ("none",),
        "unjudged": ("empty", "unknown"),
        "unranked": ("q2",),
    }


def test_a_query_that_was_asked_and_never_ranked_is_left_out():
    report = build_report({"m": {"q1": GOOD}}, QRELS, MEASURES, ["q2", "q1"])
    assert (report.queries, report.left_out) == (("q1",), {"unranked": ("q2",)})


def test_a_model_that_found_nothing_has_0_and_no_cut():
    (result,) = build_report({"m": {"q1": []}}, QRELS, MEASURES).results
    assert result == ModelResult(
        "m",
        {
            "mrr": MeasureResult(0.0, {"q1": 0.0}),
            "recall@1": MeasureResult(0.0, {"q1": 0.0}),
        },
        None,
    )


@pytest.mark.parametrize(
    ("runs", "what", "hint"),
    [
        (
            {"m": {"other": GOOD, "none": GOOD}},
            "no query has a relevant document",
            "check that both files use the same query ids",
        ),
        (
            {},
            "no query has a relevant document",
            "check that both files use the same query ids",
        ),
        (
            {"m": {"q1": GOOD}, "n": {"other": GOOD}},
            "no judged query was ranked by every model",
            "models are compared on the queries that all of them ranked",
        ),
        (
            {"m": {"q1": [("a", 1.0), ("b", 0.5), ("a", 0.1)]}},
            "document 'a' is ranked twice for query 'q1'",
            "give each record an id of its own",
        ),
    ],
)
def test_what_cannot_be_measured_is_refused(problem, runs, what, hint):
    assert problem(build_report, runs, QRELS, MEASURES) == (what, "", hint)


def test_there_is_a_row_of_plain_data_for_each_model():
    report = build_report({"old": {"q1": []}, "new": NEW}, QRELS, MEASURES[:1])
    rows = summary_rows(report)
    assert rows == [
        {
            "model": "old",
            "queries": 1,
            "mrr": 0.0,
            "mrr.difference": None,
            "mrr.p_value": None,
            "cut.threshold": None,
            "cut.kept": None,
            "cut.precision": None,
            "cut.recall": None,
            "cut.f1": None,
        },
        {
            "model": "new",
            "queries": 1,
            "mrr": 1.0,
            "mrr.difference": 1.0,
            "mrr.p_value": 1.0,
            "cut.threshold": 0.9,
            "cut.kept": 1,
            "cut.precision": 1.0,
            "cut.recall": 1.0,
            "cut.f1": 1.0,
        },
    ]
    assert json.loads(json.dumps(asdict(report)))["queries"] == ["q1"]


def test_queries_that_cannot_count_are_not_worth_ranking():
    asked = ["q2", "none", "other", "q1", "empty"]
    assert select_queries(asked, QRELS) == (
        ["q2", "q1"],
        {"irrelevant": ("none",), "unjudged": ("other", "empty")},
    )


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        (["none"], "a grade above 0 means that a document is relevant"),
        (["none", "other"], "check that both files use the same query ids"),
        ([], "check that both files use the same query ids"),
    ],
)
def test_without_a_query_worth_ranking_the_hint_gives_the_reason(problem, asked, hint):
    message = ("no query has a relevant document", "", hint)
    assert problem(select_queries, asked, QRELS) == message
