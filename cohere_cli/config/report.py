"""What holds and why, as values to print: nothing here contains a key."""

import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal, TextIO

from cohere_cli.api.connection import Route
from cohere_cli.config.credentials import (
    KeySource,
    key_sources,
    overridden_sources,
    select_key,
)
from cohere_cli.config.editing import setting_names
from cohere_cli.config.profile import SANDBOX_PROFILE, Profile, StoredKey
from cohere_cli.config.profiles import Profiles
from cohere_cli.config.settings import FlagValues, resolve, resolve_destination
from cohere_cli.config.urls import DEFAULT_URL
from cohere_cli.config.validators import mask_key, mask_proxy
from cohere_cli.errors import NotAuthenticated


@dataclass(frozen=True, slots=True)
class ProfileSummary:
    """A profile in the list of all.

    `base_url` is empty in a sandbox, `stored_in` where there is no key.
    """

    name: str
    active: bool
    base_url: str
    masked_key: str
    stored_in: str


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """A key that there is, in words where from, and what becomes of it.

    `kept_in` is file, keyring, command or environment. What a keyring or a command
    keeps is shown only of the key that is used.
    """

    name: str
    masked_key: str
    belongs_to: str
    state: Literal["used", "hidden", "same key"]
    kept_in: Literal["file", "keyring", "command", "environment"]


@dataclass(frozen=True, slots=True)
class FileStatus:
    """A file of the configuration.

    `mode` is octal, empty where there is no file, "?" where nobody can see.
    """

    path: str
    mode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What a call would go by. `keys` are in the order in which they count.

    `chosen_by` is what chose the profile: -p, CO_PROFILE, active, or nothing.
    `problem` and `hint` say why a call would be refused; empty when it would not.
    """

    profile: str
    chosen_by: str
    base_url: str = ""
    compat_base_url: str = ""
    keys: tuple[KeyStatus, ...] = ()
    problem: str = ""
    hint: str = ""
    files: tuple[FileStatus, ...] = ()
    notes: tuple[str, ...] = ()


def profile_summaries(profiles: Profiles) -> tuple[ProfileSummary, ...]:
    """Return all profiles by name, and the built-in sandbox last."""
    everyone = [*profiles.by_name.values(), SANDBOX_PROFILE]
    return tuple(_listed(profile, profiles) for profile in everyone)


def status(
    given: FlagValues, environ: Mapping[str, str], profiles: Profiles, stdin: TextIO
) -> Status:
    """Return what a call with *given* would go by, whether or not it would work.

    Raises `ConfigProblem`, `InputProblem` or `UsageProblem`, as the call would.
    """
    choice = profiles.choose(given.profile, environ)
    found = Status(
        profile=choice.profile.name,
        chosen_by=choice.by,
        files=tuple(
            map(read_file_status, (profiles.settings_file, profiles.keys_file))
        ),
        notes=profiles.notes,
    )
    if choice.profile.sandbox:
        return found
    going = resolve_destination(
        given.base_url, environ.get("CO_API_URL"), choice.profile, compat=given.compat
    )
    sources = key_sources(given.key_file, stdin, environ, choice, profiles)
    key, problem, hint = _outcome(sources, going.url, choice.profile.name)
    return replace(
        found,
        base_url=going.base_url,
        compat_base_url=going.compat_base_url,
        keys=tuple(_key_statuses(sources, key)),
        problem=problem,
        hint=hint,
    )


def _listed(profile: Profile, profiles: Profiles) -> ProfileSummary:
    stored = profile.key
    return ProfileSummary(
        name=profile.name,
        active=profile.name == profiles.active,
        base_url="" if profile.sandbox else profile.base_url or DEFAULT_URL,
        masked_key=mask_key(stored.key or "") if stored else "",
        stored_in=_place(stored, profiles) if stored else "",
    )


def _place(stored: StoredKey, profiles: Profiles) -> str:
    return str(profiles.keys_file) if stored.store == "file" else stored.store


def _key_statuses(sources: tuple[KeySource, ...], key: str) -> Iterator[KeyStatus]:
    others = overridden_sources(sources)
    for source in sources:
        state: Literal["used", "hidden", "same key"]
        state = "hidden" if source in others else "same key"
        state = "used" if source is sources[0] else state
        shown = mask_key(source.key or (key if state == "used" else ""))
        at = _kept_in(source)
        yield KeyStatus(source.name, shown, source.belongs_to, state, at)


def _kept_in(
    source: KeySource,
) -> Literal["file", "keyring", "command", "environment"]:
    if source.variable:
        return "environment"
    return source.stored.store if source.stored else "file"


def _outcome(
    sources: tuple[KeySource, ...], url: str, profile: str
) -> tuple[str, str, str]:
    """Return the key that a call would use, or what would be wrong, and the hint."""
    try:
        return select_key(url, sources, profile), "", ""
    except NotAuthenticated as exc:
        return "", exc.what, exc.hint


def read_file_status(path: Path) -> FileStatus:
    """Return what others may do with the file at *path*, itself if it is a link."""
    try:
        mode = f"{stat.S_IMODE(path.lstat().st_mode):04o}"
    except (FileNotFoundError, NotADirectoryError):
        mode = ""
    except OSError:
        mode = "?"
    return FileStatus(str(path), mode)


_OF_SERVERS = {"base_url", "compat_base_url", "key_command", "allow_http"}
_OF_SERVERS |= {one.name for one in fields(Route)}
"""What leads to a server, and says who asks: none of it is for the sandbox."""

_VARIABLES = {"base_url": "CO_API_URL", "model": "CO_MODEL"}


@dataclass(frozen=True, slots=True)
class EffectiveSetting:
    """A setting: its value, None where nobody says one, and where that is from."""

    name: str
    value: Any
    source: str


def effective_settings(
    flag: str | None, environ: Mapping[str, str], profiles: Profiles, stdin: TextIO
) -> tuple[EffectiveSetting, ...]:
    """Return what holds for the profile that *flag* names, else the one in force.

    Values of headers, and a proxy's password, are masked. Raises `ConfigProblem`.
    """
    profile = profiles.choose(flag, environ).profile
    server = Profile("") if profile.sandbox else profile
    settings = resolve(FlagValues(profile=flag, dry_run=True), environ, profiles, stdin)
    values = {
        **{one.name: getattr(settings, one.name) for one in fields(settings)},
        **{one.name: getattr(settings.route, one.name) for one in fields(Route)},
        "proxy": mask_proxy(settings.route.proxy),
        "headers": dict.fromkeys(_headers(server), "…"),
        "allow_http": server.allow_http,
        "key_command": server.key.command if server.key else "",
        "inherits": profile.inherits,
    }
    return tuple(
        EffectiveSetting(name, _said(values[name]), _source(name, profile, environ))
        for name in setting_names()
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
