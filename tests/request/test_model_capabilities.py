import pytest

from cohere_cli.errors import UsageProblem
from cohere_cli.request.model_capabilities import (
    context_of,
    refuse_blind,
    refuse_oversize,
    sees,
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
    assert context_of(model) == tokens


def test_documents_that_cannot_be_read_are_refused_and_others_are_not():
    refuse_oversize(256_000, "command-a-03-2025")
    refuse_oversize(10**9, "my-own-model")
    with pytest.raises(UsageProblem) as caught:
        refuse_oversize(300_000, "command-a-03-2025")
    assert str(caught.value) == (
        "the documents have about 300,000 tokens, but command-a-03-2025 reads 256,000"
    )


def test_only_a_model_that_is_known_to_be_blind_is_refused():
    assert sees("command-a-vision-07-2025")
    assert not sees("my-own-model")
    refuse_blind("my-own-model", "v")
    refuse_blind("command-a-plus-05-2026", "v")
    with pytest.raises(
        UsageProblem, match=r"^command-r-08-2024 does not look at images$"
    ):
        refuse_blind("command-r-08-2024", "v")
