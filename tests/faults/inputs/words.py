"""Command lines: of each command, with each of its flags, as they are declared."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from typer.main import get_command

from cohere_cli.app import app
from tests.faults.inputs import strings


@dataclass(frozen=True, slots=True)
class Command:
    """A command by its words, and its parameters as Typer has them."""

    words: tuple[str, ...]
    parameters: tuple[Any, ...]


def commands() -> list[Command]:
    """Return all commands of the program, groups included."""
    return list(_walk(get_command(app), ()))


def _walk(command: Any, words: tuple[str, ...]) -> Iterator[Command]:
    yield Command(words, tuple(command.params))
    for name, below in getattr(command, "commands", {}).items():
        yield from _walk(below, (*words, name))


# What lets a command get beyond its arguments, by the words of the command.
_WORKING: Mapping[tuple[str, ...], tuple[tuple[str, ...], ...]] = {
    ("chat",): (("Hi",), ("Hi", "-d", "rain.txt"), ("-f", "body.yaml"), ()),
    ("ask",): (
        ("rain?", "rain.txt"),
        ("rain?", "."),
        ("rain?", "rain.txt", "--lexical"),
    ),
    ("search",): (("rain", "rain.txt", "--lexical"), ("rain", "records.jsonl"), ("x",)),
    ("compat",): (("Hi",), ("-f", "body.json"), ()),
    ("rerank",): (("-q", "rain", "rain.txt"), ("-q", "rain"), ("-q", "x", "table.csv")),
    ("lab",): (
        ("-q", "rain", "rain.txt"),
        ("--queries", "rain.txt", "records.jsonl"),
        (),
    ),
}

_PLAUSIBLE: Mapping[str, tuple[str, ...]] = {
    "prompt": ("Hi", "What rains?"),
    "query": ("rain",),
    "question": ("What rains?",),
    "glob": ("*.txt", "!*.csv"),
    "regexp": ("rain", "(a+)"),
    "extract": ("", "1", "python"),
    "param": ("who=x",),
    "shell": ("bash", "fish"),
    "profile": ("old", "sandbox", "new"),
    "show": ("thinking", "usage", "citations"),
    "hide": ("tools", "plan"),
    "fault": ("cut=5", "status=500", "html", "status=429"),
    "port": ("0",),
    "key_file": ("key",),
    "timeout": ("2", "0.5"),
    "max_time": ("2", "0.05"),
    "retries": ("0", "1"),
    "concurrency": ("1", "4"),
    "measure": ("ndcg@10", "mrr"),
    "records": ("$.a", "$[*]"),
    "field": ("text", "a", "text,a"),
    "rerank_path": ("/v2/rerank", "/rerank"),
    "command": ("cat key", "true", "missing"),
    "run": ("rain.txt",),
    "replay": ("folder",),
    "tools": ("tools.yaml",),
    "schema": ("schema.json", "name, age int"),
    "queries": ("rain.txt", "records.jsonl"),
    "script": ("body.yaml", "tape"),
}
_OF_KIND: Mapping[str, tuple[str, ...]] = {
    "integer": ("1", "2", "5"),
    "integer range": ("1", "2", "5"),
    "float": ("0.5", "1"),
    "float range": ("0.5", "1"),
}
_FILES = (*("rain.txt", "records.jsonl", "table.csv", "body.yaml", "stream", "tape"),)


def command_line(rng: Random, every: list[Command]) -> list[str]:
    """Return the words after `co`, most of which make sense."""
    command = rng.choice(every)
    words = [*command.words, *rng.choice(_WORKING.get(command.words, ((),)))]
    is_given = command.words in _WORKING
    for parameter in command.parameters:
        if parameter.param_type_name == "argument" and (
            rng.random() < (0.3 if is_given else 0.95)
        ):
            words += _argument(rng, parameter)
    flags = [one for one in command.parameters if one.param_type_name == "option"]
    for flag in rng.choices(flags, k=rng.randint(0, 4)) if flags else ():
        words += _flag(rng, flag)
    if (
        command.words[:2] in (("config", "set"), ("config", "get"))
        and rng.random() < 0.5
    ):
        words = _setting(rng, command.words)
    # A password that is a command's name would rightly be quoted.
    is_secret = strings.PASSWORD[0] in " ".join(words)
    return _shaken(rng, words) if rng.random() < 0.1 and not is_secret else words


def _argument(rng: Random, parameter: Any) -> list[str]:
    count = rng.choice((0, 1, 1, 2, 3)) if parameter.nargs == -1 else 1
    return [_value(rng, parameter) for _ in range(count)]


def _flag(rng: Random, flag: Any) -> list[str]:
    name = rng.choice([*flag.opts, *flag.secondary_opts])
    if flag.is_flag or flag.count:
        return [name]
    value = _value(rng, flag)
    shape = rng.random()
    if name.startswith("--") and shape < 0.3:
        return [f"{name}={value}"]
    if not name.startswith("--") and shape < 0.2:
        return [f"{name}{value}"]
    return [name, value]


def _value(rng: Random, parameter: Any) -> str:
    if rng.random() < 0.5:
        return rng.choice(_plausible(parameter))
    return _nasty(parameter)(rng)


def _plausible(parameter: Any) -> tuple[str, ...]:
    if found := _PLAUSIBLE.get(parameter.name):
        return found
    if choices := getattr(parameter.type, "choices", None):
        return tuple(map(str, choices))
    if found := _OF_KIND.get(parameter.type.name):
        return found
    if _is_url(parameter):
        return "{url}", "{dead}"
    if parameter.name == "setting":
        return ("model", "base_url", "proxy", "headers", "timeout", "show")
    return _FILES if _is_file(parameter) else ("x", "rain", "command-a-03-2025")


def _nasty(parameter: Any) -> Callable[[Random], str]:
    if _is_url(parameter):
        return strings.url
    return _path_or_text if _is_file(parameter) else strings.text


def _path_or_text(rng: Random) -> str:
    return rng.choice((strings.path, strings.path, strings.text))(rng)


def _is_url(parameter: Any) -> bool:
    return parameter.name.endswith("url")


def _is_file(parameter: Any) -> bool:
    metavar = parameter.metavar or ""
    return "FILE" in metavar or "DIR" in metavar


def _setting(rng: Random, words: tuple[str, ...]) -> list[str]:
    from cohere_cli.config.settings import SETTINGS

    name = rng.choice(list(SETTINGS))
    if words[1] == "get":
        return [*words, name]
    is_url = name == "proxy" or name.endswith("url")
    return [*words, name, (strings.url if is_url else strings.text)(rng)]


def _shaken(rng: Random, words: list[str]) -> list[str]:
    """Return *words* in which one is doubled, lost, moved, mistyped or strange."""
    found = list(words)
    at = rng.randint(0, len(found))
    match rng.randint(0, 4):
        case 0:
            found[at:at] = found[-1:]
        case 1:
            del found[at : at + 1]
        case 2:
            rng.shuffle(found)
        case 3:
            found.insert(at, strings.text(rng))
        case _:
            found[at : at + 1] = [
                strings.mutated(rng, one) for one in found[at : at + 1]
            ]
    return found
