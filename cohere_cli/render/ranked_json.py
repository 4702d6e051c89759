"""A ranking as JSON: the server's one object, or an object for each record."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cohere_cli.render.ranked_record import RankedRecord
from cohere_cli.render.records import json_text
from cohere_cli.terminal import Terminal


def object_text(
    terminal: Terminal, ranked: Iterable[RankedRecord], response: Mapping[str, Any]
) -> Iterator[str]:
    """Yield the server's object in pieces, each of its results with its document.

    One line in a pipe, indented on a terminal. The results come last, so that each
    can be written when it is there.
    """
    indent = 2 if terminal.shows_output else None
    gap = "\n    " if indent else " "
    told = {one.get("index"): one for one in response.get("results", ())}
    rest = {name: value for name, value in response.items() if name != "results"}
    empty = json_text(terminal, {**rest, "results": []}, indent)
    head, _, tail = empty.rpartition("]")
    yield head
    between, close = gap if indent else "", ""
    for one in ranked:
        result = _result(one, told.get(one.index, {}))
        yield between + json_text(terminal, result, indent).replace("\n", "\n    ")
        between, close = f",{gap}", "\n  " if indent else ""
    yield f"{close}]{tail}\n"


def object_lines(terminal: Terminal, ranked: Iterable[RankedRecord]) -> Iterator[str]:
    """Yield a line for each record: what is known of it, and what it says."""
    return (f"{json_text(terminal, known_of(one))}\n" for one in ranked)


def known_of(one: RankedRecord) -> dict[str, Any]:
    """Return index, score, place and document under the names that all outputs use."""
    return {
        "index": one.index,
        "relevance_score": one.relevance_score,
        "source": one.record.source,
        "line": one.record.line,
        "document": one.record.data,
    }


def _result(one: RankedRecord, told: Mapping[str, Any]) -> dict[str, Any]:
    """Complete what the server *told* of a record."""
    return {
        "index": one.index,
        **told,
        "relevance_score": one.relevance_score,
        "document": one.record.data,
    }
