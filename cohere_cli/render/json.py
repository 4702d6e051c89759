"""A reply for programs: one JSON object, or the server's own events line by line."""

import json
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, Self

from cohere_cli.api.protocol.events import ChatEvent
from cohere_cli.api.protocol.reply import Reply
from cohere_cli.errors import CoError, ExitCode, OutputUnwritable
from cohere_cli.render.finish_reason import report_finish
from cohere_cli.terminal import Terminal, clean

# What a shell says of a program that SIGINT ended: 128 + 2.
_INTERRUPTED = 130


class JsonRenderer:
    """Writes the whole reply as one object, once it is over.

    One line in a pipe, indented on a terminal. A reply that was cut says so:
    `"complete": false` and why, as `"error"`. Nothing is written where nothing
    came, because then there is no reply at all.
    """

    def __init__(
        self, terminal: Terminal, shape: Callable[[Reply], dict[str, Any]]
    ) -> None:
        self._terminal = terminal
        self._shape = shape
        self._reply: Reply | None = None

    def __enter__(self) -> Self:
        return self

    def show(self, event: ChatEvent, reply: Reply) -> None:
        """Remember the reply."""
        self._reply = reply

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._reply is None or isinstance(error, OSError | OutputUnwritable):
            return
        told = self._shape(self._reply)
        if error is not None:
            told = {**told, "complete": False, "error": _error_object(error)}
        write_json(self._terminal, told)
        if error is None:
            report_finish(self._terminal, self._reply)


class EventsRenderer:
    """Writes what the server said, unchanged, one event a line."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._reply = Reply()

    def __enter__(self) -> Self:
        return self

    def show(self, event: ChatEvent, reply: Reply) -> None:
        """Write the event at once; one that the server did not send is passed by."""
        self._reply = reply
        if event.raw:
            self._terminal.write(f"{_one_line(event.raw)}\n")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Say how it ended; each event was written when it came."""
        if error is None:
            report_finish(self._terminal, self._reply)


def write_json(terminal: Terminal, value: Any) -> None:
    """Write *value* as JSON: one line in a pipe, indented on a terminal."""
    indent = 2 if terminal.shows_output else None
    terminal.write(f"{format_json(terminal, value, indent)}\n")


def format_json(terminal: Terminal, value: Any, indent: int | None = None) -> str:
    """Return *value* as JSON in the characters that *terminal* may be given.

    What could drive a terminal is escaped there. Lone surrogates always are: they
    have no bytes in UTF-8.
    """
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    if terminal.shows_output:
        return _escaped(text)
    return text if text.isascii() else _escaped_surrogates(text)


def _escaped(text: str) -> str:
    if clean(text) == text:
        return text
    return "".join(one if clean(one) == one else _escape(one) for one in text)


def _escaped_surrogates(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join(_escape(one) if _is_surrogate(one) else one for one in text)
    return text


def _is_surrogate(character: str) -> bool:
    return "\ud800" <= character <= "\udfff"


def _escape(character: str) -> str:
    # DEL is the one character that clean() shows and json.dumps would not escape.
    return "\\u007f" if character == "\x7f" else json.dumps(character)[1:-1]


def _one_line(raw: str) -> str:
    # In JSON a line end can only stand between tokens, where a space says the same.
    return raw.replace("\r", " ").replace("\n", " ")


def _error_object(error: BaseException) -> dict[str, Any]:
    if isinstance(error, CoError):
        return {"message": str(error), "exit": int(error.exit_code)}
    if isinstance(error, KeyboardInterrupt):
        return {"message": "interrupted", "exit": _INTERRUPTED}
    return {"message": "a bug in co", "exit": int(ExitCode.BUG)}


def write_json_list(terminal: Terminal, items: Iterable[Any], *, lines: bool) -> None:
    """Write *items*, JSON types, as one array or, with *lines*, as they come."""
    if not lines:
        write_json(terminal, list(items))
        return
    for item in items:
        terminal.write(f"{format_json(terminal, item)}\n")
