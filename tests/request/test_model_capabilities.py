import pytest

from cohere_cli.errors import UsageProblem
from cohere_cli.request.model_capabilities import (
    context_length,
    require_context,
    require_vision,
    supports_vision,
)


@pytest.mark.parametrize(
    ("model", "tokens"),
    [
        ("command-a-03-2025", 256_000),
        ("command-a-plus-05-2026", 128_000),
        ("command-a-translate-08-2025", 8_000),
        ("command-r7b-12-2024", 128_000),
        ("my-own-model", None),
    ],
)
def test_the_context_goes_by_the_models_family(model, tokens):
    assert context_length(model) == tokens


def test_documents_over_the_context_length_are_refused():
    require_context(256_000, "command-a-03-2025")
    require_context(10**9, "my-own-model")
    with pytest.raises(UsageProblem) as caught:
        require_context(300_000, "command-a-03-2025")
    assert str(caught.value) == (
        "the documents have more than the 256,000 tokens that command-a-03-2025 reads"
    )


def test_only_a_model_known_to_lack_vision_is_refused():
    assert supports_vision("command-a-vision-07-2025")
    assert not supports_vision("my-own-model")
    require_vision("my-own-model", "v")
    require_vision("command-a-plus-05-2026", "v")
    with pytest.raises(
        UsageProblem, match=r"^command-r-08-2024 does not accept images$"
    ):
        require_vision("command-r-08-2024", "v")
