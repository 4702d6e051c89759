"""Where a source can be opened: an address on the web, or a file of the user's own."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from cohere_cli.api.events import Source

Locate = Callable[[str], str]
"""Returns the absolute path of the file that a name means; empty: there is none."""

_WEB_FIELDS = ("url", "link", "source")
_WEB = re.compile(r"https?://", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]*:[0-9a-f:.]*")
_LINES = re.compile(r":([0-9]{1,9})(?:-[0-9]{1,9})?(?:#[0-9]{1,9})?$")
# RFC 3986's characters but the apostrophe, so that no quotation can be ended.
_URI_CHARACTERS = ":/?#[]@!$&()*+,;=%"
# VTE's limit in bytes: it ignores longer ones.
_LONGEST = 2083


@dataclass(frozen=True, slots=True)
class Address:
    """A URI in printable ASCII without quotation marks, and where it leads.

    `place` is the host, or the file as the source names it: people have to see it.
    """

    uri: str
    place: str

    @property
    def is_file(self) -> bool:
        """Whether it leads to a file."""
        return self.uri.startswith("file:")


def web_address(source: Source) -> Address | None:
    """Return the http or https address that a field of *source* is, if any."""
    fields = (source.content.get(name) for name in _WEB_FIELDS)
    found = (_web(field) for field in fields if isinstance(field, str))
    return next((address for address in found if address), None)


def file_address(source: Source, locate: Locate, host: str) -> Address | None:
    """Return where the file is that the id or the `path` of *source* names, if any.

    *host* is this machine's name: a terminal on another one then opens nothing.
    """
    names = (source.id, source.content.get("path"))  # an id tells the line, too
    found = (_file(name, locate, host) for name in names if isinstance(name, str))
    return next((address for address in found if address), None)


def _web(text: str) -> Address | None:
    from urllib.parse import quote, urlsplit

    if not _WEB.match(text):
        return None
    # Quoted before it is taken apart: a browser reads the host from this, too.
    uri = quote(text, safe=_URI_CHARACTERS, errors="replace")
    try:
        host = urlsplit(uri).hostname or ""
    except ValueError:
        return None
    # A host in other letters can look like a well-known one.
    known = _HOST.fullmatch(host) and len(uri) <= _LONGEST
    return Address(uri, host) if known else None


def _file(name: str, locate: Locate, host: str) -> Address | None:
    from urllib.parse import quote

    lines = _LINES.search(name)
    path, line = locate(name), ""
    if lines and not path:
        path, line = locate(name[: lines.start()]), f"#L{lines[1]}"
    uri = f"file://{quote(host)}{quote(path, errors='surrogateescape')}{line}"
    return Address(uri, name) if path and len(uri) <= _LONGEST else None
