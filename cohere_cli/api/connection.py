"""Where a request goes, with which key, and how long it may take."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

CONNECT_TIMEOUT = 10.0
"""Seconds for DNS, TCP and TLS."""

STREAM_TIMEOUT = 60.0
"""Seconds of silence in a stream, where tokens should be coming."""

SINGLE_TIMEOUT = 300.0
"""Seconds of silence before a reply in one piece: the model writes all of it first."""

RETRIES = 2

RERANK_PATH = "/v2/rerank"
"""Cohere's own; other servers have `/v1/rerank` or `/rerank`."""

BATCH_RETRIES = 5
"""For a request among many: with delays of 8 s in all, on average, where two retries
wait one second, it outlives a server's restart, which all of them would fail by."""

# Shorter ones stand in the middle of harmless words, too.
_SHORTEST_SECRET = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """How the other end is reached: what is between, what is trusted, who asks.

    Empty is the environment's proxy, the usual authorities, no certificate of our
    own. `headers` go with each request. Files are absolute paths.
    """

    proxy: str = field(default="", repr=False)
    ca_bundle: str = ""
    client_certificate: str = ""
    client_key: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    client_name: str = "co"


@dataclass(frozen=True, slots=True)
class Connection:
    """The other end, as `api.client` needs to know it.

    `base_url` has no slash at its end, `rerank_path` one at its beginning. An empty
    key means that no Authorization is sent. `timeout` is seconds of silence on the
    wire, None the default of the kind of call; `max_time` is seconds for a whole
    call, retries included.
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
        """What the user's own settings put at the head of each request."""
        said = {**self.route.headers, "X-Client-Name": self.route.client_name}
        return said | ({"Authorization": f"Bearer {self.key}"} if self.key else {})

    def without_secrets(self, body: bytes) -> bytes:
        """Return what a server said, without what it was sent in confidence."""
        for secret in self._secrets():
            body = body.replace(secret.encode(), b"***")
        return body

    def _secrets(self) -> Iterator[str]:
        if self.key:
            yield self.key
        for value in self.route.headers.values():
            if len(value) >= _SHORTEST_SECRET:
                yield value

    @property
    def host(self) -> str:
        """Host and port, for people."""
        return urlsplit(self.base_url).netloc

    @property
    def is_local(self) -> bool:
        """Whether the other end is this machine: then proxies have no say."""
        host = urlsplit(self.base_url).hostname or ""
        return host in ("localhost", "::1") or host.startswith("127.")


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy's address, which may hold a password, and who names it."""

    url: str = field(repr=False)
    named_by: str

    @property
    def host(self) -> str:
        """Host and port, for people."""
        return urlsplit(self.url).netloc.rpartition("@")[2]


def proxy_for(connection: Connection) -> Proxy | None:
    """Return the proxy that requests of *connection* go through, if there is one.

    Nobody's proxy has a way to this machine's own servers.
    """
    if connection.is_local:
        return None
    if connection.route.proxy:
        return Proxy(connection.route.proxy, "the profile's proxy")
    return _environments(connection.base_url)


def _environments(url: str) -> Proxy | None:
    from urllib.request import getproxies, proxy_bypass

    to, known = urlsplit(url), getproxies()
    # The standard library takes a star only where it stands alone.
    if "*" in known.get("no", "").split(",") or proxy_bypass(to.netloc):
        return None
    for scheme in (to.scheme, "all"):
        if said := known.get(scheme):
            address = said if "://" in said else f"http://{said}"
            return Proxy(address, f"{scheme.upper()}_PROXY")
    return None
