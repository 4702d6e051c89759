import html
import json
import re
from base64 import b64encode, encodebytes, urlsafe_b64encode
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohere_cli.api.masking import mask

KEY = "canary+8Zq3/vN5xW1tK7mB2-_~"
SHORT = "canary+8Zq3/v"


def unicode_escapes(text):
    return "".join(f"\\u{ord(char):04x}" for char in text)


def base64_url(text):
    return urlsafe_b64encode(text.encode()).decode()


ENCODINGS = {
    "itself": lambda text: text,
    "JSON": json.dumps,
    "JSON twice": lambda text: json.dumps(json.dumps(text)),
    "slashes escaped": lambda text: text.replace("/", "\\/"),
    "\\u": unicode_escapes,
    "\\U": lambda text: unicode_escapes(text).upper().replace("U", "u"),
    "\\u twice": lambda text: json.dumps(unicode_escapes(text)),
    "\\u three times": lambda text: json.dumps(json.dumps(unicode_escapes(text))),
    "\\x": lambda text: "".join(f"\\x{ord(char):02X}" for char in text),
    "URL": lambda text: quote(text, safe=""),
    "URL, all of it": lambda text: "".join(f"%{ord(char):02x}" for char in text),
    "URL twice": lambda text: quote(quote(text, safe=""), safe=""),
    "URL, form": quote_plus,
    "HTML": html.escape,
    "HTML, named": lambda text: (
        text.replace("+", "&plus;").replace("/", "&sol;").replace("_", "&lowbar;")
    ),
    "HTML, decimal": lambda text: "".join(f"&#{ord(char)};" for char in text),
    "HTML, hexadecimal": lambda text: "".join(f"&#x{ord(char):04X};" for char in text),
    "HTML, by name": lambda text: text.replace("+", "&plus;").replace("/", "&sol;"),
    "HTML twice": lambda text: html.escape("".join(f"&#{ord(char)};" for char in text)),
    "base64": lambda text: b64encode(text.encode()).decode(),
    "base64, URL": base64_url,
    "base64 in JSON": lambda text: json.dumps(b64encode(text.encode()).decode()),
    "base64 in a URL": lambda text: quote(b64encode(text.encode()), safe=""),
    "JSON in HTML": lambda text: html.escape(json.dumps(text)),
}


@pytest.mark.parametrize("secret", [KEY, SHORT])
@pytest.mark.parametrize("name", ENCODINGS)
def test_a_secret_is_masked_in_each_encoding(name, secret):
    encoded = ENCODINGS[name](f'"{secret}"' if name.startswith("HTML") else secret)
    masked = mask(f"who is {encoded} ?".encode(), secret).decode()
    assert re.fullmatch(r"who is \S{,10}\*\*\*\S{,10} \?", masked)


DISGUISES = {
    "line breaks": lambda text: f"{text[:9]}\r\n {text[9:]}",
    "line breaks in JSON": lambda text: json.dumps(f"{text[:9]}\n\t{text[9:]}"),
    "a blank between all": " ".join,
    "zero width": "\u200b".join,
    "soft hyphens": "\xad".join,
    "zero width in JSON": lambda text: json.dumps("\u200b".join(text)),
    "zero width in a URL": lambda text: quote("\u200b".join(text)),
    "zero width in bytes": lambda text: repr("\u200b".join(text).encode()),
    "colours": lambda text: f"\x1b[31m{text[:9]}\x1b[0;1m{text[9:]}\x1b[0m",
    "a byte order mark": lambda text: f"{text[:9]}\ufeff{text[9:]}",
    "NUL": lambda text: f"{text[:9]}\0{text[9:]}",
    "base64, in lines": lambda text: encodebytes((text * 3).encode()).decode(),
    "hexadecimal": lambda text: text.encode().hex(),
    "hexadecimal, blanks": lambda text: text.encode().hex(" ").upper(),
    "\\u{}": lambda text: "".join(f"\\u{{{ord(char):x}}}" for char in text),
    "\\U": lambda text: "".join(f"\\U{ord(char):08X}" for char in text),
    "octal": lambda text: "".join(f"\\{ord(char):03o}" for char in text),
    "JSON in a URL": lambda text: quote(unicode_escapes(text)),
    "a URL in JSON": lambda text: unicode_escapes(quote(text, safe="")),
    "a URL in HTML": lambda text: "".join(
        f"&#{ord(char)};" for char in quote(text, safe="")
    ),
    "HTML in a URL": lambda text: quote("".join(f"&#x{ord(char):x};" for char in text)),
}


