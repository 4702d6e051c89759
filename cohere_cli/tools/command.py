"""A tool that is a command: its words, made of the arguments of a call."""

import os
import re
import shlex
import shutil
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from threading import Event
from typing import Any

from cohere_cli.record import EMPTY, Record
from cohere_cli.strict_json import dumps
from cohere_cli.tools.process import Limits, run_process, scrubbed
from cohere_cli.tools.result import ResultFormat, outcome_of
from cohere_cli.tools.tool import Approval, Json, Outcome, RunnableTool

END_OF_OPTIONS = "--"
SLOT = re.compile(r"\{([A-Za-z_][\w.-]*)\}")
_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_FIRST_OF_TWO_BYTES, _FIRST_OF_FOUR_BYTES = 0x80, 0x10000
_LITERAL = re.compile(r"\{(\{[A-Za-z_][\w.-]*\})\}")


class Command(Record):
    """What a declaration says of a command.

    `words` begin with the program; `{name}` as a whole word is the argument of that
    name, `{{name}}` the word `{name}`. `folder` is where it runs, None for the current
    one. `variables` are those of the environment that it gets, besides those that
    every command does.
    """

    words: tuple[str, ...]
    reads_json: bool = False
    result: ResultFormat = "text"
    folder: str | None = None
    variables: tuple[str, ...] = ()
    limits: Limits = Limits()


class InvalidWord(ValueError):
    """An argument of a call that must not become a word of a command."""


class CommandTool(RunnableTool):
    """A tool that runs a command.

    *environ* is the environment of `co`, of which the command gets little; *secrets*
    are values that no variable of the command has, such as the key of a profile.
    """

    def __init__(
        self,
        declaration: Json,
        command: Command,
        *,
        approve: Approval = "ask",
        origin: str = "",
        environ: Mapping[str, str] = EMPTY,
        secrets: Collection[str] = (),
    ) -> None:
        self.declaration, self.approve, self.origin = declaration, approve, origin
        self.command = command
        self._environ = environ
        self._secrets = secrets

    def shown(self, arguments: Json) -> str:
        """Return the command as a line of a shell that does the same."""
        words = _filled(self.command.words, self._values(arguments))
        line = " ".join(map(shell_word, words))
        if self.command.folder is not None:
            line = f"cd {shell_word(self.command.folder)} && {line}"
        if self.command.reads_json:
            line += f" <<< {shell_word(dumps(arguments))}"
        return line

    def run(self, arguments: Json, stop: Event) -> Outcome:
        """Run the command in containment, and return the rows of its output."""
        command = self.command
        try:
            words = [*safe_words(command.words, self._values(arguments))]
        except InvalidWord as exc:
            return Outcome.failed(str(exc))
        ended = run_process(
            words,
            environ=scrubbed(self._environ, command.variables, self._secrets),
            folder=command.folder,
            given=dumps(arguments) if command.reads_json else None,
            limits=command.limits,
            stop=stop,
        )
        return outcome_of(ended, command.result)

    def finds_program(self) -> bool:
        """Whether the program of the command is there."""
        word = self.command.words[0]
        if os.path.dirname(word):  # noqa: PTH120 - "./x" has one, too
            word = str(Path(self.command.folder or ".", word).absolute())
        return shutil.which(word, path=self._environ.get("PATH")) is not None

    def _values(self, arguments: Json) -> Json:
        """Return *arguments* with the defaults of the schema for those not given."""
        properties = self.schema.get("properties", {})
        defaults = {
            name: one["default"]
            for name, one in properties.items()
            if isinstance(one, Mapping) and "default" in one
        }
        return defaults | {**arguments}


def shell_word(text: str) -> str:
    """Return *text* as a word of bash, in which every character can be seen.

    A line end, a tab or a character without a width would look like something else.
    """
    if text.isprintable():
        return shlex.quote(text)
    return f"$'{''.join(map(_visible, text))}'"


def _visible(character: str) -> str:
    if character in "\\'":
        return f"\\{character}"
    if character.isprintable():
        return character
    code = ord(character)
    if code < _FIRST_OF_TWO_BYTES:
        return _ESCAPES.get(character, f"\\x{code:02x}")
    return f"\\u{code:04x}" if code < _FIRST_OF_FOUR_BYTES else f"\\U{code:08x}"


def slot_of(word: str) -> str:
    """Return the name of the argument that *word* stands for, "" for none."""
    found = SLOT.fullmatch(word)
    return found[1] if found else ""


def safe_words(words: Collection[str], values: Json) -> Iterator[str]:
    """Yield *words* with *values* in their slots.

    Raises `InvalidWord` for a value that could be an option, as it begins with `-` and
    no `--` is before its slot, and for one that no word can hold.
    """
    options_end = False
    for word, value in zip(words, _filled(words, values), strict=True):
        options_end = options_end or word == END_OF_OPTIONS
        if name := slot_of(word):
            _require_word(name, value, options_end=options_end)
        yield value


def _require_word(name: str, value: str, *, options_end: bool) -> None:
    if value.startswith("-") and not options_end:
        what = "begins with '-': it would be an option of the command"
        raise InvalidWord(f"{name} {what}, which is not allowed")
    if "\0" in value:
        raise InvalidWord(f"{name} has a NUL, which no argument of a command can have")


def _filled(words: Collection[str], values: Json) -> Iterator[str]:
    for word in words:
        if name := slot_of(word):
            yield _written(values.get(name))
        else:
            literal = _LITERAL.fullmatch(word)
            yield literal[1] if literal else word


def _written(value: Any) -> str:
    """Return an argument as a word: a text as it is, anything else as JSON."""
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    return dumps(value)
