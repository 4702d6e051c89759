"""Masks secrets in the text of others, however they are encoded there."""

import re
import sys
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
    8 to 19 characters is masked as a whole token only, a shorter one is not. One of 20
    or more is also found with line breaks, blanks or invisible characters in it, in
    hexadecimal, and in any mixture of escapes; the shortest piece with it is masked,
    or all of *data* above 4 KiB. Escapes are mixed only up to 64 KiB of *data*.
    """
    # Most text has no escape; the pattern without escapes is compiled 20 times faster.
    character = _character if _ESCAPE.search(data) else _itself
    for secret in secrets:
        if len(secret) >= SHORTEST_SECRET:
            data = _pattern(secret, character).sub(_MASK, data)
        if len(secret) >= LONG_SECRET and len(data) >= len(secret):
            data = _mask_disguised(data, _long_pattern(secret))
    return data


_Character = Callable[[str], bytes]


@cache
def _pattern(secret: str, character: _Character) -> re.Pattern[bytes]:
    plain = b"".join(map(character, secret))
    if len(secret) < LONG_SECRET:
        plain = _TOKEN_START + plain + _TOKEN_END
    return re.compile(b"|".join([plain, *_base64_forms(secret.encode(), character)]))


@cache
def _long_pattern(secret: str) -> re.Pattern[bytes]:
    """Return the pattern of *secret* in text that is decoded: also in hexadecimal."""
    forms = [_itself(secret), *_base64_forms(secret.encode(), _itself)]
    digits = b"".join(_hex(byte, 2) for byte in secret.encode())
    return re.compile(b"|".join([*forms, digits]))


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


_NARROWED = 4 << 10
"""Bytes; longer data is masked as a whole, which costs one search instead of twenty."""

_DECODED = 64 << 10
"""Bytes of the longest data that is decoded: an error body."""

_DECODED_TIMES = 4

_BLANK = bytes([*range(0x21), 0x7F])
"""Blanks and control characters."""

_SEQUENCE = re.compile(rb"\x1b\[[\d;]*[A-Za-z]")

_INVISIBLE = re.compile(
    rb"\xc2[\x80-\xa0\xad]|\xe2(?:\x80[\x80-\x8f\xa8-\xaf]|\x81[\xa0-\xaf])"
    rb"|\xef\xbb\xbf|\xed[\xa0-\xbf]."
)
"""C1 controls, wide blanks, marks without width, and lone surrogates."""

_ANY_ESCAPE = re.compile(
    rb"\\+(?:u\{([\dA-Fa-f]{1,6})\}|u([\dA-Fa-f]{4})|U([\dA-Fa-f]{8})|x([\dA-Fa-f]{2})"
    rb"|([0-7]{3})|[bfnrt]|([^\w\s]))"
    rb"|%([\dA-Fa-f]{2})|&(?:#(\d{1,10})|#[xX]([\dA-Fa-f]{1,10})|([A-Za-z]{2,9}));?"
)


def _mask_disguised(data: bytes, secret: re.Pattern[bytes]) -> bytes:
    """Return *data* with the pieces masked that hold *secret* after decoding."""
    while _holds(data, secret):
        if len(data) > _NARROWED:
            return _MASK
        begin, end = _place(data, secret)
        data = data[:begin] + _MASK + data[end:]
    return data


def _place(data: bytes, secret: re.Pattern[bytes]) -> tuple[int, int]:
    """Return the begin and the end of the piece of *data* that holds *secret*."""
    end = _shortest(len(data), lambda size: _holds(data[:size], secret))
    size = _shortest(end, lambda size: _holds(data[end - size : end], secret))
    return end - size, end


def _shortest(size: int, is_enough: Callable[[int], bool]) -> int:
    """Return the smallest number up to *size*, which is enough, that is enough."""
    from bisect import bisect_left

    return bisect_left(range(size), x=True, key=is_enough)


def _holds(data: bytes, secret: re.Pattern[bytes]) -> bool:
    return any(map(secret.search, _readings(data)))


def _readings(data: bytes) -> Iterator[bytes]:
    """Yield *data* without what is invisible, then decoded once, twice and so on."""
    for _ in range(_DECODED_TIMES + 1):
        yield _visible(data)
        if len(data) > _DECODED or not _ESCAPE.search(data):
            return
        data, before = _ANY_ESCAPE.sub(_decoded, data), data
        if data == before:
            return


def _visible(data: bytes) -> bytes:
    if b"\x1b" in data:
        data = _SEQUENCE.sub(b"", data)
    data = data.translate(None, _BLANK)
    return data if data.isascii() else _INVISIBLE.sub(b"", data)


def _decoded(escape: re.Match[bytes]) -> bytes:
    """Return the UTF-8 of *escape*; a named control character is removed."""
    braced, four, eight, two, octal, itself, url, decimal, hexadecimal, name = (
        escape.groups()
    )
    if byte := url or two:  # Python's errors quote bytes as `\xe2`
        return bytes([int(byte, 16)])
    if name:
        return _named(name) or escape[0]
    if digits := braced or four or eight or hexadecimal:
        return _utf8(int(digits, 16))
    if decimal:
        return _utf8(int(decimal))
    return _utf8(int(octal, 8)) if octal else itself or b""


def _utf8(code: int) -> bytes:
    return chr(code).encode(errors="surrogatepass") if code <= sys.maxunicode else b""


def _named(name: bytes) -> bytes:
    from html.entities import html5

    return html5.get(f"{name.decode()};", "").encode()
