"""A server's address, API key, timeouts and proxy."""

import re
from collections.abc import Mapping
from dataclasses import field
from os import scandir
from os.path import expandvars
from typing import Any, NamedTuple
from urllib.parse import SplitResult, urlsplit

from cohere_cli.errors import CoError, ConfigProblem
from cohere_cli.record import value_class
from cohere_cli.text import shortened

CONNECT_TIMEOUT = 10.0
"""Seconds for DNS, TCP and TLS."""

STREAM_TIMEOUT = 60.0
"""Seconds to wait for more data of a stream."""

SINGLE_TIMEOUT = 300.0
"""Seconds to wait for data of a reply that is not streamed: it is generated first."""

RETRIES = 2

CHAT_PATH = "/v2/chat"

RERANK_PATH = "/v2/rerank"
"""Cohere's path; other servers have `/v1/rerank` or `/rerank`."""

BATCH_RETRIES = 5
"""Retries of a request among many. Their delays are 8 s on average (of two retries:
1 s), which is enough for a server's restart; else all requests would fail."""


_LONGEST_LINE = 2000
"""Characters of a server's words; a header may have 100,000."""


@value_class
class Route:
    """How a server is reached: proxy, trusted CAs, client certificate, extra headers.

    Empty values mean the environment's proxy, the system's CAs and no client
    certificate. `headers` are sent with each request. Files are absolute paths.
    """

    proxy: str = field(default="", repr=False)
    ca_bundle: str = ""
    client_certificate: str = ""
    client_key: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    client_name: str = "co"


@value_class
class Connection:
    """A server, and how to call it.

    `base_url` has no trailing slash, `rerank_path` has a leading one. With an empty
    key no Authorization header is sent. `timeout` is seconds without data, None for
    the default of the kind of call; `max_time` is seconds for a whole call with its
    retries.
    """

    base_url: str
    key: str = field(default="", repr=False)
    timeout: float | None = None
    max_time: float | None = None
    retries: int = RETRIES
    rerank_path: str = RERANK_PATH
    route: Route = field(default_factory=Route)

    @property
    def headers(self) -> dict[str, str]:
        """The headers that the settings add to each request."""
        headers = {**self.route.headers, "X-Client-Name": self.route.client_name}
        return headers | ({"Authorization": f"Bearer {self.key}"} if self.key else {})

    def without_secrets(self, body: bytes) -> bytes:
        """Return a server's *body* with the key and custom headers' values masked."""
        return _masked(body, self.key, *self.route.headers.values())

    def masked(self, text: str) -> str:
        """Return *text*, decoded already, as `without_secrets` returns a body."""
        data = self.without_secrets(text.encode(errors="surrogatepass"))
        return data.decode(errors="surrogatepass")

    def masked_line(self, text: str) -> str:
        """Return *text*, `masked` and only then cut: no part of a secret is left."""
        return shortened(self.masked(text), _LONGEST_LINE)

    def masked_value(self, value: Any) -> Any:
        """Return *value*, of JSON, with all its texts `masked`."""
        match value:
            case str():
                return self.masked(value)
            case list():
                return [self.masked_value(one) for one in value]
            case dict():
                return {
                    self.masked(name): self.masked_value(one)
                    for name, one in value.items()
                }
            case _:
                return value

    def without_key(self, text: str) -> str:
        """Return *text*, of anybody, with the key masked."""
        data = text.encode(errors="surrogatepass")
        return _masked(data, self.key).decode(errors="surrogatepass")

    def masked_problem(self, problem: CoError) -> CoError:
        """Return *problem*, changed: a server's words in it are `masked_line`."""
        for name in ("what", "where", "hint"):
            setattr(problem, name, self.masked_line(getattr(problem, name)))
        problem.details = {
            name: self.masked_line(value) if isinstance(value, str) else value
            for name, value in problem.details.items()
        }
        return problem

    @property
    def host(self) -> str:
        """Host and port, for messages."""
        return urlsplit(self.base_url).netloc

    @property
    def is_local(self) -> bool:
        """Whether the server is on this machine, where no proxy is used."""
        host = urlsplit(self.base_url).hostname or ""
        return host in ("localhost", "::1") or host.startswith("127.")


def _masked(body: bytes, *secrets: str) -> bytes:
    # Imported when there is something to mask, which a complete answer has not.
    from cohere_cli.api.masking import mask

    return mask(body, *secrets)


@value_class
class Proxy:
    """A proxy's address, which may hold a password, and the setting it comes from.

    It must be certain where the password in the address ends: else a message about
    the host could show part of it.
    """

    url: str = field(repr=False)
    named_by: str

    @property
    def host(self) -> str:
        """Host and port, for messages."""
        return urlsplit(self.url).netloc.rpartition("@")[2]


