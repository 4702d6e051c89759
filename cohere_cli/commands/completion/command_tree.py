"""The command tree as plain records: what completions and help are made of."""

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cohere_cli.commands.flags.base import OPTIONAL, CommonGroup


def _names(kind: str) -> tuple[str, ...]:
    return ("completion", "bash", "--names", kind)


# Parameters -> the words after `cohere-cli` that print the names to offer.
_PROGRAMS = {
    ("chat", "model"): _names("chat-models"),
    ("ask", "model"): _names("chat-models"),
    ("map", "model"): _names("chat-models"),
    ("ask", "rerank_model"): _names("rerank-models"),
    ("search", "model"): _names("rerank-models"),
    ("rerank", "model"): _names("rerank-models"),
    ("lab", "model"): _names("rerank-models"),
    ("compat", "model"): _names("compat-models"),
    ("history", "list", "model"): _names("chat-models"),
    ("chat", "resume"): _names("conversations"),
    ("ask", "resume"): _names("conversations"),
    ("compat", "resume"): _names("conversations"),
    ("preset", "show", "name"): _names("presets"),
    ("preset", "path", "name"): _names("presets"),
    ("preset", "edit", "name"): _names("presets"),
    ("mcp", "check", "name"): _names("servers"),
    ("models", "show", "name"): _names("models"),
    ("config", "get", "setting"): _names("settings"),
    ("config", "set", "setting"): _names("settings"),
    ("config", "unset", "setting"): _names("settings"),
}
# The same for flags that several commands have.
_NAMES_OF = {
    "profile": _names("profiles"),
    "preset": _names("presets"),
    "mcp": _names("servers"),
    "conversation": _names("conversations"),
    "conversations": _names("conversations"),
}


def _channels() -> tuple[str, ...]:
    from cohere_cli.api.protocol.events import CHANNELS

    return CHANNELS


def _faults() -> tuple[str, ...]:
    from cohere_cli.sandbox.faults.catalog import FAULTS

    return tuple(FAULTS)


def _built_in_tools() -> tuple[str, ...]:
    from cohere_cli.tools.builtin import BUILT_IN

    return ("search", *BUILT_IN)


# The words of each flag whose value is one of them, which are not declared to Typer.
_WORDS: dict[str, Callable[[], tuple[str, ...]]] = {"tool": _built_in_tools}

