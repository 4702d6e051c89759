import pytest

from cohere_cli.api.rerank import Ranked, ranking_of
from cohere_cli.errors import ServerFault


def response(*results):
    return {"id": "1", "results": list(results)}


def test_results_are_best_first_and_ties_keep_their_order():
    told = response(
        {"index": 2, "relevance_score": 0.5},
        {"index": 0, "relevance_score": 0.9},
        {"index": 1, "relevance_score": 0.5},
    )
    assert ranking_of(told, 3).results == (
        Ranked(0, 0.9),
        Ranked(2, 0.5),
        Ranked(1, 0.5),
    )


def test_other_servers_scores_may_be_logits_under_another_name():
    told = response({"index": 0, "score": -0.37}, {"index": 1, "score": 2})
    assert ranking_of(told, 2).results == (Ranked(1, 2), Ranked(0, -0.37))


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ([], "the reply has no list of results"),
        ({"results": {}}, "the reply has no list of results"),
        (response(1), "the reply has a result that is no object"),
        (
            response({"index": 3, "relevance_score": 1}),
            "the reply ranks document 3 of 3",
        ),
        (
            response({"index": -1, "relevance_score": 1}),
            "the reply ranks document -1 of 3",
        ),
        (
            response({"index": True, "relevance_score": 1}),
            "the reply ranks document True of 3",
        ),
        (response({"relevance_score": 1}), "the reply ranks document None of 3"),
        (
            response({"index": 0, "relevance_score": float("nan")}),
            "the reply gives document 0 the score nan",
        ),
        (
            response({"index": 0, "relevance_score": "1"}),
            "the reply gives document 0 the score '1'",
        ),
        (
            response(
                {"index": 0, "relevance_score": 1}, {"index": 0, "relevance_score": 2}
            ),
            "the reply ranks a document twice",
        ),
    ],
)
def test_a_result_is_never_paired_with_a_wrong_document(told, said):
    with pytest.raises(ServerFault) as caught:
        ranking_of(told, 3)
    assert str(caught.value) == said
