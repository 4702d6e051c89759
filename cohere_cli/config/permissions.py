"""What others can do with the files of the configuration."""

import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from cohere_cli.config.profile import Profile
from cohere_cli.config.toml_file import TomlFile

_READERS = stat.S_IRGRP | stat.S_IROTH
_WRITERS = stat.S_IWGRP | stat.S_IWOTH


def permission_warnings(
    directory: Path, settings: TomlFile, keys: TomlFile, profiles: Iterable[Profile]
) -> Iterator[str]:
    """Yield a warning for each thing that others can do."""
    if (keys.mode or 0) & (stat.S_IRWXG | stat.S_IRWXO):
        yield _exposed(keys.path, "read", "chmod 600")
    if (settings.mode or 0) & _WRITERS:
        yield _exposed(settings.path, "write to", "chmod 600", "`co config set`")
    elif (settings.mode or 0) & _READERS and any(map(_has_secrets, profiles)):
        doing = "read the headers or the proxy in"
        yield _exposed(settings.path, doing, "chmod 600", "`co config set`")
    with suppress(OSError):  # absent, or not to be seen
        if directory.stat().st_mode & _WRITERS:
            yield _exposed(directory, "write to", "chmod 700")


def require_private_key_commands(
    settings: TomlFile, profiles: Iterable[Profile]
) -> None:
    """Raise `ConfigProblem` for a command in a file that others can write to.

    Whoever writes there would have it run in the user's name.
    """
    if not (settings.mode or 0) & _WRITERS:
        return
    for profile in profiles:
        if profile.said_by.get("key_command") == profile.name:
            at = ("profiles", profile.name, "key_command")
            said = "others can write to a file with a key_command, which is not run"
            raise settings.problem(at, said, f"chmod 600 {settings.path}")


def _has_secrets(profile: Profile) -> bool:
    return profile.headers is not None or "@" in (profile.proxy or "")


def _exposed(path: Path, doing: str, remedy: str, by: str = "login") -> str:
    return f"others can {doing} {path}; {remedy} ends that, and so does the next {by}"
