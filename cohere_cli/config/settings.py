"""The settings: each one's name, allowed values, default, flag and variable."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import field, fields
from functools import partial
from typing import Any, NamedTuple, TypeGuard

from cohere_cli.api.connection import RERANK_PATH, Route
from cohere_cli.config.urls import normalize_base_url, normalize_url
from cohere_cli.record import value_class

CHAT_MODEL = "command-a-03-2025"
VISION_MODEL = "command-a-vision-07-2025"
RERANK_MODEL = "rerank-v3.5"
CONCURRENCY = 4

Check = Callable[[object], Any]
"""Returns the value of a setting, or raises `ValueError`, as in "must be ...".

The message never quotes the value, which may be a secret.
"""


class FlagRule(NamedTuple):
    """What a flag's default may be in a profile.

    *check* is for a value of config.toml, *parse* for a text that `co config set` is
    given; both return the value. *refusal* is why there can be no default, or "".
    """

    check: Check
    parse: Callable[[str], Any]
    refusal: str = ""


class Vocabulary(NamedTuple):
    """The names that the layers above know; each is called only where it is needed.

    *faults* returns the faults that the sandbox has, *flags* the rule of each flag of
    a command, by name. *check_file* raises `ConfigProblem` for what is wrong with the
    tables of a `TomlFile` that are not about profiles.
    """

    faults: Callable[[], Collection[str]]
    flags: Callable[[str], Mapping[str, FlagRule]]
    check_file: Callable[[Any], object] = lambda _: None


_MAX_SECONDS = 86_400
_MAX_DOLLARS = 1_000_000
_PRICES = ({"input", "output"}, {"search"})
_MAX_CLIENT_NAME = 64
# Compiled where a setting is checked: a call without a profile checks none of these.
_URL_PATH = r"(/[A-Za-z0-9._~-]+)+"
_FAULT = r"\s*([a-z-]+)\s*(?:[=;].*)?"
_PRINTABLE = r"[\x20-\x7e]+"
# RFC 9110, 5.6.2.
_HEADER_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_OWN_HEADERS = (
    "(?i:accept|accept-encoding|authorization|connection|content-length|content-type"
    "|host|transfer-encoding|user-agent|x-client-name)"
)
_PROXY = "must be a URL such as http://proxy.example.com:3128"


def check_seconds(value: object) -> float:
    """Check a number of seconds, up to a day."""
    if _is_number(value) and 0 < value <= _MAX_SECONDS:
        return float(value)
    raise ValueError(f"must be a number of seconds above 0, up to {_MAX_SECONDS}")


def _whole_number(least: int, most: int) -> Check:
    def check(value: object) -> int:
        if _is_number(value) and value in range(least, most + 1):
            return int(value)
        raise ValueError(f"must be a whole number from {least} to {most}")

    return check


def _dollars(value: object) -> float:
    if _is_number(value) and 0 <= value <= _MAX_DOLLARS:
        return float(value)
    raise ValueError(f"must be a number of dollars from 0 to {_MAX_DOLLARS}")


def check_price(value: object) -> dict[str, float]:
    """Check a model's price: of tokens of input and output, or of search units."""
    if isinstance(value, dict) and set(value) in _PRICES:
        return {name: _dollars(amount) for name, amount in value.items()}
    example = "input=2.5,output=10"
    raise ValueError(f"must have input and output, such as {example}, or search")


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _model_name(value: object) -> str:
    # Any name: new models come faster than releases of this program.
    if isinstance(value, str) and value.isprintable() and value.strip():
        return value.strip()
    raise ValueError(f'must be a name such as "{CHAT_MODEL}"')


def _url_path(value: object) -> str:
    if isinstance(value, str) and re.fullmatch(_URL_PATH, value):
        return value
    raise ValueError("must be a path such as /v1/rerank")


def _channels(value: object) -> tuple[str, ...]:
    from cohere_cli.api.protocol.events import CHANNELS

    if isinstance(value, list) and all(one in CHANNELS for one in value):
        return tuple(value)
    raise ValueError(f"must be a list of any of {', '.join(CHANNELS)}")


