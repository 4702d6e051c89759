import pytest

from cohere_cli.render.tables.record import bar_text, score_text


@pytest.mark.parametrize(
    ("score", "text"),
    [
        (0.984, "0.984"),
        (1, "1.00"),
        (8e-06, "8.00e-06"),
        (0.0000413354, "4.13e-05"),
        (0.0, "0.00"),
        (-3.21, "-3.21"),
        (123.4, "123"),
    ],
)
def test_a_score_has_three_digits_that_count(score, text):
    assert score_text(score) == text


@pytest.mark.parametrize(
    ("score", "bar"),
    [
        (1, "██████████"),
        (0.5, "█████     "),
        (0.0125, "▏         "),
        (0, "          "),
        (-4, "          "),
        (9, "██████████"),
    ],
)
def test_a_bar_is_as_long_as_the_score(score, bar):
    assert bar_text(score) == bar
