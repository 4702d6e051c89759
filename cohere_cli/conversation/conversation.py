"""A conversation: its turns, and the branch of them that the next one follows."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cohere_cli.api.protocol.events import finish_outcome
from cohere_cli.conversation.branch import branch_to
from cohere_cli.conversation.context import (
    is_step,
    messages_of,
    own_messages,
    results_in,
    system_messages,
)
from cohere_cli.conversation.turn import Turn, new_id
from cohere_cli.errors import UsageProblem
from cohere_cli.text import plural

NO_RESULT = '{"error": "this call has no result"}'
"""The result of a call that was not run, or not to its end."""


class Conversation:
    """The turns of a conversation by number, and the `head` that the next follows.

    `head` is 0 before the first turn. A turn has one parent, so the turns are a tree;
    `branch` is the way from its root to the head. `edited` is the turn whose prompt
    the next one replaces. `results` are messages with the results of tools, which
    the next request begins with. `allowed` are the names of tools that need no further
    question.
    """

    def __init__(
        self, id_: str = "", name: str = "", turns: Iterable[Turn] = (), head: int = 0
    ) -> None:
        self.id = id_ or new_id()
        self.name = name
        self.turns = {turn.number: turn for turn in turns}
        self.head = head
        self.edited: Turn | None = None
        self.results: list[Any] = []
        self.allowed = set[str]()

    @property
    def last(self) -> Turn | None:
        """The turn that was asked last, on any branch; None before the first."""
        return self.turns[max(self.turns)] if self.turns else None

    def paths(self, folder: str) -> tuple[str, ...]:
        """Return the paths that the last question was asked of, for use in *folder*.

        They are as they were given, or absolute if that was elsewhere.
        """
        asked = [turn.call for turn in self.branch() if "paths" in turn.call]
        if not asked:
            return ()
        before = asked[-1].get("folder", "")
        base = Path() if folder == before else Path(before)
        return tuple(str(base / path) for path in asked[-1]["paths"])

    def branch(self) -> list[Turn]:
        """Return the turns that the next request includes, the oldest first."""
        return branch_to([*self.turns.values()], self.head)

    def turn(self, number: int) -> Turn:
        """Return the turn *number*; raises `UsageProblem` if there is none."""
        if number in self.turns:
            return self.turns[number]
        turns = plural(len(self.turns), "turn")
        hint = f"`co history show {self.id}` shows them"
        raise UsageProblem(f"{self.id} has {turns}, not {number}", hint=hint)

    def go_to(self, number: int) -> None:
        """Have the next turn follow the turn *number*.

        Raises `UsageProblem` for a turn without an answer.
        """
        if not _has_answer(self.turn(number)):
            what = f"turn {number} of {self.id} has no answer to go on from"
            raise UsageProblem(what, hint="choose another turn, or --edit it")
        self.head, self.edited = number, None

    def edit(self, number: int) -> Turn:
        """Have the next turn take the place of the turn *number*; return that.

        Of an answer in steps, that is the turn with the prompt.
        """
        self.edited = self._with_prompt(self.turn(number))
        self.head = self.edited.parent
        return self.edited

    def undo(self) -> Turn:
        """Have the next turn take the place of the last one; return that.

        An answer in steps is taken back with all of them.
        """
        if self.head not in self.turns:
            hint = "`co history show` shows the turns, --at N goes on from one"
            raise UsageProblem(f"{self.id} has no turn to undo", hint=hint)
        undone = self._with_prompt(self.turns[self.head])
        self.edited, self.head = None, undone.parent
        return undone

    def _with_prompt(self, turn: Turn) -> Turn:
        """Return the turn that asked for what *turn* answers, a step of it or all."""
        while is_step(turn) and turn.parent in self.turns:
            turn = self.turns[turn.parent]
        return turn

    def finish(self) -> Turn:
        """Have the next turn go on with the last answer, which was cut; return it."""
        last = self.last
        if last is None or not (is_cut(last) and _has_answer(last)):
            number = last.number if last else 0
            what = f"the answer of turn {number} of {self.id} is not cut off"
            raise UsageProblem(what, hint="leave out --finish to go on")
        self.go_to(last.number)
        return last

    def left_out(self) -> Turn | None:
        """Return the last turn if it is not complete, and so will not be included."""
        last = self.last
        is_beside = last is not None and last.parent == self.head != last.number
        cut = last and last.status in ("incomplete", "interrupted")
        return last if is_beside and cut else None

    @property
    def before(self) -> Turn | None:
        """The turn whose fields the next one takes over; None before the first."""
        return self.edited or self.turns.get(self.head) or self.last

    def body(self) -> dict[str, Any]:
        """Return the body that the next request begins with, empty before the first.

        Its messages are those of the branch, and those that the edited turn had before
        its prompt.
        """
        before = self.before
        if before is None:
            return {}
        fields = {name: one for name, one in before.request.items() if name != "stream"}
        talk = [each for turn in self.branch() for each in messages_of(turn)]
        if self.edited:
            talk += own_messages(self.edited)[:-1]
        talk += self.results
        return fields | {"messages": [*system_messages(before), *talk]}

    def pending_calls(self) -> list[Any]:
        """Return the calls of the turn at the head, which have no results yet."""
        head = self.turns.get(self.head)
        message = head.reply.get("message") if head and not self.edited else None
        return [*((message or {}).get("tool_calls") or ())]

    def answer_pending_calls(self) -> int:
        """Have the next request begin with a result for each pending call: how many.

        They are those of an earlier request that was not answered; the tools have run.
        Without one, they say that there is no result: the API refuses a prompt after a
        call without.
        """
        calls = [] if self.results else self.pending_calls()
        if calls:
            ids = {call.get("id") for call in calls}
            after = (one for one in self.turns.values() if one.parent == self.head)
            sent = [
                found
                for found in map(results_in, after)
                if {one.get("tool_call_id") for one in found} == ids
            ]
            self.results = sent[-1] if sent else [*map(_no_result, calls)]
        return len(calls)

    def placed(self, turn: Turn) -> Turn:
        """Return *turn* with the next number, and the head as its parent."""
        number = max(self.turns, default=0) + 1
        return turn._replace(number=number, parent=self.head)

    def add(self, turn: Turn) -> None:
        """Add a turn that is placed; the next one follows it if it is complete."""
        self.turns[turn.number] = turn
        self.results = []
        if turn.status != "error":
            self.edited = None
        if turn.status == "complete":
            self.head = turn.number


def _no_result(call: Any) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": call.get("id", ""), "content": NO_RESULT}


def is_cut(turn: Turn) -> bool:
    """Whether the answer ended early, also at the limit of its tokens."""
    is_limited = finish_outcome(turn.finish_reason) == "cut off"
    return turn.status in ("incomplete", "interrupted") or is_limited


def _has_answer(turn: Turn) -> bool:
    return bool(turn.answer.strip() or turn.reply.get("message", {}).get("tool_calls"))
