"""`co auth`: keys, and the profiles that they belong to."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cohere_cli.errors import UsageProblem
from cohere_cli.terminal import Terminal

if TYPE_CHECKING:
    from cohere_cli.config.profiles import Profiles
    from cohere_cli.config.status import Status

app = typer.Typer()

_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_Name = Annotated[str, typer.Argument(metavar="PROFILE", help="Name of the profile.")]
_Profile = Annotated[
    str | None,
    typer.Option(
        "--profile",
        "-p",
        metavar="NAME",
        help="Name of the profile.",
        show_default="the active one",
    ),
]


@app.callback(invoke_without_command=True)
def auth(ctx: typer.Context) -> None:
    """Keys, and the profiles that they belong to."""
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


@app.command("login")
def login(
    profile: _Profile = None,
    base_url: Annotated[
        str | None,
        typer.Option("--base-url", help="Address that the key belongs to."),
    ] = None,
) -> None:
    """Store a key: it is asked for without being shown, or read from a pipe.

    pass show cohere | co auth login -p work
    """
    terminal = Terminal.system()
    profiles = _profiles(terminal)
    name = _name(profile, profiles)
    terminal.note(f"co: the key will be stored in {profiles.keys_file}, for you alone")
    key = _key_from(terminal)
    profiles.login(name, key, base_url)
    said = "has a key" if key else "has no key: none will be sent"
    terminal.note(f"co: profile {name!r} {said}")


@app.command("logout")
def logout(profile: _Profile = None) -> None:
    """Forget a profile's key; its settings stay."""
    terminal = Terminal.system()
    profiles = _profiles(terminal)
    name = _name(profile, profiles)
    said = "has no key any more" if profiles.logout(name) else "had no key"
    terminal.note(f"co: profile {name!r} {said}")


@app.command("switch")
def switch(profile: _Name) -> None:
    """Make a profile the active one."""
    terminal = Terminal.system()
    _profiles(terminal).switch(profile)
    terminal.note(f"co: profile {profile!r} is active")


@app.command("list")
def list_profiles(json: _Json = False) -> None:
    """List the profiles; a star marks the active one."""
    from cohere_cli.config.status import listing

    terminal = Terminal.system()
    listed = listing(_profiles(terminal))
    if json:
        _write_json(terminal, [asdict(one) for one in listed])
        return
    wide = max(len(one.name) for one in listed)
    for one in listed:
        star = "*" if one.active else " "
        what = f"{one.base_url}  {one.masked_key or 'no key'}"
        if not one.base_url:
            what = "built in: a stand-in on this machine, no key needed"
        terminal.write(f"{star} {one.name:<{wide}}  {what}\n")


@app.command("status")
def status(
    profile: _Profile = None,
    json: _Json = False,
) -> None:
    """Say which key a call would use, and why; exit 4 if there is none that fits."""
    from cohere_cli.config.settings import Given
    from cohere_cli.config.status import status as status_of
    from cohere_cli.errors import NotAuthenticated

    terminal = Terminal.system()
    given = Given(profile=profile)
    found = status_of(given, terminal.environ, _profiles(terminal), terminal.stdin)
    if json:
        _write_json(terminal, asdict(found))
    else:
        terminal.write("".join(f"{line}\n" for line in _lines(found)))
    if found.problem:
        raise NotAuthenticated(found.problem, hint=found.hint)


def _profiles(terminal: Terminal) -> "Profiles":
    from cohere_cli.config.places import config_directory
    from cohere_cli.config.profiles import Profiles

    return Profiles.load(config_directory(terminal.environ))


def _name(flag: str | None, profiles: "Profiles") -> str:
    from cohere_cli.config.profile_tables import SANDBOX

    active = "" if profiles.active == SANDBOX else profiles.active
    return flag or active or "default"


def _key_from(terminal: Terminal) -> str:
    if terminal.has_piped_input:
        return terminal.stdin.read().strip()
    if not terminal.can_ask:
        hint = "pipe the key in: co auth login < FILE"
        raise UsageProblem("there is nobody to ask for a key", hint=hint)
    from getpass import getpass

    try:
        return getpass("API key (not shown): ")
    except EOFError as exc:
        raise UsageProblem("no key was given") from exc


def _lines(found: "Status") -> list[str]:
    chosen = f" (by {found.chosen_by})" if found.chosen_by else ""
    lines = [f"profile   {found.profile or 'none'}{chosen}"]
    if found.base_url:
        lines.append(f"base URL  {found.base_url}")
    keys = (f"{key.masked_key}  {key.name} [{key.state}]" for key in found.keys)
    files = (f"{file.path} {file.mode or '(absent)'}" for file in found.files)
    lines += [f"key       {key}" for key in keys]
    lines += [f"file      {file}" for file in files]
    return lines + [f"warning   {note}" for note in found.notes]


def _write_json(terminal: Terminal, value: Any) -> None:
    from cohere_cli.render.records import write_object

    write_object(terminal, value)
