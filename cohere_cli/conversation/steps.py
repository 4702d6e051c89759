"""The steps of an answer that calls tools: the calls, and the rows of their results."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any, NamedTuple

from cohere_cli.conversation.branch import branch_to
from cohere_cli.conversation.context import messages_of, own_messages, results_in
from cohere_cli.conversation.turn import Turn
from cohere_cli.render.tables.tool_calls import call_titles, calls_in

Json = Mapping[str, Any]


class StepCall(NamedTuple):
    """A call of a tool; `text` is its arguments, as the model sent them."""

    name: str
    text: str


class StepResult(NamedTuple):
    """A call, and its rows; an `id` of a row is that which it has in the result.

    `ids` are the ids of the rows that citations have. `problem` is why the tool failed.
    """

    call: StepCall
    rows: Sequence[Json]
    ids: Sequence[str]

    @property
    def problem(self) -> str:
        """Why the tool failed, in one line; "" if it did not."""
        alone = self.rows[0] if len(self.rows) == 1 else {}
        error = alone.get("error")
        return " ".join(error.split()) if isinstance(error, str) else ""


class Steps:
    """The steps of a conversation, of which *turns* are all."""

    def __init__(self, turns: Iterable[Turn]) -> None:
        self._turns = [*turns]
        self._by_number = {turn.number: turn for turn in self._turns}

    def results(self, turn: Turn) -> list[StepResult]:
        """Return the results that *turn* begins with."""
        parent = self._by_number.get(turn.parent)
        before = [] if parent is None else [parent.reply.get("message")]
        calls = {id_: StepCall(*call) for id_, *call in calls_in(before)}
        return [_result(message, calls) for message in results_in(turn)]

    def number(self, turn: Turn) -> int:
        """Return which step of an answer *turn* is, from 1; 0 for a whole answer."""
        if not goes_on(turn):
            return 1 if [*calls_in([turn.reply.get("message")])] else 0
        before = branch_to(self._turns, turn.number)[::-1]
        return 1 + sum(1 for _ in takewhile(goes_on, before))

    def titles(self, turn: Turn) -> dict[str, str]:
        """Return `call_titles` of what the request of *turn* had, if it cites rows."""
        if not _cites_rows(turn):
            return {}
        before = branch_to(self._turns, turn.number)
        return call_titles(message for one in before for message in messages_of(one))

    def cited_results(self, turn: Turn) -> Iterator[tuple[Turn, Sequence[StepResult]]]:
        """Yield the turns whose rows *turn* may cite, and itself, with their results.

        None, if it cites none: a long conversation has many turns to look through.
        """
        if not _cites_rows(turn):
            return
        for one in branch_to(self._turns, turn.number):
            if results := self.results(one):
                yield one, results


def goes_on(turn: Turn) -> bool:
    """Whether *turn* has results of tools, and no prompt."""
    results = results_in(turn)
    return bool(results) and len(results) == len(own_messages(turn))


def _cites_rows(turn: Turn) -> bool:
    return any(source.get("type") == "tool" for source in _cited(turn))


def _cited(turn: Turn) -> Iterator[Json]:
    message = turn.reply.get("message")
    citations = message.get("citations") if isinstance(message, Mapping) else None
    for citation in citations or ():
        sources = citation.get("sources") if isinstance(citation, Mapping) else None
        yield from (one for one in sources or () if isinstance(one, Mapping))


def _result(message: Json, calls: Mapping[str, StepCall]) -> StepResult:
    id_ = str(message.get("tool_call_id", ""))
    call = calls.get(id_, StepCall(id_, ""))
    content = message.get("content")
    blocks = content if isinstance(content, list) else [{"text": content}]
    found = [_row(at, block, id_, call.name) for at, block in enumerate(blocks)]
    ids, rows = [one[0] for one in found], [one[1] for one in found]
    return StepResult(call, rows, ids)


def _row(at: int, block: Any, call_id: str, name: str) -> tuple[str, Json]:
    """Return the id that citations of a row have, and the row."""
    document = block.get("document") if isinstance(block, Mapping) else None
    if not isinstance(document, Mapping):
        text = block.get("text") if isinstance(block, Mapping) else block
        return f"{call_id}:{at}", _fields(text)
    id_ = str(document.get("id") or f"{call_id}:{at}")
    own = id_.removeprefix(f"{name}:").removeprefix(f"{call_id}:")
    fields = _fields(document.get("data"))
    # Rows without an id of their own are counted.
    return id_, fields if own == str(at) else {"id": own, **fields}


def _fields(data: Any) -> Json:
    if isinstance(data, str):
        try:
            data = json.loads(data)
        except (ValueError, RecursionError):
            return {"text": data}
    return data if isinstance(data, Mapping) else {"result": data}
