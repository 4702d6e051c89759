"""What a setting may be, whether a flag, a variable or a profile says it.

Each check returns the setting's value, or raises `ValueError` with the allowed
range, as in "must be ...". None of them quotes the value.
"""

import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO, TypeGuard
from urllib.parse import urlsplit

from cohere_cli.errors import InputProblem, NotAuthenticated

_LONGEST = 86_400
_MOST_RETRIES = 10
_MOST_AT_ONCE = 64
_MOST_A_MINUTE = 100_000

CHANNELS = ("thinking", "plan", "tools", "citations", "usage", "logprobs")
"""What of an answer can be shown or hidden: the names that `render` knows."""
FAULTS = (
    "slow-headers",
    "slow-start",
    "slow-tokens",
    "status",
    "redirect",
    "html",
    "wrong-type",
    "refuse",
    "reset",
    "cut",
    "end",
    "cut-in-event",
    "cut-in-character",
    "stall",
    "split",
    "garbage",
    "unknown-event",
    "failed",
    "huge-line",
    "gzip-bomb",
)
"""What can go wrong in a sandbox: the names that `sandbox` knows."""
_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)+")
_FAULT = re.compile(rf"\s*(?:{'|'.join(FAULTS)})\s*(?:[=;].*)?")


def seconds(value: object) -> float:
    """Check a time in seconds: above 0, up to a day."""
    if _is_number(value) and 0 < value <= _LONGEST:
        return float(value)
    raise ValueError(f"must be a number of seconds above 0, up to {_LONGEST}")


def retries(value: object) -> int:
    """Check how often a request that failed is sent again."""
    return _whole(value, 0, _MOST_RETRIES)


def concurrency(value: object) -> int:
    """Check how many requests are under way at a time."""
    return _whole(value, 1, _MOST_AT_ONCE)


def rate(value: object) -> int:
    """Check how many requests are sent in a minute."""
    return _whole(value, 1, _MOST_A_MINUTE)


def model_name(value: object) -> str:
    """Check a model's name: any, because new models come faster than releases."""
    if isinstance(value, str) and value.isprintable() and value.strip():
        return value.strip()
    raise ValueError("must be a name in quotes")


def url_path(value: object) -> str:
    """Check a path on a server, such as that of its rerank endpoint."""
    if isinstance(value, str) and _PATH.fullmatch(value):
        return value
    raise ValueError("must be a path such as /v1/rerank")


def channels(value: object) -> tuple[str, ...]:
    """Check a list of parts of an answer."""
    if isinstance(value, list) and all(one in CHANNELS for one in value):
        return tuple(value)
    raise ValueError(f"must be a list of any of {', '.join(CHANNELS)}")


def faults(value: object) -> tuple[str, ...]:
    """Check a list of faults by their names; the sandbox checks their numbers."""
    if isinstance(value, list) and all(map(_names_faults, value)):
        return tuple(value)
    names = ", ".join(FAULTS)
    raise ValueError(f"must be a list of any of {names}, with numbers such as cut=5")


def boolean(value: object) -> bool:
    """Check something that is on or off."""
    if isinstance(value, bool):
        return value
    raise ValueError("must be true or false")


def text(value: object) -> str:
    """Check that something is text."""
    if isinstance(value, str):
        return value
    raise ValueError("must be text in quotes")


def _names_faults(value: object) -> bool:
    return isinstance(value, str) and all(map(_FAULT.fullmatch, value.split(",")))


def _whole(value: object, least: int, most: int) -> int:
    if _is_number(value) and value in range(least, most + 1):
        return int(value)
    raise ValueError(f"must be a whole number from {least} to {most}")


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


_PRINTABLE = re.compile(r"[\x20-\x7e]+")
# RFC 9110, 5.6.2.
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_LONGEST_NAME = 64
_OURS = re.compile(
    "accept|accept-encoding|authorization|connection|content-length|content-type"
    "|host|transfer-encoding|user-agent|x-client-name",
    re.IGNORECASE,
)


def absolute_path(value: object) -> str:
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


def mask_proxy(url: str) -> str:
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


# A header value could carry more, but no key of any server does, and a newline
# or a lone byte there ends in a library's message that quotes the whole key.
_FOREIGN = re.compile(r"[^\x21-\x7e]")

MAX_KEY_LENGTH = 1 << 16
"""Keys have less than 100 characters; a mistaken path or pipe may lead to anything."""

# Four characters of a shorter key would be too much of it.
_SHORTEST_SHOWN = 12


def validate_key(text: str, name: str) -> str:
    """Return the key in *text* without the white space around it.

    *name* says which key it is, in words. Raises `NotAuthenticated`, whose text
    never holds any of the key; the position counts from 1.
    """
    key = text.strip()
    if not key:
        raise NotAuthenticated(f"{name} is empty", hint=_COPY)
    foreign = _FOREIGN.search(key)
    if foreign:
        position = foreign.start() + 1
        problem = f"{name} has an invalid character at position {position}"
        raise NotAuthenticated(problem, hint=_COPY)
    return key


def read_piped_key(stdin: TextIO, where: str = "") -> str:
    """Return what *stdin* holds. Raises `InputProblem` for what is no text."""
    try:
        return stdin.read(MAX_KEY_LENGTH)
    except UnicodeDecodeError:
        problem = "the key from standard input is not text"
    except OSError as exc:
        problem = f"cannot read standard input: {exc.strerror or exc}"
    # Without the cause, which may hold what was read.
    raise InputProblem(problem, where=where)


def mask_key(key: str) -> str:
    """Return what may be shown of *key*: "…abcd", or "…" of a short one."""
    if not key:
        return ""
    return f"…{key[-4:]}" if len(key) >= _SHORTEST_SHOWN else "…"


_COPY = "copy it again from https://dashboard.cohere.com/api-keys"
