import pytest

from cohere_cli.conversation.session.status_line import (
    Status,
    short_count,
    status_text,
)

FULL = Status("command-a-03-2025", 1_234, 256_000, 3_500, ("2 images",))


@pytest.mark.parametrize(
    ("width", "text"),
    [
        (
            80,
            "command-a-03-2025 · context 1.2k of 256k (<1 %) · 2 images · 3.5k tokens so far",
        ),
        (70, "command-a-03-2025 · context 1.2k of 256k (<1 %) · 2 images"),
        (50, "command-a-03-2025 · context 1.2k of 256k (<1 %)"),
        (40, "command-a-03-2025"),
        (10, "command-a…"),
        (0, "…"),
    ],
)
def test_what_matters_least_is_left_out_where_there_is_no_room(width, text):
    assert status_text(FULL, width)[: len(text) + 1] == text


def test_a_conversation_without_tokens_has_only_its_model():
    assert status_text(Status("a"), 80) == "a"
    assert status_text(Status("a", notes=("1 file",)), 80) == "a · 1 file"


def test_the_context_of_an_unknown_model_has_no_limit():
    assert status_text(Status("a", 50, None, 50), 80) == (
        "a · context 50 · 50 tokens so far"
    )


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1_000, "1k"),
        (1_250, "1.2k"),
        (12_600, "13k"),
        (999_999, "1000k"),
        (2_000_000, "2M"),
        (2_560_000, "2.6M"),
    ],
)
def test_a_count_has_few_digits(count, text):
    assert short_count(count) == text
