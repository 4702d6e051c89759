"""What a login and a logout change in the files: the edits, not yet made."""

from collections.abc import Iterator, Mapping
from typing import Literal

from cohere_cli.config.addresses import DEFAULT, is_cohere
from cohere_cli.config.keys import checked_key
from cohere_cli.config.profile_tables import SANDBOX, Profile, StoredKey, why_no_name
from cohere_cli.config.tables import Edit
from cohere_cli.errors import UsageProblem

Store = Literal["file", "keyring", "command"]


def check_name(name: str) -> None:
    """Raise `UsageProblem` where no profile can be stored as *name*."""
    why = why_no_name(name)
    if why:
        raise UsageProblem(f"profile name {name!r} {why}")


def introduction(
    name: str, profiles: Mapping[str, Profile], active: str
) -> Iterator[Edit]:
    """Yield what config.toml lacks to know profile *name*."""
    if name not in profiles:
        yield ("profiles", name), {}
    if active not in (*profiles, SANDBOX):
        yield ("active",), name


def to_store(
    name: str, key: str, address: str, store: Store, command: str
) -> StoredKey:
    """Return what is to be stored. Raises `NotAuthenticated` for a malformed key."""
    # Cohere answers nobody without a key: an empty one is a slip of the hand.
    wanted = key or is_cohere(address) or store != "file"
    key = checked_key(key, "the key") if wanted else ""
    if store == "file":
        return StoredKey(key, address, profile=name)
    return StoredKey(None, address, command, name)


def introduction_with(
    stored: StoredKey, profiles: Mapping[str, Profile], active: str
) -> Iterator[Edit]:
    """Yield what config.toml lacks to know of *stored*, but for the key itself."""
    name = stored.profile
    at = ("profiles", name)
    yield from introduction(name, profiles, active)
    profile = profiles.get(name)
    if stored.base_url != ((profile and profile.base_url) or DEFAULT):
        yield (*at, "base_url"), stored.base_url
    if stored.command:
        yield (*at, "key_command"), stored.command
    else:
        yield from without_command(name, profiles)


def without_command(name: str, profiles: Mapping[str, Profile]) -> Iterator[Edit]:
    """Yield what takes the profile's own `key_command` away."""
    profile = profiles.get(name)
    if profile and profile.said_by.get("key_command") == name:
        yield ("profiles", name, "key_command"), None


def key_entry(stored: StoredKey) -> Iterator[Edit]:
    """Yield what makes *stored* the only key of its profile in keys.toml."""
    at = ("profiles", stored.profile)
    if stored.store == "command":
        yield at, None
        return
    yield (*at, "key"), stored.key
    yield (*at, "keyring"), True if stored.store == "keyring" else None
    yield (*at, "base_url"), stored.base_url
