"""`/retry`, `/edit`, `/undo`, `/branch`, `/name`: the turns of the conversation."""

import shlex

from cohere_cli.commands.call.conversation import require_free_name
from cohere_cli.commands.call.editor import edited_text
from cohere_cli.commands.session.session import Session
from cohere_cli.conversation.database import history_path
from cohere_cli.conversation.session.slash_command import parse_number
from cohere_cli.conversation.store import opened_history
from cohere_cli.conversation.turn import Turn
from cohere_cli.errors import UsageProblem
from cohere_cli.render.tables.columns import write_columns
from cohere_cli.terminal import clean


def retry(session: Session, _: str) -> None:
    """Ask the prompt of the last turn again, as a branch."""
    conversation = session.conversation
    turn = conversation.edit(_number(session, ""))
    ask_again(session, turn.prompt)


def edit(session: Session, argument: str) -> None:
    """Open the prompt of a turn in the editor, and ask it as a branch."""
    turn = session.conversation.turn(_number(session, argument))
    prompt = edited_text(turn.prompt, session.terminal)
    if not prompt.strip():
        session.terminal.say("co: the prompt is empty: nothing was sent")
        return
    session.conversation.edit(turn.number)
    ask_again(session, prompt)


def ask_again(session: Session, prompt: str) -> None:
    """Ask *prompt* in place of the turn that is edited; it stays the draft if not."""
    turns = len(session.conversation.turns)
    session.draft = prompt
    _show_prompt(prompt, session)
    session.ask(prompt)
    session.draft = ""
    number = session.conversation.head
    if len(session.conversation.turns) > turns > 1 and number:
        session.terminal.say(f"co: turn {number} begins a branch; /branch lists all")


def _show_prompt(prompt: str, session: Session) -> None:
    """Write *prompt* as if it had been typed."""
    first, *others = clean(prompt).splitlines() or [""]
    lines = [f"> {first}", *(f"  {line}" for line in others)]
    session.terminal.draw("".join(f"{line}\n" for line in lines))
    session.terminal.seam.last = ""


def undo(session: Session, _: str) -> None:
    """Have the next prompt take the place of that of the last turn."""
    undone = session.conversation.undo()
    session.keep_head()
    number = undone.number
    what = f"turn {number} is left out of what follows"
    session.terminal.say(f"co: {what}; /branch {number} includes it again")


def branch(session: Session, argument: str) -> None:
    """List the turns, or go on from one of them."""
    number = parse_number(argument, "turn")
    if number is None:
        _list(session)
        return
    session.conversation.go_to(number)
    session.keep_head()
    session.terminal.say(f"co: what follows goes on from turn {number}")


def _list(session: Session) -> None:
    conversation = session.conversation
    included = {turn.number for turn in conversation.branch()}
    turns = [conversation.turns[number] for number in sorted(conversation.turns)]
    rows = [
        (
            ("*" if turn.number in included else "", "bold"),
            (f"{turn.number}", ""),
            (f"after {turn.parent}" if turn.parent else "first", "dim"),
            ("" if turn.status == "complete" else turn.status, "yellow"),
            (_beginning(turn, session), ""),
        )
        for turn in turns
    ]
    if not rows:
        session.terminal.say("co: there is no turn yet")
        return
    write_columns(session.terminal, rows)


def _beginning(turn: Turn, session: Session) -> str:
    line = " ".join(turn.prompt.split())
    room = max(session.terminal.width - 30, 20)
    return line if len(line) <= room else f"{line[: room - 1]}…"


def rename(session: Session, argument: str) -> None:
    """Show the name of the conversation, or give it one."""
    conversation, terminal = session.conversation, session.terminal
    if not argument:
        named = (
            f"named {conversation.name!r}" if conversation.name else "without a name"
        )
        kept = "" if session.is_kept else ", and not kept in the history"
        terminal.say(f"co: conversation {conversation.id} is {named}{kept}")
        return
    if not session.is_kept:
        hint = "a conversation that is kept can be named: leave out --no-history"
        raise UsageProblem("this conversation is not kept in the history", hint=hint)
    with opened_history(history_path(terminal.environ)) as history:
        require_free_name(argument, conversation, history, "/name")
        if conversation.turns:
            history.set_name(conversation.id, argument)
    conversation.name = argument
    terminal.say(f"co: `co chat --resume {shlex.quote(argument)}` goes on with it")


def _number(session: Session, argument: str) -> int:
    """Return the number of a turn, by default of the last one."""
    number = parse_number(argument, "turn")
    if number is not None:
        return number
    if session.conversation.last is None:
        raise UsageProblem("there is no turn yet")
    return session.conversation.last.number
