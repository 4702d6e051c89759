"""A list of objects for programs: one array, or an object a line."""

from collections.abc import Iterable
from typing import Any

from cohere_cli.render.records import json_text, write_object
from cohere_cli.terminal import Terminal


def write_listing(terminal: Terminal, items: Iterable[Any], *, lines: bool) -> None:
    """Write *items*, JSON types, as one array or, with *lines*, as they come."""
    if not lines:
        write_object(terminal, list(items))
        return
    for item in items:
        terminal.write(f"{json_text(terminal, item)}\n")
