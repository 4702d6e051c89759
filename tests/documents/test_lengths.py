import pytest

from cohere_cli.documents.chunking import count_words


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        (" \t\r", 0),
        ("a", 1),
        ("  two words \r", 2),
        ("x" * 90, 10),
        (" " * 90 + "x", 1),
        ("字" * 30, 10),
    ],
)
def test_a_word_has_nine_bytes_at_most(text, count):
    assert count_words(text) == count
