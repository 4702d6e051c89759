"""Where a key can come from, best first, and which of them is used."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from cohere_cli.config.profile import Profile, StoredKey
from cohere_cli.config.profiles import ProfileChoice, Profiles
from cohere_cli.config.urls import is_same_service, origin
from cohere_cli.config.validators import MAX_KEY_LENGTH, read_piped_key, validate_key
from cohere_cli.errors import InputProblem, NotAuthenticated, UsageProblem

_VARIABLES = ("CO_API_KEY", "COHERE_API_KEY")


@dataclass(frozen=True, slots=True)
class KeySource:
    """A key, in words where it is from, and the base URL it belongs to, if to one.

    `key` is None where it is kept by a keyring or a command, which are asked only
    for a key that is used.
    """

    name: str
    key: str | None = field(repr=False)
    belongs_to: str = ""
    variable: str = ""
    stored: StoredKey | None = None

    def checked(self) -> str:
        """Return the key, fit for a header. Raises `NotAuthenticated`."""
        # What a profile stores as empty is meant: no Authorization.
        if self.belongs_to and self.key == "":
            return ""
        return validate_key(self._read(), self.name)

    def _read(self) -> str:
        if self.key is not None or self.stored is None:
            return self.key or ""
        profile, stored = self.stored.profile, self.stored
        if stored.command:
            from cohere_cli.config.key_stores import run_key_command

            return run_key_command(stored.command, profile)
        from cohere_cli.config.key_stores import read_keyring

        return read_keyring(profile, stored.base_url)


def key_sources(
    key_file: str | None,
    stdin: TextIO,
    environ: Mapping[str, str],
    choice: ProfileChoice,
    profiles: Profiles,
) -> tuple[KeySource, ...]:
    """Return the keys there are, the one to use first.

    A profile's key is for that profile: where the one in force has none, the
    environment is asked, but never another profile.
    """
    file = () if key_file is None else (_from_file(key_file, stdin),)
    stored = tuple(_stored(choice.profile))
    variables = tuple(_from_environment(environ))
    if choice.by == "-p":
        return (*file, *stored, *variables)
    if choice.by == "CO_PROFILE" and stored and not (file or variables):
        # A variable is easily forgotten: what it takes the place of is told.
        stored += tuple(_stored(profiles.by_name.get(profiles.active)))
    return (*file, *variables, *stored)


def is_usable_at(source: KeySource, url: str) -> bool:
    """Say whether this key may be sent to *url*: it is bound to no other server."""
    return not source.belongs_to or is_same_service(source.belongs_to, url)


def overridden_sources(sources: tuple[KeySource, ...]) -> tuple[KeySource, ...]:
    """Return the sources that would, or may, give another key than the first does."""
    used = sources[0].key if sources else None
    return tuple(one for one in sources[1:] if one.key is None or one.key != used)


def select_key(url: str, sources: tuple[KeySource, ...], profile: str) -> str:
    """Return the key of the first source, fit to be sent to *url*.

    *profile* is the name of the one in force. Raises `NotAuthenticated` where
    there is no key, or a malformed one, or one that belongs to another server.
    """
    if not sources:
        problem = f"profile {profile!r} has no API key" if profile else "no API key"
        raise NotAuthenticated(problem, hint=_WAYS)
    source = sources[0]
    if source.key is not None:
        source.checked()
    if source.key != "" and not is_usable_at(source, url):
        home, elsewhere = origin(source.belongs_to), origin(url)
        problem = f"{source.name} belongs to {home}, not to {elsewhere}"
        raise NotAuthenticated(problem, hint=_LOGIN.format(elsewhere))
    return source.checked()


def _from_file(path: str, stdin: TextIO) -> KeySource:
    if path == "-":
        return KeySource("the key from standard input", _piped(stdin).strip())
    try:
        with Path(path).open("rb") as file:
            # Bytes that are no text become characters that no key may have.
            text = file.read(MAX_KEY_LENGTH).decode(errors="replace")
    except OSError as exc:
        problem = f"cannot read the key file: {exc.strerror or exc}"
        raise InputProblem(problem, where=path) from exc
    return KeySource(f"the key in {path}", text.strip())


def _piped(stdin: TextIO) -> str:
    if stdin.isatty():
        raise UsageProblem(
            "--key-file - wants the key in a pipe, and standard input is a terminal",
            hint="`co auth login` asks for a key without showing it",
        )
    return read_piped_key(stdin, "--key-file -")


def _from_environment(environ: Mapping[str, str]) -> Iterator[KeySource]:
    for name in _VARIABLES:
        # An empty variable is how a shell without `unset` takes one back.
        if environ.get(name):
            key = environ[name].strip()
            yield KeySource(f"{name} from the environment", key, variable=name)


def _stored(profile: Profile | None) -> Iterator[KeySource]:
    if profile and (stored := profile.key):
        name = f"the key of profile {stored.profile or profile.name!r}"
        key = None if stored.key is None else stored.key.strip()
        yield KeySource(name, key, stored.base_url, stored=stored)


_WAYS = (
    "`co auth login` stores one, CO_API_KEY or --key-file FILE gives one, "
    "and -p sandbox needs none"
)
_LOGIN = (
    "log in there with `co auth login -p NAME --base-url {}`, "
    "or give its key with --key-file or CO_API_KEY"
)
