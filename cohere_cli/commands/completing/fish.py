"""The completion script for fish: 3.1 and later."""

import re
from collections.abc import Iterable, Iterator

from cohere_cli.commands.completing.tree import Command, Flag, Value

_HEAD = """\
# Completion of co and cohere-cli for fish.
# Made by completions/write.py from the command tree: do not edit.
"""

_WALK = """
# Prints the command that the line leads to, and how many arguments it has.
function __co_follow
    set -l path co
    set -l place 0
    set -l flag
    set -l words (commandline -opc)
    set -e words[1]
    for word in $words
        if set -q flag[1]
            set -e flag
        else if __co_leads "$path $word"
            set path "$path $word"
            set place 0
        else if __co_takes "$path $word"
            set flag $word
        else if not string match -q -- '-*' $word
            set place (math $place + 1)
        end
    end
    printf '%s\\n' $path $place
end

# Whether the line leads to command $argv[1], with $argv[2] arguments if that is said.
function __co_at
    set -l followed (__co_follow)
    test $followed[1] = $argv[1]; or return
    not set -q argv[2]; or test $followed[2] = $argv[2]
end

# Whether the line leads to command $argv[1] and has none of the flags after it.
function __co_lacks
    __co_at $argv[1]; or return
    set -l words (commandline -opc)
    for flag in $argv[2..-1]
        contains -- $flag $words; and return 1
        string match -q -- "$flag=*" $words; and return 1
    end
    return 0
end

complete -c cohere-cli -w co
complete -c co -f
"""


def script(root: Command) -> str:
    """Return the script for the tree below *root*."""
    commands = list(root.all())
    return "\n".join(
        (
            _HEAD,
            "# Whether words lead to a command, or to a flag that takes a value.",
            *_test("__co_leads", (one.path for one in commands if one is not root)),
            *_test("__co_takes", _takers(commands)),
            _WALK.lstrip(),
            *(line for one in commands for line in _lines(one)),
            "",
        )
    )


def _test(name: str, ways: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"function {name}"
    yield "    contains -- $argv[1] \\"
    yield " \\\n".join(f"        {_quote(' '.join(way))}" for way in ways)
    yield "end\n"


def _takers(commands: Iterable[Command]) -> Iterator[tuple[str, ...]]:
    for one in commands:
        for flag in one.flags:
            if flag.value:
                yield from ((*one.path, name) for name in flag.names)


def _lines(command: Command) -> Iterator[str]:
    path = _quote(" ".join(command.path))
    for below in command.commands:
        words = ["-a", _quote(_word(below.name)), "-d", _quote(below.summary)]
        yield _complete(f"__co_at {path} 0", words)
    for place, value in enumerate(command.arguments):
        if value.is_file or value.choices:
            where = f"__co_at {path}" if value.many else f"__co_at {path} {place}"
            yield _complete(where, _offer(value))
    for flag in command.flags:
        yield _flag(path, flag)


def _flag(path: str, flag: Flag) -> str:
    names = " ".join(_quote(name) for name in flag.names)
    where = f"__co_at {path}" if flag.repeatable else f"__co_lacks {path} {names}"
    words = [part for name in flag.names for part in _name(name)]
    if flag.value:
        words += ["-r", *_offer(flag.value)]
    return _complete(where, [*words, "-d", _quote(flag.summary)])


def _name(name: str) -> tuple[str, str]:
    return ("-l" if name.startswith("--") else "-s", _quote(name.lstrip("-")))


def _offer(value: Value) -> list[str]:
    if value.is_file:
        return ["-F"]
    return ["-a", _quote(" ".join(map(_word, value.choices)))] if value.choices else []


def _complete(where: str, words: Iterable[str]) -> str:
    return " ".join(("complete -c co -n", _quote(where), *words))


def _word(text: str) -> str:
    return text if re.fullmatch(r"[\w.-]+", text, re.ASCII) else _quote(text)


def _quote(text: str) -> str:
    # Only these two mean something between fish's single quotes.
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
