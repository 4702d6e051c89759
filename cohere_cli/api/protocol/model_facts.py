"""Documented facts about Cohere's models: context lengths, vision."""

from collections.abc import Mapping

RERANK_DOCUMENTS = 10_000
"""Documents in a rerank request, at most."""

# https://docs.cohere.com/docs/models, by prefix of the model's name. For other
# models, nothing is checked here.
_CONTEXT_LENGTHS = {
    "command-a-plus": 128_000,
    "command-a-vision": 128_000,
    "command-a-translate": 8_000,
    "command-a": 256_000,
    "command-r": 128_000,
    "north-mini-code": 256_000,
    "c4ai-aya-vision": 16_000,
    "c4ai-aya-expanse": 128_000,
    "rerank-v4": 32_768,
    "rerank": 4_096,
}
# Where `GET /v1/models` and the API's error for a longer prompt differ from it.
_ENFORCED_LENGTHS = {"command-a-03": 288_000, "command-a-translate": 8_992}
_VISION = ("command-a-plus", "command-a-vision", "c4ai-aya-vision")


def context_length(model: str) -> int | None:
    """Return how many tokens *model* reads as documented, None if it is unknown."""
    return _longest_prefix(_CONTEXT_LENGTHS, model)


def enforced_context_length(model: str) -> int | None:
    """Return how many tokens the API accepts for *model*, None if it is unknown."""
    return _longest_prefix(_ENFORCED_LENGTHS, model) or context_length(model)


def supports_vision(model: str) -> bool:
    """Whether *model* is known to read images."""
    return model.startswith(_VISION)


def _longest_prefix(table: Mapping[str, int], model: str) -> int | None:
    names = sorted(filter(model.startswith, table), key=len)
    return table[names[-1]] if names else None
