"""From the tables of config.toml and keys.toml to profiles, each thing checked."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

from cohere_cli.config import validators
from cohere_cli.config.toml_file import TomlFile
from cohere_cli.config.urls import DEFAULT_URL, base_url, is_same_service, normalize_url

Chain = tuple[str, ...]
"""A profile's name, and those it inherits from, the nearest first."""


def inheritance_chains(sheet: TomlFile, names: Iterable[str]) -> dict[str, Chain]:
    """Return the chain of each of *names*, as `inherits` links them in *sheet*.

    Raises `ConfigProblem` for a link to no profile, and for one that goes round.
    """
    known = frozenset(names)
    return {name: _chain(sheet, name, known) for name in known}


def merge_chain(
    said: Mapping[str, Mapping[str, Any]], chain: Chain
) -> dict[str, tuple[str, Any]]:
    """Return each setting that *chain* says, with who says it: the nearest wins."""
    found: dict[str, tuple[str, Any]] = {}
    for name in reversed(chain):
        found |= {key: (name, value) for key, value in said[name].items()}
    return found


def _chain(sheet: TomlFile, name: str, known: frozenset[str]) -> Chain:
    chain = [name]
    while "inherits" in (table := sheet.table(("profiles", chain[-1]))):
        at, parent = ("profiles", chain[-1], "inherits"), table["inherits"]
        if not isinstance(parent, str) or parent not in known:
            said = f"inherits of profile {chain[-1]!r} must be another profile's name"
            raise sheet.problem(at, said, f"profiles: {', '.join(sorted(known))}")
        chain.append(parent)
        if parent in chain[:-1]:
            round_ = " from ".join(map(repr, chain[chain.index(parent) :]))
            raise sheet.problem(at, f"{round_}: a profile cannot inherit from itself")
    return tuple(chain)


SANDBOX = "sandbox"
"""The name of the profile that always exists; it cannot be stored."""

Check = Callable[[object], Any]

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A profile's key, and the base URL it was stored for.

    Empty: send no Authorization. None: it is in the system's keyring, or a
    *command* prints it. *profile* is whose it is; others may inherit it.
    """

    key: str | None = field(repr=False)
    base_url: str
    command: str = ""
    profile: str = field(default="", compare=False)

    @property
    def store(self) -> Literal["file", "keyring", "command"]:
        """Where the key is kept."""
        if self.command:
            return "command"
        return "keyring" if self.key is None else "file"


@dataclass(frozen=True, slots=True)
class Headers:
    """Headers that may be secrets, and the base URLs they were written for."""

    values: Mapping[str, str] = field(repr=False)
    base_urls: tuple[str, ...]

    def is_allowed_at(self, url: str) -> bool:
        """Whether they may be sent to *url*."""
        return any(is_same_service(home, url) for home in self.base_urls)


@dataclass(frozen=True, slots=True)
class Profile:
    """What is set under one name, and under those it inherits from.

    None where nobody says anything. `said_by` tells for each setting the name of
    the profile that it is from; `key_command_hides_key` that `key_command` does.
    """

    name: str
    base_url: str | None = None
    compat_base_url: str | None = None
    model: str | None = None
    rerank_model: str | None = None
    rerank_path: str | None = None
    vision_model: str | None = None
    timeout: float | None = None
    max_time: float | None = None
    retries: int | None = None
    concurrency: int | None = None
    rate: int | None = None
    show: tuple[str, ...] = ()
    hide: tuple[str, ...] = ()
    proxy: str | None = field(default=None, repr=False)
    ca_bundle: str | None = None
    client_certificate: str | None = None
    client_key: str | None = None
    client_name: str | None = None
    headers: Headers | None = None
    allow_http: bool = False
    sandbox: bool = False
    faults: tuple[str, ...] = ()
    key: StoredKey | None = None
    inherits: str = field(default="", compare=False)
    said_by: Mapping[str, str] = field(default_factory=dict, compare=False)
    key_command_hides_key: bool = field(default=False, compare=False)


SANDBOX_PROFILE = Profile(SANDBOX, sandbox=True)


def name_problem(name: str) -> str:
    """Return why no profile can be stored as *name*, empty when one can."""
    if name == SANDBOX:
        return "is built in"
    if _NAME.fullmatch(name):
        return ""
    return "must be 1 to 64 of A-Z a-z 0-9 . _ - and not begin with a dot or dash"


def active_name(settings: TomlFile) -> str:
    """Return the active profile's name, empty where none is."""
    settings.table((), ("active", "profiles"))
    active = settings.tables.get("active", "")
    if not isinstance(active, str):
        raise settings.problem(("active",), "active must be a profile's name in quotes")
    return active


