import pytest

from cohere_cli.api.protocol.rerank import RankedDocument, Ranking
from cohere_cli.documents.document import Document
from cohere_cli.errors import InputProblem
from cohere_cli.ranking.batching import Batcher, RecordBatch, RerankParameters


def parameters(**more):
    return RerankParameters(query="q", model="m", **more)


def records(*texts):
    return [
        Document(text, text.encode(), "notes.txt", line, f"notes.txt:{line}")
        for line, text in enumerate(texts, 1)
    ]


def batches(found, *, asked=None, **how):
    return list(Batcher(parameters=asked or parameters(), **how).batches(found))


def test_records_are_batched_in_their_order():
    found = records("a", "b", "c", "d", "e")
    assert batches(found, size=2) == [
        RecordBatch(0, found[0:2], parameters().body(["a", "b"], top_n=None)),
        RecordBatch(2, found[2:4], parameters().body(["c", "d"], top_n=None)),
        RecordBatch(4, found[4:5], parameters().body(["e"], top_n=None)),
    ]


def test_each_request_asks_for_the_best_only_and_never_for_more_than_it_has():
    asked = parameters(top_n=2)
    found = batches(records("a", "b", "c", "d"), asked=asked, size=3)
    assert [batch.body.top_n for batch in found] == [2, 1]


def test_no_records_make_no_request():
    assert batches([]) == []


def test_a_request_is_not_too_large_for_a_server():
    found = records(*["x" * 5_000_000] * 3)
    sizes = [len(one.records) for one in batches(found, long="truncate")]
    assert sizes == [1, 1, 1]


def test_a_long_record_is_sent_in_parts_that_stay_in_one_request():
    asked = parameters(top_n=1, max_tokens_per_doc=4)
    found = records("a", "One here. Two here. Three here.", "b")
    first, second, _ = batches(found, asked=asked, size=3)
    assert first.body.documents == ("a",)
    assert second.body.documents == ("One here. ", "Two here. ", "Three here.")
    assert (second.owners, second.long_records) == ([[0], [0], [0]], 1)


def test_of_a_request_with_parts_all_scores_are_asked():
    asked = parameters(top_n=1, max_tokens_per_doc=4)
    found = records("a", "One here. Two here. Three here.", "b")
    (batch,) = batches(found, asked=asked)
    assert batch.body.top_n is None
    assert batch.owners == [[0], [1], [1], [1], [2]]


def test_a_record_has_the_score_of_its_best_part():
    asked = parameters(max_tokens_per_doc=4)
    (batch,) = batches(records("a", "One here. Two here."), asked=asked)
    ranking = Ranking(
        (RankedDocument(2, 0.9), RankedDocument(0, 0.5), RankedDocument(1, 0.1))
    )
    assert list(batch.scores(ranking)) == [(1, 0.9), (0, 0.5)]


def test_whole_records_have_their_own_scores():
    (batch,) = batches(records("a", "b"))
    ranking = Ranking((RankedDocument(1, 0.9), RankedDocument(0, 0.5)))
    assert list(batch.scores(ranking)) == [(1, 0.9), (0, 0.5)]


def test_equal_texts_of_a_request_are_sent_once_and_each_has_their_score():
    found = records("a", "b", "a", "a", "c")
    (batch,) = batches(found, asked=parameters(top_n=4))
    assert batch.body == parameters().body(["a", "b", "c"], top_n=3)
    ranking = Ranking((RankedDocument(2, 0.9), RankedDocument(0, 0.5)))
    assert list(batch.scores(ranking)) == [(4, 0.9), (0, 0.5), (2, 0.5), (3, 0.5)]


def test_equal_texts_count_as_records_of_a_request():
    sent = [one.body.documents for one in batches(records(*"aaaba"), size=2)]
    assert sent == [("a",), ("a", "b"), ("a",)]


def test_equal_records_are_each_in_the_server_s_object():
    (batch,) = batches(records("a", "b", "a"))
    results = [{"index": 1, "relevance_score": 0.9}, {"index": 0, "more": [1]}]
    ranking = Ranking(
        (RankedDocument(1, 0.9), RankedDocument(0, 0.5)), {"id": 1, "results": results}
    )
    assert batch.response(ranking) == {
        "id": 1,
        "results": [results[0], results[1], {"index": 2, "more": [1]}],
    }


def test_of_a_request_with_parts_no_results_are_shown():
    asked = parameters(max_tokens_per_doc=4)
    (batch,) = batches(records("a", "One here. One here. One here."), asked=asked)
    assert batch.body.documents == ("a", "One here. ", "One here.")
    assert batch.owners == [[0], [1, 1], [1]]
    assert batch.response(Ranking((), {"id": 1, "results": [{}]})) == {
        "id": 1,
        "results": [],
    }


def test_a_long_record_can_be_left_to_the_server_to_cut():
    asked = parameters(max_tokens_per_doc=2)
    (batch,) = batches(records("a", "longer than two"), asked=asked, long="truncate")
    assert batch.body.documents == ("a", "longer than two")
    assert batch.long_records == 1


def test_a_long_record_can_be_refused():
    with pytest.raises(InputProblem) as caught:
        batches(records("a", "x" * 12_291), long="refuse")
    assert str(caught.value) == (
        "record of about 4,097 tokens exceeds the model's 4,096 (notes.txt:2)"
    )


def test_a_record_that_just_fits_is_whole():
    (batch,) = batches(records("x" * 12_288), long="refuse")
    assert batch.long_records == 0


def test_a_record_of_too_many_parts_is_refused():
    asked = parameters(max_tokens_per_doc=1)
    with pytest.raises(InputProblem) as caught:
        batches(records("abc " * 10_001), asked=asked)
    assert str(caught.value) == "record needs more than 10,000 documents (notes.txt:1)"
