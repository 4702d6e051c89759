"""What a profile may say of the way to its server: proxy, files, headers, names.

Checks as in `ranges`; none of them quotes the value, which may be a secret.
"""

import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

_PRINTABLE = re.compile(r"[\x20-\x7e]+")
# RFC 9110, 5.6.2.
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_LONGEST_NAME = 64
_OURS = re.compile(
    "accept|accept-encoding|authorization|connection|content-length|content-type"
    "|host|transfer-encoding|user-agent|x-client-name",
    re.IGNORECASE,
)


def file(value: object) -> str:
    """Check a file's path: absolute, so that no current directory has a say."""
    try:
        path = Path(value).expanduser() if isinstance(value, str) else Path()
    except RuntimeError:  # nobody has this home
        path = Path()
    if path.is_absolute() and str(path).isprintable():
        return str(path)
    raise ValueError("must be the path of a file that begins with / or ~/")


def proxy(value: object) -> str:
    """Check a proxy's URL; it may hold a name and a password."""
    text = value if isinstance(value, str) and _PRINTABLE.fullmatch(value) else ""
    try:
        parts = urlsplit(text)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise ValueError(_PROXY) from None
    if parts.scheme not in ("http", "https") or not has_host or " " in text:
        raise ValueError(_PROXY)
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError(_PROXY)
    return text


def masked_proxy(url: str) -> str:
    """Return a proxy's URL without the password in it."""
    before, at, host = url.rpartition("@")
    scheme, colon, _ = before.partition("://")
    return f"{scheme if colon else ''}{colon}…@{host}" if at else url


def headers(value: object) -> Mapping[str, str]:
    """Check a table of headers: text by name, none that `co` sets itself."""
    if not isinstance(value, dict):
        raise ValueError("must be a table of headers")  # noqa: TRY004 - as all checks
    for name, text in value.items():
        if not _TOKEN.fullmatch(name):
            raise ValueError("must have names of letters, digits and dashes")
        if _OURS.fullmatch(name):
            raise ValueError(f"must not set {name}: co does that itself")
        if not (isinstance(text, str) and _is_header_text(text)):
            raise ValueError("must have texts of printable ASCII characters")
    return dict(value)


def client_name(value: object) -> str:
    """Check the name by which the server knows the program that asks."""
    text = value.strip() if isinstance(value, str) else ""
    if _PRINTABLE.fullmatch(text) and len(text) <= _LONGEST_NAME:
        return text
    raise ValueError(f"must be 1 to {_LONGEST_NAME} printable ASCII characters")


def command(value: object) -> str:
    """Check a command line: words as a shell quotes them, the program's place first."""
    try:
        words = shlex.split(value) if isinstance(value, str) else []
    except ValueError:
        words = []
    # Not "./key": whoever owns the current directory could answer it.
    if words and words[0] and ("/" not in words[0] or words[0][0] in "/~"):
        return str(value)
    raise ValueError("must be a command line such as 'pass show cohere'")


def _is_header_text(text: str) -> bool:
    return bool(_PRINTABLE.fullmatch(text)) and text == text.strip()


_PROXY = "must be a URL such as http://proxy.example.com:3128"
