"""What a page of help holds: the short one of `-h`, and the whole one of `--help`."""

import re
from collections.abc import Iterable, Iterator, Sequence

from cohere_cli.commands.completion.command_tree import Command, Flag, Value
from cohere_cli.commands.flags.base import GROUPS
from cohere_cli.commands.help.layout import Example, Heading, Part, Row, Rows, Text

_OTHER = "Flags"  # the group of a flag that declares none
_GROUPS = (_OTHER, *GROUPS)
_EXAMPLES = 3  # of the short help
_PARAGRAPHS = 1
_ROOT = ("co",)
_MORE = "; `co help` lists topics"  # of the list of all commands
_PROMPT = "$ "  # before an example in a docstring


def short_page(command: Command) -> Iterator[Part]:
    """Yield the usage, the first paragraph, examples and the common flags.

    Only a page that refers to the whole one leaves out examples after the third.
    """
    texts, examples = _texts_and_examples(command)
    flags = _by_group(command.flags)
    common = [one for one in flags if one.is_common] or flags
    yield from _beginning(command, texts[:_PARAGRAPHS])
    if examples:
        yield Heading("Examples")
        most = _EXAMPLES if len(common) < len(flags) else None
        yield from map(Example, examples[:most])
    if command.commands:
        yield _listed_flags(flags, command.path)
        return
    yield Heading("Flags")
    yield Rows(tuple(map(_flag_row, common)))
    if len(common) < len(flags):
        path = " ".join(command.path)
        yield Text(f"`{path} --help` describes all {len(flags)} flags.")


def whole_page(command: Command) -> Iterator[Part]:
    """Yield the usage, all paragraphs and examples, and each flag once, by group."""
    texts, examples = _texts_and_examples(command)
    yield from _beginning(command, texts)
    if command.commands:
        yield _listed_flags(command.flags, command.path)
    for group in () if command.commands else _GROUPS:
        rows = [_flag_row(one) for one in command.flags if _group(one) == group]
        if rows:
            yield Heading(group)
            yield Rows(tuple(rows))
    if examples:
        yield Heading("Examples")
        yield from map(Example, examples)


def _listed_flags(flags: Iterable[Flag], path: tuple[str, ...]) -> Text:
    """Return one line for the flags of a list of commands, which explain themselves.

    The list of all commands has to fit a screen.
    """
    names = (name for one in flags for name in sorted(one.names, key=len))
    text = f"Flags: {', '.join(names)}"
    return Text(text + _MORE if path == _ROOT else text, is_close=True)


def _beginning(command: Command, texts: Iterable[str]) -> Iterator[Part]:
    yield Text(_usage(command), hanging=len("Usage: "))
    # The list of all commands has to fit a screen.
    is_root = len(command.path) == 1
    yield from (Text(one, is_close=is_root) for one in texts)
    if command.commands:
        yield Heading("Commands")
        rows = tuple(Row(one.name, one.summary) for one in command.commands)
        yield Rows(rows, is_table=True)
    if command.arguments:
        yield Heading("Arguments")
        rows = tuple(Row(one.name, one.text) for one in command.arguments)
        yield Rows(rows, is_table=True)


def _usage(command: Command) -> str:
    words = [*command.path]
    if command.commands:
        words.append("COMMAND")
    words += ["[FLAG]...", *map(_argument, command.arguments)]
    return f"Usage: {' '.join(words)}"


def _argument(one: Value) -> str:
    name = one.name if one.required else f"[{one.name}]"
    return f"{name}..." if one.many else name


def _texts_and_examples(command: Command) -> tuple[list[str], list[str]]:
    """Return the paragraphs of a command's text, and those that are examples."""
    texts: list[str] = []
    examples: list[str] = []
    for block in re.split(r"\n\s*\n", command.text):
        found = examples if block.startswith(_PROMPT) else texts
        found.append(" ".join(block.removeprefix(_PROMPT).split()))
    return texts, examples


def _group(flag: Flag) -> str:
    return flag.group or _OTHER


def _by_group(flags: Sequence[Flag]) -> list[Flag]:
    return sorted(flags, key=lambda one: _GROUPS.index(_group(one)))


def _flag_row(flag: Flag) -> Row:
    """Return "-d, --document FILE" with its text; long names stand in one column."""
    short = [name for name in flag.names if not name.startswith("--")]
    long = [name for name in flag.names if name.startswith("--")]
    names = ", ".join([*short, *long])
    indent = "" if short else " " * len("-x, ")
    value = f" {flag.value.name}" if flag.value else ""
    return Row(f"{indent}{names}{value}", flag.text)