@pytest.mark.parametrize("name", DISGUISES)
def test_a_long_secret_is_masked_in_each_disguise(name):
    disguised = DISGUISES[name](KEY)
    masked = mask(f"who is {disguised} ? And {disguised} ?".encode(), KEY).decode()
    assert re.fullmatch(
        r"who is [\s\S]{,22}\*\*\*[\s\S]{,29} \? And [\s\S]{,22}\*\*\*[\s\S]{,29} \?",
        masked,
    )


def test_long_text_with_a_disguised_secret_is_masked_as_a_whole():
    disguised = " ".join(KEY)
    assert (
        mask(f"{'x' * 4_000} {disguised}".encode(), KEY)
        == f"{'x' * 4_000} ***".encode()
    )
    assert mask(f"{'x' * 5_000} {disguised}".encode(), KEY) == b"***"


def test_a_short_secret_in_disguise_may_be_words():
    assert mask(b"pass words 4 all", "passwords4all") == b"pass words 4 all"


@pytest.mark.parametrize(
    "text",
    ["&no; &#4294967295; \\u{110000}", "\\n\\q\\", "%zz %a &", "\xad\u200b\x1b["],
)
def test_escapes_of_nothing_are_not_changed(text):
    padded = f"{text} {'and more than a secret has'}".encode()
    assert mask(padded, KEY) == padded


@pytest.mark.parametrize("before", ["", "a", "ab", "Bearer ", "Authorization: Bearer "])
@pytest.mark.parametrize("after", ["", "\r\n", "?", "and more of it"])
def test_a_secret_within_longer_base64_is_masked(before, after):
    for secret in (KEY, "\N{BULLET}?>~secret"):
        data = b64encode(f"{before}{secret}{after}".encode())
        masked = mask(data, secret)
        assert masked.count(b"***") == 1
        assert len(masked) < 3 + 4 + 4 * (len(before) + len(after) + 4) // 3
        assert mask(urlsafe_b64encode(f"{before}{secret}".encode()), secret) != data


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_other_text_is_not_changed(text):
    assert mask(text.encode(), KEY, SHORT) == text.encode()


@pytest.mark.parametrize(
    "text",
    [
        "&amp;#99;anary",
        "%63%61%6e%61%72%79",
        encodebytes(b"canary+8Zq3/vN5xW1tK7m").decode(),
        unicode_escapes(KEY[:-1]),
    ],
)
def test_a_part_of_a_secret_is_not_masked(text):
    assert mask(text.encode(), KEY) == text.encode()


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"{SHORT}x", f"{SHORT}x"),
        (f"x{SHORT}", f"x{SHORT}"),
        (f"%22{quote(SHORT)}%22", "%22***%22"),
        (f"&quot;{SHORT}&quot;", "&quot;***&quot;"),
        (f"Bearer%20{SHORT}", "Bearer%20***"),
        (f"Bearer+{SHORT}", "Bearer+***"),
    ],
)
def test_a_short_secret_is_masked_as_a_whole_token(text, masked):
    assert mask(text.encode(), SHORT) == masked.encode()


def test_a_secret_of_20_characters_is_masked_within_a_word_too():
    assert mask(f"x{KEY[:20]}x".encode(), KEY[:20]) == b"x***x"
    assert mask(f"x{KEY[:19]}x".encode(), KEY[:19]) == f"x{KEY[:19]}x".encode()


@pytest.mark.parametrize(
    "text", ["\\" * 100_000, "%25" * 30_000, "&amp;" * 20_000, " " * 99_999]
)
def test_a_flood_of_escapes_is_searched_once(text):
    """A search that takes the square of the time runs into pytest's timeout."""
    assert mask(text.encode() * 20, KEY) == text.encode() * 20