CERTIFICATES = "set SSL_CERT_FILE, or ca_bundle in the profile, to the CAs to trust"
PROXIES = "see HTTPS_PROXY, ALL_PROXY, NO_PROXY and the profile's proxy"
_PROXY = (
    r"(?ai:[a-z0-9+.-]+://(?:[^@/?#\\\[\]\s]*@)?"
    r"(?:\[[0-9a-f:.]+\]|[^@/?#\\\[\]\s:%]+)(?::(?P<port>\d*))?/?)"
)
_LAST_PORT = 65535


def proxy_for(connection: Connection) -> Proxy | None:
    """Return the proxy for requests of *connection*, None if there is none.

    Loopback addresses never use a proxy. Raises `ConfigProblem` for an address that
    is not valid, naming the setting without the address.
    """
    if connection.is_local:
        return None
    if connection.route.proxy:
        proxy: Proxy | None = Proxy(connection.route.proxy, "the profile's proxy")
    else:
        proxy = _environment_proxy(connection.base_url)
    if proxy:
        _require_valid(proxy)
    return proxy


class Trust(NamedTuple):
    """The certificates of the authorities to trust, and what names them.

    `path` is a PEM file, or a folder with a certificate for each hash of a name, as
    OpenSSL reads it.
    """

    path: str
    named_by: str


# As OpenSSL, requests and curl have them.
_TRUST_VARIABLES = (
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
)
_HASHED = r"[0-9a-f]{8}\.[0-9]+"


def trust_for(route: Route) -> Trust:
    """Return the profile's certificates, a variable's, the system's, or certifi's.

    The system's know those of a company. Its folder is first: OpenSSL looks up one
    certificate there, where it would parse the whole of a file, in 20 ms and more.
    """
    if route.ca_bundle:
        return Trust(route.ca_bundle, "the profile's ca_bundle")
    for name in _TRUST_VARIABLES:
        if path := _variable(name):
            return Trust(path, name)
    from ssl import get_default_verify_paths

    paths = get_default_verify_paths()
    if paths.capath and _has_certificates(paths.capath):
        return Trust(paths.capath, "the system")
    if paths.cafile:
        return Trust(paths.cafile, "the system")
    from certifi import where

    return Trust(where(), "the package certifi")


def _variable(name: str) -> str:
    value = expandvars(f"${name}")
    return "" if value == f"${name}" else value


def _has_certificates(folder: str) -> bool:
    try:
        with scandir(folder) as entries:
            return any(re.fullmatch(_HASHED, entry.name) for entry in entries)
    except OSError:
        return False


def _require_valid(proxy: Proxy) -> None:
    found = re.fullmatch(_PROXY, proxy.url)
    what = ""
    if not found:
        what = "the proxy's address cannot be used"
    # A connection would take port 0 or 65536 for another.
    elif found["port"] and not 0 < int(found["port"][:6]) <= _LAST_PORT:
        port = found["port"][:20]
        what = f"the proxy's port must be from 1 to {_LAST_PORT}, not {port}"
    if what:
        raise ConfigProblem(what, where=proxy.named_by, hint=PROXIES)


def _environment_proxy(url: str) -> Proxy | None:
    from urllib.request import getproxies

    to, proxies = urlsplit(url), getproxies()
    entries = re.split(r"[,\s]+", proxies.get("no", "").lower())
    if any(_is_bypassed(to, entry) for entry in entries if entry):
        return None
    for scheme in (to.scheme, "all"):
        if address := proxies.get(scheme):
            url = address if "://" in address else f"http://{address}"
            return Proxy(url, f"{scheme.upper()}_PROXY")
    return None


_PORTS = {"http": 80, "https": 443}
_ENTRY = r"(\[(?P<ipv6>[^\]]+)\]|(?P<host>[^:]*|.*:.*:.*))(:(?P<port>\d+))?"


def _is_bypassed(to: SplitResult, entry: str) -> bool:
    """Whether *entry* of NO_PROXY names the server, as curl and Go read it.

    An entry is `*`, a domain (its subdomains included, `.` or `*.` before it or not),
    an address, or a network such as `10.0.0.0/8`; it may end with a port.
    """
    found = re.fullmatch(_ENTRY, entry)
    if not found:
        return False
    port = to.port or _PORTS.get(to.scheme)
    if found["port"] and int(found["port"]) != port:
        return False
    name = (found["ipv6"] or found["host"]).removeprefix("*").strip(".")
    host = (to.hostname or "").rstrip(".")
    # No top-level domain ends with a digit, and an address has no subdomains.
    is_address = ":" in host or host[-1:].isdigit()
    is_domain = bool(name) and f".{host}".endswith(f".{name}")
    return entry == "*" or (_is_in_network(host, name) if is_address else is_domain)


def _is_in_network(host: str, network: str) -> bool:
    from ipaddress import ip_address, ip_network

    try:
        return ip_address(host) in ip_network(network, strict=False)
    except ValueError:
        return False
