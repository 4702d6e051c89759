"""From the tables of config.toml and keys.toml to profiles, each thing checked."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from cohere_cli.config import ranges
from cohere_cli.config.addresses import base_url, whole_url
from cohere_cli.config.tables import Sheet

SANDBOX = "sandbox"
"""The profile that always exists; it cannot be stored."""

Check = Callable[[object], Any]

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key and the base URL it was stored for. Empty: send no Authorization."""

    key: str = field(repr=False)
    base_url: str


@dataclass(frozen=True, slots=True)
class Profile:
    """What is set under one name; None where it says nothing."""

    name: str
    base_url: str | None = None
    compat_base_url: str | None = None
    model: str | None = None
    rerank_model: str | None = None
    vision_model: str | None = None
    timeout: float | None = None
    max_time: float | None = None
    retries: int | None = None
    allow_http: bool = False
    key: StoredKey | None = None


def why_no_name(name: str) -> str:
    """Return why no profile can be stored as *name*, empty when one can."""
    if name == SANDBOX:
        return "is built in"
    if _NAME.fullmatch(name):
        return ""
    return "must be 1 to 64 of A-Z a-z 0-9 . _ - and not begin with a dot or dash"


def active_name(settings: Sheet) -> str:
    """Return the active profile's name, empty where none is."""
    settings.table((), ("active", "profiles"))
    active = settings.tables.get("active", "")
    if not isinstance(active, str):
        raise settings.problem(("active",), "active must be a profile's name in quotes")
    return active


def profiles_of(settings: Sheet, keys: Sheet) -> dict[str, Profile]:
    """Return the profiles that the two files make, by name.

    Raises `ConfigProblem` with file and line for whatever is not as it must be.
    """
    stored = {name: _stored_key(keys, name) for name in _names(keys)}
    said = {name: _settings(settings, name) for name in _names(settings)}
    return {
        name: Profile(name, key=stored.get(name), **said.get(name, {}))
        for name in sorted({*stored, *said})
    }


def _names(sheet: Sheet) -> list[str]:
    names = list(sheet.table(("profiles",)))
    for name in names:
        why = why_no_name(name)
        if why:
            raise sheet.problem(("profiles", name), f"profile name {name!r} {why}")
    return names


def _settings(sheet: Sheet, name: str) -> dict[str, Any]:
    at = ("profiles", name)
    checks = _checks(allow_http=sheet.table(at).get("allow_http") is True)
    table = sheet.table(at, checks)
    return {key: _checked(sheet, (*at, key), checks[key]) for key in table}


def _stored_key(sheet: Sheet, name: str) -> StoredKey:
    at = ("profiles", name)
    url = partial(_url, base_url, allow_http=True)
    checks: dict[str, Check] = {"key": _text, "base_url": url}
    table = sheet.table(at, checks)
    for missing in (key for key in checks if key not in table):
        raise sheet.problem(at, f"profile {name!r} has no {missing!r} here", _LOGIN)
    return StoredKey(**{key: _checked(sheet, (*at, key), checks[key]) for key in table})


def _checks(*, allow_http: bool) -> Mapping[str, Check]:
    return {
        "base_url": partial(_url, base_url, allow_http=allow_http),
        "compat_base_url": partial(_url, whole_url, allow_http=allow_http),
        "model": ranges.name,
        "rerank_model": ranges.name,
        "vision_model": ranges.name,
        "timeout": ranges.seconds,
        "max_time": ranges.seconds,
        "retries": ranges.retries,
        "allow_http": ranges.switch,
    }


def _checked(sheet: Sheet, keys: tuple[str, str, str], check: Check) -> Any:
    _, name, key = keys
    try:
        return check(sheet.table(keys[:2])[key])
    except ValueError as exc:
        raise sheet.problem(keys, f"{key} of profile {name!r} {exc}") from exc


def _url(check: Callable[..., str], value: object, *, allow_http: bool) -> str:
    return check(_text(value), allow_http=allow_http)


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise ValueError("must be text in quotes")


_LOGIN = "store the key again with `co auth login`"
