"""A document on one line, and the part of it that fits and says most."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cohere_cli.render.query_words import QueryWords
from cohere_cli.terminal import clean

# Characters. The server reads 4,096 tokens of a document unless told otherwise:
# a word that stands further on did not make the score.
_READ = 20_000
# With fewer columns there is none left for what stands before a word.
_ROOM_FOR_LEAD = 8
# Combining characters take no column, so more than a column's worth is measured.
_DENSEST = 8


def one_line(data: Any) -> str:
    """Return a document's values on one line, cleaned.

    A field's name says less than its value, and the line is short.
    """
    return clean(_joined(data))


def excerpt(
    data: Any, words: QueryWords, room: int, width_of: Callable[[str], int] = len
) -> str:
    """Return a document's beginning in *room* columns, as *width_of* counts them.

    Where the first of *words* would be cut off, it begins a little before that.
    What is left out on either side is marked by an ellipsis.
    """
    # What is cleaned and measured is short: a row of a long document is as quick.
    most = room * _DENSEST + 1
    text = _joined(data, _READ if words else most)
    found = words.first(text) if room >= _ROOM_FOR_LEAD else None
    if found is None or _fits(text[: found[1]], room - 1, width_of):
        return beginning(clean(text[:most]), room, width_of)
    at, _ = found
    _, space, lead = text[at - min(at, room // 4) : at].partition(" ")
    rest = text[at - len(lead) if space else at :]
    if _fits(rest, room - 1, width_of):
        return ending(clean(text[-most:]), room, width_of)
    return "…" + beginning(clean(rest[:most]), room - 1, width_of)


def beginning(text: str, room: int, width_of: Callable[[str], int] = len) -> str:
    """Cut *text* after what fits into *room* columns, at least one."""
    kept = text[: room * _DENSEST]
    while over := _over(kept, text, room, width_of):
        kept = kept[:-over]
    return text if kept == text else f"{kept.rstrip()}…"


def ending(text: str, room: int, width_of: Callable[[str], int] = len) -> str:
    """Cut *text* before what fits into *room* columns, at least one."""
    kept = text[-room * _DENSEST :]
    while over := _over(kept, text, room, width_of):
        kept = kept[over:]
    return text if kept == text else f"…{kept.lstrip()}"


def _over(kept: str, text: str, room: int, width_of: Callable[[str], int]) -> int:
    """Return how many characters of *kept* are surely too many, beside an ellipsis."""
    too_many = width_of(kept) + (kept != text) - room
    # A character takes two columns at most.
    return (max(too_many, 0) + 1) // 2 if kept else 0


def _fits(text: str, room: int, width_of: Callable[[str], int]) -> bool:
    return len(text) <= room * _DENSEST and width_of(clean(text)) <= room


def _joined(data: Any, most: int | None = None) -> str:
    return " ".join(" · ".join(_values(data))[:most].split())


def _values(data: Any) -> Iterator[str]:
    if isinstance(data, Mapping):
        yield from (value for item in data.values() for value in _values(item))
    elif isinstance(data, list):
        yield from (value for item in data for value in _values(item))
    elif data is not None:
        yield str(data)
