"""Which models look at images."""

from cohere_cli.compose.size import context_of
from cohere_cli.errors import UsageProblem

_SEEING = ("command-a-plus", "command-a-vision", "c4ai-aya-vision")


def sees(model: str) -> bool:
    """Whether *model* is known to look at images."""
    return model.startswith(_SEEING)


def refuse_blind(model: str, other: str) -> None:
    """Raise `UsageProblem` when *model* is known not to look at images.

    *other* is one that does. A model that is not known is left for the API to judge.
    """
    if context_of(model) is not None and not sees(model):
        hint = f"name one that does, such as -m {other}"
        raise UsageProblem(f"{model} does not look at images", hint=hint)
