"""Base URLs: which are safe to send a key to, and which server they mean."""

import re

DEFAULT_URL = "https://api.cohere.com"
DEFAULT_COMPAT_URL = "https://api.cohere.ai/compatibility/v1"

# One service under two names: a key for either is good for the other.
_COHERE = {"https://api.cohere.com", "https://api.cohere.ai"}

_SHAPE = re.compile(
    r"(?P<scheme>https?)://"
    r"(?P<host>\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>(?:/[\w.~%!$&'()*+,;=:@-]*)*)",
    re.IGNORECASE | re.ASCII,
)
# Without what may hold a password.
_BARE = re.compile(
    r"(localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::[0-9]{1,5})?(?:/[\w./-]*)?",
    re.IGNORECASE,
)
# A version of the API, and one of its endpoints.
_PASTED = re.compile(r"(?:/+v[12](?:/+(?:chat|rerank|models|embed|tokenize))?)?/*\Z")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_LAST_PORT = 65535


def normalize_url(text: str, *, allow_http: bool = False) -> str:
    """Return the base URL in *text* in one spelling, without slashes at its end.

    Plain HTTP is for this machine only, unless *allow_http*. Raises `ValueError`
    as in "must ..."; the message does not quote *text*, which may hold a password.
    """
    found = _SHAPE.fullmatch(text)
    if not found:
        raise ValueError(_problem(text))
    scheme, host = found["scheme"].lower(), _checked_host(found["host"].lower())
    if scheme == "http" and not allow_http and not _is_loopback_host(host):
        raise ValueError("must begin with https:// unless it is on this machine")
    port = _port(scheme, found["port"])
    return f"{scheme}://{host}{port}{found['path'].rstrip('/')}"


def url_hint(text: str) -> str:
    """Return what to write in place of *text*, which is not a valid base URL, or ""."""
    if bare := _BARE.fullmatch(text):
        scheme = "http" if _is_loopback_host(bare[1].lower()) else "https"
        return f"did you mean {scheme}://{text}?"
    if _SHAPE.fullmatch(text) and text.lower().startswith("http:"):
        return "`co config set allow_http true -p NAME` allows plain HTTP in a profile"
    return ""


def normalize_base_url(text: str, *, allow_http: bool = False) -> str:
    """Like `normalize_url`, without a `/v2/chat` or `/v2` that was pasted with it."""
    url = normalize_url(text, allow_http=allow_http)
    return _PASTED.sub("", url, count=1)


def origin(url: str) -> str:
    """Return scheme, host and port of a URL that `normalize_url` returned."""
    return "/".join(url.split("/", 3)[:3])


def is_cohere(url: str) -> bool:
    """Whether *url* is on Cohere's own servers."""
    return origin(url) in _COHERE


def is_same_service(one: str, other: str) -> bool:
    """Whether a key for one URL may be sent to the other."""
    return origin(one) == origin(other) or (is_cohere(one) and is_cohere(other))


def is_loopback(url: str) -> bool:
    """Whether *url*, as `normalize_url` returned it, stays on this machine."""
    found = _SHAPE.fullmatch(url)
    return found is not None and _is_loopback_host(found["host"])


def _checked_host(host: str) -> str:
    if host.startswith("[") and not _is_ipv6(host[1:-1]):
        raise ValueError(_EXAMPLE)
    return host


def _is_ipv6(text: str) -> bool:
    from ipaddress import IPv6Address

    try:
        return bool(IPv6Address(text))
    except ValueError:
        return False


def _port(scheme: str, port: str | None) -> str:
    """Return a colon and the port, or "" for the scheme's default."""
    number = int(port or _DEFAULT_PORTS[scheme])
    if not 0 < number <= _LAST_PORT:
        raise ValueError(f"must have a port from 1 to {_LAST_PORT}")
    return "" if number == _DEFAULT_PORTS[scheme] else f":{number}"


def _is_loopback_host(host: str) -> bool:
    from ipaddress import ip_address

    try:
        return host == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _problem(text: str) -> str:
    if not re.match("https?://", text, re.IGNORECASE):
        return "must begin with https:// (or http:// for a server on this machine)"
    if re.search(r"[^\x21-\x7e]", text):
        return "must be plain ASCII, without spaces or control characters"
    if "@" in text.split("/", 3)[2]:
        return "must not hold a user name or password"
    if "?" in text or "#" in text:
        return "must not have a query or fragment"
    return _EXAMPLE


_EXAMPLE = "must be a URL such as https://cohere.example.com"


def mask_proxy(url: str) -> str:
    """Return a proxy's URL without the name and password in it."""
    before, at, host = url.rpartition("@")
    scheme, colon, _ = before.partition("://")
    return f"{scheme if colon else ''}{colon}…@{host}" if at else url
