import pytest
import pytrec_eval
from hypothesis import given, settings
from hypothesis import strategies as st

from cohere_cli.ranking.evaluation.measures import parse_measure
from cohere_cli.ranking.evaluation.report import build_report
from cohere_cli.ranking.evaluation.runs import (
    check_trec_ids,
    in_trec_order,
    parse_runs,
    read_runs,
    share_of_ties,
    without_self,
)

HINT = "write `QUERY-ID Q0 DOCUMENT-ID RANK SCORE TAG` as TREC does"
# In 32 bits, the scores of the last two are equal.
SCORES = st.sampled_from([0.1, 0.5, 3, 0.9, 0.9 + 1e-9])
IDS = st.sampled_from(["d1", "d10", "d2", "é", "z", "日", "D"])


@settings(deadline=None, max_examples=200)
@given(
    st.dictionaries(IDS, SCORES, min_size=1), st.dictionaries(IDS, st.integers(0, 2))
)
def test_a_ranking_with_ties_is_measured_as_by_trec_eval(ranking, grades):
    grades = {**grades, "d1": 1}
    evaluator = pytrec_eval.RelevanceEvaluator({"q": grades}, {"recip_rank", "map"})
    expected = evaluator.evaluate({"q": ranking})["q"]
    measures = [parse_measure("mrr"), parse_measure("map")]
    report = build_report({"m": {"q": [*ranking.items()]}}, {"q": grades}, measures)
    measured = report.results[0].measures
    assert measured["mrr"].mean == pytest.approx(expected["recip_rank"])
    assert measured["map"].mean == pytest.approx(expected["map"])


def test_of_equal_scores_the_last_id_is_first():
    ranking = [("a", 0.5), ("b", 0.9), ("c", 0.5), ("d", 1e300), ("e", 1e200)]
    order = [document for document, _ in in_trec_order(ranking)]
    assert order == ["e", "d", "b", "c", "a"]


@pytest.mark.parametrize(
    ("run", "share"),
    [
        ({}, 0),
        ({"q": []}, 0),
        ({"q": [("a", 1.0), ("b", 0.5)], "r": [("a", 1.0)]}, 0),
        ({"q": [("a", 1.0), ("b", 1.0)], "r": [("a", 1.0), ("b", 2.0)]}, 0.5),
    ],
)
def test_ties_are_counted_within_a_query(run, share):
    assert share_of_ties(run) == share


def test_a_record_with_the_id_of_the_query_is_left_out():
    run = {"a": [("b", 2), ("a", 1)], "b": [("a", 1)]}
    assert without_self(run) == {"a": [("b", 2)], "b": [("a", 1)]}


def test_runs_are_read_by_their_tags_and_the_ranks_are_ignored(records_of):
    lines = ["q1 Q0 a 9 0.5 x", "q1\tQ0\tb\t1\t1e-3\tx", "q1 0 a 1 -2 y", "q2 Q0 a 1 7"]
    assert parse_runs(records_of(*lines)) == {
        "x": {"q1": [("a", 0.5), ("b", 0.001)]},
        "y": {"q1": [("a", -2.0)]},
        "": {"q2": [("a", 7.0)]},
    }


@pytest.mark.parametrize(
    ("line", "what", "hint"),
    [
        ("q1 a 0.5", "a ranked document has 6 fields, not 3", HINT),
        ("q1 Q0 a 1 0.5 x y", "a ranked document has 6 fields, not 7", HINT),
        ("q1 Q0 a 1 high x", "'high' is not a score", HINT),
        ("q1 Q0 a 1 nan x", "'nan' is not a score", HINT),
        ("q1 Q0 a 1 1e999 x", "'1e999' is not a score", HINT),
        (
            "q1 Q0 b 2 0.5 x",
            "document 'b' is ranked twice for query 'q1'",
            "keep one of the two lines",
        ),
    ],
)
def test_a_line_that_is_not_a_ranked_document_is_refused(
    records_of, problem, line, what, hint
):
    lines = records_of("q1 Q0 b 1 1 x", line)
    assert problem(parse_runs, lines) == (what, "file:2", hint)


def test_a_tag_that_is_taken_is_replaced_by_the_file(records_of):
    def lines(*tags):
        return records_of(*(f"q Q0 a 1 1 {tag}" for tag in tags))

    files = {"one": lines("x"), "two": lines("x"), "three": lines("", "m", "x")}
    assert [*read_runs(files, ["m"])] == ["x", "two", "three", "m (three)", "x (three)"]


def test_a_file_without_rankings_is_refused(problem):
    assert problem(read_runs, {"run.txt": []}) == (
        "there are no rankings",
        "run.txt",
        "write one record per line: QUERY-ID Q0 RECORD-ID RANK SCORE TAG",
    )


def test_an_id_with_a_space_cannot_be_written(problem):
    ids = [("a", "f:1"), ("b c", "f:2")]
    what = "the id 'b c' has a space, which a TREC run cannot hold"
    hint = "give each query and record an id without spaces"
    assert problem(check_trec_ids, ids) == (what, "f:2", hint)
