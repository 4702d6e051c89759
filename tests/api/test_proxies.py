import pytest

from cohere_cli.api.connection import Connection, Proxy, Route, proxy_for
from cohere_cli.errors import ConfigProblem

PROXY = "http://name:word@proxy.example:3128"


@pytest.fixture
def environ(monkeypatch):
    for name in ("HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name.lower(), raising=False)

    def set_variables(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return set_variables


def before(url: str, **route: str) -> Proxy | None:
    return proxy_for(Connection(url, route=Route(**route)))


def test_without_a_setting_there_is_no_proxy(environ):
    environ()
    assert before("https://api.example") is None


def test_the_profiles_own_comes_before_the_environments(environ):
    environ(HTTPS_PROXY=PROXY)
    found = before("https://api.example", proxy="http://mine:1")
    assert found == Proxy("http://mine:1", "the profile's proxy")


@pytest.mark.parametrize(
    ("variables", "found"),
    [
        ({"HTTPS_PROXY": PROXY}, Proxy(PROXY, "HTTPS_PROXY")),
        ({"ALL_PROXY": PROXY}, Proxy(PROXY, "ALL_PROXY")),
        ({"HTTPS_PROXY": "p:1"}, Proxy("http://p:1", "HTTPS_PROXY")),
        ({"HTTP_PROXY": PROXY}, None),
        (
            {"HTTPS_PROXY": PROXY, "NO_PROXY": "::1/128,[::1]:80"},
            Proxy(PROXY, "HTTPS_PROXY"),
        ),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "other,api.example"}, None),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": ".example"}, None),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "[::1],*"}, None),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "*.example"}, None),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "other API.Example"}, None),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": " api.example:443 "}, None),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": ".example:443"}, None),
        (
            {"HTTPS_PROXY": PROXY, "NO_PROXY": "api.example:80,i.example,pi.example"},
            Proxy(PROXY, "HTTPS_PROXY"),
        ),
    ],
)
def test_environment_variables_are_read_like_the_standard_library(
    environ, variables, found
):
    environ(**variables)
    assert before("https://api.example") == found


@pytest.mark.parametrize(
    ("url", "entry", "is_bypassed"),
    [
        ("https://[2001:db8::1]", "[2001:db8::1]", True),
        ("https://[2001:db8::1]", "2001:DB8::1", True),
        ("https://[2001:db8::1]:8443", "[2001:db8::1]:8443", True),
        ("https://[2001:db8::1]", "[2001:db8::1]:8443", False),
        ("https://[2001:db8::1]", "2001:db8::/32", True),
        ("https://[2001:db8::1]", "[2001:db8:0:0::1]", True),
        ("https://10.1.2.3", "10.0.0.0/8", True),
        ("https://10.1.2.3", "11.0.0.0/8", False),
        ("https://10.1.2.3", "10.1.2.3:443", True),
        ("https://10.1.2.3", "2.3", False),
        ("https://api.example:8443", "api.example", True),
        ("https://api.example:8443", "*:8443", False),
    ],
)
def test_no_proxy_is_read_as_curl_and_go_read_it(environ, url, entry, is_bypassed):
    environ(HTTPS_PROXY=PROXY, NO_PROXY=entry)
    assert (before(url) is None) == is_bypassed


@pytest.mark.parametrize(
    "url", ["http://localhost:1", "http://127.0.0.1", "http://[::1]"]
)
def test_this_machine_is_behind_no_proxy(environ, url):
    environ(HTTP_PROXY=PROXY, ALL_PROXY=PROXY)
    assert before(url, proxy=PROXY) is None


def test_a_proxy_is_shown_without_its_password():
    assert Proxy(PROXY, "HTTPS_PROXY").host == "proxy.example:3128"
    assert "word" not in repr(Proxy(PROXY, "HTTPS_PROXY"))


@pytest.mark.parametrize(
    "address",
    [
        "http://name:wo/rd@proxy.example:1",
        "http://name:wo#rd@proxy.example:1",
        "http://name:wo@rd@proxy.example:1",
        "http://name:wo\\rd@proxy.example:1",
        "http://[::1",
        "http://",
        "http:proxy.example",
        "word:rest",
        "http://proxy.example:1/path",
    ],
)
@pytest.mark.parametrize("source", ["HTTPS_PROXY", "the profile's proxy"])
def test_an_address_whose_host_is_in_doubt_is_refused_without_it(
    environ, address, source
):
    is_variable = source == "HTTPS_PROXY"
    environ(**({source: address} if is_variable else {}))
    own = {} if is_variable else {"proxy": address}
    with pytest.raises(ConfigProblem) as caught:
        before("https://api.example", **own)
    assert str(caught.value) == f"the proxy's address cannot be used ({source})"


@pytest.mark.parametrize(
    "address",
    [
        PROXY,
        "http://name:w%40r%2Fd@proxy.example:3128/",
        "socks5h://proxy.example",
        "http://[::1]:8080",
        "HTTP://name@10.0.0.1:",
        "http://na:me:word@proxy.example",
    ],
)
def test_a_proxy_may_have_a_name_a_password_and_a_port(environ, address):
    environ(HTTPS_PROXY=address)
    assert before("https://api.example") == Proxy(address, "HTTPS_PROXY")
