"""A whole request, as the sandbox's rooms look at it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Request:
    """A whole request; `path` has no query, header names are in small letters.

    Of a parameter that the query gives twice, `query` has the last.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """64 hex digits that are the same for the same request."""
        return sha256(b"%b\n%b" % (self.path.encode(), self.body)).hexdigest()


def uuid(digest: str) -> str:
    """Write a digest as a version 4 UUID (RFC 9562)."""
    low, high, rest = digest[:12], digest[13:16], digest[17:32]
    return f"{low[:8]}-{low[8:]}-4{high}-a{rest[:3]}-{rest[3:]}"
