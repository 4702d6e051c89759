"""Runs the calls of one step at the same time, and makes their results messages."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import count
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Any, NamedTuple

from cohere_cli.tools.call import Call
from cohere_cli.tools.tool import Json, Outcome

_MOST_AT_ONCE = 8
_MOST_ROWS = 1_000  # of one result


class Result(NamedTuple):
    """A call, and what came of it."""

    call: Call
    outcome: Outcome


def run_calls(calls: Sequence[Call]) -> list[Result]:
    """Run *calls* at the same time; one with a problem gives that as its result.

    When an exception such as Ctrl-C ends the wait, the tools are stopped first.
    """
    stop = Event()
    # Not a pool: a signal within its `result` leaves it locked, for ever.
    waiting: SimpleQueue[tuple[int, Call]] = SimpleQueue()
    done: SimpleQueue[tuple[int, Outcome]] = SimpleQueue()
    for each in enumerate(calls):
        waiting.put(each)

    def work() -> None:
        with suppress(Empty):
            while not stop.is_set():
                at, call = waiting.get_nowait()
                done.put((at, _run(call, stop)))

    workers = [Thread(target=work, daemon=True) for _ in calls[:_MOST_AT_ONCE]]
    try:
        for worker in workers:
            worker.start()
        outcomes = dict(done.get() for _ in calls)
    finally:
        stop.set()
        for worker in workers:
            if worker.is_alive():
                worker.join()
    return [Result(call, outcomes[at]) for at, call in enumerate(calls)]


def _run(call: Call, stop: Event) -> Outcome:
    if call.tool is None:
        return Outcome.failed(call.problem)
    try:
        outcome = call.tool.run(call.arguments, stop)
    except Exception as exc:  # noqa: BLE001 - the fault of a tool is its result
        return Outcome.failed(f"the tool failed: {type(exc).__name__}: {exc}")
    if not call.is_changed:
        return outcome
    # The model must not take the result for that of its own arguments.
    changed = {"arguments_changed_by_the_user": call.arguments}
    return outcome._replace(rows=[*outcome.rows, changed])


def tool_messages(results: Sequence[Result]) -> list[dict[str, Any]]:
    """Return the messages that give *results* to the model, as the API wants them.

    Each row is a document with an id of its own, so that the answer cites rows.
    """
    return [
        {
            "role": "tool",
            "tool_call_id": call.id,
            "content": [*_documents(call, outcome.rows)],
        }
        for call, outcome in results
    ]


def _documents(call: Call, rows: Sequence[Json]) -> Iterator[dict[str, Any]]:
    # Calls of Cohere's models begin with the name of the tool.
    is_named = call.id.startswith(call.name)
    place = call.id if is_named else f"{call.name}:{call.id}"
    taken = set[str]()
    for at, row in enumerate(rows[:_MOST_ROWS] or [{"result": "nothing"}]):
        own = row.get("id")
        name = str(own) if isinstance(own, str | int) and own != "" else str(at)
        if name in taken:
            name = next(one for one in map(str, count(at)) if one not in taken)
        taken.add(name)
        data = {key: one for key, one in row.items() if key != "id"} or dict(row)
        document = {"id": f"{place}:{name}", "data": data}
        yield {"type": "document", "document": document}
    if rows[_MOST_ROWS:]:
        data = {"left_out": f"{len(rows) - _MOST_ROWS:,} more rows"}
        document = {"id": f"{place}:{_MOST_ROWS}", "data": data}
        yield {"type": "document", "document": document}
