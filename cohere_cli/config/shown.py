"""The settings in force, each with who says so: values to print, without secrets."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, TextIO

from cohere_cli.api.connection import Route
from cohere_cli.config.changes import names
from cohere_cli.config.profile_tables import Profile
from cohere_cli.config.profiles import Profiles
from cohere_cli.config.route_values import masked_proxy
from cohere_cli.config.settings import Given, resolve

_OF_SERVERS = {"base_url", "compat_base_url", "key_command", "allow_http"}
_OF_SERVERS |= {one.name for one in fields(Route)}
"""What leads to a server, and says who asks: none of it is for the sandbox."""

_VARIABLES = {"base_url": "CO_API_URL", "model": "CO_MODEL"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A setting: its value, None where nobody says one, and where that is from."""

    name: str
    value: Any
    source: str


def shown(
    flag: str | None, environ: Mapping[str, str], profiles: Profiles, stdin: TextIO
) -> tuple[Shown, ...]:
    """Return what holds for the profile that *flag* names, else the one in force.

    Values of headers, and a proxy's password, are masked. Raises `ConfigProblem`.
    """
    profile = profiles.choose(flag, environ).profile
    server = Profile("") if profile.sandbox else profile
    settings = resolve(Given(profile=flag, dry_run=True), environ, profiles, stdin)
    values = {
        **{one.name: getattr(settings, one.name) for one in fields(settings)},
        **{one.name: getattr(settings.route, one.name) for one in fields(Route)},
        "proxy": masked_proxy(settings.route.proxy),
        "headers": dict.fromkeys(_headers(server), "…"),
        "allow_http": server.allow_http,
        "key_command": server.key.command if server.key else "",
        "inherits": profile.inherits,
    }
    return tuple(
        Shown(name, _said(values[name]), _source(name, profile, environ))
        for name in names()
    )


def _headers(profile: Profile) -> Mapping[str, str]:
    return profile.headers.values if profile.headers else {}


def _said(value: Any) -> Any:
    return None if value in ("", (), {}) else value


def _source(name: str, profile: Profile, environ: Mapping[str, str]) -> str:
    if profile.sandbox and name in _OF_SERVERS:
        return "built-in"
    variable = _VARIABLES.get(name, "")
    if environ.get(variable, "").strip():
        return variable
    if name == "inherits" and profile.inherits:
        return f"profile {profile.name!r}"
    if name in profile.said_by:
        return f"profile {profile.said_by[name]!r}"
    if name == "compat_base_url":
        of = _source("base_url", profile, environ)
        return of if of == "built-in" else f"base_url, {of}"
    return "built-in"