def check_faults(value: object, known: Collection[str] = ()) -> tuple[str, ...]:
    """Check a list of faults, by name if *known* are given; not their numbers."""
    texts = value if isinstance(value, list) else [""]
    specs = [one for text in texts for one in str(text).split(",")]
    found = [re.fullmatch(_FAULT, one) for one in specs]
    if all(one and (not known or one[1] in known) for one in found):
        return tuple(texts)
    names = f"any of {', '.join(known)}" if known else "faults"
    raise ValueError(f"must be a list of {names}, with numbers such as cut=5")


def check_boolean(value: object) -> bool:
    """Check a setting that is on or off."""
    if isinstance(value, bool):
        return value
    raise ValueError("must be true or false")


def check_text(value: object) -> str:
    """Check a text, whatever it holds."""
    if isinstance(value, str):
        return value
    raise ValueError("must be text in quotes")


def check_base_url(value: object, *, allow_http: bool = False) -> str:
    """Check a base URL of Cohere's API, with or without its version."""
    return normalize_base_url(check_text(value), allow_http=allow_http)


def _compat_base_url(value: object, *, allow_http: bool = False) -> str:
    return normalize_url(check_text(value), allow_http=allow_http)


def check_absolute_path(value: object) -> str:
    """Check a file's path: absolute, so that the current directory has no influence."""
    from pathlib import Path

    try:
        path = Path(value).expanduser() if isinstance(value, str) else Path()
    except RuntimeError:  # no user of this name has a home
        path = Path()
    if path.is_absolute() and str(path).isprintable():
        return str(path)
    raise ValueError("must be the path of a file that begins with / or ~/")


def _proxy(value: object) -> str:
    from urllib.parse import urlsplit

    text = value if isinstance(value, str) and re.fullmatch(_PRINTABLE, value) else ""
    try:
        parts = urlsplit(text)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise ValueError(_PROXY) from None
    has_more = parts.path not in ("", "/") or parts.query or parts.fragment
    is_proxy = parts.scheme in ("http", "https", "socks5", "socks5h")
    if not is_proxy or not has_host or has_more or " " in text:
        raise ValueError(_PROXY)
    return text


def check_headers(value: object) -> Mapping[str, str]:
    """Check a table of headers: text by name, without those that `co` sets itself."""
    if not isinstance(value, dict):
        raise ValueError("must be a table of headers")  # noqa: TRY004 - as all checks
    for name, text in value.items():
        if not re.fullmatch(_HEADER_NAME, name):
            raise ValueError("must have names of letters, digits and dashes")
        if re.fullmatch(_OWN_HEADERS, name):
            raise ValueError(f"must not set {name}: co sets it itself")
        if not (isinstance(text, str) and _is_header_text(text)):
            raise ValueError("must have values of printable ASCII characters")
    return dict(value)


def _is_header_text(text: str) -> bool:
    return bool(re.fullmatch(_PRINTABLE, text)) and text == text.strip()


def _client_name(value: object) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if re.fullmatch(_PRINTABLE, text) and len(text) <= _MAX_CLIENT_NAME:
        return text
    raise ValueError(f"must be 1 to {_MAX_CLIENT_NAME} printable ASCII characters")


def check_command(value: object) -> str:
    """Check a command line: words in shell quoting; no program by a relative path."""
    from cohere_cli.system.programs import words_of

    try:
        words = words_of(value) if isinstance(value, str) else []
    except ValueError:
        words = []
    # Not "./key": the owner of the current directory could print a key of theirs.
    if words and words[0] and ("/" not in words[0] or words[0][0] in "/~"):
        return str(value)
    raise ValueError("must be a command line such as 'pass show cohere'")


class Setting(NamedTuple):
    """A row of `SETTINGS`.

    *flag* and *variable* set it for one call, before the profile does.
    *is_for_server* is true where it configures the connection to a server: a profile
    of the sandbox does not use it.
    """

    check: Check
    flag: str = ""
    variable: str = ""
    is_for_server: bool = False


def _row(
    check: Check, default: object = None, flag: str = "", variable: str = ""
) -> Any:
    return field(default=default, metadata={"row": Setting(check, flag, variable)})


def _server_row(check: Check, default: object = "", variable: str = "") -> Any:
    """Return a field that may hold a secret, and only of use with a server."""
    row = Setting(check, "", variable, is_for_server=True)
    return field(default=default, repr=False, metadata={"row": row})


