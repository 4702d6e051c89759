"""Completes commands, models, settings, channels and paths in a session."""

import os
import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from cohere_cli.conversation.session.slash_command import COMMANDS
from cohere_cli.terminal import clean_line

Candidates = Callable[[Sequence[str]], Iterable[str]]
"""Returns what may follow the earlier words of an argument."""

_COMMAND = re.compile(r"/([A-Za-z]*)")
_ARGUMENT = re.compile(r"/([A-Za-z]+)\s+(.*)", re.DOTALL)
_LAST_WORD = re.compile(r"""(?:'[^']*|"[^"]*|\\.|[^\s'"])*\Z""", re.DOTALL)


class SessionCompleter(Completer):
    """Completes the command of a line, and then its argument.

    *candidates* are by the kind of completion that the table of commands names;
    "commands" and "paths" are known here.
    """

    def __init__(self, candidates: Mapping[str, Candidates]) -> None:
        self._candidates = candidates

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterator[Completion]:
        """Yield the completions of the text before the cursor."""
        text = document.text_before_cursor
        if found := _COMMAND.fullmatch(text):
            yield from _commands(found[1].lower())
        elif found := _ARGUMENT.fullmatch(text):
            yield from self._argument(found[1].lower(), found[2])

    def _argument(self, command: str, argument: str) -> Iterator[Completion]:
        known = COMMANDS.get(command)
        if known is None or not known.completes:
            return
        if known.completes == "paths":
            last = _LAST_WORD.search(argument)
            yield from complete_path(last[0] if last else "")
            return
        *earlier, word = argument.split(" ")
        for name in self._names(known.completes, earlier):
            if name.lower().startswith(word.lower()):
                yield Completion(name, -len(word), display=clean_line(name))

    def _names(self, kind: str, earlier: Sequence[str]) -> Iterable[str]:
        if kind == "commands":
            return COMMANDS
        return self._candidates[kind](earlier) if kind in self._candidates else ()


def _commands(beginning: str) -> Iterator[Completion]:
    for name, command in COMMANDS.items():
        if name.startswith(beginning):
            yield Completion(
                f"/{name}",
                -len(beginning) - 1,
                display=f"/{name}",
                display_meta=command.summary,
            )


def complete_path(word: str) -> Iterator[Completion]:
    """Yield the files and folders that begin with *word*, quoted where need be."""
    typed = word.replace("\\ ", " ").lstrip("'\"")
    head, tail = os.path.split(typed)
    try:
        folder = Path(head or ".").expanduser()
        found = sorted(os.scandir(folder), key=lambda one: one.name)
    except (OSError, RuntimeError, ValueError):
        return
    for one in found:
        is_wanted = one.name.startswith(tail) and one.name.isprintable()
        if is_wanted and (tail.startswith(".") or not one.name.startswith(".")):
            yield _path(head, one, len(word))


def _path(head: str, entry: "os.DirEntry[str]", length: int) -> Completion:
    slash = "/" if _is_folder(entry) else ""
    whole = f"{os.path.join(head, entry.name)}{slash}"  # noqa: PTH118 - `./` stays
    home, rest = ("~", whole[1:]) if whole.startswith("~") else ("", whole)
    quoted = shlex.quote(rest) if rest else ""
    display = clean_line(f"{entry.name}{slash}")
    return Completion(f"{home}{quoted}", -length, display=display)


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False
