"""The stored profiles, and the one that a command of `auth` or `config` is about."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cohere_cli.terminal import Terminal

if TYPE_CHECKING:
    from cohere_cli.config.profiles import Profiles

StoreName = Literal["file", "keyring", "command"]

ProfileFlag = Annotated[
    str | None,
    typer.Option(
        "--profile",
        "-p",
        metavar="NAME",
        help="Name of the profile. [CO_PROFILE]",
        show_default="the active one",
    ),
]

JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def stored_profiles(terminal: Terminal) -> "Profiles":
    """Return what the files say. Raises `ConfigProblem`."""
    from cohere_cli.config.places import config_directory
    from cohere_cli.config.profiles import Profiles

    _leave_no_core()
    return Profiles.load(config_directory(terminal.environ))


def _leave_no_core() -> None:
    """From here on there are keys in memory: a crash must not write them to disk."""
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, most))


def name_of(flag: str | None, profiles: "Profiles", terminal: Terminal) -> str:
    """Return the profile that a command changes: never the sandbox, unless named."""
    from cohere_cli.config.profile_tables import SANDBOX

    if flag is not None:
        return flag
    names = (terminal.environ.get("CO_PROFILE", ""), profiles.active)
    return next((name for name in names if name not in ("", SANDBOX)), "default")
