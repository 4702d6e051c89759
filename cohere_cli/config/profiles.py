"""The stored profiles: which there are, and which is in force."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from cohere_cli.config.permissions import (
    permission_warnings,
    require_private_key_commands,
)
from cohere_cli.config.profile import (
    SANDBOX,
    SANDBOX_PROFILE,
    Profile,
    active_name,
    parse_profiles,
    require_sandbox_for_faults,
)
from cohere_cli.config.toml_file import TomlFile
from cohere_cli.config.urls import DEFAULT_URL, base_url
from cohere_cli.errors import ConfigProblem


@dataclass(frozen=True, slots=True)
class ProfileChoice:
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
        settings = TomlFile.read(directory / "config.toml")
        return cls.of(
            directory, settings, TomlFile.read(directory / "keys.toml", secret=True)
        )

    @classmethod
    def of(cls, directory: Path, settings: TomlFile, keys: TomlFile) -> "Profiles":
        """Return what the two sheets say. Raises `ConfigProblem` with file and line."""
        by_name = parse_profiles(settings, keys)
        everyone = by_name.values()
        require_private_key_commands(settings, everyone)
        require_sandbox_for_faults(settings, everyone)
        exposed = permission_warnings(directory, settings, keys, everyone)
        notes = (*exposed, *_hidden(everyone, keys.path))
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
            return SANDBOX_PROFILE
        if name in self.by_name:
            return self.by_name[name]
        names = [*self.by_name, SANDBOX]
        near = get_close_matches(name, names, 1)
        meant = f"did you mean {near[0]!r}? " if near else ""
        hint = f"{meant}profiles: {', '.join(names)}"
        raise ConfigProblem(f"there is no profile {name!r}", where=said_by, hint=hint)

    def choose(self, flag: str | None, environ: Mapping[str, str]) -> ProfileChoice:
        """Return the profile in force: -p, else CO_PROFILE, else the active one."""
        if flag is not None:
            return ProfileChoice(self.named(flag, "-p"), "-p")
        if environ.get("CO_PROFILE"):
            return ProfileChoice(
                self.named(environ["CO_PROFILE"], "CO_PROFILE"), "CO_PROFILE"
            )
        if self.active:
            return ProfileChoice(
                self.named(self.active, str(self.settings_file)), "active"
            )
        return ProfileChoice(Profile(""), "")

    def base_url_for(self, name: str, url: str | None = None) -> str:
        """Return where a key of profile *name* would belong: *url*, else its own.

        Raises `ConfigProblem` for a *url* that no key may be sent to.
        """
        profile = self.by_name.get(name, Profile(name))
        try:
            return base_url(
                url or profile.base_url or DEFAULT_URL, allow_http=profile.allow_http
            )
        except ValueError as exc:
            raise ConfigProblem(f"the base URL {exc}", where="--base-url") from exc


def _hidden(profiles: Iterable[Profile], keys: Path) -> Iterator[str]:
    for profile in profiles:
        if profile.key_command_hides_key:
            yield f"key_command of profile {profile.name!r} hides its key in {keys}"
