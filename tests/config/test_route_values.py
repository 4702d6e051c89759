import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohere_cli.config.settings import SETTINGS
from cohere_cli.config.urls import mask_proxy

PROXY = "must be a URL such as http://proxy.example.com:3128"


@pytest.mark.parametrize("value", ["/etc/ca.pem", "/a b/c.pem"])
def test_a_file_is_named_from_the_root(value):
    assert SETTINGS["ca_bundle"].check(value) == value


def test_a_file_may_be_named_from_home(monkeypatch):
    monkeypatch.setenv("HOME", "/home/me")
    assert SETTINGS["ca_bundle"].check("~/ca.pem") == "/home/me/ca.pem"


@pytest.mark.parametrize(
    "value", ["", "ca.pem", "./ca.pem", "../ca.pem", "~nobody-here/x", "/a\nb", 5, None]
)
def test_a_file_of_the_current_directory_is_refused(value):
    with pytest.raises(ValueError, match=r"^must be the path of a file that begins"):
        SETTINGS["ca_bundle"].check(value)


@pytest.mark.parametrize(
    "value",
    [
        "http://proxy:3128",
        "https://proxy.example.com",
        "http://me:p%40ss@proxy:3128/",
        "http://[::1]:3128",
        "socks5://proxy",
        "socks5h://me:word@proxy:1080",
    ],
)
def test_a_proxy_is_a_url_of_a_host(value):
    assert SETTINGS["proxy"].check(value) == value


@pytest.mark.parametrize(
    "value",
    [
        "",
        "proxy:3128",
        "socks4://proxy",
        "http://",
        "http://proxy:0",
        "http://proxy:99999",
        "http://proxy/path",
        "http://proxy?x",
        "http://pro xy",
        "http://proxy\r\nX: y",
        "http://[::1",
        5,
    ],
)
def test_an_invalid_proxy_is_refused_without_quoting_it(value):
    with pytest.raises(ValueError, match=r"^must ") as caught:
        SETTINGS["proxy"].check(value)
    assert str(caught.value) == PROXY
    assert caught.value.__cause__ is None


@given(st.text("htps:/@[]%?#. \n12ab", max_size=20))
def test_whatever_the_text_a_proxy_is_taken_or_refused(text):
    try:
        assert SETTINGS["proxy"].check(f"http://{text}") == f"http://{text}"
    except ValueError as exc:
        assert str(exc) == PROXY  # noqa: PT017 - one of two ends


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("", ""),
        ("http://proxy:3128", "http://proxy:3128"),
        ("http://me:canary@proxy:3128", "http://…@proxy:3128"),
        ("http://me:can@ary@proxy:3128", "http://…@proxy:3128"),
        ("me:canary@proxy", "…@proxy"),
    ],
)
def test_a_proxy_is_shown_without_its_password(url, shown):
    assert mask_proxy(url) == shown


def test_headers_are_texts_by_name():
    message = {"X-Team": "search", "cf-access-client-id": "a b"}
    assert SETTINGS["headers"].check(message) == message


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("X: y", "must be a table of headers"),
        ({"": "x"}, "must have names of letters, digits and dashes"),
        ({"X Y": "x"}, "must have names of letters, digits and dashes"),
        ({"X:": "x"}, "must have names of letters, digits and dashes"),
        ({"AUTHORIZATION": "x"}, "must not set AUTHORIZATION: co sets it itself"),
        ({"Host": "x"}, "must not set Host: co sets it itself"),
        ({"X": ""}, "must have values of printable ASCII characters"),
        ({"X": "a\r\nHost: b"}, "must have values of printable ASCII characters"),
        ({"X": "\u00e9"}, "must have values of printable ASCII characters"),
        ({"X": " a"}, "must have values of printable ASCII characters"),
        ({"X": 5}, "must have values of printable ASCII characters"),
    ],
)
def test_other_headers_are_refused_without_their_texts(value, why):
    with pytest.raises(ValueError, match=r"^must ") as caught:
        SETTINGS["headers"].check(value)
    assert str(caught.value) == why


def test_a_client_has_a_short_name():
    assert SETTINGS["client_name"].check(" my app/1.0 ") == "my app/1.0"
    for value in ("", " ", "x" * 65, "a\nb", "\u00e9", 5):
        with pytest.raises(ValueError, match=r"^must be 1 to 64 printable ASCII"):
            SETTINGS["client_name"].check(value)


@pytest.mark.parametrize(
    "value", ["pass show cohere", "/usr/bin/key 'a b'", "~/bin/key", "op read x"]
)
def test_a_command_is_a_line_of_words(value):
    assert SETTINGS["key_command"].check(value) == value


@pytest.mark.parametrize("value", ["", "  ", "''", "./key", "bin/key", "../k", "'a", 5])
def test_a_command_of_the_current_directory_is_refused(value):
    with pytest.raises(ValueError, match=r"^must be a command line such as"):
        SETTINGS["key_command"].check(value)
