"""`co history delete` and `redact`: what is removed for good."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from cohere_cli.commands.history.selection import select_whole, stored_history
from cohere_cli.errors import ConfigProblem, NothingFound, UsageProblem
from cohere_cli.render.waiting import working_line
from cohere_cli.terminal import Terminal
from cohere_cli.text import plural

if TYPE_CHECKING:
    from cohere_cli.conversation.store import ConversationRow, History


def delete_conversations(
    conversations: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ID",
            help="Names of conversations, or the beginnings of their ids.",
        ),
    ] = None,
    older_than: Annotated[
        str | None,
        typer.Option(
            "--older-than",
            metavar="TIME",
            help="All whose last turn is older: 30d, 12h, 2w, or an ISO date or time.",
        ),
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="All conversations.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Delete conversations with all their turns, and overwrite them in the file.

    $ co history delete trip

    $ co history delete --older-than 30d --yes
    """
    if bool(conversations) + bool(older_than) + all_ != 1:
        what = "name conversations, or give --older-than or --all"
        raise UsageProblem(what, hint="`co history list` lists conversations")
    terminal = Terminal.system()
    with stored_history(terminal) as history:
        rows = _rows(history, conversations or [], older_than)
        if not rows:
            terminal.note("co: no conversation to delete")
            return
        counted = _counted(rows)
        _confirm(f"co: delete {counted}?", terminal, yes=yes)
        with working_line(terminal, "deleting"):
            history.delete(one.id for one in rows)
        terminal.note(f"co: {counted} deleted")
        _overwrite(history, terminal)


def redact_text(
    conversation: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="Name of a conversation, or the beginning of its id."
        ),
    ],
    text: Annotated[
        str,
        typer.Argument(
            metavar="TEXT", help="What to replace, letter by letter; @FILE reads it."
        ),
    ],
) -> None:
    """Replace a text by [redacted] wherever a conversation has it.

    In prompts, answers, requests, replies, citations, errors, and the name. Exit 9 if
    it is nowhere.

    $ co history redact trip "Ada Lovelace"

    $ co history redact trip @secret.txt    # not in the history of the shell either
    """
    from cohere_cli.commands.call.prompt import read_argument
    from cohere_cli.conversation.redaction import Redaction

    terminal = Terminal.system()
    text = read_argument(text, terminal)
    redaction = Redaction(text)
    with stored_history(terminal) as history:
        chosen = select_whole(history, conversation)
        with working_line(terminal, "redacting"):
            changed = history.replace(chosen, redaction.turn)
        is_elsewhere = _redact_name(history, chosen, text, terminal)
        is_elsewhere = history.remove_folders(chosen, text) > 0 or is_elsewhere
        remaining = sum(map(redaction.remains_in, history.turns(chosen)))
        if not (changed or is_elsewhere):
            raise _nothing_redacted(chosen, remaining)
        terminal.note(f"co: {plural(changed, 'turn')} of {chosen} redacted")
        _overwrite(history, terminal)
    if remaining:
        terminal.warn(f"{_PRESCRIBED} ({plural(remaining, 'turn')})")


_PRESCRIBED = "a name that the API prescribes has the text, too"


def _nothing_redacted(conversation: str, remaining: int) -> NothingFound:
    if remaining:
        what = f"only names that the API prescribes have the text in {conversation}"
        return NothingFound(what, hint="name more of the text")
    hint = "upper and lower case differ"
    return NothingFound(f"the text is nowhere in {conversation}", hint=hint)


def _rows(
    history: "History", names: Sequence[str], older_than: str | None
) -> "list[ConversationRow]":
    """Return the conversations that are named, older than that time, or all."""
    if names:
        chosen = {select_whole(history, name) for name in names}
        return [one for one in history.conversations() if one.id in chosen]
    if older_than is None:
        return history.conversations()
    from cohere_cli.conversation.dates import read_moment

    moment = read_moment(older_than, "--older-than", time.time())
    return [one for one in history.conversations() if one.changed < moment]


def _counted(rows: "Sequence[ConversationRow]") -> str:
    turns = plural(sum(one.turns for one in rows), "turn")
    return f"{plural(len(rows), 'conversation')} with {turns}"


def _confirm(question: str, terminal: Terminal, *, yes: bool) -> None:
    """Ask, unless *yes*. Raises `UsageProblem` for a no, and without a terminal."""
    if yes or terminal.confirm(question):
        return
    raise UsageProblem("nothing was deleted", hint="--yes deletes without asking")


def _redact_name(
    history: "History", conversation: str, text: str, terminal: Terminal
) -> bool:
    """Remove the name of *conversation* if it has *text*; return whether it had."""
    if text not in history.name_of(conversation):
        return False
    history.remove_name(conversation)
    terminal.note(f"co: the name had the text; {conversation} has none now")
    return True


def _overwrite(history: "History", terminal: Terminal) -> None:
    """Overwrite what was removed. Raises `ConfigProblem` if a part of it stays."""
    with working_line(terminal, "overwriting"):
        is_overwritten = history.overwrite_freed()
    if is_overwritten:
        return
    from cohere_cli.conversation.database import history_path

    what = "a part of what was removed is still in the file: another process reads it"
    hint = "the next `co history delete` or `co history redact` overwrites it"
    where = str(history_path(terminal.environ))
    raise ConfigProblem(what, where=where, hint=hint)
