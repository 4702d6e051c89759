import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohere_cli.ranking.batching import split_text, utf8_size

TEXTS = st.text(alphabet='ab .。\n"é漢😀', max_size=300)


def test_a_text_that_fits_is_one_part():
    assert list(split_text("One. Two.", 9)) == ["One. Two."]


@pytest.mark.parametrize(
    ("text", "most", "parts"),
    [
        ("Yes. No. Maybe.", 9, ["Yes. No. ", "Maybe."]),
        ("東京は首都。大阪は都市。", 18, ["東京は首都。", "大阪は都市。"]),
        ('"Stop!" she said. He did.', 18, ['"Stop!" she said. ', "He did."]),
        ("One line.\nAnd more", 12, ["One line.\n", "And more"]),
        ("one two three four", 9, ["one two ", "three ", "four"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
    ],
)
def test_the_best_border_is_taken_that_keeps_a_part_small(text, most, parts):
    assert list(split_text(text, most)) == parts


@given(TEXTS, st.integers(min_value=4, max_value=60))
def test_parts_are_small_and_together_they_are_the_text(text, most):
    parts = list(split_text(text, most))
    assert "".join(parts) == text
    assert all(utf8_size(part) <= most for part in parts)


def test_a_lone_surrogate_has_a_size():
    assert utf8_size("\ud800") == 3
