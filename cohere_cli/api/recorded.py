"""A stream that was kept in a file, told again."""

from collections.abc import Callable, Iterator
from typing import Any

from cohere_cli.api import chat, compat, stream
from cohere_cli.api.accumulate import Reply
from cohere_cli.api.events import ChatEvent
from cohere_cli.api.strict_json import loads
from cohere_cli.errors import InputProblem

Shape = Callable[[Reply], dict[str, Any]]


def recorded(text: str, source: str) -> tuple[Iterator[ChatEvent], Shape]:
    """Return the events that *text* holds, and the shape of their reply.

    *text* is the body of an event stream, or one event a line, as `-o events`
    writes them. Which endpoint it came from is seen by what it says first. Raises
    `InputProblem`, which names *source*, where there is no event at all.
    """
    datas = list(_datas(text))
    if not datas:
        hint = "a recording is the body of an event stream, or what `-o events` wrote"
        raise InputProblem("holds no recorded stream", where=source, hint=hint)
    if _is_chunk(datas[0]):
        return stream.events_of(datas, compat.CompatReader()), compat.completion_of
    return stream.events_of(datas, chat.ChatReader()), chat.response_of


def _datas(text: str) -> Iterator[str]:
    if text.lstrip().startswith("{"):
        return (line for line in text.split("\n") if line.strip())
    from cohere_cli.api.sse import data_of

    return data_of([text.encode()])


def _is_chunk(data: str) -> bool:
    try:
        first = loads(data)
    except ValueError:
        return False
    return isinstance(first, dict) and "choices" in first
