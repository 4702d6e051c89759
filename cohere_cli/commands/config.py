"""`co config`: the settings of profiles, and where each one in force is from."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cohere_cli.commands.session import (
    JsonFlag,
    ProfileFlag,
    load_profiles,
    profile_to_change,
)
from cohere_cli.errors import ConfigProblem
from cohere_cli.terminal import Terminal

if TYPE_CHECKING:
    from cohere_cli.config.report import EffectiveSetting


app = typer.Typer()

_Setting = Annotated[str, typer.Argument(metavar="SETTING", help="Such as `model`.")]


@app.callback(invoke_without_command=True)
def config(ctx: typer.Context) -> None:
    """The settings of profiles, and where each one is from."""
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


@app.command("path")
def path() -> None:
    """Print where the settings are kept."""
    from cohere_cli.config.paths import config_directory

    terminal = Terminal.system()
    terminal.write(f"{config_directory(terminal.environ) / 'config.toml'}\n")


@app.command("show")
def show(profile: ProfileFlag = None, json: JsonFlag = False) -> None:
    """Show each setting in force, and who says so: a variable, a profile, nobody."""
    terminal = Terminal.system()
    found = _shown(profile, terminal)
    if json:
        from cohere_cli.render.json import write_json

        write_json(terminal, [asdict(one) for one in found])
        return
    texts = [(one.name, _text(one.value) or "-", one.source) for one in found]
    wide = [max(len(row[at]) for row in texts) for at in range(2)]
    for name, value, source in texts:
        terminal.write(f"{name:<{wide[0]}}  {value:<{wide[1]}}  {source}\n")


@app.command("get")
def get(setting: _Setting, profile: ProfileFlag = None, json: JsonFlag = False) -> None:
    """Print one setting in force; nothing where nobody says it."""
    from cohere_cli.config.editing import require_known_setting

    terminal = Terminal.system()
    require_known_setting(setting)
    name, _, header = setting.partition(".")
    values = {one.name: one.value for one in _shown(profile, terminal)}
    value = (values[name] or {}).get(header) if header else values[name]
    if json:
        from cohere_cli.render.json import write_json

        write_json(terminal, value)
    elif value is not None:
        terminal.write(f"{_text(value)}\n")


@app.command("set")
def set_(
    setting: _Setting,
    value: Annotated[
        str, typer.Argument(metavar="VALUE", help="Lists with commas between.")
    ],
    profile: ProfileFlag = None,
) -> None:
    """Set a setting of a profile; `headers.NAME` is one header.

    co config set timeout 120 -p work
    """
    from cohere_cli.config.editing import set_value

    terminal = Terminal.system()
    profiles = load_profiles(terminal)
    name = profile_to_change(profile, profiles, terminal)
    set_value(profiles.directory, name, setting, value)
    new = "" if name in profiles.by_name else ", which is new"
    terminal.note(f"co: {setting} is set in profile {name!r}{new}")


@app.command("unset")
def unset(setting: _Setting, profile: ProfileFlag = None) -> None:
    """Take a setting from a profile: what it inherits, or what is built in, holds."""
    from cohere_cli.config.editing import unset_value as unset_in

    terminal = Terminal.system()
    profiles = load_profiles(terminal)
    name = profile_to_change(profile, profiles, terminal)
    had = unset_in(profiles.directory, name, setting)
    said = f"has no {setting} any more" if had else f"itself had no {setting}"
    terminal.note(f"co: profile {name!r} {said}")


@app.command("edit")
def edit() -> None:
    """Edit config.toml with VISUAL or EDITOR; it is checked before it counts."""
    from cohere_cli.config.editing import edit_file as edit_in
    from cohere_cli.config.paths import config_directory

    terminal = Terminal.system()
    is_changed = edit_in(
        config_directory(terminal.environ),
        lambda draft: _run_editor(draft, terminal),
        lambda problem: terminal.confirm(f"co: {problem}: edit again?"),
    )
    terminal.note(f"co: the settings are {'changed' if is_changed else 'as they were'}")


def _run_editor(draft: Path, terminal: Terminal) -> None:
    import shlex
    import subprocess

    said = terminal.environ.get("VISUAL") or terminal.environ.get("EDITOR") or "vi"
    try:
        words = shlex.split(said)
        code = subprocess.call([*words, str(draft)])  # noqa: S603 - the user's own
    except (OSError, ValueError) as exc:
        hint = "name an editor with EDITOR"
        problem = f"the editor cannot be run: {exc}"
        raise ConfigProblem(problem, where=said, hint=hint) from exc
    if code:
        raise ConfigProblem(f"the editor ended with code {code}", where=said)


def _shown(profile: str | None, terminal: Terminal) -> "tuple[EffectiveSetting, ...]":
    from cohere_cli.config.report import effective_settings

    profiles = load_profiles(terminal)
    return effective_settings(profile, terminal.environ, profiles, terminal.stdin)


def _text(value: Any) -> str:
    """Return *value* as `co config set` takes it."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:g}"
        case list() | tuple():
            return ",".join(map(_text, value))
        case dict():
            return ",".join(f"{name}={text}" for name, text in value.items())
        case _:
            return str(value)
