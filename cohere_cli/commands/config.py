"""`co config`: the settings of profiles, and the source of each effective one."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cohere_cli.commands.call.editor import run_editor
from cohere_cli.commands.call.session import (
    JsonFlag,
    ProfileFlag,
    load_profiles,
    profile_to_change,
    profile_to_store,
    vocabulary,
)
from cohere_cli.commands.registry import show_help
from cohere_cli.terminal import Terminal

if TYPE_CHECKING:
    from cohere_cli.config.report import EffectiveSetting


app = typer.Typer()

_Setting = Annotated[
    str, typer.Argument(metavar="SETTING", help="Such as `model`, or `chat.seed`.")
]


@app.callback(invoke_without_command=True)
def config(ctx: typer.Context) -> None:
    """Show and change the settings of profiles."""
    if ctx.invoked_subcommand is None:
        show_help(ctx)


@app.command("path")
def path() -> None:
    """Print the path of the settings file.

    $ co config path

    $ cp "$(co config path)" config.bak
    """
    from cohere_cli.config.paths import config_directory

    terminal = Terminal.system()
    terminal.write(f"{config_directory(terminal.environ) / 'config.toml'}\n")


@app.command("show")
def show(profile: ProfileFlag = None, json: JsonFlag = False) -> None:
    """Show each effective setting and its source: a variable, a profile, built-in.

    $ co config show

    $ co config show -p work --json
    """
    terminal = Terminal.system()
    settings = _settings(profile, terminal)
    if json:
        from cohere_cli.render.json import write_json

        write_json(terminal, [asdict(one) for one in settings])
        return
    if terminal.shows_output:
        _draw(settings, terminal)
        return
    rows = [(one.name, _text(one.value) or "-", one.source) for one in settings]
    widths = [max(len(row[at]) for row in rows) for at in range(2)]
    for name, value, source in rows:
        terminal.write(f"{name:<{widths[0]}}  {value:<{widths[1]}}  {source}\n")


def _draw(settings: "Iterable[EffectiveSetting]", terminal: Terminal) -> None:
    """Write *settings* for a reader: what is unset is shown as what it amounts to."""
    from cohere_cli.render.tables.columns import write_columns

    unset = _unset_values()
    rows = [
        (
            (one.name, ""),
            (_text(one.value) or unset.get(one.name, "-"), "bold"),
            (one.source, "dim"),
        )
        for one in settings
    ]
    write_columns(terminal, rows, headings=("setting", "value", "source"))


def _unset_values() -> Mapping[str, str]:
    """Return what applies where a setting has no value of its own."""
    from cohere_cli.api.connection import (
        BATCH_RETRIES,
        RETRIES,
        SINGLE_TIMEOUT,
        STREAM_TIMEOUT,
    )

    return {
        "timeout": f"{STREAM_TIMEOUT:g} in a stream, else {SINGLE_TIMEOUT:g}",
        "max_time": "no limit",
        "retries": f"{RETRIES}, or {BATCH_RETRIES} in a batch",
        "rate": "the key's limit",
        "max_cost_month": "no limit",
    }


@app.command("get")
def get(setting: _Setting, profile: ProfileFlag = None, json: JsonFlag = False) -> None:
    """Print one effective setting; empty if unset.

    $ co config get model

    $ co config get chat.temperature -p work
    """
    from cohere_cli.config.editing import normalized_setting, require_known_setting

    terminal = Terminal.system()
    setting = normalized_setting(setting)
    require_known_setting(setting, vocabulary())
    values = {one.name: one.value for one in _settings(profile, terminal)}
    value = _value(setting, values)
    if json:
        from cohere_cli.render.json import write_json

        write_json(terminal, value)
    elif value is not None:
        terminal.write(f"{_text(value)}\n")


@app.command("set")
def set_(
    setting: _Setting,
    value: Annotated[
        str, typer.Argument(metavar="VALUE", help="Lists are separated by commas.")
    ],
    profile: ProfileFlag = None,
) -> None:
    """Set a setting of a profile, the default of a flag, or an alias of a model.

    $ co config set timeout 120 -p work

    $ co config set chat.temperature 0.2

    $ co config set chat.system @persona.txt

    $ co config set alias.fast command-r7b-12-2024
    """
    from cohere_cli.config.editing import set_value

    terminal = Terminal.system()
    profiles = load_profiles(terminal)
    name = profile_to_store(profile, profiles, terminal)
    set_value(profiles.directory, name, setting, value, vocabulary())
    _note_hidden_model(setting, terminal)
    # Without the value, which may be a secret.
    if name in profiles.by_name:
        terminal.note(f"co: set {setting} in profile {name!r}")
    else:
        terminal.note(f"co: created profile {name!r} and set {setting}")


def _note_hidden_model(setting: str, terminal: Terminal) -> None:
    """Print a note if *setting* is an alias that has the name of a model."""
    table, _, name = setting.partition(".")
    if table != "alias":
        return
    from cohere_cli.commands.call.aliases import is_known_model

    if is_known_model(name, terminal):
        terminal.note(f"co: {setting} hides the model {name}")


@app.command("unset")
def unset(setting: _Setting, profile: ProfileFlag = None) -> None:
    """Remove a setting from a profile; the inherited or built-in value applies.

    $ co config unset chat.temperature

    $ co config unset proxy -p work
    """
    from cohere_cli.config.editing import unset_value

    terminal = Terminal.system()
    profiles = load_profiles(terminal)
    name = profile_to_change(profile, profiles, terminal)
    if unset_value(profiles.directory, name, setting):
        terminal.note(f"co: removed {setting} from profile {name!r}")
    else:
        terminal.note(f"co: profile {name!r} does not set {setting} itself")


@app.command("edit")
def edit() -> None:
    """Edit config.toml with VISUAL or EDITOR; it is checked before it is saved.

    $ co config edit

    $ EDITOR=nano co config edit
    """
    from cohere_cli.config.editing import edit_file
    from cohere_cli.config.paths import config_directory

    terminal = Terminal.system()
    is_changed = edit_file(
        config_directory(terminal.environ),
        lambda draft: run_editor(draft, terminal),
        lambda problem: terminal.confirm(f"co: {problem}: edit again?"),
        vocabulary(),
    )
    terminal.note(f"co: config.toml is {'changed' if is_changed else 'unchanged'}")


def _value(setting: str, values: Mapping[str, Any]) -> Any:
    """Return the value of *setting*; headers.NAME is one of the headers."""
    name, _, header = setting.partition(".")
    if name == "headers":
        headers = values[name] or {}
        return headers.get(header) if header else headers or None
    return values.get(setting)


def _settings(
    profile: str | None, terminal: Terminal
) -> "tuple[EffectiveSetting, ...]":
    from cohere_cli.config.report import effective_settings

    profiles = load_profiles(terminal)
    return effective_settings(profile, terminal.environ, profiles, terminal.stdin)


def _text(value: Any) -> str:
    """Return *value* as `co config set` accepts it."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:g}"
        case list() | tuple() if any("," in _text(one) for one in value):
            import json

            return json.dumps(value, ensure_ascii=False)
        case list() | tuple():
            return ",".join(map(_text, value))
        case dict():
            return ",".join(f"{name}={text}" for name, text in value.items())
        case _:
            return str(value)
