"""What each model family accepts: context length and images."""

from cohere_cli.api.protocol.models import context_length, supports_vision
from cohere_cli.errors import UsageProblem

_RANK = "rank them first with `co rerank`"


def require_context(tokens: int, model: str, hint: str = "") -> None:
    """Raise `UsageProblem` when documents of about *tokens* exceed the context.

    *hint* is what to do, before `--any-size`, which sends them nevertheless.
    """
    limit = context_length(model)
    if limit is not None and tokens > limit:
        raise UsageProblem(
            f"the documents have more than the {limit:,} tokens that {model} reads",
            hint=f"{hint or _RANK}, or send them with --any-size",
        )


def require_vision(model: str, other: str) -> None:
    """Raise `UsageProblem` when *model* is known not to accept images.

    *other* is a model to suggest. The API decides about unknown models.
    """
    if context_length(model) is not None and not supports_vision(model):
        hint = f"choose a vision model, such as -m {other}"
        raise UsageProblem(f"{model} does not accept images", hint=hint)
