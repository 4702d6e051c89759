"""`co auth`: keys, and the profiles that they belong to."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cohere_cli.commands.login import LoginRequest, log_in
from cohere_cli.commands.session import (
    JsonFlag,
    ProfileFlag,
    StoreName,
    load_profiles,
    profile_to_change,
)
from cohere_cli.config import editing
from cohere_cli.errors import UsageProblem
from cohere_cli.terminal import Terminal

if TYPE_CHECKING:
    from cohere_cli.config.report import Status


app = typer.Typer()

_Name = Annotated[str, typer.Argument(metavar="PROFILE", help="Name of the profile.")]


@app.callback(invoke_without_command=True)
def auth(ctx: typer.Context) -> None:
    """Keys, and the profiles that they belong to."""
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


@app.command("login")
def login(
    profile: ProfileFlag = None,
    base_url: Annotated[
        str | None,
        typer.Option("--base-url", help="Address that the key belongs to."),
    ] = None,
    store: Annotated[
        StoreName | None,
        typer.Option(
            "--store",
            help="Where the key is kept: a file for you alone, the system's keyring, "
            "or with the command that prints it.",
            show_default="file",
        ),
    ] = None,
    command: Annotated[
        str | None,
        typer.Option("--command", help="Command that prints the key, run each time."),
    ] = None,
    check: Annotated[
        bool,
        typer.Option("--check/--no-check", help="Ask the server if it takes the key."),
    ] = True,
) -> None:
    """Store a key: it is asked for without being shown, or read from a pipe.

    co auth login < key.txt

    co auth login -p work --command "pass show cohere"
    """
    terminal = Terminal.system()
    profiles = load_profiles(terminal)
    asked = LoginRequest(
        name=profile_to_change(profile, profiles, terminal),
        base_url=base_url,
        store=store or ("command" if command else "file"),
        command=command or "",
        is_checked=check,
    )
    log_in(asked, profiles, terminal)


@app.command("logout")
def logout(profile: ProfileFlag = None) -> None:
    """Forget a profile's key; its settings stay."""
    terminal = Terminal.system()
    profiles = load_profiles(terminal)
    name = profile_to_change(profile, profiles, terminal)
    said = (
        "has no key any more"
        if editing.logout(profiles.directory, name)
        else "had no key of its own"
    )
    terminal.note(f"co: profile {name!r} {said}")


@app.command("switch")
def switch(profile: _Name) -> None:
    """Make a profile the active one."""
    terminal = Terminal.system()
    editing.switch(load_profiles(terminal).directory, profile)
    terminal.note(f"co: profile {profile!r} is active")


@app.command("token")
def token(
    profile: ProfileFlag = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Print it on a terminal, too.")
    ] = False,
) -> None:
    """Print the key that a call would use, for another program's standard input."""
    from cohere_cli.config.settings import FlagValues, resolve

    terminal = Terminal.system()
    if terminal.shows_output and not yes:
        hint = "pipe it to the program that needs it, or add --yes"
        raise UsageProblem("standard output is a terminal, which keeps it", hint=hint)
    profiles = load_profiles(terminal)
    given = FlagValues(profile=profile)
    settings = resolve(given, terminal.environ, profiles, terminal.stdin)
    terminal.write(f"{settings.key}\n")


@app.command("list")
def list_profiles(json: JsonFlag = False) -> None:
    """List the profiles; a star marks the active one."""
    from cohere_cli.config.report import profile_summaries

    terminal = Terminal.system()
    listed = profile_summaries(load_profiles(terminal))
    if json:
        _write_json(terminal, [asdict(one) for one in listed])
        return
    wide = max(len(one.name) for one in listed)
    for one in listed:
        star = "*" if one.active else " "
        key = one.masked_key or (f"key: {one.stored_in}" if one.stored_in else "no key")
        what = f"{one.base_url}  {key}"
        if not one.base_url:
            what = "a stand-in on this machine, no key needed"
        terminal.write(f"{star} {one.name:<{wide}}  {what}\n")


@app.command("status")
def status(profile: ProfileFlag = None, json: JsonFlag = False) -> None:
    """Say which key a call would use, and why; exit 4 if there is none that fits."""
    from cohere_cli.config.report import status as status_of
    from cohere_cli.config.settings import FlagValues
    from cohere_cli.errors import NotAuthenticated

    terminal = Terminal.system()
    given, profiles = FlagValues(profile=profile), load_profiles(terminal)
    found = status_of(given, terminal.environ, profiles, terminal.stdin)
    if json:
        _write_json(terminal, asdict(found))
    else:
        terminal.write("".join(f"{line}\n" for line in _lines(found)))
    if found.problem:
        raise NotAuthenticated(found.problem, hint=found.hint)


def _lines(found: "Status") -> list[str]:
    chosen = f" (by {found.chosen_by})" if found.chosen_by else ""
    lines = [f"profile   {found.profile or 'none'}{chosen}"]
    if found.base_url:
        lines.append(f"base URL  {found.base_url}")
    for key in found.keys:
        shown = f"{key.masked_key or '…'}  {key.name}"
        lines.append(f"key       {shown} [{key.state}, {key.kept_in}]")
    files = (f"{file.path} {file.mode or '(absent)'}" for file in found.files)
    lines += [f"file      {file}" for file in files]
    return lines + [f"warning   {note}" for note in found.notes]


def _write_json(terminal: Terminal, value: Any) -> None:
    from cohere_cli.render.json import write_json

    write_json(terminal, value)
