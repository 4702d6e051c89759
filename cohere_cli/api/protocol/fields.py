"""Reads the fields of replies leniently: servers differ in the types that they send.

What can be meant only one way is taken, null as absent; the rest raises TypeError.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cohere_cli.api.protocol.events import ContentType

# The first of them that a block has, and that is not null, is its text.
_TEXT_NAMES = (
    "text",
    "thinking",
    "reasoning",
    "refusal",
    "value",
    "content",
    "summary",
)


def text(value: object) -> str:
    """Return a text: a string, a number, or the text of blocks; "" for null."""
    match value:
        case str():
            return value
        case None:
            return ""
        case bool() | int() | float():
            return json.dumps(value)
        case list():
            return "".join(map(text, value))
        case dict() if names := [name for name in _TEXT_NAMES if name in value]:
            found = (value[name] for name in names if value[name] is not None)
            return text(next(found, None))
        case _:
            raise TypeError(value)


def count(value: object) -> int:
    """Return a whole number of 0 or more: an integer, a float such as 1.0, digits."""
    if type(value) is int and value >= 0:
        return value
    is_digits = isinstance(value, str) and value.isascii() and value.isdigit()
    number: Any = int(str(value)) if is_digits else value
    if isinstance(number, int | float) and not isinstance(number, bool):
        whole = int(number)
        if 0 <= whole == number:
            return whole
    raise TypeError(value)


def count_or_none(value: object) -> int | None:
    """Return what `count` does, but None where it raises TypeError."""
    try:
        return count(value)
    except TypeError:
        return None


def json_text(value: object) -> str:
    """Return a tool call's arguments as JSON text; some servers send the object."""
    return json.dumps(value) if isinstance(value, dict) else text(value)


def items(value: object) -> list[Any]:
    """Return a list: itself, one item as a list of it, none for null."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def mapping(value: object) -> Mapping[str, Any]:
    """Return an object; an empty one for null."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise TypeError(value)
    return value


# What the text of a content block is, and the names of its field: a block that repeats
# it under two names has it once.
_BLOCK_FIELDS: tuple[tuple[ContentType, tuple[str, ...]], ...] = (
    ("thinking", ("thinking", "reasoning", "summary")),
    ("text", ("text", "output_text", "content", "value")),
    ("text", ("refusal",)),
)
_BLOCK_TYPES = {name: kind for kind, names in _BLOCK_FIELDS for name in names}


def content_pieces(content: object) -> Iterable[tuple[ContentType, str]]:
    """Return the text in *content*: a text, a block, or a list of them.

    The `type` of a block counts before the names of its fields, if it has one text.
    Raises TypeError after the others for a block of an unknown kind.
    """
    if type(content) is dict and len(content) == 1:  # nearly all of them
        piece = content.get("text")
        if type(piece) is str:
            return (("text", piece),)
    return _all_pieces(content)


def _all_pieces(content: object) -> Iterator[tuple[ContentType, str]]:
    yield from known_pieces(content)
    for block in items(content):
        if isinstance(block, Mapping) and _is_unknown(block):
            raise TypeError(block)


def known_pieces(content: object) -> Iterator[tuple[ContentType, str]]:
    """Yield what `content_pieces` does, without blocks of unknown kinds."""
    for block in items(content):
        if isinstance(block, Mapping):
            yield from _block_pieces(block)
        else:
            yield "text", text(block)


def _is_unknown(block: Mapping[str, object]) -> bool:
    """Whether *block* has contents, and none under a name that is known."""
    if block.get("type") in _BLOCK_TYPES or not _BLOCK_TYPES.keys().isdisjoint(block):
        return False
    return any(value for name, value in block.items() if name != "type")


def _block_pieces(block: Mapping[str, object]) -> Iterator[tuple[ContentType, str]]:
    sent = [
        (kind, one) for kind, names in _BLOCK_FIELDS for one in _first(block, names)
    ]
    filled = [(kind, one) for kind, one in sent if one]
    own = _BLOCK_TYPES.get(str(block.get("type")))
    if len(filled) > 1:
        yield from filled
    elif sent:
        kind, one = (filled or sent)[0]
        yield own or kind, one
    elif own:
        yield own, ""


def _first(block: Mapping[str, object], names: tuple[str, ...]) -> list[str]:
    """Return the first text of *block* under one of *names* that is not empty."""
    texts = [text(block[name]) for name in names if block.get(name) is not None]
    return [next(filter(None, texts), "")] if texts else []
