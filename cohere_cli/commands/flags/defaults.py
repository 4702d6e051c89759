"""Defaults of flags in a profile: checked by the flags themselves, and filled in."""

import functools
import tomllib
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import fields, replace
from functools import partial
from importlib import import_module
from math import isfinite
from pathlib import Path
from typing import Any, TypeVar

import typer
from typer.main import get_command

from cohere_cli.commands.flags.base import (
    DefaultedFlags,
    expand_flags,
    flag_options,
)
from cohere_cli.commands.usage_errors import wanted_number
from cohere_cli.config.profiles import Profile
from cohere_cli.config.settings import FlagRule
from cohere_cli.text import is_file

FlagsT = TypeVar("FlagsT", bound=DefaultedFlags)

_BOOLEANS = {"true": True, "false": False}
_FILE_SUFFIXES = (".json", ".yaml", ".yml")

# Flags, and fields of a body file, that set one part of a request under several names.
_PARTS = {
    "json": "output",
    "json_object": "response_format",
    "max_completion_tokens": "max_tokens",
    "schema": "response_format",
    "stop": "stop_sequences",
    "thinking_budget": "thinking",
}


@functools.cache
def flag_rules(command: str) -> Mapping[str, FlagRule]:
    """Return what the default of each flag of *command* may be, by the flag's name."""
    kind = _flag_class(command)

    def declared(flags: Any) -> None: ...

    declared.__annotations__ = {"flags": kind, "return": None}
    app = typer.Typer()
    app.command()(expand_flags(declared))
    parameters = {one.name: one for one in get_command(app).params}
    return {
        name: _rule(parameters[name], option)
        for name, option in flag_options(kind).items()
    }


def _flag_class(command: str) -> type[DefaultedFlags]:
    module = import_module(f"cohere_cli.commands.flags.{command}")
    found: type[DefaultedFlags] = getattr(module, f"{command.title()}Flags")
    return found


def _rule(parameter: Any, option: Any) -> FlagRule:
    check = partial(_checked, parameter, option)
    return FlagRule(
        lambda value: check(_map_texts(option, value, _stored_path)),
        lambda text: check(_map_texts(option, _parsed(parameter, text), _given_path)),
        option.no_default,
    )


def _checked(parameter: Any, option: Any, value: Any) -> Any:
    """Return *value*, or raise `ValueError` if the flag would refuse it."""
    if not _has_type(parameter, value):
        raise ValueError(f"must be {_wanted(parameter, '')}")
    for one in value if parameter.multiple else [value]:
        try:
            parameter.type.convert(one, parameter, None)
            if option.callback:
                option.callback(one)
        except typer.BadParameter as exc:
            raise ValueError(f"must be {_wanted(parameter, exc.message)}") from exc
    return value


def _has_type(parameter: Any, value: object) -> bool:
    """Whether *value* has the TOML type of the flag: 1 is a number, and true is not."""
    if parameter.is_flag:
        return isinstance(value, bool)
    if parameter.multiple:
        return isinstance(value, list) and all(
            isinstance(one, str) and one.strip(" ") for one in value
        )
    if _is_number(parameter):
        return _is_finite(value, whole="int" in parameter.type.name)
    return isinstance(value, str) and bool(value.strip())


def _is_finite(value: object, *, whole: bool) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return isinstance(value, int) or (isfinite(value) and not whole)


def _is_number(parameter: Any) -> bool:
    return any(word in parameter.type.name for word in ("int", "float"))


def _wanted(parameter: Any, message: str) -> str:
    choices = getattr(parameter.type, "choices", None)
    if choices:
        return f"one of {', '.join(map(str, choices))}"
    if parameter.is_flag:
        return "true or false"
    if parameter.multiple:
        return "a list of texts that are not empty"
    if _is_number(parameter):
        return wanted_number(parameter.type, message)
    return "text in quotes, not empty"


def _parsed(parameter: Any, text: str) -> object:
    """Return the TOML value that *text* stands for; it need not be a right one."""
    if parameter.is_flag:
        return _BOOLEANS.get(text.strip().lower(), text)
    if parameter.multiple:
        return _list(text)
    if not _is_number(parameter):
        return text
    for number in (int, float):
        with suppress(ValueError):
            return number(text)
    return text


