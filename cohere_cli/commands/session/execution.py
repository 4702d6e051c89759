"""Executes the commands of an interactive session: `HANDLERS`, by their names."""

from collections.abc import Callable, Mapping

from cohere_cli.commands.session import (
    answer_commands,
    help_command,
    input_commands,
    setting_commands,
    tool_commands,
    turn_commands,
)
from cohere_cli.commands.session.session import Session
from cohere_cli.conversation.session.slash_command import COMMANDS, Entry
from cohere_cli.errors import UsageProblem

Handler = Callable[[Session, str], None]


def _quit(session: Session, _: str) -> None:
    session.is_over = True


HANDLERS: Mapping[str, Handler] = {
    "help": help_command.show_help,
    "model": setting_commands.choose_model,
    "system": input_commands.set_system,
    "doc": input_commands.add_documents,
    "ask": input_commands.ask_files,
    "image": input_commands.add_images,
    "schema": input_commands.set_schema,
    "tools": tool_commands.add_tools,
    "set": setting_commands.change_setting,
    "show": setting_commands.toggle_channels,
    "name": turn_commands.rename,
    "retry": turn_commands.retry,
    "edit": turn_commands.edit,
    "undo": turn_commands.undo,
    "branch": turn_commands.branch,
    "copy": answer_commands.copy,
    "save": answer_commands.save,
    "export": answer_commands.export,
    "usage": answer_commands.show_usage,
    "quit": _quit,
}
"""What each command does with its argument; the table of commands describes them."""


def execute(session: Session, entry: Entry) -> None:
    """Execute the command of *entry*; raises `UsageProblem` for a wrong argument."""
    if entry.argument and not COMMANDS[entry.command].arguments:
        raise UsageProblem(f"/{entry.command} takes no argument")
    HANDLERS[entry.command](session, entry.argument)
