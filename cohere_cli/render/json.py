"""The `json` and `events` formats: one JSON object, or one event per line."""

import json
import re
from collections.abc import Iterable
from typing import Any

from cohere_cli.api.protocol.events import ChatEvent
from cohere_cli.errors import CoError, ExitCode
from cohere_cli.render.renderer import Renderer
from cohere_cli.strict_json import dumps
from cohere_cli.terminal import Terminal

# What a shell reports for a program that SIGINT ended: 128 + 2.
_INTERRUPTED = 130
# As os.fsdecode() writes a byte that is not UTF-8.
_NAME_BYTE = re.compile("[\udc80-\udcff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


class JsonRenderer(Renderer):
    """Writes the whole reply as one object, after its last event.

    The object is on one line in a pipe and indented on a terminal. If the reply was
    cut off, it has `"complete": false` and the reason in `"error"`. If no event
    arrived, nothing is written; nor if the shape is empty, as for a step of a longer
    answer.
    """

    _has_begun = False

    def _show(self, event: ChatEvent) -> None:
        self._has_begun = True

    def _complete(self, error: BaseException | None) -> None:
        if not self._has_begun:
            return
        response = self._shape(self._reply)
        if not response:
            return
        if error is not None:
            response = {**response, "complete": False, "error": _error_object(error)}
        indent = 2 if self._terminal.shows_output else None
        # A reply has Python's own numbers: `dumps` would look at each of its values.
        text = json.dumps(response, indent=indent, ensure_ascii=False)
        # Two writes: a reply may have 12 MiB, of which this would be one more copy.
        self._terminal.write(_writable(self._terminal, text))
        self._terminal.write("\n")


class EventsRenderer(Renderer):
    """Writes the server's events as they arrive, unchanged, one per line."""

    def _show(self, event: ChatEvent) -> None:
        """Write the raw text of *event*; derived events have none."""
        if event.raw:
            # In JSON a newline is legal only between tokens, where a space is too.
            line = event.raw.replace("\r", " ").replace("\n", " ")
            self._terminal.write(f"{safe_json(self._terminal, line)}\n")


def write_json(terminal: Terminal, value: Any) -> None:
    """Write *value* as JSON: one line in a pipe, indented on a terminal."""
    indent = 2 if terminal.shows_output else None
    terminal.write(f"{format_json(terminal, value, indent)}\n")


def write_json_list(terminal: Terminal, items: Iterable[Any], *, lines: bool) -> None:
    """Write *items*, JSON types, as one array or, with *lines*, one per line."""
    if not lines:
        write_json(terminal, list(items))
        return
    for item in items:
        terminal.write(f"{format_json(terminal, item)}\n")


def format_json(terminal: Terminal, value: Any, indent: int | None = None) -> str:
    """Return *value* as JSON in characters that are safe to write to *terminal*.

    Where output is shown, characters that could control the terminal are escaped.
    Lone surrogates always are: they cannot be encoded in UTF-8. One that stands for a
    byte of a file's name is U+FFFD, because most readers of JSON refuse surrogates.
    """
    return _writable(terminal, dumps(value, indent=indent))


def json_line(value: Any) -> str:
    """Return *value* as JSON for a pipe; surrogates are as in `format_json`."""
    return _encodable(dumps(value))


def _writable(terminal: Terminal, text: str) -> str:
    return safe_json(terminal, _encodable(text))


def _encodable(text: str) -> str:
    if text.isascii():
        return text
    return _SURROGATE.sub(_escape_found, _NAME_BYTE.sub("\ufffd", text))


def safe_json(terminal: Terminal, text: str) -> str:
    """Return *text*, which is JSON, with escapes of JSON for what `clean` changes."""
    return escaped_json(text) if terminal.shows_output else text


def escaped_json(text: str) -> str:
    """Return *text*, which is JSON, for a screen; see `safe_json`."""
    if text.isascii() and text.isprintable():
        return text
    from cohere_cli.characters.cleaner import clean_text

    return clean_text(text, _escape)


def _escape_found(found: re.Match[str]) -> str:
    return _escape(found[0])


def _escape(character: str) -> str:
    # DEL is the one character that clean() replaces and json.dumps does not escape.
    return "\\u007f" if character == "\x7f" else json.dumps(character)[1:-1]


def _error_object(error: BaseException) -> dict[str, Any]:
    if isinstance(error, CoError):
        return {**error.as_object(), "message": str(error)}
    if isinstance(error, KeyboardInterrupt):
        return {"message": "interrupted", "exit": _INTERRUPTED}
    return {"message": "a bug in co", "exit": int(ExitCode.BUG)}
