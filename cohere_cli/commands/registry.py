"""The table of commands, the flags that show the help of each, and a check of flags.

Each module is imported when its command is used.

Importing all of them takes as long as importing Typer, and a call needs only one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Any, NamedTuple

import typer
from typer.core import TyperOption
from typer.main import get_group

from cohere_cli.commands.flags.base import HELP, OPTIONAL, expand_flags
from cohere_cli.errors import UsageProblem
from cohere_cli.terminal import Terminal

if TYPE_CHECKING:
    from cohere_cli.commands.help.layout import Part


class Entry(NamedTuple):
    """Where a command is, `module:object`, and the first sentence of its help.

    The sentence is here, too, so that the list of commands imports none of them.
    """

    target: str
    summary: str


COMMANDS = {
    "chat": Entry(
        "cohere_cli.commands.chat:chat",
        "Chat with a model; ground the answer in documents, with citations",
    ),
    "ask": Entry(
        "cohere_cli.commands.retrieval.ask:ask",
        "Answer a question from your files, with citations",
    ),
    "search": Entry(
        "cohere_cli.commands.retrieval.search:search",
        "Find the passages of your files that answer a query",
    ),
    "rerank": Entry(
        "cohere_cli.commands.rerank:rerank",
        "Rank lines of text, or records of JSON, YAML or CSV, by a query",
    ),
    "map": Entry(
        "cohere_cli.commands.map.command:map_records",
        "Send one request for each record; write the answers in order",
    ),
    "lab": Entry(
        "cohere_cli.commands.lab:lab",
        "Compare rerank models on your own queries, records and judgements",
    ),
    "compat": Entry(
        "cohere_cli.commands.compat:compat",
        "Send a prompt to an OpenAI-compatible endpoint",
    ),
    "history": Entry(
        "cohere_cli.commands.history.command:app",
        "List, show, search, export and delete what was asked and answered",
    ),
    "replay": Entry(
        "cohere_cli.commands.replay:replay",
        "Show a recorded reply again",
    ),
    "completion": Entry(
        "cohere_cli.commands.completion.command:app",
        "Print or install the completion script of a shell",
    ),
    "doctor": Entry(
        "cohere_cli.commands.doctor:doctor",
        "Check everything a call needs; exit 0 if all checks pass",
    ),
    "auth": Entry(
        "cohere_cli.commands.auth:app",
        "Manage API keys, and the profiles that they belong to",
    ),
    "config": Entry(
        "cohere_cli.commands.config:app",
        "Show and change the settings of profiles",
    ),
    "preset": Entry(
        "cohere_cli.commands.preset:app",
        "List, show and edit body files that are kept by name",
    ),
    "tools": Entry(
        "cohere_cli.commands.tools.command:app",
        "Check, try and declare the tools that a model may call",
    ),
    "mcp": Entry(
        "cohere_cli.commands.mcp.command:app",
        "List and check servers of tools; serve folders to other programs",
    ),
    "models": Entry(
        "cohere_cli.commands.models:app",
        "List models, and show what a model supports",
    ),
    "cache": Entry(
        "cohere_cli.commands.retrieval.cache:app",
        "List, clear or locate the indexes of searched files",
    ),
    "sandbox": Entry(
        "cohere_cli.commands.sandbox:app",
        "Mock the API locally: no model, no key, no network",
    ),
}
"""The commands by name, in the order of the help."""

_HELP_TEXTS = {
    "-h": "Show the short help: what is needed most.",
    "--help": "Show the whole help.",
}
_BOLD, _PLAIN = "\x1b[1m", "\x1b[22m"


class LazyCommands(Mapping[str, Any]):
    """Typer's commands by name, each imported at its first look-up."""

    def __init__(self) -> None:
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._loaded:
            self._loaded[name] = _load(name, COMMANDS[name].target)
        return self._loaded[name]

    def __contains__(self, name: object) -> bool:
        return name in COMMANDS

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)

    def summaries(self) -> dict[str, str]:
        """Return the first sentence of each command's help, without importing it."""
        return {name: entry.summary for name, entry in COMMANDS.items()}


def _load(name: str, target: str) -> Any:
    """Import *target* and return its command, or its group of commands."""
    module, _, attribute = target.partition(":")
    declared = getattr(import_module(module), attribute)
    root = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
    if isinstance(declared, typer.Typer):
        root.add_typer(declared, name=name)
    else:
        from cohere_cli.commands.call.session import flags_of_call

        root.command(name)(expand_flags(declared, flags_of_call))
    return add_help_flags(get_group(root).commands[name])


def add_help_flags(command: Any) -> Any:
    """Give *command*, and the commands below it, -h and --help; return it.

    They also refuse a flag where another one needs a value.
    """
    command.add_help_option = False
    command.params += [_help_flag(name) for name in _HELP_TEXTS]
    _refuse_flags_as_values(command)
    for below in getattr(command, "commands", {}).values():
        add_help_flags(below)
    return command


def show_help(ctx: Any, *, whole: bool = False, topics: Sequence[str] = ()) -> None:
    """Write the help of the command of *ctx*, Typer's context.

    *topics* are listed in place of what the command is for.
    """
    from cohere_cli.commands.completion.command_tree import describe
    from cohere_cli.commands.help.page import short_page, whole_page

    below = getattr(ctx.command, "commands", None)
    summaries = below.summaries() if isinstance(below, LazyCommands) else None
    command = describe(ctx.command, tuple(ctx.command_path.split()), summaries)
    if topics:
        command = replace(command, text=f"Topics: {', '.join(topics)}")
    _draw(whole_page(command) if whole else short_page(command))


