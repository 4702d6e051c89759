from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohere_cli.config.urls import (
    is_loopback,
    is_same_service,
    normalize_base_url,
    normalize_url,
    origin,
)

HTTPS_ONLY = "must begin with https:// unless it is on this machine"
SCHEMES = "must begin with https:// (or http:// for a server on this machine)"
EXAMPLE = "must be a URL such as https://cohere.example.com"
PLAIN = "must be plain ASCII, without spaces or control characters"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://api.cohere.com", "https://api.cohere.com"),
        ("HTTPS://API.Cohere.com:443/", "https://api.cohere.com"),
        ("https://a.b:8443/Vault//", "https://a.b:8443/Vault"),
        ("https://a.b/v1", "https://a.b"),
        ("https://a.b/v2/", "https://a.b"),
        ("https://a.b//v2//", "https://a.b"),
        ("https://a.b/v2/v1", "https://a.b/v2"),
        ("https://a.b/v3", "https://a.b/v3"),
        ("https://a.b/v2/chat", "https://a.b"),
        ("http://127.0.0.1:8000/cohere/v2/chat/", "http://127.0.0.1:8000/cohere"),
        ("https://a.b/x/v1/rerank", "https://a.b/x"),
        ("https://a.b/v2/rerank", "https://a.b"),
        ("https://a.b/v1/models", "https://a.b"),
        ("https://a.b/chat", "https://a.b/chat"),
        ("https://a.b/pv1", "https://a.b/pv1"),
        ("http://localhost:080", "http://localhost"),
        ("http://127.8.9.1:9", "http://127.8.9.1:9"),
        ("http://[::1]:65535/x", "http://[::1]:65535/x"),
    ],
)
def test_a_base_url_is_normalized(text, url):
    assert normalize_base_url(text) == url


def test_a_whole_url_keeps_its_version():
    assert normalize_url("http://127.0.0.1:8000/v1/") == "http://127.0.0.1:8000/v1"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", SCHEMES),
        ("api.cohere.com", SCHEMES),
        ("file:///etc/passwd", SCHEMES),
        ("ftp://a.b", SCHEMES),
        (" https://a.b", SCHEMES),
        ("https://", EXAMPLE),
        ("https:///v2", EXAMPLE),
        ("https://a..b", EXAMPLE),
        ("https://a.b:", EXAMPLE),
        ("https://a.b:x", EXAMPLE),
        ("https://a%2eb", EXAMPLE),
        ("https://a\\b", EXAMPLE),
        ("https://[::::]", EXAMPLE),
        ("https://[1.2.3.4]", EXAMPLE),
        ("https://a.b:0", "must have a port from 1 to 65535"),
        ("https://a.b:65536", "must have a port from 1 to 65535"),
        ("https://me@a.b", "must not hold a user name or password"),
        ("https://me:pass@a.b/x", "must not hold a user name or password"),
        ("https://127.0.0.1\\@a.b", "must not hold a user name or password"),
        ("https://a.b?x=1", "must not have a query or fragment"),
        ("https://a.b/#x", "must not have a query or fragment"),
        ("https://a.b/\nHost: c", PLAIN),
        ("https://a.b/\t", PLAIN),
        ("https://a.b\0", PLAIN),
        ("https://a b", PLAIN),
        ("https://a.b/\u00e9", PLAIN),
        ("https://\u212a.b", PLAIN),
        ("https://а.b", PLAIN),  # noqa: RUF001 - a Cyrillic look-alike
        ("http://a.b", HTTPS_ONLY),
        ("http://10.0.0.1", HTTPS_ONLY),
        ("http://0.0.0.0", HTTPS_ONLY),
        ("http://127.0.0.1.nip.io", HTTPS_ONLY),
        ("http://localhost.evil.com", HTTPS_ONLY),
        ("http://2130706433", HTTPS_ONLY),
        ("http://127.1", HTTPS_ONLY),
        ("http://[::2]", HTTPS_ONLY),
    ],
)
def test_an_unfit_base_url_is_refused_without_quoting_it(text, why):
    with pytest.raises(ValueError, match=r"^must ") as caught:
        normalize_base_url(text)
    assert str(caught.value) == why


def test_plain_http_goes_elsewhere_only_where_it_is_allowed():
    assert normalize_base_url("http://a.b:80", allow_http=True) == "http://a.b"


@given(st.text("hHtTpPsS:/@[]%\\?#. \tabv12:80é-_", min_size=1))
def test_what_is_accepted_means_the_same_server_to_every_reader(text):
    try:
        url = normalize_url(f"https://{text}")
    except ValueError:
        return
    ours, theirs = urlsplit(url), httpx.URL(url)
    assert ours.hostname == theirs.host
    assert ours.port == theirs.port
    assert theirs.userinfo == b""
    assert normalize_url(url) == url


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.b/x", "https://a.b/y", True),
        ("https://a.b", "https://a.b:444", False),
        ("https://a.b", "http://a.b", False),
        ("https://a.b", "https://a.b.c", False),
        ("https://api.cohere.com", "https://api.cohere.ai/compatibility/v1", True),
        ("https://api.cohere.ai", "https://api.cohere.com", True),
        ("http://api.cohere.com", "https://api.cohere.com", False),
        ("https://api.cohere.com:444", "https://api.cohere.com", False),
        ("https://api.cohere.com.evil.io", "https://api.cohere.com", False),
    ],
)
def test_a_key_is_for_one_scheme_host_and_port(one, other, same):
    assert is_same_service(one, other) is same


def test_an_origin_is_scheme_host_and_port():
    assert origin("https://a.b:8443/c/d") == "https://a.b:8443"
    assert origin("http://[::1]:9") == "http://[::1]:9"


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:8000/v1", True),
        ("https://localhost", True),
        ("http://[::1]", True),
        ("https://a.b", False),
        ("https://127.0.0.1.nip.io", False),
    ],
)
def test_loopback_is_this_machine_and_nothing_like_it(url, local):
    assert is_loopback(url) is local
