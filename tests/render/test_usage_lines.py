import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cohere_cli.render.usage import format_tokens, output_tokens

CHAT = {
    "billed_units": {"input_tokens": 9, "output_tokens": 12},
    "tokens": {"input_tokens": 510, "output_tokens": 14},
    "cached_tokens": 448,
}


@pytest.mark.parametrize(
    ("usage", "text"),
    [
        (CHAT, "9 in, 12 out billed (510 in, 14 out, 448 cached)"),
        (
            {
                "billed_units": {"input_tokens": 1234567, "output_tokens": 0},
                "tokens": {
                    "input_tokens": 38,
                    "output_tokens": 200,
                    "reasoning_tokens": 150,
                    "image_tokens": 256,
                },
            },
            "1,234,567 in, 0 out billed (38 in, 200 out, 150 reasoning, 256 image)",
        ),
        (
            {"prompt_tokens": 7, "completion_tokens": 12, "total_tokens": 19},
            "7 in, 12 out, 19 total",
        ),
        (
            {
                "completion_tokens": 12,
                "prompt_tokens_details": {"cached_tokens": 3},
                "completion_tokens_details": {"reasoning_tokens": 4},
            },
            "12 out, 3 cached, 4 reasoning",
        ),
        ({"billed_units": {"output_tokens": 2.0}}, "2 out billed"),
        (CHAT | {"tokens": CHAT["billed_units"]}, "9 in, 12 out billed (448 cached)"),
        (
            {"billed_units": {"input_tokens": 9}, "tokens": {"input_tokens": 9}},
            "9 in billed",
        ),
        ({"cached_tokens": 0}, "0 cached"),
        ({}, ""),
        (None, ""),
    ],
)
def test_what_was_counted_is_shown_on_one_line(usage, text):
    assert format_tokens(usage) == text


@pytest.mark.parametrize(
    "value",
    [
        "9",
        "\x1b[2J",
        -1,
        -0.5,
        2.5,
        True,
        10**12,
        10**5000,
        float("nan"),
        float("inf"),
        None,
        [9],
        {"input_tokens": 9},
    ],
    ids=type,
)
def test_what_is_no_count_is_left_out(value):
    usage = {
        "billed_units": {"input_tokens": value, "output_tokens": 12},
        "tokens": {"input_tokens": value, "output_tokens": value},
        "cached_tokens": value,
        "prompt_tokens_details": value,
    }
    assert format_tokens(usage) == "12 out billed"
    assert output_tokens(usage) == 12


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(sorted(CHAT)), inner)
    ),
)


@settings(max_examples=50)
@given(JSON)
def test_whatever_the_usage_is_only_our_own_words_are_shown(usage):
    text = format_tokens(usage)
    assert text.isascii()
    assert text.isprintable()


@pytest.mark.parametrize(
    ("usage", "tokens"),
    [
        (CHAT, 14),
        ({"completion_tokens": 5}, 5),
        ({"billed_units": {"output_tokens": 3}}, 3),
        ({"total_tokens": 3}, None),
        (None, None),
    ],
)
def test_the_tokens_written_are_those_counted_else_those_billed(usage, tokens):
    assert output_tokens(usage) == tokens
