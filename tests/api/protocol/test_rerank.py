import time

import pytest

from cohere_cli.api.protocol.rerank import InvalidRanking, RankedDocument, parse_ranking
from cohere_cli.errors import ExitCode, ServerFault


def response(*results):
    return {"id": "1", "results": list(results)}


def result(index, score):
    return {"index": index, "relevance_score": score}


def test_results_stay_in_the_servers_order_ties_too():
    reply = response(result(2, 0.9), result(1, 0.5), result(0, 0.5))
    ranking = parse_ranking(reply, 3)
    assert ranking.results == (
        RankedDocument(2, 0.9),
        RankedDocument(1, 0.5),
        RankedDocument(0, 0.5),
    )
    assert ranking.response is reply


def test_other_servers_scores_may_be_logits_under_another_name():
    reply = response({"index": 1, "score": 2}, {"index": 0, "score": -0.37})
    assert parse_ranking(reply, 2).results == (
        RankedDocument(1, 2),
        RankedDocument(0, -0.37),
    )


@pytest.mark.parametrize(
    ("reply", "rest"),
    [
        ([{"index": 1, "score": 2}, {"index": 0, "score": 1}], {}),
        ({"data": [result(1.0, 2), result(0.0, 1)], "model": "x"}, {"model": "x"}),
        ({"results": None, "data": [result(1, 2), result(0, 1)]}, {}),
        (
            response({"index": 1, "relevance_score": None, "score": 2}, result(0, 1)),
            {"id": "1"},
        ),
    ],
    ids=["list", "data", "null list", "null score"],
)
@pytest.mark.parametrize("ordered", [True, False])
def test_the_list_of_results_is_read_wherever_the_server_has_it(reply, rest, ordered):
    ranking = parse_ranking(reply, 2, ordered=ordered)
    assert ranking.results == (RankedDocument(1, 2), RankedDocument(0, 1))
    items = (
        reply if isinstance(reply, list) else reply.get("data", reply.get("results"))
    )
    assert ranking.response == {**rest, "results": items}
    assert parse_ranking(ranking.response, 2) == ranking


@pytest.mark.parametrize(
    ("top_n", "scores"), [(1, [0.5]), (2, [0.5, 0.4]), (9, [0.5, 0.4])]
)
def test_there_are_top_n_results(top_n, scores):
    reply = response(*map(result, range(2), scores))
    assert len(parse_ranking(reply, 2, top_n).results) == len(scores)
    with pytest.raises(InvalidRanking) as caught:
        parse_ranking(response(), 2, top_n)
    message = f"the reply ranks 0 documents instead of {len(scores)}"
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("results", "top_n", "expected"),
    [
        ([(0, 0.1), (1, 0.9), (2, 0.9)], None, [(1, 0.9), (2, 0.9), (0, 0.1)]),
        ([(0, -2.5), (1, 2.27), (2, 0)], 2, [(1, 2.27), (2, 0)]),
        ([(1, 0.5)], 1, [(1, 0.5)]),
    ],
)
def test_the_results_of_a_server_that_does_not_sort_are_sorted(
    results, top_n, expected
):
    items = [{**result(*pair), "document": {"text": "x"}} for pair in results]
    ranking = parse_ranking(response(*items), 3, top_n, ordered=False)
    assert [(one.index, one.relevance_score) for one in ranking.results] == expected
    found = [
        (one["index"], one["relevance_score"]) for one in ranking.response["results"]
    ]
    assert found == expected
    assert parse_ranking(ranking.response, 3, len(expected)) == ranking


@pytest.mark.parametrize(
    ("results", "message"),
    [
        ([(0, 1), (0, 1), (1, 1)], "the reply ranks a document twice"),
        ([(0, 1)], "the reply ranks 1 documents instead of 2"),
        ([(3, 1)], "the reply ranks document 3 of 3"),
    ],
)
def test_an_unsorted_ranking_is_checked_too(results, message):
    reply = response(*(result(*pair) for pair in results))
    with pytest.raises(InvalidRanking) as caught:
        parse_ranking(reply, 3, 2, ordered=False)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        ([], "the reply ranks 0 documents instead of 3"),
        ({"results": None, "data": {}}, "the reply has no list of results"),
        (response(result(0.5, 1)), "the reply ranks document 0.5 of 3"),
        ({"results": {}}, "the reply has no list of results"),
        (response(1), "the reply has a result that is not an object"),
        (response(result(3, 1)), "the reply ranks document 3 of 3"),
        (response(result(-1, 1)), "the reply ranks document -1 of 3"),
        (response(result(True, 1)), "the reply ranks document True of 3"),
        (response(result("0", 1)), "the reply ranks document '0' of 3"),
        (response({"relevance_score": 1}), "the reply ranks document None of 3"),
        (response({"index": 0}), "the reply gives document 0 the score None"),
        (
            response(result(0, float("nan"))),
            "the reply gives document 0 the score nan",
        ),
        (
            response(result(0, float("-inf"))),
            "the reply gives document 0 the score -inf",
        ),
        (
            response(result(0, 10**400)),
            "the reply gives document 0 the score 100000000000000000...0000000000000000000",
        ),
        (response(result(0, True)), "the reply gives document 0 the score True"),
        (
            response(result(0, "9" * 99)),
            "the reply gives document 0 the score '999999999999...9999999999999'",
        ),
        (
            response(result(0, 2), result(0, 1), result(1, 0)),
            "the reply ranks a document twice",
        ),
        (
            response(result(0, 1), result(1, 0)),
            "the reply ranks 2 documents instead of 3",
        ),
        (
            response(result(0, 2), result(1, 1), result(2, 1.5)),
            "the reply ranks document 2 below a worse one",
        ),
    ],
)
def test_a_result_is_never_paired_with_a_wrong_document(reply, message):
    with pytest.raises(InvalidRanking) as caught:
        parse_ranking(reply, 3)
    assert str(caught.value) == message


def test_a_wrong_ranking_is_the_servers_fault():
    assert issubclass(InvalidRanking, ServerFault)
    assert InvalidRanking.exit_code is ExitCode.SERVER_FAULT


def test_a_thousand_results_are_read_in_a_moment():
    reply = response(*(result(index, -index) for index in range(1000)))
    times = []
    for _ in range(20):
        began = time.perf_counter()
        parse_ranking(reply, 1000)
        times.append(time.perf_counter() - began)
    assert min(times) < 0.003
