"""Which proxy stands before a server: the profile's, or the environment's.

httpx would find the environment's too, but it fails on whatever in NO_PROXY is no
plain name, such as `[::1]` or `::1/128`.
"""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from cohere_cli.api.connection import Connection


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy's address, which may hold a password, and who names it."""

    url: str = field(repr=False)
    named_by: str

    @property
    def host(self) -> str:
        """Host and port, for people."""
        return urlsplit(self.url).netloc.rpartition("@")[2]


def proxy_before(connection: Connection) -> Proxy | None:
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
