"""API keys: the places they come from, which one is used, and how it is checked."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import TextIO

from cohere_cli.config.profiles import Profile, ProfileChoice, Profiles, StoredKey
from cohere_cli.config.urls import is_loopback, is_same_service, origin
from cohere_cli.errors import InputProblem, NotAuthenticated, UsageProblem
from cohere_cli.record import value_class
from cohere_cli.text import os_reason

_VARIABLES = ("CO_API_KEY", "COHERE_API_KEY")

# A header value could carry more, but no key of any server does, and a newline
# or a lone byte there ends in a library's message that quotes the whole key.
_INVALID = re.compile(r"""[^\x21-\x7e]|["']""")

# What is often copied with a key: a shell's assignment, a header, quotes.
_COPIED = re.compile(
    r"""(?:(?:export\s+)?[A-Z_]*(?:KEY|TOKEN)\s*=\s*)?"""
    r"""(?:Authorization:\s*)?(?:Bearer\s+)?(["']?)(?P<key>.*)\1""",
    re.DOTALL,
)

MAX_KEY_LENGTH = 1 << 16
"""Characters read: keys have less than 100, but a wrong path may be endless."""

# Four characters of a shorter key would be too much of it.
_MIN_LENGTH_SHOWN = 12

_COPY = "copy it again from https://dashboard.cohere.com/api-keys"
_NO_KEY = (
    "get one from https://dashboard.cohere.com/api-keys and run `co auth login`, or "
    "set CO_API_KEY or use --key-file FILE; -p sandbox needs no key"
)
_OTHER_SERVER = (
    "log in there with `co auth login -p NAME --base-url {}`, "
    "or give its key with --key-file or CO_API_KEY"
)


@value_class
class KeySource:
    """A key, a description of where it is from, and the base URL it belongs to.

    `key` is None where it is in a keyring or printed by a command: those are asked
    only for a key that is used. `belongs_to` is empty for a key of any server.
    """

    name: str
    key: str | None = field(repr=False)
    belongs_to: str = ""
    variable: str = ""
    stored: StoredKey | None = None

    def read(self) -> str:
        """Return the key, checked to fit in a header. Raises `NotAuthenticated`."""
        # An empty key in a profile is deliberate: no Authorization.
        if self.belongs_to and self.key == "":
            return ""
        key, stored = self.key or "", self.stored
        if self.key is None and stored:
            from cohere_cli.config.key_stores import read_keyring, run_key_command

            if stored.command:
                key = run_key_command(stored.command, stored.profile)
            else:
                key = read_keyring(stored.profile, stored.base_url)
        return validate_key(key, self.name)


def key_sources(
    key_file: str | None,
    stdin: TextIO,
    environ: Mapping[str, str],
    choice: ProfileChoice,
    profiles: Profiles,
) -> tuple[KeySource, ...]:
    """Return the keys that are available, the one to use first.

    Another profile's key is never used: where the chosen one has none, only the
    environment is left.
    """
    file = () if key_file is None else (_from_file(key_file, stdin),)
    stored = tuple(_from_profile(choice.profile))
    variables = tuple(_from_environment(environ))
    if choice.chosen_by == "-p":
        return (*file, *stored, *variables)
    if choice.chosen_by == "CO_PROFILE" and stored and not (file or variables):
        # A variable is easily forgotten, so the key that it overrides is reported.
        stored += tuple(_from_profile(profiles.by_name.get(profiles.active)))
    return (*file, *variables, *stored)


def may_lack_key(url: str, sources: tuple[KeySource, ...]) -> bool:
    """Whether a call to *url* needs no key: few model servers on this machine do."""
    return is_loopback(url) and not any(is_usable_at(one, url) for one in sources)


def is_usable_at(source: KeySource, url: str) -> bool:
    """Whether this key may be sent to *url*: it belongs to no other server."""
    return not source.belongs_to or is_same_service(source.belongs_to, url)


def overridden_sources(sources: tuple[KeySource, ...]) -> tuple[KeySource, ...]:
    """Return the sources that have, or may have, another key than the first."""
    used = sources[0].key if sources else None
    return tuple(one for one in sources[1:] if one.key is None or one.key != used)


