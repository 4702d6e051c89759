"""Errors of a command line in the program's words, with one guess at what was meant."""

import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import dropwhile, takewhile
from typing import Any, NamedTuple

import typer

from cohere_cli.commands.help import synonyms
from cohere_cli.text import nearest

KEY_ON_COMMAND_LINE = "a key on the command line can be read by other users"
KEY_HINT = (
    "`co auth login` asks for it, or reads it from a pipe; else set CO_API_KEY or use "
    "--key-file FILE"
)

_KEY_FLAGS = ("--key", "--api-key", "--apikey", "--api_key", "--token")
_VALUE = re.compile(r"(?P<value>.*) is not (?:a valid|in the range|one of)", re.DOTALL)
_NUMBER = r"(-?\d+(?:\.\d+)?)"
_RANGE = re.compile(f"{_NUMBER}<=x<={_NUMBER}")
_LONG_FLAG = re.compile("--[a-z][a-z-]+$")
_WITH_PROMPT = ("co chat", "co compat")
_FILE = re.compile(r"/|\.\w+$")
_LONGEST_ECHO = 100  # characters of a command line in a hint
_NOT_IN_DOUBLE_QUOTES = re.compile(r'["$`\\!\n]')


class UsageMessage(NamedTuple):
    """What is wrong with a command line, and what was probably meant, or ""."""

    what: str
    hint: str = ""


def explain_usage_error(
    exc: typer.TyperException,
    words: Sequence[str],
    path: str,
    commands: Mapping[str, Any],
) -> UsageMessage:
    """Return the message for an error of Typer.

    *words* is the command line without `co`; *path* is as far as it is valid, such
    as `co auth`. *commands* has Typer's commands by name.
    """
    # Typer's public base class declares none of these.
    message = str(getattr(exc, "message", exc))
    if (name := getattr(exc, "option_name", None)) and "No such" in message:
        return _unknown_flag(name, exc, words, path, commands)
    if name and message.endswith("does not take a value."):
        hint = _flag_with_value(name, _command(path, commands))
        return UsageMessage(_in_our_style(message).what, hint)
    for beginning, explain in _BY_BEGINNING.items():
        if message.startswith(beginning):
            return explain(exc, words, path)
    param = getattr(exc, "param", None)
    if param and message:
        return _invalid_value(message, param)
    if param:
        choices = ", ".join(getattr(param.type, "choices", ()))
        hint = f"one of {choices}" if choices else ""
        return UsageMessage(f"missing argument: {param.human_readable_name}", hint)
    return _in_our_style(message)


def _in_our_style(text: str) -> UsageMessage:
    text = re.sub(r"\s*\n\s*", " ", text)
    return UsageMessage(f"{text[:1].lower()}{text[1:].rstrip('.')}")


def _unknown_flag(
    name: str, exc: Any, words: Sequence[str], path: str, commands: Mapping[str, Any]
) -> UsageMessage:
    if name in _KEY_FLAGS:
        return UsageMessage(KEY_ON_COMMAND_LINE, KEY_HINT)
    what = f"no such option: {name.strip()}"
    own = synonyms.HINTS_OF_COMMANDS.get(path, {})
    if hint := own.get(name) or synonyms.HINTS.get(name, ""):
        return UsageMessage(what, hint)
    ctx = getattr(exc, "ctx", None)
    if near := nearest(name, list(_flags(ctx)), synonyms.FLAGS):
        return UsageMessage(what, f"did you mean {near}?")
    if command := _command(path, commands):
        hint = _flag_elsewhere(name, command, path, commands)
    else:
        hint = f"flags follow the command: `{_reordered(name, words, commands)}`"
    return UsageMessage(what, hint or _dash_hint(name, words, path))


def _dash_hint(name: str, words: Sequence[str], path: str) -> str:
    """Return how to write words that begin with a dash and are no flags."""
    if path == "co config set":
        setting = " ".join(shlex.quote(word) for word in words[2:])
        return f"a value that begins with a dash follows two: `{path} -- {setting}`"
    if path in _WITH_PROMPT and not _LONG_FLAG.match(name):
        meant = _after_two_dashes(name, words) or f'{path} -- "- TEXT"'
        return f"a prompt that begins with a dash follows two dashes, `{meant}`"
    return ""


def _after_two_dashes(name: str, words: Sequence[str]) -> str:
    """Return the command line whose prompt begins at the word *name*, else ""."""
    at = next((at for at, one in enumerate(words) if one.startswith(name)), 0)
    rest = words[at:]
    # A dash later in the line may be a flag, which would be a part of the prompt.
    if not at or any(one.startswith("-") for one in rest[1:]):
        return ""
    meant = " ".join(map(_quoted, ["co", *words[:at], "--", *rest]))
    return meant if len(meant) <= _LONGEST_ECHO and "\n" not in meant else ""


def _quoted(word: str) -> str:
    """Return *word* as it is typed: in double quotes, where these suffice."""
    quoted = shlex.quote(word)
    is_plain = quoted == word or _NOT_IN_DOUBLE_QUOTES.search(word)
    return quoted if is_plain else f'"{word}"'


def _reordered(name: str, words: Sequence[str], commands: Mapping[str, Any]) -> str:
    """Return the command line with the flags before the command after it."""
    found = [at for at, word in enumerate(words) if word in commands]
    # In `-p sandbox chat` the first of them may be the value of a flag.
    free = [at for at in found if not words[at - 1].startswith("-")]
    at = next(iter(free or found), None)
    if at is None:
        return f"co chat {_corrected(name, name, commands['chat'])} …"
    command = commands[words[at]]
    # The command of a group has two words.
    end = at + 1 + hasattr(command, "commands")
    flags = [_corrected(word, name, command) for word in words[:at]]
    return f"co {' '.join(map(_quoted, [*words[at:end], *flags, *words[end:]]))}"


