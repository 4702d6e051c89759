"""Calls of tools as text for people, and the calls that the ids of rows begin with."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_LONGEST_NAME = 64
_LONGEST_ARGUMENTS = 60  # characters, of a call in a title


def argument_pairs(arguments: str) -> list[str] | None:
    """Return *arguments* as `name=value` pairs, if they are a JSON object.

    None, if pairs would differ from them: doubled names, numbers such as 1.50.
    """
    try:
        values = _ARGUMENTS.decode(arguments or "null")
        named = ({} if values is None else values).items()
        return [f"{name}={_COMPACT.encode(value)}" for name, value in named]
    except (ValueError, RecursionError, AttributeError):
        return None


def call_line(name: str, arguments: str) -> str:
    """Return a call on one line, such as `report(day="2023-09-29")`."""
    pairs = argument_pairs(arguments)
    return f"{name}({arguments if pairs is None else ', '.join(pairs)})"


def call_titles(messages: Iterable[Any]) -> dict[str, str]:
    """Return the calls in *messages*, objects of JSON, each on a short line.

    The keys are what the ids of the rows of its result begin with.
    """
    found = dict[str, str]()
    for id_, name, arguments in calls_in(messages):
        title = call_title(name, arguments)
        # `co` begins the ids of rows with the name, if the id of the call does not.
        found |= {id_: title, f"{name}:{id_}": title}
    return found


def calls_in(messages: Iterable[Any]) -> Iterator[tuple[str, str, str]]:
    """Yield id, name and arguments of each call in *messages*, objects of JSON."""
    for message in messages:
        calls = message.get("tool_calls") if isinstance(message, Mapping) else None
        for call in calls if isinstance(calls, list | tuple) else ():
            function = call.get("function") if isinstance(call, Mapping) else None
            if isinstance(function, Mapping):
                parts = (call.get("id"), *map(function.get, ("name", "arguments")))
                id_, name, arguments = (
                    str("" if one is None else one) for one in parts
                )
                yield id_, name, arguments


def call_of(id_: str, titles: Mapping[str, str]) -> tuple[str, str]:
    """Return the title of the call of the row *id_*, and what names it in the result.

    Both are empty for an id that is not that of a row of these calls.
    """
    end = id_.rfind(":")
    while end > 0:
        if title := titles.get(id_[:end]):
            return title, id_[end + 1 :]
        end = id_.rfind(":", 0, end)
    return "", ""


def call_title(name: str, arguments: str) -> str:
    """Return a call on a short line."""
    if len(name) > _LONGEST_NAME:
        name = f"{name[: _LONGEST_NAME - 1]}…"
    line = " ".join(call_line(name, arguments).split())
    longest = len(name) + _LONGEST_ARGUMENTS
    return line if len(line) <= longest else f"{line[: longest - 2]}…)"


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise ValueError("a name is doubled")
    return values


def _exact(token: str) -> float:
    if repr(float(token)) != token:
        raise ValueError("its spelling would change")
    return float(token)


# Each made once: making it takes as long as reading the arguments of a call.
_ARGUMENTS = json.JSONDecoder(object_pairs_hook=_unique, parse_float=_exact)
_COMPACT = json.JSONEncoder(ensure_ascii=False)
