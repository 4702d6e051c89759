import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohere_cli.sandbox.answers.text import sentences, tokens


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One. Two! Three?", [("One.",), ("Two!",), ("Three?",)]),
        ("Washington, D.C. is it. So.", [("Washington, D.C. is it.",), ("So.",)]),
        ("The U.S. Virgin Islands.", [("The U.S. Virgin Islands.",)]),
        ("Ask Dr. Who. Now.", [("Ask Dr. Who.",), ("Now.",)]),
        ("It costs 3.50 euros.", [("It costs 3.50 euros.",)]),
        ('He said "no." Then left.', [('He said "no."',), ("Then left.",)]),
        ("天気がいい。明日も。", [("天気がいい。",), ("明日も。",)]),
        ("# Returns\n\n- Within 30 days\n- Unused", [
            ("Returns",), ("Within 30 days",), ("Unused",),
        ]),
        ("a line\nthat goes on. End", [("a line", "that goes on."), ("End",)]),
        ("Short\nLines\r\nStay", [("Short",), ("Lines",), ("Stay",)]),
        ("---\n***\n", []),
        ("", []),
    ],
)  # fmt: skip
def test_text_is_split_into_sentences(text, found):
    assert list(sentences(text)) == found


def test_a_long_line_without_punctuation_is_split_between_words():
    parts = [part for (part,) in sentences("word " * 200)]
    assert " ".join(parts) == ("word " * 200).strip()
    assert max(map(len, parts)) <= 320


@given(st.text())
def test_every_part_is_within_one_line_of_the_text(text):
    lines = text.splitlines()
    for sentence in sentences(text):
        for part in sentence:
            assert any(part in line for line in lines)


@given(st.text(alphabet=".!? a)\n\"'", max_size=200))
def test_marks_in_any_order_lose_no_word(text):
    joined = "".join("".join(sentence) for sentence in sentences(text))
    assert joined.count("a") == text.count("a")


def test_a_million_full_stops_are_split_quickly():
    assert list(sentences("." * 1_000_000 + "a")) != []


@given(st.text())
def test_tokens_make_up_the_text(text):
    assert "".join(tokens(text)) == text


def test_a_token_is_a_word_with_the_space_before_it():
    assert tokens("Hi, you  there!\n") == ["Hi", ",", " you", "  there", "!", "\n"]
