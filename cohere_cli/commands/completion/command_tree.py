"""The command tree as plain records: commands, flags and values to complete."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_MODELS = ("models", "list", "--cached")
_NAMED = (*_MODELS, "--aliases")
_SETTINGS = ("completion", "bash", "--names", "settings")

# Parameters -> the words after `cohere-cli` that print the names to offer.
_PROGRAMS = {
    ("chat", "model"): (*_NAMED, "--endpoint", "chat"),
    ("rerank", "model"): (*_NAMED, "--endpoint", "rerank"),
    ("lab", "model"): (*_NAMED, "--endpoint", "rerank"),
    ("compat", "model"): (*_NAMED, "--compat"),
    ("models", "show", "name"): (*_MODELS, "--all"),
    ("config", "get", "setting"): _SETTINGS,
    ("config", "set", "setting"): _SETTINGS,
    ("config", "unset", "setting"): _SETTINGS,
}
_PROFILES = ("completion", "bash", "--names", "profiles")


def _lists() -> dict[str, tuple[str, ...]]:
    """Return the words of each flag whose value is several words with commas."""
    from cohere_cli.api.protocol.events import CHANNELS
    from cohere_cli.sandbox.faults.catalog import FAULTS

    return {"show": CHANNELS, "hide": CHANNELS, "fault": tuple(FAULTS)}


@dataclass(frozen=True, slots=True)
class Value:
    """The value of a flag or an argument: one of *choices*, a file, or any text.

    *program* has the words after `cohere-cli` that print the choices, one a line.
    *is_list*: several of the choices, with commas between them.
    """

    name: str
    choices: tuple[str, ...] = ()
    is_file: bool = False
    many: bool = False
    program: tuple[str, ...] = ()
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag with all its names, dashes included.

    *value* is None if it takes none. *alone*: the rest of the line is ignored, as
    for `--help`.
    """

    names: tuple[str, ...]
    summary: str
    value: Value | None = None
    repeatable: bool = False
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """A command; *path* is the program's name and the names of the commands."""

    path: tuple[str, ...]
    summary: str
    flags: tuple[Flag, ...] = ()
    arguments: tuple[Value, ...] = ()
    commands: tuple["Command", ...] = ()

    @property
    def name(self) -> str:
        """The last word of the path."""
        return self.path[-1]

    def all(self) -> Iterator["Command"]:
        """Yield this command, then all those below it."""
        yield self
        for command in self.commands:
            yield from command.all()


def build_tree(
    command: Any, path: tuple[str, ...] = ("co",), help_names: tuple[str, ...] = ()
) -> Command:
    """Return the tree of a Typer command, without hidden commands and flags.

    *help_names* are the names of the help flag, unless the command sets others.
    """
    names = tuple(command.context_settings.get("help_option_names", help_names))
    shown = [one for one in command.params if not getattr(one, "hidden", False)]
    flags = [_flag(one, path) for one in shown if one.param_type_name == "option"]
    if command.add_help_option:
        flags.append(Flag(names or ("--help",), "Show help", alone=True))
    return Command(
        path,
        _summary(command.short_help or command.help),
        tuple(flags),
        tuple(_value(one, path) for one in shown if one.param_type_name == "argument"),
        tuple(
            build_tree(one, (*path, name), names)
            for name, one in getattr(command, "commands", {}).items()
            if not one.hidden
        ),
    )


def _flag(option: Any, path: tuple[str, ...]) -> Flag:
    takes_none = option.is_flag or option.count
    return Flag(
        (*option.opts, *option.secondary_opts),
        _summary(option.help),
        value=None if takes_none else _value(option, path),
        repeatable=option.multiple or option.count,
        alone=option.is_eager,
    )


def _value(parameter: Any, path: tuple[str, ...]) -> Value:
    name = parameter.metavar or parameter.name
    choices = tuple(getattr(parameter.type, "choices", ()))
    words = () if choices else _lists().get(parameter.name, ())
    is_file = re.search(r"\bFILES?\b", name) is not None
    program = _PROGRAMS.get((*path[1:], parameter.name), ())
    return Value(
        name,
        choices or words,
        is_file,
        many=parameter.nargs == -1,
        program=_PROFILES if parameter.name == "profile" else program,
        is_list=bool(words),
    )


def _summary(text: str | None) -> str:
    """Return the first sentence, on one line, without its full stop."""
    return re.split(r"\.(?:\s|$)", " ".join((text or "").split()), maxsplit=1)[0]
