"""A call that the model wants: its tool, its arguments, and what is wrong with it."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from cohere_cli.api.protocol.events import finish_outcome
from cohere_cli.record import EMPTY
from cohere_cli.strict_json import loads
from cohere_cli.text import nearest
from cohere_cli.tools.tool import Json, RunnableTool

# More than any tool needs; what a model repeats without an end is longer.
_MOST_ARGUMENTS = 1 << 18  # characters


class Call(NamedTuple):
    """A call as the model sent it; `text` is its arguments, `problem` is why not.

    Only a call without a problem has a `tool`, and `arguments` that fit its schema;
    `is_changed` where a person has changed them.
    """

    id: str
    name: str
    text: str
    tool: RunnableTool | None = None
    arguments: Json = EMPTY
    problem: str = ""
    is_changed: bool = False

    @property
    def is_harmless(self) -> bool:
        """Whether nothing would run, because something is wrong with it."""
        return self.tool is None


def ends_whole(finish_reason: str) -> bool:
    """Whether a message that ended so has its calls as the model wanted them.

    One that was stopped may lack arguments, and no arguments are arguments, too.
    """
    is_stopped = finish_reason.upper() == "STOP_SEQUENCE"
    return finish_outcome(finish_reason) != "cut off" and not is_stopped


def calls_of(message: Json, tools: Iterable[RunnableTool]) -> list[Call]:
    """Return the calls in *message*, a whole one of the model, in their order."""
    by_name = {tool.name: tool for tool in tools}
    sent = [*map(_sent, message.get("tool_calls") or ())]
    ids = Counter(call.id for call in sent)
    return [
        each._replace(problem="another call has the same id")
        if ids[each.id] > 1
        else checked(each, by_name)
        for each in sent
    ]


def _sent(call: Json) -> Call:
    function = call.get("function") or {}
    name, arguments = str(function.get("name", "")), function.get("arguments") or ""
    return Call(str(call.get("id", "")), name, str(arguments))


def checked(call: Call, tools: Mapping[str, RunnableTool]) -> Call:
    """Return *call* with its tool and arguments, or with what is wrong with it."""
    tool = tools.get(call.name)
    if tool is None:
        near = nearest(call.name, tools)
        meant = f"; did you mean {near}?" if near else ""
        return call._replace(problem=f"no tool of this name is declared{meant}")
    if len(call.text) > _MOST_ARGUMENTS:
        what = f"the arguments have more than {_MOST_ARGUMENTS:,} characters"
        return call._replace(problem=what)
    try:
        # Without arguments, models send "", and the API "null".
        text = "{}" if call.text.strip() in ("", "null") else call.text
        arguments = _object(text)
    except (ValueError, RecursionError) as exc:
        return call._replace(problem=f"the arguments cannot be read: {exc}")
    if problem := _violation(text, tool.schema):
        return call._replace(problem=problem)
    return call._replace(tool=tool, arguments=arguments)


def _object(text: str) -> Json:
    """Read *text*; a name that comes twice may hide what would run."""
    value: Any = loads(text)
    json.loads(text, object_pairs_hook=_require_different)
    if not isinstance(value, dict):
        raise ValueError("they are not an object")  # noqa: TRY004 - as other faults
    return value


def _require_different(pairs: list[tuple[str, Any]]) -> None:
    for name, count in Counter(name for name, _ in pairs).items():
        if count > 1:
            raise ValueError(f"{name!r} is there twice")


def _violation(text: str, schema: Json) -> str:
    from jsonschema.exceptions import SchemaError
    from referencing.exceptions import Unresolvable

    from cohere_cli.request.schema.validate import find_violation

    try:
        found = find_violation(text, schema, all_patterns=True)
    except (SchemaError, Unresolvable, TypeError, ValueError):
        return "the tool's schema cannot be used to check the arguments"
    return found.replace("the answer", "the arguments", 1)
