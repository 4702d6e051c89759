"""Whether what is sent fits in what the model can read."""

from cohere_cli.api.protocol.model_facts import context_length, supports_vision
from cohere_cli.errors import UsageProblem


def require_context(tokens: int, model: str) -> None:
    """Raise `UsageProblem` when documents of *tokens*, an estimate, are too much."""
    limit = context_length(model)
    if limit is not None and tokens > limit:
        raise UsageProblem(
            f"the documents have about {tokens:,} tokens, but {model} reads {limit:,}",
            hint="rank them first with `co rerank`, or send them with --any-size",
        )


def require_vision(model: str, other: str) -> None:
    """Raise `UsageProblem` when *model* is known not to look at images.

    *other* is one that does. A model that is not known is left for the API to judge.
    """
    if context_length(model) is not None and not supports_vision(model):
        hint = f"name one that does, such as -m {other}"
        raise UsageProblem(f"{model} does not look at images", hint=hint)
