"""`co auth`: API keys, and the profiles that they belong to."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from cohere_cli.commands.call.session import (
    JsonFlag,
    ProfileFlag,
    StoreName,
    load_profiles,
    profile_to_change,
    profile_to_store,
    profiles_of_call,
)
from cohere_cli.errors import NotAuthenticated, UsageProblem
from cohere_cli.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cohere_cli.config.report import ProfileSummary, Status


app = typer.Typer()

_Name = Annotated[str, typer.Argument(metavar="PROFILE", help="Name of the profile.")]


@app.callback(invoke_without_command=True)
def auth(ctx: typer.Context) -> None:
    """Manage API keys, and the profiles that they belong to."""
    if ctx.invoked_subcommand is None:
        list_profiles()


@app.command("login")
def login(
    profile: ProfileFlag = None,
    base_url: Annotated[
        str | None,
        typer.Option(
            "--base-url",
            metavar="URL",
            help="Base URL of the server that the key is for.",
        ),
    ] = None,
    store: Annotated[
        StoreName | None,
        typer.Option(
            "--store",
            help="Where to store the key: a file readable by you only, the system's "
            "keyring, or nowhere: a command prints it.",
            show_default="file",
        ),
    ] = None,
    command: Annotated[
        str | None,
        typer.Option("--command", help="Command that prints the key, run each time."),
    ] = None,
    check: Annotated[
        bool,
        typer.Option(
            "--check/--no-check", help="Ask the server whether it accepts the key."
        ),
    ] = True,
) -> None:
    """Store an API key: typed at a hidden prompt, or read from a pipe.

    $ co auth login < key.txt

    $ co auth login -p work --command "pass show cohere"
    """
    from cohere_cli.commands.login import LoginRequest, log_in

    terminal = Terminal.system()
    profiles = load_profiles(terminal)
    request = LoginRequest(
        name=profile_to_store(profile, profiles, terminal),
        base_url=base_url,
        store=store or ("command" if command else "file"),
        command=command or "",
        is_checked=check,
    )
    log_in(request, profiles, terminal)


@app.command("logout")
def logout(profile: ProfileFlag = None) -> None:
    """Remove a profile's key; its settings stay.

    $ co auth logout

    $ co auth logout -p work
    """
    from cohere_cli.config import editing

    terminal = Terminal.system()
    profiles = load_profiles(terminal)
    name = profile_to_change(profile, profiles, terminal)
    if editing.logout(profiles.directory, name):
        terminal.note(f"co: removed the key of profile {name!r}")
    else:
        terminal.note(f"co: profile {name!r} has no key of its own")


@app.command("switch")
def switch(profile: _Name) -> None:
    """Make a profile the active one.

    $ co auth switch work

    $ co auth switch sandbox
    """
    from cohere_cli.config import editing

    terminal = Terminal.system()
    editing.switch(load_profiles(terminal).directory, profile)
    terminal.note(f"co: profile {profile!r} is active")


@app.command("token")
def token(
    profile: ProfileFlag = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Print it to a terminal, too.")
    ] = False,
) -> None:
    """Print the key that a call would use, for another program's standard input.

    $ co auth token | wc -c

    $ co auth token -p work | docker secret create cohere-key -
    """
    from cohere_cli.config.resolution import resolve
    from cohere_cli.config.settings import FlagValues

    terminal = Terminal.system()
    if terminal.shows_output and not yes:
        hint = "pipe it to the program that needs it, or add --yes"
        raise UsageProblem("refusing to print a key to a terminal", hint=hint)
    profiles = profiles_of_call(profile, terminal)
    flags = FlagValues(profile=profile)
    settings = resolve(flags, terminal.environ, profiles, terminal.stdin)
    terminal.write(f"{settings.key}\n")


@app.command("list")
def list_profiles(json: JsonFlag = False) -> None:
    """List the profiles; a star marks the active one.

    $ co auth list

    $ co auth list --json | jq -r '.[].name'
    """
    from cohere_cli.config.report import profile_summaries

    terminal = Terminal.system()
    profiles = profile_summaries(load_profiles(terminal))
    if json:
        from cohere_cli.render.json import write_json

        write_json(terminal, [asdict(one) for one in profiles])
        return
    if terminal.shows_output:
        _draw(profiles, terminal)
        return
    width = max(len(one.name) for one in profiles)
    for one in profiles:
        server = f"{one.base_url}  {_key_of(one)}" if one.base_url else _NO_SERVER
        terminal.write(f"{_marked_name(one):<{width + 2}}  {server}\n")


_NO_SERVER = "sandbox, no key needed"


def _draw(profiles: "Iterable[ProfileSummary]", terminal: Terminal) -> None:
    """Write *profiles* for a reader."""
    from cohere_cli.render.tables.columns import write_columns

    rows = [
        (
            (_marked_name(one), "bold" if one.active else ""),
            (one.base_url or "this machine", ""),
            (_key_of(one) if one.base_url else "no key needed", "dim"),
        )
        for one in profiles
    ]
    write_columns(terminal, rows, headings=("  profile", "server", "key"))


def _marked_name(one: "ProfileSummary") -> str:
    return f"{'*' if one.active else ' '} {one.name}"


def _key_of(one: "ProfileSummary") -> str:
    return one.masked_key or (f"key: {one.stored_in}" if one.stored_in else "no key")


@app.command("status")
def status(profile: ProfileFlag = None, json: JsonFlag = False) -> None:
    """Show which key a call would use, and why; exit 4 if it would have none.

    $ co auth status

    $ co auth status -p work --json
    """
    from cohere_cli.config import report
    from cohere_cli.config.settings import FlagValues

    terminal = Terminal.system()
    flags = FlagValues(profile=profile)
    profiles = profiles_of_call(profile, terminal)
    found = report.status(flags, terminal.environ, profiles, terminal.stdin)
    if json:
        from cohere_cli.render.json import write_json

        write_json(terminal, asdict(found))
    else:
        terminal.write("".join(f"{line}\n" for line in _lines(found)))
    if found.problem:
        raise NotAuthenticated(found.problem, hint=found.hint)


def chosen_profile(name: str, chosen_by: str) -> str:
    """Return the name of a call's profile with what chose it, for the user."""
    source = "active profile" if chosen_by == "active" else f"from {chosen_by}"
    return f"{name} ({source})" if chosen_by else name or "none"


def _lines(found: "Status") -> list[str]:
    lines = [f"profile   {chosen_profile(found.profile, found.chosen_by)}"]
    if found.base_url:
        lines.append(f"base URL  {found.base_url}")
    for key in found.keys:
        shown = f"{key.masked_key or '…'}  {key.name}"
        lines.append(f"key       {shown} [{key.state}, {key.kept_in}]")
    files = (f"{file.path} {file.mode or '(absent)'}" for file in found.files)
    lines += [f"file      {file}" for file in files]
    return lines + [f"warning   {note}" for note in found.notes]
