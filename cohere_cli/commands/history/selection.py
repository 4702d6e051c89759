"""Which conversation, or turn of one, an argument of `co history` names."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from cohere_cli.errors import UsageProblem
from cohere_cli.terminal import Terminal
from cohere_cli.text import did_you_mean, listed, plural

if TYPE_CHECKING:
    from cohere_cli.conversation.store import History
    from cohere_cli.conversation.turn import Turn

_TURN = re.compile(r"(.+):([1-9][0-9]{0,8})", re.DOTALL)
_LISTED = "`co history list` lists conversations"


class Selection(NamedTuple):
    """A conversation, and the number of one of its turns; 0: no turn is named."""

    conversation: str
    number: int = 0


@contextmanager
def stored_history(terminal: Terminal) -> "Iterator[History]":
    """Open the history of this user; it is empty if there is none yet."""
    from cohere_cli.conversation.database import HistoryUnusable, history_path
    from cohere_cli.conversation.store import opened_history

    path = history_path(terminal.environ)
    try:
        with opened_history(path, create=False) as history:
            yield history
    except HistoryUnusable as exc:
        # That of a call is to do without.
        exc.hint = "a new history begins if this file is moved away"
        raise


def select(history: "History", text: str) -> Selection:
    """Return what *text* names: a conversation's name or the beginning of its id.

    `:N` after it names a turn. Raises `UsageProblem`.
    """
    if ids := text and history.find(text):
        return Selection(_only(ids, text))
    if found := _TURN.fullmatch(text):
        return Selection(_conversation(history, found[1]), int(found[2]))
    raise _unknown(history, text)


def select_whole(history: "History", text: str) -> str:
    """Return the conversation that *text* names. Raises `UsageProblem` for a turn."""
    conversation, number = select(history, text)
    if number:
        hint = f"name the conversation: {conversation}"
        raise UsageProblem(f"{text!r} is one turn of a conversation", hint=hint)
    return conversation


def select_last(history: "History") -> Selection:
    """Return the conversation of the last turn. Raises `UsageProblem` without one."""
    if last := history.last():
        return Selection(last)
    hint = "`co chat`, `co ask` and `co compat` keep turns; of a sandbox, with --name"
    raise UsageProblem("the history has no conversation", hint=hint)


def turn_of(turns: "Sequence[Turn]", chosen: Selection) -> "Turn":
    """Return the turn of *chosen* among all *turns* of its conversation."""
    for turn in turns:
        if turn.number == chosen.number:
            return turn
    what = f"conversation {chosen.conversation} has no turn {chosen.number}"
    raise UsageProblem(what, hint=f"it has {plural(len(turns), 'turn')}")


def _conversation(history: "History", text: str) -> str:
    if ids := history.find(text):
        return _only(ids, text)
    raise _unknown(history, text)


def _only(ids: Sequence[str], text: str) -> str:
    if len(ids) == 1:
        return ids[0]
    what = f"{text!r} begins the ids of {len(ids):,} conversations"
    raise UsageProblem(what, hint=f"name one of them: {listed(ids)}")


def _unknown(history: "History", text: str) -> UsageProblem:
    hint = did_you_mean(text, history.names(), _LISTED)
    return UsageProblem(f"no such conversation: {text!r}", hint=hint)
