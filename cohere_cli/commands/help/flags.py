"""The flags -h and --help of every command, and the page that each writes."""

from typing import Any

import typer
from typer.core import TyperOption

from cohere_cli.commands.flags.base import HELP
from cohere_cli.terminal import Terminal

_TEXTS = {
    "-h": "Show the short help: what is needed most.",
    "--help": "Show the whole help.",
}
_BOLD, _PLAIN = "\x1b[1m", "\x1b[22m"


def add_help_flags(command: Any) -> Any:
    """Give *command*, and the commands below it, -h and --help; return it."""
    command.add_help_option = False
    command.params += [_help_flag(name) for name in _TEXTS]
    for below in getattr(command, "commands", {}).values():
        add_help_flags(below)
    return command


def show_help(ctx: Any, *, whole: bool = False) -> None:
    """Write the help of the command of *ctx*, Typer's context."""
    from cohere_cli.commands.completion.command_tree import build_tree
    from cohere_cli.commands.help.layout import lay_out
    from cohere_cli.commands.help.page import short_page, whole_page

    terminal = Terminal.system()
    command = build_tree(ctx.command, tuple(ctx.command_path.split()))
    page = whole_page(command) if whole else short_page(command)
    paint = _bold if terminal.has_colour else str
    lines = lay_out(page, terminal.width, paint)
    terminal.draw("".join(f"{line}\n" for line in lines))


def _help_flag(name: str) -> Any:
    def show(ctx: Any, _param: Any, asked: bool) -> None:
        if asked and not ctx.resilient_parsing:
            show_help(ctx, whole=name == "--help")
            raise typer.Exit

    return TyperOption(
        param_decls=[name],
        is_flag=True,
        expose_value=False,
        is_eager=True,
        help=_TEXTS[name],
        callback=show,
        rich_help_panel=HELP,
    )


def _bold(text: str) -> str:
    return f"{_BOLD}{text}{_PLAIN}"
