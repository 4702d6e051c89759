"""The body of a rerank."""

from collections.abc import Iterable

from cohere_cli.api.bodies import RerankBody
from cohere_cli.compose.grounds import Ground
from cohere_cli.errors import UsageProblem


def rerank_body(
    query: str,
    documents: Iterable[Ground],
    *,
    model: str,
    top_n: int | None = None,
    max_tokens_per_doc: int | None = None,
    priority: int | None = None,
) -> RerankBody:
    """Return the body that ranks *documents* by *query*.

    A *top_n* of 0 asks for all. Raises `UsageProblem` for a blank query, which the
    API refuses.
    """
    if not query.strip():
        raise UsageProblem("the query is blank", hint="say what to look for with -q")
    return RerankBody(
        model=model,
        query=query,
        documents=tuple(ranked_text(document) for document in documents),
        top_n=top_n or None,
        max_tokens_per_doc=max_tokens_per_doc,
        priority=priority,
    )


def ranked_text(document: Ground) -> str:
    """Return what the API reads of a document: its text, or its fields as YAML.

    YAML with the fields in their own order is what the API advises for records:
    https://docs.cohere.com/docs/reranking-with-cohere.
    """
    if isinstance(document.data, str):
        return document.data
    import yaml

    # Without a width, long texts would be folded.
    return yaml.safe_dump(
        dict(document.data), sort_keys=False, allow_unicode=True, width=1 << 30
    )