@value_class
class Settings:
    """The settings of one call; those with a row can be set in a profile.

    `profile` is empty where none is in use. An empty `key` means that no
    Authorization header is sent; `key_source` names where the key comes from. The
    URLs have no slash at their end and are empty in the sandbox, whose address is
    known only once it runs; `faults` are what it injects. Times are in seconds,
    `rate` is in requests a minute, `max_cost_month` in US dollars. `notes` are lines
    to print once on standard error.
    """

    profile: str
    key: str = field(default="", repr=False)
    key_source: str = "no key"
    notes: tuple[str, ...] = ()

    base_url: str = _server_row(check_base_url, variable="CO_API_URL")
    compat_base_url: str = _server_row(_compat_base_url)
    rerank_base_url: str = _server_row(check_base_url)
    model: str = _row(_model_name, CHAT_MODEL, "--model", "CO_MODEL")
    rerank_model: str = _row(_model_name, RERANK_MODEL, "--model")
    rerank_path: str = _row(_url_path, RERANK_PATH, "--rerank-path")
    vision_model: str = _row(_model_name, VISION_MODEL)
    timeout: float | None = _row(check_seconds, flag="--timeout")
    max_time: float | None = _row(check_seconds, flag="--max-time")
    retries: int | None = _row(_whole_number(0, 10), flag="--retries")
    concurrency: int = _row(_whole_number(1, 64), CONCURRENCY)
    rate: int | None = _row(_whole_number(1, 100_000))
    max_cost_month: float | None = _row(_dollars)
    show: tuple[str, ...] = _row(_channels, ())
    hide: tuple[str, ...] = _row(_channels, ())
    think_tags: bool = _row(check_boolean, default=True)
    history: bool | None = _row(check_boolean, flag="--history")
    proxy: str = _server_row(_proxy)
    ca_bundle: str = _server_row(check_absolute_path)
    client_certificate: str = _server_row(check_absolute_path)
    client_key: str = _server_row(check_absolute_path)
    client_name: str = _server_row(_client_name, Route().client_name)
    headers: Mapping[str, str] | None = _server_row(check_headers, None)
    key_command: str = _server_row(check_command)
    allow_http: bool = _server_row(check_boolean, default=False)
    sandbox: bool = _row(check_boolean, default=False)
    faults: tuple[str, ...] = _row(check_faults, ())

    @property
    def route(self) -> Route:
        """How the server is reached."""
        values = {one.name: getattr(self, one.name) for one in fields(Route)}
        return Route(**(values | {"headers": self.headers or {}}))


SETTINGS: Mapping[str, Setting] = {
    one.name: one.metadata["row"] for one in fields(Settings) if one.metadata
}
"""The settings that a profile can hold, by name, in the order in which they are shown.

To add one, add a row to `Settings`, and use it.
"""


RENAMED_SETTINGS: Mapping[str, str] = {}
"""Old names of settings, `chat.FLAG` included, and the new ones.

They work for one release, with a warning.
"""


def setting_checks(
    *, allow_http: bool, vocabulary: Vocabulary | None = None
) -> dict[str, Check]:
    """Return the check of each setting in a profile with these circumstances."""

    def faults(value: object) -> tuple[str, ...]:
        return check_faults(value, vocabulary.faults() if vocabulary else ())

    return {name: row.check for name, row in SETTINGS.items()} | {
        "base_url": partial(check_base_url, allow_http=allow_http),
        "compat_base_url": partial(_compat_base_url, allow_http=allow_http),
        "rerank_base_url": partial(check_base_url, allow_http=allow_http),
        "faults": faults,
    }


@value_class
class FlagValues:
    """The values of a call's flags; None where a flag was not given.

    `model` is for chat or rerank, whatever the call does. With `compat`, `base_url`
    is the whole base of an OpenAI-compatible server; with `rerank`, the profile's
    `rerank_base_url` precedes its `base_url`. With `dry_run` no key is needed.
    """

    profile: str | None = None
    base_url: str | None = None
    key_file: str | None = None
    model: str | None = None
    rerank_path: str | None = None
    timeout: float | None = None
    max_time: float | None = None
    retries: int | None = None
    compat: bool = False
    rerank: bool = False
    dry_run: bool = False
