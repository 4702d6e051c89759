"""Masks secrets in the text of others, however they are encoded there."""

import re
from collections.abc import Callable, Iterator
from functools import cache

SHORTEST_SECRET = 8
"""Characters; a shorter value may be an ordinary word, or part of one."""

LONG_SECRET = 20
"""Characters; a value of this length is no part of a word that is not secret."""

_MASK = b"***"

_ESCAPE = re.compile(rb"[\\%&]")

# The start of a token: also after an escape of JSON or of a URL.
_TOKEN_START = (
    rb"(?:(?<![\w-])|(?<=\\[bfnrt])|(?<=\\u[\dA-Fa-f]{4})|(?<=%[\dA-Fa-f]{2}))"
)
_TOKEN_END = rb"(?![\w-])"


def mask(data: bytes, *secrets: str) -> bytes:
    """Return *data*, UTF-8, with each of *secrets* as `***`, encoded or not.

    A secret is found as it is, in base64, and with any of its characters as an escape
    of JSON, a URL or HTML, which may be encoded again up to three times. A secret of
    8 to 19 characters is masked as a whole token only, a shorter one is not.
    """
    # Most text has no escape; the pattern without escapes is compiled 20 times faster.
    character = _character if _ESCAPE.search(data) else _itself
    for secret in secrets:
        if len(secret) >= SHORTEST_SECRET:
            data = _pattern(secret, character).sub(_MASK, data)
    return data


_Character = Callable[[str], bytes]


@cache
def _pattern(secret: str, character: _Character) -> re.Pattern[bytes]:
    plain = b"".join(map(character, secret))
    if len(secret) < LONG_SECRET:
        plain = _TOKEN_START + plain + _TOKEN_END
    return re.compile(b"|".join([plain, *_base64_forms(secret.encode(), character)]))


def _itself(char: str) -> bytes:
    return re.escape(char.encode())


def _character(char: str) -> bytes:
    """Return the pattern of *char*: itself, or an escape of JSON, a URL or HTML.

    The number of repetitions is bounded, so that a search takes linear time.
    """
    code = ord(char)
    json = b"" if char.isalnum() else b"|" + _itself(char)
    url = b"".join(rb"%%(?:25){0,3}%s" % _hex(byte, 2) for byte in char.encode())
    html = rb"#(?:0{0,7}%d|[xX]0{0,7}%s);?" % (code, _hex(code, 1))
    html = b"|".join([html, *_entities(char)])
    return rb"(?:%s|\\\\{0,7}(?:u%s|x%s%s)|%s|&(?:amp;){0,3}(?:%s))" % (
        _itself(char),
        _hex(code, 4),
        _hex(code, 2),
        json,
        url,
        html,
    )


def _hex(number: int, digits: int) -> bytes:
    """Return the pattern of *number* in hexadecimal, in either case."""
    return re.sub(
        rb"[a-f]",
        lambda found: b"[%s%s]" % (found[0], found[0].upper()),
        b"%0*x" % (digits, number),
    )


def _entities(char: str) -> Iterator[bytes]:
    """Yield the names that HTML has for *char*, such as `plus;` for a plus sign."""
    if not char.isalnum():
        from html.entities import html5

        yield from (name.encode() for name, text in html5.items() if text == char)


_URL_SAFE = {"+": b"-", "/": b"_"}


def _base64_forms(secret: bytes, character: _Character) -> Iterator[bytes]:
    """Yield the patterns of *secret* within longer data in base64, of both alphabets.

    It begins at the first, second or third of three bytes. Only the characters are
    used that it decides alone.
    """
    from base64 import b64encode

    for shift in range(3):
        text = b64encode(bytes(shift) + secret).decode()
        decided = text[-(-8 * shift // 6) : 8 * (shift + len(secret)) // 6]
        yield b"".join(
            rb"(?:%s|%s)" % (character(char), _URL_SAFE[char])
            if char in _URL_SAFE
            else char.encode()
            for char in decided
        )
