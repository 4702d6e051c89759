"""What a tool of a server gives back, as rows: each can be cited for itself."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from cohere_cli.strict_json import loads
from cohere_cli.text import plural, valid_unicode
from cohere_cli.tools.tool import Json, Outcome

if TYPE_CHECKING:
    from mcp_types import CallToolResult

MOST_CHARACTERS = 2**20
"""Of one result: more than any model reads."""

_MOST_ROWS = 1000
_LONGEST_PROBLEM = 300  # characters
# What drives a terminal: sequences as a whole, then single characters.
_ESCAPE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]?"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def plain_text(text: str) -> str:
    """Return *text* without escape sequences, and without controls but tab and newline.

    Models read none of them, and they would reach a terminal with the answer.
    """
    if text.isprintable():
        return valid_unicode(text)
    lines = text.replace("\r\n", "\n")
    return valid_unicode(_CONTROL.sub("", _ESCAPE.sub("", lines)))


def outcome_of(result: "CallToolResult") -> Outcome:
    """Return the outcome of a call: a row for each record, text, or resource of it.

    Images and other bytes are named, not sent.
    """
    rows = [*_limited(_rows(result))] or [{"result": "the tool returned no content"}]
    if not result.is_error:
        return Outcome(rows)
    output = "\n".join(str(row.get("text", "")) for row in rows).strip()
    first = next((line for line in output.split("\n") if line.strip()), "")
    problem = first[:_LONGEST_PROBLEM] or "the tool failed and does not say why"
    return Outcome.failed(problem, "" if output == problem else output)


def _rows(result: "CallToolResult") -> Iterator[Json]:
    structured = result.structured_content
    if structured is not None:
        yield from _records(structured)
    for block in result.content:
        row = _row(block.model_dump(by_alias=True, exclude_none=True))
        text = row.get("text") if set(row) == {"text"} else None
        value = _parsed(text) if isinstance(text, str) else None
        # Servers repeat structured content as text, for clients that know no other.
        if structured is not None and (
            value == structured or _repeats(row, structured)
        ):
            continue
        if value is not None and not result.is_error:
            yield from _records(value)
        else:
            yield row


def _repeats(row: Json, structured: Any) -> bool:
    """Whether the text of *row* is a value of *structured*, a string or its JSON."""
    values = structured.values() if isinstance(structured, dict) else ()
    return set(row) == {"text"} and any(
        row["text"] in (_plain(one), str(one)) for one in values
    )


def _records(value: Any) -> Iterator[Json]:
    """Yield the objects of a list, or of an object that holds one list alone."""
    held = value
    if isinstance(value, dict) and len(value) == 1:
        (held,) = value.values()
    if isinstance(held, list) and held and all(isinstance(one, dict) for one in held):
        yield from map(_plain, held)
    elif isinstance(value, dict):
        yield _plain(value)
    else:
        yield {"result": _plain(value)}


def _parsed(text: str) -> Any:
    """Return the object, or the list of objects, that *text* is as JSON; else None."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        value: Any = loads(text)
    except (ValueError, RecursionError):
        return None
    records = value if isinstance(value, list) else [value]
    is_data = bool(records) and all(isinstance(one, dict) and one for one in records)
    return value if is_data else None


def _row(block: dict[str, Any]) -> dict[str, Any]:
    match block:
        case {"type": "text", "text": str(text)}:
            return {"text": plain_text(text)}
        case {"type": "resource", "resource": dict(resource)}:
            return resource_row(resource)
        case {"type": "resource_link", **link}:
            kept = ("uri", "title", "name", "description", "mimeType")
            return _plain_row({name: link[name] for name in kept if name in link})
        case {"type": str(kind), "data": str(data), **rest}:
            return {kind: _unreadable(data, str(rest.get("mimeType", kind)))}
        case _:
            return _plain_row(block)


def resource_row(resource: dict[str, Any]) -> dict[str, Any]:
    """Return the contents of a resource as a row."""
    uri = plain_text(str(resource.get("uri", "")))
    kind = str(resource.get("mimeType", "application/octet-stream"))
    if isinstance(text := resource.get("text"), str):
        return {"uri": uri, "text": plain_text(text)}
    return {"uri": uri, "content": _unreadable(str(resource.get("blob", "")), kind)}


def _unreadable(data: str, kind: str) -> str:
    size = plural(len(data) * 3 // 4, "byte")
    return f"{plain_text(kind)}, about {size}: not shown to the model"


def _plain_row(row: dict[str, Any]) -> dict[str, Any]:
    return {plain_text(name): _plain(one) for name, one in row.items()}


def _plain(value: Any) -> Any:
    match value:
        case str():
            return plain_text(value)
        case dict():
            return {plain_text(str(name)): _plain(one) for name, one in value.items()}
        case list():
            return [_plain(one) for one in value]
        case _:
            return value


def _limited(rows: Iterable[Json]) -> Iterator[Json]:
    """Yield *rows* up to a limit of characters; what is cut has a note."""
    left = MOST_CHARACTERS
    for number, row in enumerate(rows):
        size = len(json.dumps(row))
        if size <= left and number < _MOST_ROWS:
            left -= size
            yield row
            continue
        texts = {name: one for name, one in row.items() if isinstance(one, str)}
        note = "the result is longer: the rest was left out"
        cut = texts.get("text", "")[:left] if number < _MOST_ROWS else ""
        yield {**({"text": cut} if cut else {}), "note": note}
        return