def select_key(url: str, sources: tuple[KeySource, ...], profile: str) -> str:
    """Return the key of the first source, if it may be sent to *url*.

    *profile* is the name of the one in use. Raises `NotAuthenticated` where there
    is no key, or a malformed one, or one that belongs to another server.
    """
    if not sources:
        problem = f"profile {profile!r} has no API key" if profile else "no API key"
        raise NotAuthenticated(problem, hint=_NO_KEY)
    source = sources[0]
    if source.key != "" and not is_usable_at(source, url):
        own, other = origin(source.belongs_to), origin(url)
        problem = f"{source.name} belongs to {own}, not to {other}"
        raise NotAuthenticated(problem, hint=_OTHER_SERVER.format(other))
    return source.read()


_KEY_FILE = "--key-file names a file that holds the key alone; - is standard input"


def _from_file(path: str, stdin: TextIO) -> KeySource:
    if path == "-":
        return KeySource("the key from standard input", key_in(_from_pipe(stdin)))
    from cohere_cli.documents.open_file import open_regular_file

    try:
        # Not a pipe, which would be waited for, unless a shell made it: `<(command)`.
        with open_regular_file(path) as file:
            # Invalid bytes become characters that no key may have.
            text = file.read(MAX_KEY_LENGTH).decode(errors="replace")
    except InputProblem as exc:
        reason = exc.what.removeprefix("cannot be read: ")
        reason = f"it {reason}" if reason.startswith("is ") else reason
    except OSError as exc:
        reason = os_reason(exc)
    else:
        return KeySource(f"the key in {path}", key_in(text))
    problem = f"cannot read the key file: {reason}"
    raise InputProblem(problem, where=path, hint=_KEY_FILE)


def _from_pipe(stdin: TextIO) -> str:
    if stdin.isatty():
        raise UsageProblem(
            "--key-file - reads the key from a pipe, but standard input is a terminal",
            hint="`co auth login` asks for a key without showing it",
        )
    return read_piped_key(stdin, "--key-file -")


def _from_environment(environ: Mapping[str, str]) -> Iterator[KeySource]:
    for name in _VARIABLES:
        # Setting it to nothing is how a shell without `unset` removes a variable.
        if environ.get(name):
            key = key_in(environ[name])
            yield KeySource(f"{name} from the environment", key, variable=name)


def _from_profile(profile: Profile | None) -> Iterator[KeySource]:
    if profile and (stored := profile.key):
        name = f"the key of profile {stored.profile or profile.name!r}"
        key = None if stored.key is None else stored.key.strip()
        yield KeySource(name, key, stored.base_url, stored=stored)


def key_in(text: str) -> str:
    """Return the key in *text*, without what was copied with it.

    That is white space, a byte order mark, quotes, `CO_API_KEY=` and `Bearer`.
    """
    found = _COPIED.fullmatch(text.removeprefix("\ufeff").strip())
    return found["key"].strip() if found else ""


def validate_key(text: str, name: str) -> str:
    """Return the key in *text*, as `key_in` does.

    *name* describes the key in messages. Raises `NotAuthenticated`, whose text
    never holds any of the key; the position counts from 1.
    """
    key = key_in(text)
    if not key:
        raise NotAuthenticated(f"{name} is empty", hint=_COPY)
    invalid = _INVALID.search(key)
    if invalid:
        position = invalid.start() + 1
        problem = f"{name} has an invalid character at position {position}"
        raise NotAuthenticated(problem, hint=_COPY)
    return key


def read_piped_key(stdin: TextIO, where: str = "") -> str:
    """Return the start of *stdin*. Raises `InputProblem` for invalid UTF-8."""
    try:
        return stdin.read(MAX_KEY_LENGTH)
    except UnicodeDecodeError:
        problem = "the key from standard input is not text"
    except OSError as exc:
        problem = f"cannot read standard input: {os_reason(exc)}"
    # Without the cause, which may hold what was read.
    raise InputProblem(problem, where=where)


def mask_key(key: str) -> str:
    """Return what may be shown of *key*: "…abcd", or "…" of a short one."""
    if not key:
        return ""
    return f"…{key[-4:]}" if len(key) >= _MIN_LENGTH_SHOWN else "…"