def _list(text: str) -> list[Any]:
    """Return a TOML array, or the words between commas."""
    if text.lstrip().startswith("["):
        # A ValueError of its own for a number of more than 4,300 digits.
        with suppress(ValueError, RecursionError):
            table = tomllib.loads(f"value = {text}")
            if len(table) == 1 and isinstance(table["value"], list):
                return table["value"]
    return [word.strip() for word in text.split(",")]


def _map_texts(option: Any, value: Any, path: Callable[[str], str]) -> Any:
    """Return *value* with *path* of each file that it names."""
    if isinstance(value, list):
        return [_map_texts(option, one, path) for one in value]
    if not isinstance(value, str):
        return value
    if option.text_file:
        is_named = value.startswith("@") and not value.startswith("@@")
        return f"@{path(value[1:])}" if is_named else value
    is_file = Path(value).suffix in _FILE_SUFFIXES or option.metavar == "FILE"
    is_json = value.lstrip().startswith("{") or "\n" in value
    names_file = option.input_file and (value == "-" or (is_file and not is_json))
    return path(value) if names_file else value


def _given_path(name: str) -> str:
    """Return the absolute path of a file that `co config set` is given."""
    path = _expanded(name).absolute()
    if name == "-" or not is_file(str(path)):
        raise ValueError(f"must name a file that exists, not {name!r}")
    return str(path)


def _stored_path(name: str) -> str:
    """Return the path of a file that a profile names, whatever folder a call is in."""
    path = _expanded(name)
    if not path.is_absolute():
        raise ValueError("must name a file by a path that begins with / or ~/")
    return str(path)


def _expanded(name: str) -> Path:
    try:
        return Path(name).expanduser()
    except RuntimeError:  # no user of this name has a home
        return Path(name)


def flags_of_profile(
    kind: type[FlagsT], values: dict[str, Any], given: Collection[str], profile: Profile
) -> FlagsT:
    """Return the flags of *values*, and for those not *given* the profile's defaults.

    A default is not used where another flag is given that sets the same part.
    """
    found = {} if values["no_defaults"] else profile.table(kind.command)
    parts = _flag_parts(kind)
    taken = {parts[name] for name in given if name in parts}
    used = {name: one for name, one in found.items() if parts[name] not in taken}
    return kind(**values | used, defaulted=frozenset(used))


def without_fields(flags: FlagsT, body: Mapping[str, Any]) -> FlagsT:
    """Return *flags* without the defaults of the parts that *body* sets."""
    taken = {_PARTS.get(name, name) for name in body}
    if _has_system_message(body):
        taken.add("system")
    parts, unset = _flag_parts(type(flags)), _unset(type(flags))
    lost = {name for name in flags.defaulted if parts[name] in taken}
    values = {name: unset[name] for name in lost}
    return replace(flags, **values, defaulted=flags.defaulted - lost)


def _flag_parts(kind: type[DefaultedFlags]) -> dict[str, str]:
    """Return the part of a request that each flag sets, else the flag's own name."""
    options = flag_options(kind)
    return {
        name: _PARTS.get(name) or option.body_field or name
        for name, option in options.items()
    }


def _unset(kind: type[DefaultedFlags]) -> dict[str, Any]:
    return {one.name: one.default for one in fields(kind)}


def _has_system_message(body: Mapping[str, Any]) -> bool:
    messages = body.get("messages")
    return any(
        isinstance(one, Mapping) and one.get("role") in ("system", "developer")
        for one in (messages if isinstance(messages, list) else ())
    )


def shown_defaults(flags: DefaultedFlags) -> str:
    """Return the defaults in use, for a log: "seed 7, stop a,b"."""
    shown = ((name, getattr(flags, name)) for name in sorted(flags.defaulted))
    return ", ".join(f"{name} {_shown(value)}" for name, value in shown)


_MAX_SHOWN = 40  # characters


def _shown(value: Any) -> str:
    text = ",".join(value) if isinstance(value, list) else str(value)
    text = text.lower() if isinstance(value, bool) else " ".join(text.split())
    return text if len(text) <= _MAX_SHOWN else f"{text[: _MAX_SHOWN - 1]}…"
