"""Links that a terminal opens by a click, on terminals that are known to take them.

The sequence is OSC 8, as https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda
describes it. Terminals that do not know it should pass it by; some print it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cohere_cli.api.protocol.events import Source
from cohere_cli.terminal import Terminal

FileLocator = Callable[[str], str]
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
class LinkTarget:
    """A URI in printable ASCII without quotation marks, and where it leads.

    `place` is the host, or the file as the source names it: people have to see it.
    """

    uri: str
    place: str

    @property
    def is_file(self) -> bool:
        """Whether it leads to a file."""
        return self.uri.startswith("file:")


def web_link(source: Source) -> LinkTarget | None:
    """Return the http or https address that a field of *source* is, if any."""
    fields = (source.content.get(name) for name in _WEB_FIELDS)
    found = (_web(field) for field in fields if isinstance(field, str))
    return next((address for address in found if address), None)


def file_link(source: Source, locate: FileLocator, host: str) -> LinkTarget | None:
    """Return where the file is that the id or the `path` of *source* names, if any.

    *host* is this machine's name: a terminal on another one then opens nothing.
    """
    names = (source.id, source.content.get("path"))  # an id tells the line, too
    found = (_file(name, locate, host) for name in names if isinstance(name, str))
    return next((address for address in found if address), None)


def _web(text: str) -> LinkTarget | None:
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
    return LinkTarget(uri, host) if known else None


def _file(name: str, locate: FileLocator, host: str) -> LinkTarget | None:
    from urllib.parse import quote

    lines = _LINES.search(name)
    path, line = locate(name), ""
    if lines and not path:
        path, line = locate(name[: lines.start()]), f"#L{lines[1]}"
    uri = f"file://{quote(host)}{quote(path, errors='surrogateescape')}{line}"
    return LinkTarget(uri, name) if path and len(uri) <= _LONGEST else None


_PROGRAMS = {"iTerm.app", "WezTerm", "vscode", "ghostty", "rio", "Tabby", "mintty"}
_TERMS = ("xterm-kitty", "xterm-ghostty", "alacritty", "foot", "contour", "wezterm")
# 0.50.0 crashes when it meets a link.
_FIRST_VTE = 5001
_FIRST_TMUX = (3, 4)


class LinkResolver:
    """Knows where sources lead, on a terminal that takes links; else nowhere."""

    def __init__(
        self,
        terminal: Terminal,
        locate: FileLocator | None = None,
        host: str | None = None,
    ) -> None:
        self._consumed = supports_links(terminal)
        self._locate = locate or locate_file
        self._host = host

    def of(self, source: Source) -> LinkTarget | None:
        """Return where *source* can be opened: on this machine, else on the web."""
        if not self._consumed:
            return None
        host = _this_host() if self._host is None else self._host
        return file_link(source, self._locate, host) or web_link(source)


def supports_links(terminal: Terminal) -> bool:
    """Say whether *terminal* is known to take links.

    `FORCE_HYPERLINK` decides where it is set: 0 is no, anything else yes. NO_COLOR
    has no say: a link has no colour. Logs of CI keep the sequences as noise.
    """
    environ = terminal.environ
    if not terminal.can_draw or environ.get("TERM") == "linux":
        return False
    if forced := environ.get("FORCE_HYPERLINK"):
        return forced != "0"
    if environ.get("CI"):
        return False
    if environ.get("TERM", "").startswith(("screen", "tmux")):
        # What the variables of the terminal around it say is not about tmux.
        return _is_new_tmux(environ)
    return _is_known(environ)


def locate_file(name: str) -> str:
    """Return the absolute path of the file *name*, if the current folder holds it.

    Names come from outside: to look elsewhere could wake up a network drive.
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
