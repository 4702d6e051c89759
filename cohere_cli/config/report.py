"""Reports on profiles, keys and settings, as values to print: none holds a key."""

import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TextIO

from cohere_cli.config.credentials import (
    KeySource,
    key_sources,
    mask_key,
    may_lack_key,
    overridden_sources,
    select_key,
)
from cohere_cli.config.profiles import SANDBOX_PROFILE, Profile, Profiles
from cohere_cli.config.resolution import resolve, resolve_destination
from cohere_cli.config.settings import SETTINGS, FlagValues
from cohere_cli.config.urls import DEFAULT_URL, mask_proxy
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


KeyPlace = Literal["file", "keyring", "command", "environment"]


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """A key that is available, a description of where it is from, and its use.

    A key in a keyring or of a command is shown only if it is the one used.
    """

    name: str
    masked_key: str
    belongs_to: str
    state: Literal["used", "hidden", "same key"]
    kept_in: KeyPlace


@dataclass(frozen=True, slots=True)
class FileStatus:
    """A configuration file.

    `mode` is octal, empty where there is no file, "?" where it cannot be read.
    """

    path: str
    mode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The profile, server and keys of a call; `keys` are in order of precedence.

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


@dataclass(frozen=True, slots=True)
class EffectiveSetting:
    """A setting: its value, None where it has none, and the source of it."""

    name: str
    value: Any
    source: str


def profile_summaries(profiles: Profiles) -> tuple[ProfileSummary, ...]:
    """Return all profiles by name, and the built-in sandbox last."""
    everyone = [*profiles.by_name.values(), SANDBOX_PROFILE]
    return tuple(_summary(profile, profiles) for profile in everyone)


def status(
    flags: FlagValues, environ: Mapping[str, str], profiles: Profiles, stdin: TextIO
) -> Status:
    """Return the status of a call with *flags*, whether or not it would work.

    Raises `ConfigProblem`, `InputProblem` or `UsageProblem`, as the call would.
    """
    choice = profiles.choose(flags.profile, environ)
    profile = choice.profile
    found = Status(
        profile=profile.name,
        chosen_by=choice.chosen_by,
        files=file_statuses(profiles),
        notes=profiles.notes,
    )
    if profile.is_sandbox:
        return found
    to = resolve_destination(flags, environ, profile)
    sources = key_sources(flags.key_file, stdin, environ, choice, profiles)
    key, problem, hint = "", "", ""
    try:
        if not (to.is_from_profile and may_lack_key(to.url, sources)):
            key = select_key(to.url, sources, profile.name)
    except NotAuthenticated as exc:
        problem, hint = exc.what, exc.hint
    return replace(
        found,
        base_url=to.base_url,
        compat_base_url=to.compat_base_url,
        keys=tuple(_key_statuses(sources, key)),
        problem=problem,
        hint=hint,
    )


def file_statuses(profiles: Profiles) -> tuple[FileStatus, ...]:
    """Return the permissions of both files, of a link itself."""
    return tuple(map(_file_status, (profiles.settings_file, profiles.keys_file)))


def effective_settings(
    flag: str | None, environ: Mapping[str, str], profiles: Profiles, stdin: TextIO
) -> tuple[EffectiveSetting, ...]:
    """Return each setting of the profile that *flag* names, else of the chosen one.

    Values of headers, and a proxy's password, are masked. Raises `ConfigProblem`.
    """
    profile = profiles.choose(flag, environ).profile
    flags = FlagValues(profile=flag, dry_run=True)
    settings = resolve(flags, environ, profiles, stdin)
    headers = {} if profile.is_sandbox else profile.values.get("headers", {})
    values = {name: getattr(settings, name) for name in SETTINGS} | {
        "proxy": mask_proxy(settings.proxy),
        "headers": dict.fromkeys(headers, "…"),
        "inherits": profile.inherits,
    }
    values |= dict(sorted(profile.tables.items()))
    return tuple(
        EffectiveSetting(name, _empty_to_none(value), _source(name, profile, environ))
        for name, value in values.items()
    )


def _summary(profile: Profile, profiles: Profiles) -> ProfileSummary:
    stored = profile.key
    place = stored.store if stored else ""
    return ProfileSummary(
        name=profile.name,
        active=profile.name == profiles.active,
        base_url="" if profile.is_sandbox else profile.base_url or DEFAULT_URL,
        masked_key=mask_key(stored.key or "") if stored else "",
        stored_in=str(profiles.keys_file) if place == "file" else place,
    )


def _key_statuses(sources: tuple[KeySource, ...], key: str) -> Iterator[KeyStatus]:
    overridden = overridden_sources(sources)
    for source in sources:
        state: Literal["used", "hidden", "same key"]
        state = "hidden" if source in overridden else "same key"
        state = "used" if source is sources[0] else state
        shown = mask_key(source.key or (key if state == "used" else ""))
        place: KeyPlace = source.stored.store if source.stored else "file"
        place = "environment" if source.variable else place
        yield KeyStatus(source.name, shown, source.belongs_to, state, place)


def _file_status(path: Path) -> FileStatus:
    try:
        mode = f"{stat.S_IMODE(path.lstat().st_mode):04o}"
    except (FileNotFoundError, NotADirectoryError):
        mode = ""
    except OSError:
        mode = "?"
    return FileStatus(str(path), mode)


def _empty_to_none(value: Any) -> Any:
    return None if value in ("", (), {}) else value


def _source(name: str, profile: Profile, environ: Mapping[str, str]) -> str:
    row = SETTINGS.get(name)
    if row and profile.is_sandbox and row.is_for_server:
        return "built-in"
    if row and environ.get(row.variable, "").strip():
        return row.variable
    if name == "inherits" and profile.inherits:
        return f"profile {profile.name!r}"
    if name in profile.sources:
        return f"profile {profile.sources[name]!r}"
    if name == "compat_base_url":
        source = _source("base_url", profile, environ)
        return source if source == "built-in" else f"base_url, {source}"
    return "built-in"
