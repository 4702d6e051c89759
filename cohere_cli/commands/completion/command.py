"""`co completion`: prints, installs and removes the completion script of a shell."""

import time
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any

import typer

from cohere_cli.commands.registry import show_help
from cohere_cli.terminal import Terminal

app = typer.Typer()


class Shell(StrEnum):
    """The supported shells."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"
    POWERSHELL = "powershell"


_Names = Annotated[
    str | None,
    typer.Option("--names", hidden=True, help="Print names, for the scripts."),
]
_Profile = Annotated[str | None, typer.Option("--profile", hidden=True)]
_BaseUrl = Annotated[str | None, typer.Option("--base-url", hidden=True)]
_Shell = Annotated[
    Shell | None,
    typer.Argument(
        metavar="SHELL",
        help="bash, zsh, fish or powershell; by default that of the variable SHELL.",
    ),
]


@app.callback(invoke_without_command=True)
def completion(ctx: typer.Context) -> None:
    """Print or install the completion script of a shell.

    It completes commands, flags, values, files and names, for `cohere-cli`, too.
    """
    if ctx.invoked_subcommand is None:
        show_help(ctx)


def _declare(shell: Shell, help_text: str) -> None:
    def print_script(
        ctx: typer.Context,
        names: _Names = None,
        profile: _Profile = None,
        base_url: _BaseUrl = None,
    ) -> None:
        if names:
            _write_names(names, profile, base_url)
        else:
            Terminal.system().write(script(shell, ctx.find_root().command))

    app.command(shell.value, help=help_text)(print_script)


_declare(
    Shell.BASH,
    """Print the script for bash 3.2 and later.

    $ co completion bash >> ~/.bashrc

    $ source <(co completion bash) # for this shell only
    """,
)
_declare(
    Shell.ZSH,
    """Print the script for zsh 5.1 and later; it follows `compinit`.

    $ co completion zsh >> ~/.zshrc

    $ source <(co completion zsh) # for this shell only
    """,
)
_declare(
    Shell.FISH,
    """Print the script for fish 3.1 and later.

    $ co completion fish > ~/.config/fish/completions/co.fish

    $ co completion fish | source # for this shell only
    """,
)
_declare(
    Shell.POWERSHELL,
    """Print the script for PowerShell 5.1 and later.

    $ co completion powershell >> $PROFILE

    $ co completion powershell | Out-String | Invoke-Expression
    """,
)


@app.command()
def install(ctx: typer.Context, shell: _Shell = None) -> None:
    """Put the script where the shell looks; say what was done, and what is to do.

    No file of others is overwritten, and no file of your settings is edited.

    $ co completion install

    $ co completion install zsh
    """
    from cohere_cli.commands.completion.installation import install_script

    terminal = Terminal.system()
    kind = _chosen(shell, terminal)
    root = ctx.find_root().command
    for line in install_script(kind, script(kind, root), terminal.environ):
        terminal.write(f"{line}\n")


@app.command()
def uninstall(shell: _Shell = None) -> None:
    """Remove what `co completion install` has written.

    $ co completion uninstall

    $ co completion uninstall fish
    """
    from cohere_cli.commands.completion.installation import remove_script

    terminal = Terminal.system()
    for line in remove_script(_chosen(shell, terminal), terminal.environ):
        terminal.write(f"{line}\n")


def _chosen(shell: Shell | None, terminal: Terminal) -> Shell:
    from cohere_cli.commands.completion.installation import shell_of

    return shell or Shell(shell_of([*Shell], terminal.environ))


def _write_names(kind: str, profile: str | None, base_url: str | None) -> None:
    """Write the names of *kind*, one a line, and save them for the next time."""
    from cohere_cli.commands.completion.name_cache import save_names
    from cohere_cli.commands.completion.names import KINDS, Line, find_names

    if kind not in KINDS:
        return  # the script is of another version
    terminal, started = Terminal.system(), time.time()
    line = Line(terminal, profile, base_url)
    names = find_names(kind, line)
    terminal.write("".join(f"{one}\n" for one in names))
    save_names(kind, names, line, started)


def script(shell: Shell, root: Any) -> str:
    """Return the script for *shell*; *root* is Typer's root command."""
    from cohere_cli.commands.completion import (
        bash,
        command_tree,
        fish,
        powershell,
        zsh,
    )

    writers: dict[Shell, Callable[[command_tree.Command], str]] = {
        Shell.BASH: bash.script,
        Shell.ZSH: zsh.script,
        Shell.FISH: fish.script,
        Shell.POWERSHELL: powershell.script,
    }
    tree = command_tree.with_help_command(command_tree.build_tree(root))
    return writers[shell](tree)