def _corrected(word: str, name: str, command: Any) -> str:
    """Return *word* with the flag of *command* that was meant, if it is *name*."""
    given, equals, value = word.partition("=")
    names = _names(command)
    if given != name or name in names:
        return word
    return f"{nearest(name, names, synonyms.FLAGS) or name}{equals}{value}"


def _flag_elsewhere(
    name: str, command: Any, path: str, commands: Mapping[str, Any]
) -> str:
    """Return which command takes the flag: one below *path*, or the other chat."""
    below = getattr(command, "commands", {})
    takers = [one for one, each in below.items() if name in _names(each)]
    shown = [one for one in takers if one in ("list", "show")] or takers
    if shown:
        return f"flags follow the command: `{path} {shown[0]} {name} …`"
    others = [one for one in _WITH_PROMPT if path in _WITH_PROMPT and one != path]
    found = (one for one in others if name in _names(_command(one, commands)))
    return next((f"`{one}` has {name}" for one in found), "")


def _names(command: Any) -> list[str]:
    params = command.params if command else ()
    flags = (one for one in params if one.param_type_name == "option")
    return [name for one in flags for name in (*one.opts, *one.secondary_opts)]


def _flags(ctx: Any) -> Iterator[str]:
    for param in ctx.command.params if ctx else ():
        yield from (name for name in param.opts if name.startswith("-"))


def _unknown_command(exc: Any, words: Sequence[str], path: str) -> UsageMessage:
    group = getattr(exc, "ctx", None)
    depth = len(path.split()) - 1
    # `co help NAME` is `co NAME --help`.
    given = words[1:] if words[:1] == ["help"] else words
    names = [word for word in given if not word.startswith("-")][depth:]
    name = names[0] if names else ""
    what = f"no such command: {name!r}"
    if path == "co" and (len(name.split()) > 1 or name.endswith("?")):
        return UsageMessage(what, _question(words))
    commands = group.command.list_commands(group) if group else ()
    others = synonyms.COMMANDS if path == "co" else synonyms.SUBCOMMANDS
    if near := nearest(name, commands, others):
        return UsageMessage(what, f"did you mean `{path} {near}`?")
    if words[:1] == ["help"]:
        return UsageMessage(what, _near_topic(name))
    is_question = path == "co" and words[:1] == [name] and names[1:]
    return UsageMessage(what, _question(words) if is_question else "")


def _near_topic(name: str) -> str:
    from cohere_cli.commands.help.topics import TOPICS

    near = nearest(name, TOPICS)
    return f"did you mean `co help {near}`?" if near else ""


def _question(words: Sequence[str]) -> str:
    """Return the hint for a question without a command, of one word or several."""
    text = [*takewhile(lambda word: not word.startswith("-"), words)]
    question = _quoted(" ".join(text))
    rest = map(_quoted, words[len(text) :])
    return f"to ask a question: `{' '.join(['co chat', question, *rest])}`"


def _extra_words(exc: Any, _: Sequence[str], path: str) -> UsageMessage:
    if path == "co auth login":
        return UsageMessage(KEY_ON_COMMAND_LINE, KEY_HINT)
    extra = str(exc.message).partition("(s) (")[2].removesuffix(")")
    return UsageMessage(f"unexpected argument: {extra}")


def _flag_with_value(name: str, command: Any) -> str:
    """Return what to write in place of `--stream=false`."""
    opposite = f"--no-{name.removeprefix('--')}"
    has_opposite = opposite in _names(command)
    return f"{name} or {opposite}" if has_opposite else f"{name} alone"


def _command(path: str, commands: Mapping[str, Any]) -> Any:
    """Return the command of *path*, whose first words name the program, or None."""
    names = dropwhile(lambda name: name not in commands, path.split())
    command: Any = commands.get(next(names, ""))
    for name in names if command else ():
        command = command.commands[name]
    return command


def _invalid_value(message: str, param: Any) -> UsageMessage:
    found = _VALUE.match(message)
    is_flag = param.param_type_name == "option"
    name = max(param.opts, key=len) if is_flag else param.human_readable_name
    if not found:
        return UsageMessage(f"{name}: {_in_our_style(message).what}")
    value = found["value"].strip("'\"")
    choices = getattr(param.type, "choices", None)
    if choices:
        choices = [str(one) for one in choices]
        what = f"{name} is one of {', '.join(choices)}, not {value!r}"
        if near := nearest(value, choices, synonyms.VALUES):
            return UsageMessage(what, f"did you mean {near}?")
        is_file = name == "--output" and _FILE.search(value)
        hint = f"`> {shlex.quote(value)}` writes the answer to a file"
        return UsageMessage(what, hint if is_file else "")
    wanted = wanted_number(param.type, message)
    return UsageMessage(f"{name} must be {wanted}, not {value}")


def wanted_number(kind: Any, message: str) -> str:
    """Return the numbers that a type takes: "a whole number from 0 to 9"."""
    noun = "a whole number" if "int" in kind.name else "a number"
    least, most = getattr(kind, "min", None), getattr(kind, "max", None)
    # `between` of the flags has the range in its message alone.
    if found := _RANGE.search(message):
        least, most = found.groups()
    if least is not None and most is not None:
        return f"{noun} from {least} to {most}"
    return noun if least is None else f"{noun} of {least} or more"


_Explain = Callable[[Any, Sequence[str], str], UsageMessage]
_BY_BEGINNING: Mapping[str, _Explain] = {
    "No such command": _unknown_command,
    "Got unexpected extra argument": _extra_words,
}
