"""Runs the calls of one step at the same time, and makes their results messages."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
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
    with ThreadPoolExecutor(_MOST_AT_ONCE) as pool:
        waiting = [pool.submit(_run, call, stop) for call in calls]
        try:
            outcomes = [each.result() for each in waiting]
        except BaseException:
            stop.set()
            for each in waiting:
                each.cancel()
            raise
    return [Result(*pair) for pair in zip(calls, outcomes, strict=True)]


def _run(call: Call, stop: Event) -> Outcome:
    if call.tool is None:
        return Outcome.failed(call.problem)
    try:
        return call.tool.run(call.arguments, stop)
    except Exception as exc:  # noqa: BLE001 - the fault of a tool is its result
        return Outcome.failed(f"the tool failed: {type(exc).__name__}: {exc}")


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
        name = f"{at}" if name in taken else name
        taken.add(name)
        data = {key: one for key, one in row.items() if key != "id"} or dict(row)
        document = {"id": f"{place}:{name}", "data": data}
        yield {"type": "document", "document": document}
    if rows[_MOST_ROWS:]:
        data = {"left_out": f"{len(rows) - _MOST_ROWS:,} more rows"}
        document = {"id": f"{place}:{_MOST_ROWS}", "data": data}
        yield {"type": "document", "document": document}