def _draw(page: "Iterator[Part]") -> None:
    from cohere_cli.commands.help.layout import lay_out

    terminal = Terminal.system()
    paint = _bold if terminal.has_colour else str
    lines = lay_out(page, terminal.width, paint)
    terminal.draw("".join(f"{line}\n" for line in lines))


def show_topic(ctx: Any, words: Sequence[str]) -> bool:
    """Write what `co help` followed by *words* shows; return whether it is a topic.

    Without words it is the list of commands and topics.
    """
    from cohere_cli.commands.help.topics import TOPICS, topic_page, topics_page

    if not words:
        show_help(ctx, whole=True, topics=tuple(TOPICS))
        return True
    name, *more = words
    if name == "schemas":
        _show_schemas(more)
        return True
    if more or name not in (*TOPICS, "topics"):
        return False
    _draw(topics_page() if name == "topics" else topic_page(name, ctx.command))
    return True


def _show_schemas(names: Sequence[str]) -> None:
    from cohere_cli.commands.help.schemas import find_schema, schemas
    from cohere_cli.render.json import write_json

    found = find_schema(" ".join(names)) if names else schemas()
    write_json(Terminal.system(), found)


def _help_flag(name: str) -> Any:
    def show(ctx: Any, _param: Any, asked: bool) -> None:
        if asked and not ctx.resilient_parsing:
            show_help(ctx, whole=name == "--help")
            raise typer.Exit

    return TyperOption(
        param_decls=[name],
        is_flag=True,
        expose_value=False,
        is_eager=True,
        help=_HELP_TEXTS[name],
        callback=show,
        rich_help_panel=HELP,
    )


def _refuse_flags_as_values(command: Any) -> None:
    """Have Typer's *command* refuse a flag as a separate value of another flag.

    `--model -p sandbox` would name the model `-p`, and make `sandbox` a part of the
    prompt. `--model=-p` remains.
    """
    parse = command.parse_args

    def checked(ctx: Any, args: list[str]) -> Any:
        try:
            return parsed(ctx, args)
        except typer.TyperException:
            # Only now, so that a valid line does not load what knows the old names.
            from cohere_cli.commands.help.renamed import with_new_names

            words, warnings = with_new_names(ctx.command_path, args)
            if not warnings:
                raise
            for warning in warnings.values():
                Terminal.system().warn(warning)
            return parsed(ctx, words)

    def parsed(ctx: Any, args: list[str]) -> Any:
        args = [*_with_values(args, command)]
        for name, value in _flags_with_values(args, command):
            if value in _names(command):
                hint = (
                    f"give {name} a value; {_long(name, command)}={value} is possible"
                )
                raise UsageProblem(f"{name} is followed by a flag: {value}", hint=hint)
        return parse(ctx, args)

    command.parse_args = checked


def _with_values(args: Sequence[str], command: Any) -> Iterator[str]:
    """Yield *args*; where an optional value of a flag is missing, it is empty.

    `-x` becomes `--extract=`, `-x2` becomes `--extract=2`. As in GNU's programs, such
    a value is attached: the next word may be a prompt.
    """
    optional = [one for one in _flags(command) if _is_optional(one)]
    takers = {name for one in _flags(command) if _has_value(one) for name in one.opts}
    takers -= {name for one in optional for name in one.opts}
    words = iter(args)
    for word in words:
        yield _with_value(word, optional)
        if word in takers:
            yield from islice(words, 1)
        elif word == "--":
            yield from words


def _with_value(word: str, optional: Iterable[Any]) -> str:
    for flag in optional:
        long, short = max(flag.opts, key=len), min(flag.opts, key=len)
        if word == long:
            return f"{long}="
        if word.startswith(short) and not word.startswith("--"):
            return f"{long}={word.removeprefix(short).removeprefix('=')}"
    return word


def _is_optional(flag: Any) -> bool:
    return (flag.metavar or "").startswith(OPTIONAL[0])


def _long(name: str, command: Any) -> str:
    """Return the longest name of the flag *name*."""
    found = (one.opts for one in _flags(command) if name in one.opts)
    names: list[str] = next(found)
    return max(names, key=len)


def _flags_with_values(args: Sequence[str], command: Any) -> Iterator[tuple[str, str]]:
    """Yield each flag that takes a value, as it is named in *args*, with its value."""
    takers = {name for one in _flags(command) if _has_value(one) for name in one.opts}
    words = takewhile(lambda word: word != "--", args)
    for word in words:
        if word in takers and (value := next(words, None)) is not None:
            yield word, value


def _has_value(flag: Any) -> bool:
    return not flag.is_flag and not flag.count


def _names(command: Any) -> set[str]:
    return {
        name for one in _flags(command) for name in (*one.opts, *one.secondary_opts)
    }


def _flags(command: Any) -> Iterator[Any]:
    return (one for one in command.params if one.param_type_name == "option")


def _bold(text: str) -> str:
    return f"{_BOLD}{text}{_PLAIN}"
