"""Stored profiles: their settings and keys, and the choice of the one to use."""

import re
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Any, Literal

from cohere_cli.config.urls import (
    DEFAULT_URL,
    is_same_service,
    normalize_base_url,
    url_hint,
)
from cohere_cli.errors import ConfigProblem
from cohere_cli.record import value_class

SANDBOX = "sandbox"
"""The name of the profile that always exists; it cannot be stored."""

Store = Literal["file", "keyring", "command"]

DEFAULTS = ("chat", "ask", "search", "rerank", "lab", "compat")
"""The commands whose flags can have defaults: tables of a profile."""

ALIASES = "alias"
"""The table of short names for models."""

PRICES = "prices"
"""The table of what models cost, by name."""

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")


@value_class
class StoredKey:
    """A profile's key, and the base URL that it may be sent to.

    Empty: send no Authorization. None: it is in the system's keyring, or *command*
    prints it. *profile* is the one that has it; others may inherit it.
    """

    key: str | None = field(repr=False)
    base_url: str
    command: str = ""
    profile: str = field(default="", compare=False)

    @property
    def store(self) -> Store:
        """Where the key is stored."""
        if self.command:
            return "command"
        return "keyring" if self.key is None else "file"


@value_class
class Profile:
    """The settings stored under one name, and those it inherits.

    `values` holds the settings that have a value, checked, and `tables` the defaults
    of flags, the aliases and the prices, by dotted name; `sources` has the name of the
    profile that sets each. `header_urls` are the base URLs that the headers were
    written for. `key_command_hides_key` is true where both are stored.
    """

    name: str
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    key: StoredKey | None = None
    header_urls: tuple[str, ...] = ()
    inherits: str = field(default="", compare=False)
    sources: Mapping[str, str] = field(default_factory=dict, compare=False)
    key_command_hides_key: bool = field(default=False, compare=False)
    tables: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def aliases(self) -> dict[str, str]:
        """The models by their aliases."""
        return self.table(ALIASES)

    def table(self, name: str) -> dict[str, Any]:
        """Return the values of one table: a command's defaults, aliases or prices."""
        return {
            key.removeprefix(f"{name}."): value
            for key, value in self.tables.items()
            if key.startswith(f"{name}.")
        }

    @property
    def is_sandbox(self) -> bool:
        """Whether the sandbox answers instead of a server."""
        return bool(self.values.get("sandbox"))

    @property
    def base_url(self) -> str:
        """The base URL that the profile sets; may be empty."""
        return str(self.values.get("base_url", ""))

    @property
    def allow_http(self) -> bool:
        """Whether plain HTTP may be used with other machines."""
        return bool(self.values.get("allow_http"))

    def may_send_headers_to(self, url: str) -> bool:
        """Whether the server at *url* is one that the headers were written for."""
        return any(is_same_service(own, url) for own in self.header_urls)


SANDBOX_PROFILE = Profile(SANDBOX, {"sandbox": True})


def name_problem(name: str) -> str:
    """Return why no profile can be stored as *name*, or ""."""
    if name == SANDBOX:
        return "is built in"
    if _NAME.fullmatch(name):
        return ""
    return "must be 1 to 64 of A-Z a-z 0-9 . _ - and not begin with a dot or dash"


@value_class
class ProfileChoice:
    """The profile to use, and what chose it."""

    profile: Profile
    chosen_by: Literal["-p", "CO_PROFILE", "active", ""]


@value_class
class Profiles:
    """The contents of the two files in *directory*; either may be absent.

    `active` is empty where no profile is. `notes` are warnings about other users
    who can read or change the files.
    """

    directory: Path
    active: str = ""
    by_name: Mapping[str, Profile] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def settings_file(self) -> Path:
        """The file of settings, which users edit too."""
        return self.directory / "config.toml"

    @property
    def keys_file(self) -> Path:
        """The file of keys, and of nothing else."""
        return self.directory / "keys.toml"

    def find(self, name: str, named_by: str = "") -> Profile:
        """Return the profile called *name*; *named_by* is what named it.

        Raises `ConfigProblem` with the nearest name and the whole list.
        """
        if name == SANDBOX:
            return SANDBOX_PROFILE
        if name in self.by_name:
            return self.by_name[name]
        from cohere_cli.text import did_you_mean, listed

        names = [*self.by_name, SANDBOX]
        hint = did_you_mean(name, names, f"profiles: {listed(names)}")
        raise ConfigProblem(f"there is no profile {name!r}", where=named_by, hint=hint)

    def choose(self, flag: str | None, environ: Mapping[str, str]) -> ProfileChoice:
        """Return the profile to use: that of -p, else of CO_PROFILE, else active."""
        if flag is not None:
            return ProfileChoice(self.find(flag, "-p"), "-p")
        if name := environ.get("CO_PROFILE"):
            return ProfileChoice(self.find(name, "CO_PROFILE"), "CO_PROFILE")
        if self.active:
            active = self.find(self.active, str(self.settings_file))
            return ProfileChoice(active, "active")
        return ProfileChoice(Profile(""), "")

    def base_url_for(self, name: str, url: str | None = None) -> str:
        """Return *url*, else the base URL of profile *name*, else Cohere's.

        Raises `ConfigProblem` for a *url* that no key may be sent to.
        """
        profile = self.by_name.get(name, Profile(name))
        url = url or profile.base_url or DEFAULT_URL
        try:
            return normalize_base_url(url, allow_http=profile.allow_http)
        except ValueError as exc:
            what, hint = f"the base URL {exc}", url_hint(url)
            raise ConfigProblem(what, where="--base-url", hint=hint) from exc
