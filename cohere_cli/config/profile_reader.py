"""Reads profiles from config.toml and keys.toml, and checks each value in them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

from cohere_cli.config.permissions import (
    permission_warnings,
    require_private_key_commands,
)
from cohere_cli.config.profiles import (
    ALIASES,
    DEFAULTS,
    PRICES,
    Profile,
    Profiles,
    StoredKey,
    name_problem,
)
from cohere_cli.config.settings import (
    RENAMED_SETTINGS,
    Check,
    Vocabulary,
    check_base_url,
    check_boolean,
    check_text,
    setting_checks,
)
from cohere_cli.config.toml_file import Keys, TomlFile
from cohere_cli.config.urls import DEFAULT_URL
from cohere_cli.errors import ConfigProblem
from cohere_cli.text import listed

_LOGIN = "store the key again with `co auth login`"
_KEY_CHECKS: Mapping[str, Check] = {
    "key": check_text,
    "base_url": lambda value: check_base_url(value, allow_http=True),
    "keyring": check_boolean,
}


def read_profiles(
    directory: Path, vocabulary: Vocabulary | None = None, draft: Path | None = None
) -> Profiles:
    """Return the profiles in *directory*; *draft* is read instead of config.toml.

    Raises `ConfigProblem` with file and line for whatever cannot be used.
    """
    settings = TomlFile.read(draft or directory / "config.toml")
    return parse_profiles(directory, settings, vocabulary)


def parse_profiles(
    directory: Path, settings: TomlFile, vocabulary: Vocabulary | None = None
) -> Profiles:
    """Return the profiles of *settings* and of the keys in *directory*."""
    renamed: Collection[str] = ()
    if RENAMED_SETTINGS:
        settings, renamed = _with_new_names(settings)
    keys = TomlFile.read(directory / "keys.toml", secret=True)
    by_name = _profiles(settings, keys, vocabulary)
    profiles = by_name.values()
    require_private_key_commands(settings, profiles)
    _require_sandbox_for_faults(settings, profiles)
    if any(one.tables for one in profiles):
        from cohere_cli.config.profile_tables import require_direct_aliases

        require_direct_aliases(settings, profiles)
    exposed = permission_warnings(directory, settings, keys, profiles)
    notes = (*renamed, *exposed, *_hidden_keys(profiles, keys.path))
    return Profiles(directory, _active_name(settings), by_name, notes)


def _with_new_names(settings: TomlFile) -> tuple[TomlFile, Collection[str]]:
    """Return *settings* with the new names of settings, and what to change."""
    tables, warnings = deepcopy(dict(settings.tables)), []
    profiles = tables.get("profiles")
    named = profiles.items() if isinstance(profiles, dict) else ()
    for profile, table in named:
        for old, new in RENAMED_SETTINGS.items() if isinstance(table, dict) else ():
            if _rename(table, old, new):
                what = f"{old} of profile {profile!r} is now {new}"
                warnings.append(f"{what}: rename it in {settings.path}")
    return replace(settings, tables=tables), warnings


def _rename(table: dict[str, Any], old: str, new: str) -> bool:
    """Move the entry *old* of *table*, such as `chat.seed`; return whether it is there.

    An entry that has the new name stays.
    """
    *above, name = old.split(".")
    held: Any = table
    for key in above:
        held = held.get(key) if isinstance(held, dict) else None
    if not isinstance(held, dict) or name not in held:
        return False
    value = held.pop(name)
    *below, last = new.split(".")
    for key in below:
        table = table.setdefault(key, {})
    table.setdefault(last, value)
    return True


def _hidden_keys(profiles: Iterable[Profile], keys: Path) -> Iterator[str]:
    for profile in profiles:
        if profile.key_command_hides_key:
            yield f"key_command of profile {profile.name!r} hides its key in {keys}"


def _active_name(settings: TomlFile) -> str:
    settings.table((), ("active", "profiles", "mcp"))
    active = settings.tables.get("active", "")
    if not isinstance(active, str):
        raise settings.problem(("active",), "active must be a profile's name in quotes")
    return active


def _profiles(
    settings: TomlFile, keys: TomlFile, vocabulary: Vocabulary | None
) -> dict[str, Profile]:
    stored = {name: _stored_key(keys, name) for name in _names(keys)}
    names = dict.fromkeys((*_names(settings), *stored))
    parents = {name: _parent(settings, name, names) for name in names}
    profiles: dict[str, Profile] = {}
    # Parents first, because a profile inherits their settings, keys and headers.
    for name in _parents_first(settings, parents):
        parent = profiles.get(parents[name], Profile(""))
        own = _own_values(settings, name, parent, vocabulary)
        profile = _profile(name, own, stored.get(name), parent)
        tables = _own_tables(settings, name, vocabulary)
        profiles[name] = _with_tables(profile, tables, parent)
    return dict(sorted(profiles.items()))


def _names(file: TomlFile) -> list[str]:
    names = list(file.table(("profiles",)))
    for name in names:
        problem = name_problem(name)
        if problem:
            raise file.problem(("profiles", name), f"profile name {name!r} {problem}")
    return names


def _parent(file: TomlFile, name: str, known: Collection[str]) -> str:
    """Return the profile that *name* inherits from, "" for none."""
    table = file.table(("profiles", name))
    if "inherits" not in table:
        return ""
    parent = table["inherits"]
    if not isinstance(parent, str) or parent not in known:
        reason = f"inherits of profile {name!r} must be another profile's name"
        hint = f"profiles: {listed(sorted(known))}"
        raise file.problem(("profiles", name, "inherits"), reason, hint)
    return parent


def _parents_first(file: TomlFile, parents: Mapping[str, str]) -> Iterable[str]:
    """Return the names of *parents*, each after the one that it inherits from."""
    ordered: dict[str, None] = {}
    for first in parents:
        chain: dict[str, None] = {}
        name = first
        while name and name not in ordered:
            if name in chain:
                raise _circle(file, list(chain), name)
            chain[name] = None
            name = parents[name]
        ordered |= dict.fromkeys(reversed(chain))
    return ordered


def _circle(file: TomlFile, chain: list[str], again: str) -> ConfigProblem:
    """Return the error that the last of *chain* inherits from *again*, one of it."""
    at = ("profiles", chain[-1], "inherits")
    names = [*chain[chain.index(again) :], again]
    circle = " from ".join(map(repr, names))
    return file.problem(at, f"a profile cannot inherit from itself: {circle}")


def _own_values(
    file: TomlFile, name: str, parent: Profile, vocabulary: Vocabulary | None
) -> dict[str, Any]:
    """Return the values that the profile *name* sets itself."""
    allow_http = file.table(("profiles", name)).get("allow_http", parent.allow_http)
    checks = setting_checks(allow_http=allow_http is True, vocabulary=vocabulary)
    known = ("inherits", *checks, *DEFAULTS, ALIASES, PRICES)
    table = file.table(("profiles", name), known)
    return {
        setting: _checked(file, name, setting, checks[setting])
        for setting in table
        if setting in checks
    }


def _own_tables(
    file: TomlFile, profile: str, vocabulary: Vocabulary | None
) -> Mapping[str, Any]:
    """Return the entries of tables that *profile* sets itself, by dotted name."""
    if not {*DEFAULTS, ALIASES, PRICES} & file.table(("profiles", profile)).keys():
        return {}
    from cohere_cli.config.profile_tables import read_tables

    return read_tables(file, profile, vocabulary)


def _with_tables(profile: Profile, own: Mapping[str, Any], parent: Profile) -> Profile:
    if not (own or parent.tables):
        return profile
    sources = {**profile.sources, **dict.fromkeys(own, profile.name)}
    return replace(profile, tables={**parent.tables, **own}, sources=sources)


def _checked(file: TomlFile, profile: str, name: str, check: Check) -> Any:
    at: Keys = ("profiles", profile, name)
    try:
        return check(file.table(at[:-1])[name])
    except ValueError as exc:
        raise file.problem(at, f"{name} of profile {profile!r} {exc}") from exc


def _stored_key(file: TomlFile, name: str) -> StoredKey:
    at = ("profiles", name)
    table = file.table(at, _KEY_CHECKS)
    in_keyring = table.get("keyring") is True
    needed = ("base_url",) if in_keyring else ("key", "base_url")
    for missing in (key for key in needed if key not in table):
        raise file.problem(at, f"profile {name!r} has no {missing!r} here", _LOGIN)
    values = {key: _checked(file, name, key, _KEY_CHECKS[key]) for key in table}
    key = None if in_keyring else values["key"]
    return StoredKey(key, values["base_url"], profile=name)


def _profile(
    name: str, own: Mapping[str, Any], stored: StoredKey | None, parent: Profile
) -> Profile:
    """Return a profile of its *own* values and *stored* key, and of its parent's."""
    values = {**parent.values, **own}
    others = (values.get(f"{name}_base_url", "") for name in ("compat", "rerank"))
    urls = (values.get("base_url", DEFAULT_URL), *others)
    key = stored or parent.key
    if "key_command" in own:
        key = StoredKey(None, urls[0], own["key_command"], name)
    elif stored:
        # A key of its own is used instead of an inherited command.
        values.pop("key_command", None)
    own_urls = tuple(filter(None, urls))
    return Profile(
        name,
        values,
        key,
        header_urls=own_urls if "headers" in own else parent.header_urls,
        inherits=parent.name,
        sources={**parent.sources, **dict.fromkeys(own, name)},
        key_command_hides_key="key_command" in own and stored is not None,
    )


def _require_sandbox_for_faults(
    settings: TomlFile, profiles: Iterable[Profile]
) -> None:
    """Raise `ConfigProblem` for a profile with faults that uses a real server.

    Its author believes that nothing is sent, and nothing paid for.
    """
    for profile in profiles:
        if profile.sources.get("faults") == profile.name and not profile.is_sandbox:
            at = ("profiles", profile.name, "faults")
            reason = f"faults of profile {profile.name!r} need sandbox = true"
            raise settings.problem(at, reason, "set that first, or remove the faults")
