"""`/help`: the commands and keys of an interactive session."""

from cohere_cli.commands.session.session import Session
from cohere_cli.conversation.session.slash_command import COMMANDS, KEYS, parse
from cohere_cli.render.tables.columns import Cell, write_columns


def show_help(session: Session, argument: str) -> None:
    """List the commands and the keys, or describe one command."""
    name = argument.removeprefix("/")
    names = [parse(f"/{name}").command] if name else COMMANDS
    rows = [_row(one) for one in names]
    if not name:
        rows += [(("", ""), ("", "")), *(_key(key) for key in KEYS)]
    write_columns(session.terminal, rows)


def _row(name: str) -> tuple[Cell, Cell]:
    command = COMMANDS[name]
    return (f"/{name} {command.arguments}".rstrip(), "bold"), (command.summary, "")


def _key(key: str) -> tuple[Cell, Cell]:
    return (key, "bold"), (KEYS[key], "")
