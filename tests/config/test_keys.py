import pytest

from cohere_cli.config.credentials import mask_key, validate_key
from cohere_cli.errors import NotAuthenticated

CANARY = "canary7Q2v9"


@pytest.mark.parametrize("text", ["abc", " abc", "abc\n", "\t abc \r\n", "\u00a0abc"])
def test_white_space_around_a_key_is_taken_off(text):
    assert validate_key(text, "the key") == "abc"


@pytest.mark.parametrize(
    "text",
    [
        '"abc"',
        "'abc'\n",
        "CO_API_KEY=abc\n",
        'export COHERE_API_KEY="abc"\r\n',
        "COHERE_TOKEN = 'abc'",
        "Bearer abc",
        "Authorization: Bearer abc",
        "\ufeffabc\n",
        "\ufeffCO_API_KEY='abc'",
    ],
)
def test_what_was_copied_with_a_key_is_taken_off(text):
    assert validate_key(text, "the key") == "abc"


@pytest.mark.parametrize("key", ["abc=", "abc==", "key=abc", "a=b", "BearerX"])
def test_an_equals_sign_and_a_word_of_the_key_itself_stay(key):
    assert validate_key(key, "the key") == key


@pytest.mark.parametrize("text", ['""', "CO_API_KEY=", "\ufeff"])
def test_a_key_of_nothing_but_quotes_is_empty(text):
    with pytest.raises(NotAuthenticated, match=r"^the key is empty$"):
        validate_key(text, "the key")


@pytest.mark.parametrize("text", ['"abc', 'CO_API_KEY="abc', "'abc\""])
def test_a_quote_without_its_pair_is_refused(text):
    with pytest.raises(NotAuthenticated, match=r"^the key has an invalid character"):
        validate_key(text, "the key")


@pytest.mark.parametrize("text", ["", " ", "\r\n\t"])
def test_a_key_of_nothing_is_refused(text):
    with pytest.raises(NotAuthenticated) as caught:
        validate_key(text, "CO_API_KEY from the environment")
    assert str(caught.value) == "CO_API_KEY from the environment is empty"
    assert caught.value.hint == (
        "copy it again from https://dashboard.cohere.com/api-keys"
    )


@pytest.mark.parametrize(
    "foreign", [" ", "\n", "\0", "\x1b", "\x7f", "é", "\u200b", "\ufffd", "\U0001f511"]
)
def test_a_foreign_character_is_reported_by_position_without_the_key(foreign):
    with pytest.raises(NotAuthenticated) as caught:
        validate_key(f"  {CANARY[:4]}{foreign}{CANARY[4:]}", "the key")
    assert str(caught.value) == "the key has an invalid character at position 5"
    output = repr(caught.value) + repr(vars(caught.value))
    assert CANARY[:4] not in output
    assert CANARY[4:] not in output


@pytest.mark.parametrize(
    ("key", "shown"),
    [("", ""), ("a", "…"), ("abcdefghijk", "…"), ("abcdefghijkl", "…ijkl")],
)
def test_only_the_end_of_a_long_key_is_shown(key, shown):
    assert mask_key(key) == shown
