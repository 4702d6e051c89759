"""Where a request goes, with which key, and how long it may take."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

CONNECT_TIMEOUT = 10.0
"""Seconds for DNS, TCP and TLS."""

STREAM_TIMEOUT = 60.0
"""Seconds of silence in a stream, where tokens should be coming."""

SINGLE_TIMEOUT = 300.0
"""Seconds of silence before a reply in one piece: the model writes all of it first."""

RETRIES = 2

BATCH_RETRIES = 5
"""For a request among many: with delays of 8 s in all, on average, where two retries
wait one second, it outlives a server's restart, which all of them would fail by."""


@dataclass(frozen=True, slots=True)
class Connection:
    """The other end, as `api.client` needs to know it.

    `base_url` has no slash at its end. An empty key means that no Authorization
    is sent. `timeout` is seconds of silence on the wire, None the default of the
    kind of call; `max_time` is seconds for a whole call, retries included.
    """

    base_url: str
    key: str = field(default="", repr=False)
    timeout: float | None = None
    max_time: float | None = None
    retries: int = RETRIES

    @property
    def host(self) -> str:
        """Host and port, for people."""
        return urlsplit(self.base_url).netloc

    @property
    def is_local(self) -> bool:
        """Whether the other end is this machine: then proxies have no say."""
        host = urlsplit(self.base_url).hostname or ""
        return host in ("localhost", "::1") or host.startswith("127.")