def parse_profiles(settings: TomlFile, keys: TomlFile) -> dict[str, Profile]:
    """Return the profiles that the two files make, by name.

    Raises `ConfigProblem` with file and line for whatever is not as it must be.
    """
    stored = {name: _stored_key(keys, name) for name in _names(keys)}
    chains = inheritance_chains(settings, [*_names(settings), *stored])
    said = {name: _settings(settings, chain) for name, chain in chains.items()}
    made: dict[str, Profile] = {}
    # Whoever is inherited from first: their keys are made by then.
    for name, chain in sorted(chains.items(), key=lambda item: len(item[1])):
        parent = made[chain[1]] if chain[1:] else Profile("")
        made[name] = _profile(name, merge_chain(said, chain), stored.get(name), parent)
    return dict(sorted(made.items()))


def _profile(
    name: str,
    found: Mapping[str, tuple[str, Any]],
    stored: StoredKey | None,
    parent: Profile,
) -> Profile:
    """Return a profile of what was *found*: by setting, who says it, and what."""
    values = {key: value for key, (_, value) in found.items()}
    said_by = {key: by for key, (by, _) in found.items()}
    homes = (values.get("base_url") or DEFAULT_URL, values.get("compat_base_url") or "")
    command = values.pop("key_command", "")
    key = stored or parent.key
    hides = False
    if said_by.get("key_command") == name:
        hides = stored is not None
        key = StoredKey(None, homes[0], command, name)
    headers = parent.headers
    if said_by.get("headers") == name:
        headers = Headers(values["headers"], tuple(filter(None, homes)))
    values |= {"headers": headers, "key": key}
    return Profile(
        name,
        **values,
        inherits=parent.name,
        said_by=said_by,
        key_command_hides_key=hides,
    )


def _names(sheet: TomlFile) -> list[str]:
    names = list(sheet.table(("profiles",)))
    for name in names:
        why = name_problem(name)
        if why:
            raise sheet.problem(("profiles", name), f"profile name {name!r} {why}")
    return names


def _settings(sheet: TomlFile, chain: Chain) -> dict[str, Any]:
    """Return what the first profile of *chain* says itself."""
    at = ("profiles", chain[0])
    tables = (sheet.table(("profiles", name)) for name in chain)
    allowed = (table["allow_http"] for table in tables if "allow_http" in table)
    known = checks(allow_http=next(allowed, False) is True)
    table = sheet.table(at, ("inherits", *known))
    return {
        key: _checked(sheet, (*at, key), known[key]) for key in table if key in known
    }


def _stored_key(sheet: TomlFile, name: str) -> StoredKey:
    at = ("profiles", name)
    url = partial(_url, base_url, allow_http=True)
    known: dict[str, Check] = {
        "key": validators.text,
        "base_url": url,
        "keyring": validators.boolean,
    }
    table = sheet.table(at, known)
    in_keyring = table.get("keyring") is True
    wanted = ("base_url",) if in_keyring else ("key", "base_url")
    for missing in (key for key in wanted if key not in table):
        raise sheet.problem(at, f"profile {name!r} has no {missing!r} here", _LOGIN)
    said = {key: _checked(sheet, (*at, key), known[key]) for key in table}
    key = None if in_keyring else said["key"]
    return StoredKey(key, said["base_url"], profile=name)


def checks(*, allow_http: bool) -> Mapping[str, Check]:
    """Return for each setting of a profile what it may be."""
    return {
        "base_url": partial(_url, base_url, allow_http=allow_http),
        "compat_base_url": partial(_url, normalize_url, allow_http=allow_http),
        "model": validators.model_name,
        "rerank_model": validators.model_name,
        "rerank_path": validators.url_path,
        "vision_model": validators.model_name,
        "timeout": validators.seconds,
        "max_time": validators.seconds,
        "retries": validators.retries,
        "concurrency": validators.concurrency,
        "rate": validators.rate,
        "show": validators.channels,
        "hide": validators.channels,
        "proxy": validators.proxy,
        "ca_bundle": validators.absolute_path,
        "client_certificate": validators.absolute_path,
        "client_key": validators.absolute_path,
        "client_name": validators.client_name,
        "headers": validators.headers,
        "key_command": validators.command,
        "allow_http": validators.boolean,
        "sandbox": validators.boolean,
        "faults": validators.faults,
    }


def _checked(sheet: TomlFile, keys: tuple[str, str, str], check: Check) -> Any:
    _, name, key = keys
    try:
        return check(sheet.table(keys[:2])[key])
    except ValueError as exc:
        raise sheet.problem(keys, f"{key} of profile {name!r} {exc}") from exc


def _url(check: Callable[..., str], value: object, *, allow_http: bool) -> str:
    return check(validators.text(value), allow_http=allow_http)


_LOGIN = "store the key again with `co auth login`"


def require_sandbox_for_faults(settings: TomlFile, profiles: Iterable[Profile]) -> None:
    """Raise `ConfigProblem` for a profile with faults that asks a real server.

    Whoever names faults believes that nothing is sent, and nothing paid for.
    """
    for profile in profiles:
        if profile.said_by.get("faults") == profile.name and not profile.sandbox:
            at = ("profiles", profile.name, "faults")
            said = f"faults of profile {profile.name!r} need sandbox = true"
            raise settings.problem(at, said, "say it, or take the faults away")
