"""`co completion`: prints the completion script for a shell."""

from enum import StrEnum
from typing import Annotated, Any, Literal

import typer

from cohere_cli.terminal import Terminal


class Shell(StrEnum):
    """The supported shells."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def completion(
    ctx: typer.Context,
    shell: Annotated[Shell, typer.Argument(metavar="SHELL", help="bash, zsh or fish.")],
    names: Annotated[
        Literal["profiles", "settings", "conversations"] | None,
        typer.Option("--names", hidden=True, help="Print names, for the scripts."),
    ] = None,
) -> None:
    """Print the completion script for bash, zsh or fish.

    It completes `cohere-cli`, too.

    $ co completion bash >> ~/.bashrc

    $ co completion zsh >> ~/.zshrc

    $ mkdir -p ~/.config/fish/completions

    $ co completion fish > ~/.config/fish/completions/co.fish
    """
    terminal = Terminal.system()
    if names:
        from cohere_cli.commands.completion.names import NAMES

        terminal.write("".join(f"{one}\n" for one in NAMES[names](terminal)))
        return
    terminal.write(script(shell, ctx.find_root().command))


def script(shell: Shell, root: Any) -> str:
    """Return the script for *shell*; *root* is Typer's root command."""
    from cohere_cli.commands.completion import bash, command_tree, fish, zsh

    commands = command_tree.with_help_command(command_tree.build_tree(root))
    match shell:
        case Shell.BASH:
            return bash.script(commands)
        case Shell.ZSH:
            return zsh.script(commands)
        case Shell.FISH:
            return fish.script(commands)
