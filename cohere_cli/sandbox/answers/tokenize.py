"""`POST /v1/tokenize`: the tokens that the sandbox counts and streams."""

from collections.abc import Mapping
from typing import Any, ClassVar

from cohere_cli.record import value_class
from cohere_cli.sandbox.answers.text import token_id, tokens
from cohere_cli.sandbox.messages import invalid

_MAX_CHARACTERS = 65_536  # characters


@value_class
class TokenizeBody:
    """The body of `POST /v1/tokenize`."""

    __pydantic_config__: ClassVar = {"extra": "forbid", "strict": True}

    model: str
    text: str


def tokenize(body: TokenizeBody) -> Mapping[str, Any]:
    """Return the tokens of a text, the same as those of usage counts and streams.

    Raises `ApiError` if the text is empty or too long.
    """
    if not 1 <= len(body.text) <= _MAX_CHARACTERS:
        raise invalid(f"text must have from 1 to {_MAX_CHARACTERS} characters")
    found = tokens(body.text)
    return {
        "tokens": [token_id(token) for token in found],
        "token_strings": found,
        "meta": {"api_version": {"version": "1"}},
    }
