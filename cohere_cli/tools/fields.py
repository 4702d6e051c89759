"""The fields that say how a declared tool runs, each with what reads and checks it."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple, get_args

from cohere_cli.text import did_you_mean
from cohere_cli.tools.command import SLOT, slot_of
from cohere_cli.tools.process import MEBIBYTE, PRIVATE, is_private
from cohere_cli.tools.result import ResultFormat
from cohere_cli.tools.tool import Approval

_MOST_SECONDS = 3600
_LEAST_MEMORY = 16 * MEBIBYTE
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SIZE = re.compile(r"([1-9][0-9]{0,9}) ?(|[KMG](?:i?B)?)")
_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


class InvalidField(ValueError):
    """A field of a declaration is wrong; *path* leads from the field to the part."""

    def __init__(self, what: str, *path: str | int, hint: str = "") -> None:
        super().__init__(what)
        self.path = path
        self.hint = hint


def _words(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        hint = "there is no shell: write each word of the command as an item"
        raise InvalidField("must be a list of words, not one text", hint=hint)
    if not isinstance(value, list) or not value:
        raise InvalidField("must be a list: the program, and its arguments")
    words = tuple(_word(one, at) for at, one in enumerate(value))
    if slot_of(words[0]) or not words[0]:
        raise InvalidField("must begin with the name of a program", 0)
    return words


def _word(value: object, at: int) -> str:
    # An integer is written as it is read; a float or a boolean may not be.
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise InvalidField("must have texts alone", at, hint="put it in quotes")
    if "\0" in value:
        raise InvalidField("has a word with a NUL, which no command can get", at)
    return value


def _choice(value: object, choices: tuple[str, ...]) -> str:
    if isinstance(value, str) and value in choices:
        return value
    hint = did_you_mean(value, choices) if isinstance(value, str) else ""
    raise InvalidField(f"must be one of {', '.join(choices)}", hint=hint)


def _seconds(value: object) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and 0 < value <= _MOST_SECONDS:  # type: ignore[operator]
        return float(value)  # type: ignore[arg-type]
    raise InvalidField(f"must be seconds, more than 0 and at most {_MOST_SECONDS:,}")


def _memory(value: object) -> int | None:
    if value == "none":
        return None
    found = _SIZE.fullmatch(str(value)) if isinstance(value, int | str) else None
    size = int(found[1]) * _UNITS[found[2][:1]] if found else 0
    if size < _LEAST_MEMORY:
        raise InvalidField("must be a size such as 512M or 4G, at least 16M, or none")
    return size


def _folder(value: object) -> str:
    if not isinstance(value, str) or not value or "\0" in value:
        raise InvalidField("must be the path of a folder")
    return value


def _variables(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        hint = "such as [PGHOST, PGUSER]; their values are those of your shell"
        raise InvalidField("must be a list of names of variables", hint=hint)
    for at, one in enumerate(value):
        if not isinstance(one, str) or not _VARIABLE.fullmatch(one):
            raise InvalidField("must be a list of names of variables", at)
        if is_private(one):
            raise InvalidField(f"has {one}: no command gets the variables of co", at)
    return tuple(value)


def _reads_json(value: object) -> bool:
    return _choice(value, ("json", "none")) == "json"


class Field(NamedTuple):
    """A field: its name in `Command` or `Limits`, what reads it, and its JSON Schema.

    *read* knows more than *schema*, such as whether a folder exists.
    """

    name: str
    read: Callable[[Any], Any]
    schema: Mapping[str, Any]


def _chosen(name: str, kind: Any, default: str, text: str) -> Field:
    choices = get_args(kind)
    schema = {"enum": [*choices], "default": default, "description": text}
    return Field(name, partial(_choice, choices=choices), schema)


_NO_NUL = "^[^\0]*$"
_WORD = {"type": ["string", "integer"], "pattern": _NO_NUL}
FIELDS: dict[str, Field] = {
    "run": Field(
        "run",
        _words,
        {
            "type": "array",
            "minItems": 1,
            "items": [_WORD | {"not": {"pattern": f"^({SLOT.pattern})?$"}}],
            "additionalItems": _WORD,
            "description": "The command: the program, then its words; there is no "
            "shell. {name} as a whole word is the argument of that name.",
        },
    ),
    "stdin": Field(
        "stdin",
        _reads_json,
        {
            "enum": ["json", "none"],
            "default": "none",
            "description": "json: the arguments are one JSON object on standard input.",
        },
    ),
    "result": _chosen("result", ResultFormat, "text", "How the output is read."),
    "approve": _chosen("approve", Approval, "ask", "Whether a call is asked about."),
    "timeout": Field(
        "seconds",
        _seconds,
        {
            "type": "number",
            "exclusiveMinimum": 0,
            "maximum": _MOST_SECONDS,
            "default": 30,
            "description": "Seconds until the command is ended.",
        },
    ),
    "memory": Field(
        "memory",
        _memory,
        {
            "anyOf": [
                {"const": "none"},
                {"type": "string", "pattern": f"^{_SIZE.pattern}$"},
                {"type": "integer", "minimum": _LEAST_MEMORY},
            ],
            "default": "2G",
            "description": "Of each process: 512M, 4G, at least 16M, or none.",
        },
    ),
    "cwd": Field(
        "folder",
        _folder,
        {
            "type": "string",
            "minLength": 1,
            "pattern": _NO_NUL,
            "description": "The folder it runs in; a relative path begins at the "
            "folder of this file.",
        },
    ),
    "env": Field(
        "variables",
        _variables,
        {
            "type": "array",
            "items": {
                "type": "string",
                "pattern": f"^{_VARIABLE.pattern}$",
                "not": {"pattern": f"^({'|'.join(PRIVATE)})"},
            },
            "description": "Variables that the command gets from your environment.",
        },
    ),
}
"""The fields that say how a tool runs, by their names in a file."""
