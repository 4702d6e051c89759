"""The completion script for fish: 3.1 and later."""

import re
from collections.abc import Iterable, Iterator

from cohere_cli.commands.completion.command_tree import Command, Flag, Value

_HEAD = """\
# Completion of co and cohere-cli for fish.
# Made by completions/write.py from the command tree: do not edit.
"""

_WALK = """
# Sets $__co_followed: the command that the line leads to, how many arguments it has,
# and the flag that waits for its value. Every flag asks, so the answer is kept.
function __co_follow
    set -l line (commandline -pc)
    test "$line" = "$__co_line"; and return
    set -g __co_line $line
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
    set -g __co_followed $path $place $flag
end

# Whether the line leads to command $argv[1], with $argv[2] arguments if that is said.
function __co_at
    __co_follow
    test $__co_followed[1] = $argv[1]; or return
    not set -q argv[2]; or test $__co_followed[2] = $argv[2]
end

# Whether the line leads to command $argv[1] and has none of the flags after it, but
# for one that waits.
function __co_lacks
    __co_at $argv[1]; or return
    set -q __co_followed[3]; and contains -- $__co_followed[3] $argv; and return
    set -l words (commandline -opc)
    for flag in $argv[2..-1]
        contains -- $flag $words; and return 1
        string match -q -- "$flag=*" $words; and return 1
    end
    return 0
end

# Names models: $argv says which, the line at which server.
function __co_name_models
    set -l server
    set -l words (commandline -opc)
    for at in (seq (count $words))
        switch $words[$at]
            case -p --profile --base-url
                set -a server $words[$at..(math $at + 1)]
            case '-p*' '--profile=*' '--base-url=*'
                set -a server $words[$at]
        end
    end
    cohere-cli models list --cached $argv $server </dev/null 2>/dev/null
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
            *_test("__co_takes", _flags_with_values(commands)),
            _WALK.lstrip(),
            *(line for one in commands for line in _lines(one)),
            "",
        )
    )


def _test(name: str, ways: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"function {name}"
    yield "    contains -- $argv[1] \\"
    yield " \\\n".join(f"        {_word(' '.join(way))}" for way in ways)
    yield "end\n"


def _flags_with_values(commands: Iterable[Command]) -> Iterator[tuple[str, ...]]:
    for one in commands:
        for flag in one.flags:
            if flag.value:
                yield from ((*one.path, name) for name in flag.names)


def _lines(command: Command) -> Iterator[str]:
    path = _word(" ".join(command.path))
    for below in command.commands:
        words = ["-a", _quote(_word(below.name)), "-d", _quote(below.summary)]
        yield _complete(f"__co_at {path} 0", words)
    for place, value in enumerate(command.arguments):
        if offer := _offer(value):
            place_if_one = "" if value.many else f" {place}"
            yield _complete(f"__co_at {path}{place_if_one}", offer)
    for flag in command.flags:
        yield _flag(path, flag)


def _flag(path: str, flag: Flag) -> str:
    names = " ".join(map(_word, flag.names))
    where = f"__co_at {path}" if flag.repeatable else f"__co_lacks {path} {names}"
    words = [part for name in flag.names for part in _name(name)]
    if flag.value:
        # -x is -r, takes a value, and -f, no file.
        words += ["-r" if flag.value.is_file else "-x", *_offer(flag.value)]
    return _complete(where, [*words, "-d", _quote(flag.summary)])


def _name(name: str) -> tuple[str, str]:
    return ("-l" if name.startswith("--") else "-s", _word(name.lstrip("-")))


def _offer(value: Value) -> list[str]:
    if value.is_file:
        return ["-F"]
    if value.models:
        return ["-a", _quote(f"(__co_name_models {' '.join(value.models)})")]
    return ["-a", _quote(" ".join(map(_word, value.choices)))] if value.choices else []


def _complete(where: str, words: Iterable[str]) -> str:
    return " ".join(("complete -c co -n", _quote(where), *words))


def _word(text: str) -> str:
    if re.fullmatch(r"[\w.-]+", text, re.ASCII):
        return text
    return '"' + re.sub(r'([\\"$])', r"\\\1", text) + '"'


def _quote(text: str) -> str:
    # Only these two mean something between fish's single quotes.
    return "'" + re.sub(r"(['\\])", r"\\\1", text) + "'"
