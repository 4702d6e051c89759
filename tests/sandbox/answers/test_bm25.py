import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohere_cli.sandbox.answers.ranking import bm25_scores
from cohere_cli.sandbox.answers.text import content_words, stems

CAPITALS = [
    "Carson City is the capital city of the American state of Nevada.",
    "Saipan is the capital of the Northern Mariana Islands, in the Pacific Ocean.",
    (
        "Charlotte Amalie is the capital and largest city of the United States Virgin "
        "Islands."
    ),
    (
        "Washington, D.C. (also known as simply Washington or D.C., and officially as the "
        "District of Columbia) is the capital of the United States. It is a district."
    ),
    (
        "Capital punishment has existed in the United States since before the United "
        "States was a country. As of 2017, capital punishment is legal in 30 states."
    ),
]


def ranked(query, texts):
    found = bm25_scores(query, map(stems, texts))
    return sorted(range(len(texts)), key=lambda at: -found[at])


def test_the_capital_comes_before_capital_punishment():
    assert ranked("What is the capital of the United States?", CAPITALS)[0] == 3


def test_word_order_changes_the_score():
    assert ranked("dog bites man", ["man bites dog", "dog bites man"]) == [1, 0]


def test_a_rare_word_weighs_more_than_a_common_one():
    texts = ["red apple", "red brick", "red kite", "green walrus"]
    assert ranked("red walrus", texts)[0] == 3


def test_a_short_text_wins_over_a_long_one_with_the_same_words():
    assert ranked("walrus", ["walrus " + "and so on " * 20, "a walrus"]) == [1, 0]


def test_a_word_that_is_in_every_text_still_counts():
    assert min(bm25_scores("walrus", [["walrus"], ["walrus"]])) > 0


def test_a_text_without_a_word_of_the_query_scores_0():
    assert bm25_scores("walrus", [["a", "kite"], []]) == [0.0, 0.0]


def test_no_texts_have_no_scores():
    assert bm25_scores("walrus", []) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("policies", "policy"),
        ("returned", "returns"),
        ("shipping", "shipped"),
        ("based", "base"),
        ("Café", "CAFE"),
        ("STRASSE", "straße"),
        ("calls", "calling"),
    ],
)
def test_forms_of_a_word_have_the_same_stem(one, other):
    assert stems(one) == stems(other)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("東京は日本", ["東", "京", "は", "日", "本"]),
        ("snake_case", ["snak", "cas"]),
        ("Ёлка 42", ["елка", "42"]),
        ("... !?", []),
    ],
)
def test_text_is_split_into_words(text, found):
    assert stems(text) == found


def test_stop_words_count_only_if_there_are_no_other_words():
    assert content_words("what is the capital") == {"capital"}
    assert content_words("who is it") == {"who", "is", "it"}


@given(st.text(), st.lists(st.text(), max_size=5))
def test_every_score_is_within_its_bounds(query, texts):
    assert all(0 <= score < 2.2 for score in bm25_scores(query, map(stems, texts)))
