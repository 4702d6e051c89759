"""The commands of an interactive session, which begin with a slash: `/model NAME`."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, NamedTuple

from cohere_cli.errors import UsageProblem
from cohere_cli.system.programs import words_of
from cohere_cli.text import did_you_mean

Completion = Literal["", "channels", "commands", "models", "paths", "settings"]
"""What completes the argument of a command."""


class SlashCommand(NamedTuple):
    """A command: its arguments as the help shows them, what it does, and completion."""

    arguments: str
    summary: str
    completes: Completion = ""


class Entry(NamedTuple):
    """A line that was typed: a command and its argument, or a prompt without one."""

    command: str
    argument: str


COMMANDS: Mapping[str, SlashCommand] = {
    "help": SlashCommand("[COMMAND]", "list the commands, or describe one", "commands"),
    "model": SlashCommand("[NAME]", "show or choose the model", "models"),
    "system": SlashCommand("[TEXT|@FILE|-]", "show, set or remove the system message"),
    "doc": SlashCommand(
        "[PATH...|-]",
        "ground later answers: files are sent, folders searched",
        "paths",
    ),
    "ask": SlashCommand(
        "QUESTION [PATH...]", "answer one question from files, else those here", "paths"
    ),
    "image": SlashCommand("FILE|URL...", "send images with the next prompt", "paths"),
    "schema": SlashCommand(
        "[FILE|FIELDS|-]", "require JSON, of these fields: name, age int", "paths"
    ),
    "tools": SlashCommand(
        "[FILE|mcp://NAME|-]",
        "list the tools, or declare more for the model",
        "paths",
    ),
    "set": SlashCommand(
        "[NAME [VALUE|-]]", "list or change the settings of requests", "settings"
    ),
    "show": SlashCommand(
        "[CHANNEL...]", "list the parts of an answer, or show or hide one", "channels"
    ),
    "name": SlashCommand("[NAME]", "show or choose the name of the conversation"),
    "retry": SlashCommand("", "ask the last prompt again, on a branch of its own"),
    "edit": SlashCommand("[N]", "edit the last prompt, or that of turn N, and ask it"),
    "undo": SlashCommand("", "drop the last turn from what follows"),
    "branch": SlashCommand("[N]", "list the turns, or go on from turn N"),
    "copy": SlashCommand("[N]", "copy the last answer, or its code block N"),
    "save": SlashCommand(
        "FILE", "write the last answer; to .md or .html the conversation", "paths"
    ),
    "export": SlashCommand(
        "[FORMAT]", "print the conversation: md, html, json or jsonl"
    ),
    "usage": SlashCommand("", "show the tokens of the conversation so far"),
    "quit": SlashCommand("", "leave; so does Ctrl-D"),
}
"""The commands by name, in the order of the help."""

KEYS: Mapping[str, str] = {
    "Alt-Enter": "begins a new line; so does pasting several",
    '"""': "begins and ends a text of several lines",
    "Ctrl-C": "stops the answer, or clears the line",
    "Ctrl-R": "searches the earlier lines",
    "Ctrl-X Ctrl-E": "opens the line in the editor",
    "Tab": "completes commands, models, settings and paths",
}
"""What keys do, for the help."""

_ALIASES = {"exit": "quit", "q": "quit", "?": "help", "h": "help", "docs": "doc"}
_LEAVING = ("exit", "quit")
_COMMAND = re.compile(r"/([A-Za-z?][A-Za-z_-]*)(?:\s+(.*))?\s*", re.DOTALL)


def parse(line: str) -> Entry:
    """Return what *line* is; `//` begins a prompt with one slash.

    Raises `UsageProblem` for an unknown command.
    """
    text = line.strip()
    if text in _LEAVING:
        return Entry("quit", "")
    if text.startswith("//"):
        return Entry("", text[1:])
    if not (found := _COMMAND.fullmatch(text)):
        return Entry("", text)
    name, argument = found[1].lower(), (found[2] or "").strip()
    return Entry(_known(_ALIASES.get(name, name)), argument)


def _known(name: str) -> str:
    if name in COMMANDS:
        return name
    names = [f"/{one}" for one in COMMANDS]
    hint = did_you_mean(f"/{name}", names, "/help lists the commands;")
    also = f"// begins a prompt with a slash: //{name}"
    raise UsageProblem(f"no such command: /{name}", hint=f"{hint} {also}")


def split_words(argument: str) -> list[str]:
    """Return the words of *argument*, of which quotes make one; `~` is the home.

    Raises `UsageProblem` for a quote that is not closed.
    """
    try:
        return [_expanded(word) for word in words_of(argument)]
    except ValueError as exc:
        hint = "put a name that has quotes or spaces in quotes"
        raise UsageProblem(
            f"{argument!r} has a quote without its end", hint=hint
        ) from exc


def _expanded(word: str) -> str:
    if not word.startswith("~"):
        return word
    try:
        return str(Path(word).expanduser())
    except RuntimeError:  # no user of this name has a home
        return word


def parse_number(argument: str, what: str) -> int | None:
    """Return the number that *argument* is, None if it is empty.

    Raises `UsageProblem` for anything else; *what* is what the number stands for.
    """
    if not argument:
        return None
    if argument.isascii() and argument.isdigit() and len(argument) < len("1000000"):
        return int(argument)
    raise UsageProblem(f"{argument!r} is not the number of a {what}")
