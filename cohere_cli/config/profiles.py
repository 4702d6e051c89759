"""The stored profiles: which there are, which is in force, and changes to them."""

import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from cohere_cli.config import private_files
from cohere_cli.config.addresses import DEFAULT, base_url, is_cohere
from cohere_cli.config.keys import checked_key
from cohere_cli.config.profile_tables import (
    SANDBOX,
    Profile,
    StoredKey,
    active_name,
    profiles_of,
    why_no_name,
)
from cohere_cli.config.tables import Edit, Sheet
from cohere_cli.errors import ConfigProblem, UsageProblem

_WRITERS = stat.S_IWGRP | stat.S_IWOTH
_HEAD = b"# Written by `co auth`: whoever reads this file can use your keys.\n"


@dataclass(frozen=True, slots=True)
class Choice:
    """The profile in force, and what chose it."""

    profile: Profile
    by: Literal["-p", "CO_PROFILE", "active", ""]


@dataclass(frozen=True, slots=True)
class Profiles:
    """What the files in *directory* say; an absent file says nothing.

    `active` is empty where no profile is. `notes` are warnings about who else
    can read or change the files.
    """

    directory: Path
    active: str = ""
    by_name: Mapping[str, Profile] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @classmethod
    def load(cls, directory: Path) -> "Profiles":
        """Read both files. Raises `ConfigProblem` with file and line."""
        settings = Sheet.read(directory / "config.toml")
        keys = Sheet.read(directory / "keys.toml", secret=True)
        by_name = profiles_of(settings, keys)
        notes = tuple(_exposures(directory, settings, keys))
        return cls(directory, active_name(settings), by_name, notes)

    @property
    def settings_file(self) -> Path:
        """Where the settings are; people edit this file too."""
        return self.directory / "config.toml"

    @property
    def keys_file(self) -> Path:
        """Where the keys are, and nothing else."""
        return self.directory / "keys.toml"

    def named(self, name: str, said_by: str = "") -> Profile:
        """Return the profile of this *name*; *said_by* is what named it.

        Raises `ConfigProblem` with the nearest name and the whole list.
        """
        if name == SANDBOX:
            return Profile(SANDBOX)
        if name in self.by_name:
            return self.by_name[name]
        names = [*self.by_name, SANDBOX]
        near = get_close_matches(name, names, 1)
        meant = f"did you mean {near[0]!r}? " if near else ""
        hint = f"{meant}profiles: {', '.join(names)}"
        raise ConfigProblem(f"there is no profile {name!r}", where=said_by, hint=hint)

    def choose(self, flag: str | None, environ: Mapping[str, str]) -> Choice:
        """Return the profile in force: -p, else CO_PROFILE, else the active one."""
        if flag is not None:
            return Choice(self.named(flag, "-p"), "-p")
        if environ.get("CO_PROFILE"):
            return Choice(self.named(environ["CO_PROFILE"], "CO_PROFILE"), "CO_PROFILE")
        if self.active:
            return Choice(self.named(self.active, str(self.settings_file)), "active")
        return Choice(Profile(""), "")

    def login(self, name: str, key: str, url: str | None = None) -> None:
        """Store *key* for the server at *url*, which becomes the profile's own.

        Without *url* it is the one that the profile has, else Cohere's. The first
        profile becomes the active one. An empty key, for a server that wants
        none, is stored as such. Raises `ConfigProblem`, `NotAuthenticated`,
        `UsageProblem`; then every key is as it was.
        """
        _check_name(name)
        with private_files.locked(self.directory):
            now = Profiles.load(self.directory)
            stored = _to_store(now.by_name.get(name, Profile(name)), key, url)
            # The address first: a key without its address would be refused, but
            # an address without its key asks for one.
            _change(now.settings_file, _introductions(now, name, stored.base_url))
            _change(now.keys_file, _key_edits(name, stored), secret=True)

    def logout(self, name: str) -> bool:
        """Forget the key of profile *name*, not its settings; say if it had one."""
        with private_files.locked(self.directory):
            now = Profiles.load(self.directory)
            if now.named(name).key is None:
                return False
            _change(now.keys_file, [(("profiles", name), None)], secret=True)
        return True

    def switch(self, name: str) -> None:
        """Make *name* the active profile."""
        with private_files.locked(self.directory):
            now = Profiles.load(self.directory)
            now.named(name)
            _change(now.settings_file, [(("active",), name)])


def _check_name(name: str) -> None:
    why = why_no_name(name)
    if why:
        raise UsageProblem(f"profile name {name!r} {why}")


def _to_store(profile: Profile, key: str, url: str | None) -> StoredKey:
    try:
        address = base_url(
            url or profile.base_url or DEFAULT, allow_http=profile.allow_http
        )
    except ValueError as exc:
        raise ConfigProblem(f"the base URL {exc}", where="--base-url") from exc
    # Cohere answers nobody without a key: an empty one is a slip of the hand.
    wanted = key or is_cohere(address)
    return StoredKey(checked_key(key, "the key") if wanted else "", address)


def _introductions(profiles: Profiles, name: str, address: str) -> Iterator[Edit]:
    """Yield what config.toml lacks to know profile *name* at *address*."""
    at = ("profiles", name)
    profile = profiles.by_name.get(name)
    if profile is None:
        yield at, {}
    if address != ((profile and profile.base_url) or DEFAULT):
        yield (*at, "base_url"), address
    if profiles.active not in (*profiles.by_name, SANDBOX):
        yield ("active",), name


def _key_edits(name: str, stored: StoredKey) -> Iterator[Edit]:
    at = ("profiles", name)
    yield (*at, "key"), stored.key
    yield (*at, "base_url"), stored.base_url


def _change(path: Path, edits: Iterable[Edit], *, secret: bool = False) -> None:
    edits = list(edits)
    if edits:
        sheet = Sheet.read(path, secret=secret)
        head = _HEAD if secret and sheet.mode is None else b""
        # Settings may be a link into a repository of such files: that one changes.
        target = path if secret else path.resolve()
        private_files.write(target, head + sheet.edited(edits))


def _exposures(directory: Path, settings: Sheet, keys: Sheet) -> Iterator[str]:
    """Yield a warning for each thing that others can do."""
    if (keys.mode or 0) & (stat.S_IRWXG | stat.S_IRWXO):
        yield _exposed(keys.path, "read", "chmod 600")
    if (settings.mode or 0) & _WRITERS:
        yield _exposed(settings.path, "write to", "chmod 600")
    if directory.exists() and directory.stat().st_mode & _WRITERS:
        yield _exposed(directory, "write to", "chmod 700")


def _exposed(path: Path, doing: str, remedy: str) -> str:
    return f"others can {doing} {path}; {remedy} ends that, and so does the next login"
