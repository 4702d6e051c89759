"""The second stage: candidates in the order of a rerank model, by one request."""

from collections.abc import Mapping, Sequence

from cohere_cli.api.protocol.requests import RerankBody
from cohere_cli.api.protocol.rerank import Ranking
from cohere_cli.retrieval.search import Candidate


def rerank_body(query: str, candidates: Sequence[Candidate], model: str) -> RerankBody:
    """Return the request that ranks *candidates*: of each its title, path and text."""
    texts = tuple(_text(one) for one in candidates)
    return RerankBody(model=model, query=query, documents=texts)


def reranked(candidates: Sequence[Candidate], ranking: Ranking) -> list[Candidate]:
    """Return *candidates* with the scores of *ranking*, best first."""
    return [
        candidates[one.index]._replace(score=one.relevance_score)
        for one in ranking.results
    ]


def _text(candidate: Candidate) -> str:
    data = candidate.document.data
    if not isinstance(data, Mapping):
        return data
    return "\n".join(f"{name}: {value}" for name, value in data.items())
