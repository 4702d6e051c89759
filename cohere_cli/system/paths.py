"""Paths of this system, written as names and addresses everywhere are: with slashes."""

import sys

if sys.platform == "win32":
    PLAIN_IN_ADDRESSES = "/:"
    """Characters of a path that stand for themselves in an address."""

    def slashed(path: str) -> str:
        """Return *path* with slashes between its parts."""
        return path.replace("\\", "/")

    def uri_path(path: str) -> str:
        """Return an absolute *path* as it is in a `file:` address: `/C:/folder`."""
        return f"/{slashed(path)}"

else:
    PLAIN_IN_ADDRESSES = "/"
    """Characters of a path that stand for themselves in an address."""

    def slashed(path: str) -> str:
        """Return *path*: it has slashes between its parts, and may have backslashes."""
        return path

    def uri_path(path: str) -> str:
        """Return *path*, an absolute one, as it is in a `file:` address."""
        return path
