"""What other users of the machine can do with the configuration files."""

import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from cohere_cli.config.profiles import Profile
from cohere_cli.config.toml_file import TomlFile
from cohere_cli.system.private_files import mode_of

_READERS = stat.S_IRGRP | stat.S_IROTH
_WRITERS = stat.S_IWGRP | stat.S_IWOTH


def permission_warnings(
    directory: Path, settings: TomlFile, keys: TomlFile, profiles: Iterable[Profile]
) -> Iterator[str]:
    """Yield a warning for each thing that other users can read or change."""
    if (keys.mode or 0) & (stat.S_IRWXG | stat.S_IRWXO):
        yield _warning(f"read {keys.path}", "chmod 600")
    if (settings.mode or 0) & _WRITERS:
        yield _warning(f"write to {settings.path}", "chmod 600", "`co config set`")
    elif (settings.mode or 0) & _READERS and any(map(_has_secrets, profiles)):
        action = f"read the headers or the proxy in {settings.path}"
        yield _warning(action, "chmod 600", "`co config set`")
    with suppress(OSError):  # absent, or not accessible
        if mode_of(directory.stat()) & _WRITERS:
            yield _warning(f"write to {directory}", "chmod 700")


def require_private_key_commands(
    settings: TomlFile, profiles: Iterable[Profile]
) -> None:
    """Raise `ConfigProblem` for a command in a file that other users can write to.

    They could have any command run under this user's account.
    """
    if not (settings.mode or 0) & _WRITERS:
        return
    for profile in profiles:
        if profile.sources.get("key_command") == profile.name:
            at = ("profiles", profile.name, "key_command")
            reason = "key_command is not run: other users can write to this file"
            raise settings.problem(at, reason, f"chmod 600 {settings.path}")


def _has_secrets(profile: Profile) -> bool:
    return "headers" in profile.values or "@" in profile.values.get("proxy", "")


def _warning(action: str, remedy: str, command: str = "`co auth login`") -> str:
    return f"other users can {action}; {remedy} or the next {command} prevents that"