# The words of each flag whose value is several words with commas.
_LISTS: dict[str, Callable[[], tuple[str, ...]]] = {
    "show": _channels,
    "hide": _channels,
    "fault": _faults,
}


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
    text: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag with all its names, dashes included.

    *value* is None if it takes none. *alone*: the rest of the line is ignored, as
    for `--help`. *text* is the whole help, with range and default; *is_common*: the
    short help has it; *group* is its heading in the whole help.
    """

    names: tuple[str, ...]
    summary: str
    value: Value | None = None
    repeatable: bool = False
    alone: bool = False
    text: str = ""
    group: str = ""
    is_common: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """A command; *path* is the program's name and the names of the commands.

    *text* is its whole help: paragraphs, of which those after a `$` are examples.
    """

    path: tuple[str, ...]
    summary: str
    flags: tuple[Flag, ...] = ()
    arguments: tuple[Value, ...] = ()
    commands: tuple["Command", ...] = ()
    text: str = ""

    @property
    def name(self) -> str:
        """The last word of the path."""
        return self.path[-1]

    def all(self) -> Iterator["Command"]:
        """Yield this command, then all those below it."""
        yield self
        for command in self.commands:
            yield from command.all()


def build_tree(command: Any, path: tuple[str, ...] = ("co",)) -> Command:
    """Return the tree of a Typer command, without hidden commands and flags."""
    below = (build_tree(one, (*path, name)) for name, one in _shown_below(command))
    return _described(command, path, below)


def with_help_command(root: Command) -> Command:
    """Return *root* with `co help COMMAND`, which is a spelling of `--help`."""
    from cohere_cli.commands.help.topics import TOPICS

    words = (*(one.name for one in root.commands), *TOPICS)
    names = Value("COMMAND|TOPIC", words)
    path = (*root.path, "help")
    summary = "Show the whole help of a command, or that of a topic"
    spelling = Command(path, summary, arguments=(names,))
    return replace(root, commands=(*root.commands, spelling))


def describe(
    command: Any, path: tuple[str, ...], summaries: Mapping[str, str] | None = None
) -> Command:
    """Return a Typer command; of those below it, only the name and the summary.

    *summaries* has both where they are known without the commands themselves.
    """
    if summaries is None:
        summaries = {name: _summary_of(one) for name, one in _shown_below(command)}
    below = (Command((*path, name), text) for name, text in summaries.items())
    return _described(command, path, below)


def _shown_below(command: Any) -> Iterator[tuple[str, Any]]:
    for name, one in getattr(command, "commands", {}).items():
        if not one.hidden:
            yield name, one


def _described(
    command: Any, path: tuple[str, ...], below: Iterable[Command]
) -> Command:
    shown = [one for one in command.params if not getattr(one, "hidden", False)]
    return Command(
        path,
        _summary_of(command),
        tuple(_flag(one, path) for one in shown if one.param_type_name == "option"),
        tuple(_value(one, path) for one in shown if one.param_type_name == "argument"),
        tuple(below),
        inspect.cleandoc(command.help or ""),
    )


def _summary_of(command: Any) -> str:
    return _summary(command.short_help or command.help)


def _flag(option: Any, path: tuple[str, ...]) -> Flag:
    # An optional value is attached, so the next word is not one.
    is_optional = (option.metavar or "").startswith(OPTIONAL[0])
    takes_none = option.is_flag or option.count or is_optional
    return Flag(
        (*option.opts, *option.secondary_opts),
        _summary(option.help),
        value=None if takes_none else _value(option, path),
        repeatable=option.multiple or option.count,
        alone=option.is_eager,
        text=" ".join(filter(None, (option.help, _range(option), _default(option)))),
        group=str(option.rich_help_panel or ""),
        is_common=isinstance(option.rich_help_panel, CommonGroup),
    )


def _range(option: Any) -> str:
    """Return the range of a number: "[0 to 1]"; "" if only one end is set."""
    ends = (getattr(option.type, "min", None), getattr(option.type, "max", None))
    return "" if None in ends else f"[{ends[0]} to {ends[1]}]"


def _default(option: Any) -> str:
    """Return what holds without the flag: "[default: 4]"; "" if that is nothing."""
    default, shown = option.default, option.show_default
    if isinstance(shown, str):
        return f"[default: {shown}]"
    if not shown or default is None or (default is False and not option.secondary_opts):
        return ""
    if isinstance(default, bool):
        names = option.opts if default else option.secondary_opts
        return f"[default: {names[0].removeprefix('--')}]"
    return f"[default: {default}]"


def _value(parameter: Any, path: tuple[str, ...]) -> Value:
    choices = tuple(getattr(parameter.type, "choices", ()))
    if words_of := _WORDS.get(parameter.name):
        choices = words_of()
    name = parameter.metavar or "|".join(choices) or parameter.name.upper()
    list_words = None if choices else _LISTS.get(parameter.name)
    words = list_words() if list_words else ()
    program = _PROGRAMS.get((*path[1:], parameter.name), ())
    return Value(
        name,
        choices or words,
        is_file=re.search(r"\bFILES?\b", name) is not None or _is_path(parameter),
        many=parameter.nargs == -1,
        program=_NAMES_OF.get(parameter.name, program),
        is_list=bool(words),
        text=getattr(parameter, "help", None) or "",
        required=parameter.required,
    )


def _is_path(parameter: Any) -> bool:
    """Whether an argument is a file; the PATH of a flag may be one inside of JSON."""
    is_argument: bool = parameter.param_type_name == "argument"
    return is_argument and parameter.metavar == "PATH"


def _summary(text: str | None) -> str:
    """Return the first sentence, on one line, without its full stop."""
    return re.split(r"\.(?:\s|$)", " ".join((text or "").split()), maxsplit=1)[0]
