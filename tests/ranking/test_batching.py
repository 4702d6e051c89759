from dataclasses import dataclass
from typing import Any

import pytest

from cohere_cli.api.protocol.rerank import RankedDocument, Ranking
from cohere_cli.errors import InputProblem
from cohere_cli.ranking.batching import Batcher, RecordBatch, RerankParameters


@dataclass(frozen=True)
class Record:
    data: Any
    line: int = 1
    source: str = "notes.txt"


def question(**more):
    return RerankParameters(query="q", model="m", **more)


def records(*texts):
    return [Record(text, line) for line, text in enumerate(texts, 1)]


def portions(found, *, asked=None, **how):
    return list(Batcher(question=asked or question(), **how).of(found))


def test_records_are_portioned_out_in_their_order():
    found = records("a", "b", "c", "d", "e")
    assert portions(found, size=2) == [
        RecordBatch(0, 0, found[0:2], question().about(["a", "b"], top_n=None)),
        RecordBatch(1, 2, found[2:4], question().about(["c", "d"], top_n=None)),
        RecordBatch(2, 4, found[4:5], question().about(["e"], top_n=None)),
    ]


def test_each_request_asks_for_the_best_only():
    asked = question(top_n=3)
    (portion,) = portions(records("a", "b"), asked=asked)
    assert portion.body.top_n == 3


def test_without_records_there_is_no_request():
    assert portions([]) == []


def test_a_request_is_not_too_large_for_a_server():
    found = records(*["x" * 5_000_000] * 3)
    sizes = [len(one.records) for one in portions(found, long="truncate")]
    assert sizes == [1, 1, 1]


def test_a_long_record_is_sent_in_parts_that_stay_in_one_request():
    asked = question(top_n=1, max_tokens_per_doc=4)
    found = records("a", "One here. Two here. Three here.", "b")
    first, second, _ = portions(found, asked=asked, size=3)
    assert first.body.documents == ("a",)
    assert second.body.documents == ("One here. ", "Two here. ", "Three here.")
    assert (second.owners, second.long) == ([0, 0, 0], 1)


def test_of_a_request_with_parts_all_scores_are_asked():
    asked = question(top_n=1, max_tokens_per_doc=4)
    found = records("a", "One here. Two here. Three here.", "b")
    (portion,) = portions(found, asked=asked)
    assert portion.body.top_n is None
    assert portion.owners == [0, 1, 1, 1, 2]


def test_a_record_has_the_score_of_its_best_part():
    asked = question(max_tokens_per_doc=4)
    (portion,) = portions(records("a", "One here. Two here."), asked=asked)
    ranking = Ranking(
        (RankedDocument(2, 0.9), RankedDocument(0, 0.5), RankedDocument(1, 0.1))
    )
    assert list(portion.scores(ranking)) == [(1, 0.9), (0, 0.5)]


def test_whole_records_have_their_own_scores():
    (portion,) = portions(records("a", "b"))
    ranking = Ranking((RankedDocument(1, 0.9), RankedDocument(0, 0.5)))
    assert list(portion.scores(ranking)) == [(1, 0.9), (0, 0.5)]


def test_a_long_record_can_be_left_to_the_server_to_cut():
    asked = question(max_tokens_per_doc=2)
    (portion,) = portions(records("a", "longer than two"), asked=asked, long="truncate")
    assert portion.body.documents == ("a", "longer than two")
    assert portion.long == 1


def test_a_long_record_can_be_refused():
    with pytest.raises(InputProblem) as caught:
        portions(records("a", "x" * 12_291), long="refuse")
    assert str(caught.value) == (
        "longer than the model reads: about 4,097 tokens (notes.txt:2)"
    )
    assert caught.value.hint == ("it reads 4,096; --long split ranks a text in parts")


def test_a_record_that_just_fits_is_whole():
    (portion,) = portions(records("x" * 12_288), long="refuse")
    assert portion.long == 0


def test_a_record_of_too_many_parts_is_refused():
    asked = question(max_tokens_per_doc=1)
    with pytest.raises(InputProblem) as caught:
        portions(records("abc " * 10_001), asked=asked)
    assert str(caught.value) == "longer than 10,000 documents (notes.txt:1)"
