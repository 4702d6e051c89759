"""The rerank request for candidates, and the order that its reply gives them."""

from cohere_cli.api.protocol.rerank import RankedDocument, Ranking
from cohere_cli.documents.document import Document
from cohere_cli.retrieval.relevance import rerank_body, reranked
from cohere_cli.retrieval.search import Candidate

PROSE = Candidate(
    Document(
        {"title": "T", "path": "a.md", "text": "x\ny"}, b"", "a.md", 1, "a.md:1-2"
    ),
    1,
    2,
    3.0,
)
LINE = Candidate(Document("plain", b"", "b", 4, "b:4"), 4, 4, 1.0)


def test_a_candidate_is_ranked_by_its_title_its_path_and_its_text():
    body = rerank_body("q", [PROSE, LINE], "rerank-v3.5")
    assert body.documents == ("title: T\npath: a.md\ntext: x\ny", "plain")
    assert (body.model, body.query, body.top_n) == ("rerank-v3.5", "q", None)


def test_candidates_come_in_the_order_of_the_model_with_its_scores():
    ranking = Ranking((RankedDocument(1, 0.9), RankedDocument(0, 0.2)))
    assert reranked([PROSE, LINE], ranking) == [
        LINE._replace(score=0.9),
        PROSE._replace(score=0.2),
    ]
