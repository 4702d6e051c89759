"""`co preset`: body files that are kept by name."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cohere_cli.commands.call.editor import run_editor
from cohere_cli.commands.call.session import JsonFlag
from cohere_cli.commands.registry import show_help
from cohere_cli.errors import ConfigProblem
from cohere_cli.terminal import Terminal, clean_line

if TYPE_CHECKING:
    from cohere_cli.request.preset import Parameter

app = typer.Typer()

_Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the preset.")]
_NEW = """\
# {name}: what it is for, shown by `co preset list`
# `co chat --preset {name} "the prompt"`; --param language=German sets a parameter
messages:
  - role: system
    content: |
      Answer in {{{{language=English}}}}, in one paragraph.
"""


@app.callback(invoke_without_command=True)
def preset(ctx: typer.Context) -> None:
    """List, show and edit body files that are kept by name."""
    if ctx.invoked_subcommand is None:
        show_help(ctx)


@app.command("list")
def list_(json: JsonFlag = False) -> None:
    """List the presets, with their parameters and what their first line says.

    $ co preset list

    $ co preset list --json | jq -r '.[].name'
    """
    from cohere_cli.config.paths import preset_directory
    from cohere_cli.request.preset import find_preset, preset_names

    terminal = Terminal.system()
    folder = preset_directory(terminal.environ)
    rows = [_row(find_preset(folder, name)) for name in preset_names(folder)]
    if json:
        from cohere_cli.render.json import write_json

        write_json(terminal, rows)
    elif terminal.shows_output:
        _draw(rows, terminal)
    else:
        for row in rows:
            terminal.write(f"{row['name']}\n")
    if not rows:
        terminal.note("co: there are no presets; `co preset edit NAME` makes one")


@app.command("show")
def show(name: _Name) -> None:
    """Print the body file of a preset as it is.

    $ co preset show review

    $ co preset show review > copy.yaml
    """
    terminal = Terminal.system()
    terminal.write(_text(_find(name, terminal)))


@app.command("path")
def path(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Name of a preset.")
    ] = None,
) -> None:
    """Print the path of a preset, or of the folder that holds them.

    $ co preset path

    $ co preset path review
    """
    from cohere_cli.config.paths import preset_directory

    terminal = Terminal.system()
    found = _find(name, terminal) if name else preset_directory(terminal.environ)
    terminal.write(f"{found}\n")


@app.command("edit")
def edit(name: _Name) -> None:
    """Edit a preset with VISUAL or EDITOR; a new one begins with an example.

    A body that is not valid is reported, and stays as it was written.

    $ co preset edit review

    $ EDITOR=nano co preset edit review
    """
    from cohere_cli.config.paths import preset_directory
    from cohere_cli.config.secure_files import lock, write
    from cohere_cli.request.preset import check_name, preset_names

    terminal = Terminal.system()
    folder = preset_directory(terminal.environ)
    if check_name(name) in preset_names(folder):
        file = _find(name, terminal)
        run_editor(file, terminal)
    else:
        file = folder / f"{name}.yaml"
        with lock(folder):
            write(file, _NEW.format(name=name).encode())
        try:
            run_editor(file, terminal)
        except ConfigProblem:
            file.unlink(missing_ok=True)
            raise
    _check(file, terminal)


def _check(file: Path, terminal: Terminal) -> None:
    from cohere_cli.api.protocol.requests import ChatBody
    from cohere_cli.documents.reader import read_mapping
    from cohere_cli.request.body_file import check_fields, merge_files

    stdin = terminal.stdin.buffer
    check_fields(ChatBody, merge_files([(str(file), read_mapping(str(file), stdin))]))


def _find(name: str, terminal: Terminal) -> Path:
    from cohere_cli.config.paths import preset_directory
    from cohere_cli.request.preset import find_preset

    return find_preset(preset_directory(terminal.environ), name)


def _text(file: Path) -> str:
    from cohere_cli.documents.open_file import open_regular_file

    with open_regular_file(str(file)) as stream:
        return stream.read().decode(errors="replace")


def _row(file: Path) -> dict[str, Any]:
    """Return a preset as an object: name, path, first comment, parameters."""
    from cohere_cli.request.preset import parameters

    text = _text(file)
    first = text.partition("\n")[0]
    about = first.removeprefix("#").strip() if first.startswith("#") else ""
    return {
        "name": file.stem,
        "path": str(file),
        "about": about.removeprefix(f"{file.stem}:").strip(),
        "parameters": [_parameter(one) for one in parameters(text)],
    }


def _parameter(one: "Parameter") -> dict[str, str | None]:
    return {"name": one.name, "default": one.default}


def _draw(rows: list[dict[str, Any]], terminal: Terminal) -> None:
    from cohere_cli.render.tables.columns import write_columns

    cells = [
        (
            (row["name"], "bold"),
            (", ".join(map(_shown, row["parameters"])), ""),
            (clean_line(row["about"]), "dim"),
        )
        for row in rows
    ]
    if cells:
        write_columns(terminal, cells, headings=("preset", "parameters", "about"))
    else:
        terminal.note("co: no preset yet: `co preset edit NAME` makes one")


def _shown(parameter: dict[str, str | None]) -> str:
    name, default = parameter["name"], parameter["default"]
    return clean_line(f"{name}" if default is None else f"{name}={default}")
