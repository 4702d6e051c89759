"""The commands of `co history` by name, and the path of the history."""

import typer

from cohere_cli.commands.flags.base import expand_flags
from cohere_cli.commands.history.conversations import list_conversations, search_turns
from cohere_cli.commands.history.export import export_conversations
from cohere_cli.commands.history.removal import delete_conversations, redact_text
from cohere_cli.commands.history.transcript import show_conversation
from cohere_cli.commands.history.usage import show_statistics
from cohere_cli.commands.registry import show_help
from cohere_cli.terminal import Terminal

app = typer.Typer()


@app.callback(invoke_without_command=True)
def history(ctx: typer.Context) -> None:
    """List, show, search, export and delete what was asked and answered."""
    if ctx.invoked_subcommand is None:
        show_help(ctx)


app.command("list")(expand_flags(list_conversations))
app.command("show")(expand_flags(show_conversation))
app.command("search")(expand_flags(search_turns))
app.command("export")(expand_flags(export_conversations))
app.command("delete")(delete_conversations)
app.command("redact")(redact_text)
app.command("stats")(expand_flags(show_statistics))


@app.command("path")
def path() -> None:
    """Print the path of the file that holds the history.

    $ co history path

    $ sqlite3 "$(co history path)" .schema
    """
    from cohere_cli.conversation.database import history_path

    terminal = Terminal.system()
    terminal.write(f"{history_path(terminal.environ)}\n")
