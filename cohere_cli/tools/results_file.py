"""Results of tools that a script has run, read from a file."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cohere_cli.errors import InputProblem
from cohere_cli.text import shown_source
from cohere_cli.tools.call import Call
from cohere_cli.tools.run import Result, tool_messages
from cohere_cli.tools.tool import Outcome

_HINT = 'a result is {"tool_call_id": "…", "result": …}, or has the name of the tool'


def messages_of_file(
    value: Any, calls: Sequence[Mapping[str, Any]], source: str
) -> list[dict[str, Any]]:
    """Return the messages with the results in *value*, one for each of *calls*.

    *value* is a list of objects, or one; each has the id of its call, or the name of
    its tool where that was called once. Raises `InputProblem` for a result that
    belongs to no call, and for a call without one.
    """
    where = shown_source(source)
    awaited = [_call(one) for one in calls]
    found: dict[str, Any] = {}
    for entry in value if isinstance(value, list) else [value]:
        call = _call_of(entry, awaited, where)
        if call.id in found:
            raise InputProblem(f"two results for {call.id}", where=where, hint=_HINT)
        found[call.id] = _result(entry, where)
    missing = [call for call in awaited if call.id not in found]
    if missing:
        names = ", ".join(f"{call.name} ({call.id})" for call in missing)
        raise InputProblem(f"no result for {names}", where=where, hint=_HINT)
    return tool_messages(
        [Result(call, Outcome([*_rows(found[call.id])])) for call in awaited]
    )


def _call(sent: Mapping[str, Any]) -> Call:
    function = sent.get("function") or {}
    return Call(str(sent.get("id", "")), str(function.get("name", "")), "")


def _call_of(entry: Any, awaited: Sequence[Call], where: str) -> Call:
    if not isinstance(entry, Mapping):
        raise InputProblem("a result is not an object", where=where, hint=_HINT)
    id_, name = entry.get("tool_call_id", entry.get("id")), entry.get("name")
    if id_ is not None:
        found = [call for call in awaited if call.id == id_]
    else:
        found = [call for call in awaited if call.name == name]
    if len(found) == 1:
        return found[0]
    named = id_ if id_ is not None else name
    problem = "no call is" if not found else f"{len(found)} calls are"
    ids = ", ".join(call.id for call in awaited)
    what = f"{problem} named {json.dumps(named, ensure_ascii=False)}"
    raise InputProblem(what, where=where, hint=f"calls: {ids}")


def _result(entry: Mapping[str, Any], where: str) -> Any:
    for name in ("result", "content"):
        if name in entry:
            return entry[name]
    raise InputProblem("an entry has no result", where=where, hint=_HINT)


def _rows(value: Any) -> Iterator[Mapping[str, Any]]:
    for one in value if isinstance(value, list) else [value]:
        yield one if isinstance(one, Mapping) else {"result": one}
