"""Terminal hyperlinks (OSC 8) to URLs and sources, on terminals known to support them.

The sequence is described in
https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda.
Terminals without support should ignore it, but some print it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from cohere_cli.api.protocol.events import Source
from cohere_cli.record import value_class
from cohere_cli.terminal import Terminal

FileLocator = Callable[[str], str]
"""Returns the absolute path of a named file, or an empty string if it is not found."""

_WEB_FIELDS = ("url", "link", "source")
_WEB = re.compile(r"https?://", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]*:[0-9a-f:.]*")
# Lines of a text, or a page, slide, chapter or cell of another file.
_PLACE = re.compile(r":(p|slide|ch|cell)?([0-9]{1,9})(?:-[0-9]{1,9})?(?:#[0-9]{1,9})?$")
# How editors and readers of PDFs are led there.
_FRAGMENTS = {None: "#L{}", "p": "#page={}"}
# RFC 3986's characters except the apostrophe, which could end a quoted string.
_URI_CHARACTERS = ":/?#[]@!$&()*+,;=%"
# Bytes; VTE ignores longer links.
_LONGEST = 2083


@value_class
class LinkTarget:
    """A URI in printable ASCII without quotation marks, and its visible target.

    `place` is the host, or the file as the source names it; it is always displayed.
    """

    uri: str
    place: str

    @property
    def is_file(self) -> bool:
        """Whether the target is a local file."""
        return self.uri.startswith("file:")


def web_link(source: Source) -> LinkTarget | None:
    """Return a link to the http or https address in a field of *source*, if any."""
    fields = (source.content.get(name) for name in _WEB_FIELDS)
    found = (web_target(field) for field in fields if isinstance(field, str))
    return next((address for address in found if address), None)


def file_link(source: Source, locate: FileLocator, host: str) -> LinkTarget | None:
    """Return a link to the file that the id or `path` of *source* names, if any.

    *host* is this machine's name, so that a terminal on another machine opens nothing.
    """
    names = (source.id, source.content.get("path"))  # an id may include the line
    found = (_file(name, locate, host) for name in names if isinstance(name, str))
    return next((address for address in found if address), None)


# To the next blank, quotation mark, or sign of a citation.
_URL = re.compile(r"https?://(?:(?!.\u2060)[^\s<>\"`\u2060])+", re.IGNORECASE)
_OPENING = {")": "(", "]": "[", "}": "{"}


def find_urls(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each http and https URL in *text*."""
    if "://" not in text:
        return
    for found in _URL.finditer(text):
        url = found.group()
        # Punctuation after a URL is not part of it, nor is a closing bracket around it.
        while url[-1] in ".,;:!?'*_" or _is_unopened(url):
            url = url[:-1]
        yield found.start(), found.start() + len(url)


def _is_unopened(url: str) -> bool:
    return url.count(url[-1]) > url.count(_OPENING.get(url[-1], url[-1]))


def web_target(text: str) -> LinkTarget | None:
    """Return a link to *text* if that is a URL of http or https with a plain host."""
    from urllib.parse import quote, urlsplit

    if not _WEB.match(text):
        return None
    # Quoted before it is split, because a browser parses the quoted form.
    uri = quote(text, safe=_URI_CHARACTERS, errors="replace")
    try:
        host = urlsplit(uri).hostname or ""
    except ValueError:
        return None
    # A host with non-ASCII letters can imitate a well-known one.
    is_safe = _HOST.fullmatch(host) and len(uri) <= _LONGEST
    return LinkTarget(uri, host) if is_safe else None


def _file(name: str, locate: FileLocator, host: str) -> LinkTarget | None:
    from urllib.parse import quote

    from cohere_cli.system.paths import PLAIN_IN_ADDRESSES, uri_path

    place = _PLACE.search(name)
    path, fragment = locate(name), ""
    if place and not path:
        path = locate(name[: place.start()])
        fragment = _FRAGMENTS.get(place[1], "").format(place[2])
    found = quote(uri_path(path), safe=PLAIN_IN_ADDRESSES, errors="surrogateescape")
    uri = f"file://{quote(host)}{found}{fragment}"
    return LinkTarget(uri, name) if path and len(uri) <= _LONGEST else None


_PROGRAMS = {"iTerm.app", "WezTerm", "vscode", "ghostty", "rio", "Tabby", "mintty"}
_TERMS = ("xterm-kitty", "xterm-ghostty", "alacritty", "foot", "contour", "wezterm")
# VTE 0.50.0 crashes on a link.
_FIRST_VTE = 5001
_FIRST_TMUX = (3, 4)


class LinkResolver:
    """Finds the link target of a source; None on terminals without links."""

    def __init__(
        self,
        terminal: Terminal,
        locate: FileLocator | None = None,
        host: str | None = None,
    ) -> None:
        self._is_supported = supports_links(terminal)
        self._locate = locate or locate_file
        self._host = host

    def of(self, source: Source) -> LinkTarget | None:
        """Return the target of *source*: a local file, else a web address."""
        if not self._is_supported:
            return None
        host = _this_host() if self._host is None else self._host
        return file_link(source, self._locate, host) or web_link(source)


def supports_links(terminal: Terminal) -> bool:
    """Return whether *terminal* is known to support links.

    `FORCE_HYPERLINK` overrides the detection: 0 is no, anything else yes. NO_COLOR
    does not matter, because a link has no colour. CI logs would show the sequences.
    """
    environ = terminal.environ
    if not terminal.can_draw or environ.get("TERM") == "linux":
        return False
    if forced := environ.get("FORCE_HYPERLINK"):
        return forced != "0"
    if environ.get("CI"):
        return False
    if environ.get("TERM", "").startswith(("screen", "tmux")):
        # The other variables describe the terminal around tmux.
        return _is_new_tmux(environ)
    return _is_known(environ)


def locate_file(name: str) -> str:
    """Return the absolute path of the file *name* below the current folder, or "".

    Names are untrusted: a look-up elsewhere could access a network drive.
    """
    try:
        here = Path.cwd()
        path = here / name
        inside = path.is_relative_to(here) and ".." not in path.parts
        return str(path) if inside and path.is_file() else ""
    except (OSError, ValueError):
        return ""


def _is_known(environ: Mapping[str, str]) -> bool:
    return (
        environ.get("TERM_PROGRAM") in _PROGRAMS
        or environ.get("TERM", "").startswith(_TERMS)
        or _number(environ.get("VTE_VERSION")) >= _FIRST_VTE
        or any(environ.get(name) for name in ("WT_SESSION", "KONSOLE_VERSION"))
    )


def _is_new_tmux(environ: Mapping[str, str]) -> bool:
    version = re.match(r"(\d{1,3})\.(\d{1,3})", environ.get("TERM_PROGRAM_VERSION", ""))
    if environ.get("TERM_PROGRAM") != "tmux" or not version:
        return False
    return (int(version[1]), int(version[2])) >= _FIRST_TMUX


def _number(text: str | None) -> int:
    return int(text) if text and re.fullmatch(r"[0-9]{1,9}", text) else 0


def _this_host() -> str:
    import socket

    return socket.gethostname()
