import json
import time

from cohere_cli.sandbox.answers.ranking import _float32


def rerank(client, **body):
    status, text = client.post("/v2/rerank", {"model": "rerank-v3.5", **body})
    return status, json.loads(text)


def test_results_are_sorted_best_first(client):
    status, payload = rerank(
        client, query="red kite", documents=["a", "red kite", "red"]
    )
    assert status == 200
    assert [*payload] == ["id", "results", "meta"]
    assert [each["index"] for each in payload["results"]] == [1, 2, 0]
    assert payload["meta"] == {
        "api_version": {"version": "2"},
        "billed_units": {"search_units": 1},
    }


def test_ties_keep_the_order_of_the_documents(client):
    _, payload = rerank(client, query="kite", documents=["b", "kite", "a", "kite"])
    assert [each["index"] for each in payload["results"]] == [1, 3, 0, 2]


def test_top_n_may_be_larger_than_the_number_of_documents(client):
    assert (
        len(rerank(client, query="a", documents=["a"] * 3, top_n=9)[1]["results"]) == 3
    )
    assert (
        len(rerank(client, query="a", documents=["a"] * 3, top_n=2)[1]["results"]) == 2
    )


def test_scores_are_between_0_and_1(client):
    texts = ["a b", "a", "c", "", "b " * 9999]
    _, payload = rerank(client, query="a b", documents=texts)
    assert all(0 < each["relevance_score"] < 1 for each in payload["results"])


def test_a_score_has_the_digits_of_a_32_bit_float():
    assert [_float32(0.1), _float32(1 / 3)] == [0.1, 0.33333334]


def test_a_search_unit_covers_100_documents(client):
    _, payload = rerank(client, query="a", documents=["a"] * 101)
    assert payload["meta"]["billed_units"] == {"search_units": 2}


def test_words_past_the_limit_of_a_document_are_not_read(client):
    texts = ["x x kite", "kite"]
    _, payload = rerank(client, query="kite", documents=texts, max_tokens_per_doc=2)
    assert [each["index"] for each in payload["results"]] == [1, 0]
    assert payload["results"][1]["relevance_score"] < 0.01


def test_the_documents_are_returned_only_if_they_are_requested(client):
    ask = {"query": "kite", "documents": ["a", "kite"], "top_n": 1}
    for wanted, document in [(True, {"document": {"text": "kite"}}), (False, {})]:
        _, payload = rerank(client, **ask, return_documents=wanted)
        (result,) = payload["results"]
        score = result["relevance_score"]
        assert result == {"index": 1, "relevance_score": score, **document}


def test_null_counts_as_absent(client):
    assert rerank(client, query="a", documents=["a"], top_n=None)[0] == 200


def test_ten_thousand_documents_are_ranked_in_less_than_two_seconds(client):
    texts = [
        f"{'the quick brown fox ' * 20}jumps over kite {n}." for n in range(10_000)
    ]
    began = time.process_time()
    got, text = client.post(
        "/v2/rerank",
        {"model": "rerank-v3.5", "query": "kite 77", "documents": texts, "top_n": 1},
    )
    assert time.process_time() - began < 2
    assert (got, json.loads(text)["results"][0]["index"]) == (200, 77)
