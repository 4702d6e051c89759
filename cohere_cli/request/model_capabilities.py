"""Whether what is sent fits in what the model can read."""

from cohere_cli.errors import UsageProblem

# https://docs.cohere.com/docs/models, by the beginning of a model's name. The API
# itself takes a little more than it promises, so a model that is not here, or an
# estimate close to the limit, is left for it to judge.
_CONTEXT = {
    "command-a-plus": 128_000,
    "command-a-vision": 128_000,
    "command-a-translate": 8_000,
    "command-a": 256_000,
    "command-r": 128_000,
    "north-mini-code": 256_000,
    "c4ai-aya-vision": 16_000,
    "c4ai-aya-expanse": 128_000,
}


def context_length(model: str) -> int | None:
    """Return how many tokens *model* reads, or None for one that is not known."""
    names = sorted(_CONTEXT, key=len, reverse=True)
    return next((_CONTEXT[name] for name in names if model.startswith(name)), None)


def require_context(tokens: int, model: str) -> None:
    """Raise `UsageProblem` when documents of *tokens*, an estimate, are too much."""
    limit = context_length(model)
    if limit is not None and tokens > limit:
        raise UsageProblem(
            f"the documents have about {tokens:,} tokens, but {model} reads {limit:,}",
            hint="rank them first with `co rerank`, or send them with --any-size",
        )


_SEEING = ("command-a-plus", "command-a-vision", "c4ai-aya-vision")


def supports_vision(model: str) -> bool:
    """Whether *model* is known to look at images."""
    return model.startswith(_SEEING)


def require_vision(model: str, other: str) -> None:
    """Raise `UsageProblem` when *model* is known not to look at images.

    *other* is one that does. A model that is not known is left for the API to judge.
    """
    if context_length(model) is not None and not supports_vision(model):
        hint = f"name one that does, such as -m {other}"
        raise UsageProblem(f"{model} does not look at images", hint=hint)
