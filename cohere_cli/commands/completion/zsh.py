"""The completion script for zsh: 5.1 and later."""

from collections.abc import Iterator
from shlex import quote

from cohere_cli.commands.completion.command_tree import Command, Flag, Value

_HEAD = """\
#compdef co cohere-cli
# Completion of co and cohere-cli for zsh.
# Made by completions/write.py from the command tree: do not edit.
"""

_TAIL = """\
# Loaded from $fpath, this file is the function itself; else it has to be announced.
if [[ $funcstack[1] == _co ]]; then
  _co "$@"
else
  compdef _co co cohere-cli
fi
"""

_MODELS = """\
# Offers names of models: $@ says which, the line at which server.
_co_name_models() {
  local -a server names
  local -i at
  local expl
  for ((at = 2; at < CURRENT; at++)); do
    case $words[at] in
      -p | --profile | --base-url) server+=("${(@)words[at,at+1]}") ;;
      -p* | --profile=* | --base-url=*) server+=("$words[at]") ;;
    esac
  done
  # Where an argument may stand, a flag may be meant.
  [[ $PREFIX == -* ]] ||
    names=(${(f)"$(cohere-cli models list --cached $@ $server </dev/null 2>/dev/null)"})
  _wanted models expl model compadd -a names
}
"""

_CHOOSE = """\
  case $state in
    command) _describe -t commands command below && ret=0 ;;
    rest) _call_function ret {function}_$line[1] ;;
  esac
  return ret\
"""


def script(root: Command) -> str:
    """Return the script for the tree below *root*."""
    functions = (line for one in root.all() for line in _function(one))
    return "\n".join((_HEAD, *functions, _MODELS, _TAIL))


def _function(command: Command) -> Iterator[str]:
    yield f"{_name(command)}() {{"
    yield from _commands_body(command) if command.commands else _arguments_body(command)
    yield "}\n"


def _name(command: Command) -> str:
    return "_" + "_".join(command.path)


def _arguments_body(command: Command) -> Iterator[str]:
    """Yield the body for a command that takes arguments."""
    arguments = [_argument(*one) for one in enumerate(command.arguments, 1)]
    yield _specs("-s -S", [*map(_flag, command.flags), *arguments])


def _commands_body(command: Command) -> Iterator[str]:
    """Yield the body for a command that has others below it."""
    yield "  local curcontext=$curcontext state state_descr line ret=1"
    yield "  local -A opt_args"
    yield "  local -a below=("
    for one in command.commands:
        yield f"    {quote(_colons(one.name) + ':' + _backslashes(one.summary))}"
    yield "  )"
    rest = ["'(-): :->command'", "'(-)*:: :->rest'"]
    yield _specs("-s -S -C", [*map(_flag, command.flags), *rest]) + " && ret=0"
    yield _CHOOSE.format(function=_name(command))


def _specs(options: str, specs: list[str]) -> str:
    return " \\\n    ".join((f"  _arguments {options}", *specs))


def _flag(flag: Flag) -> str:
    others = "'*'" if flag.repeatable else quote(f"({' '.join(flag.names)})")
    if flag.alone:
        others = "'(- : *)'"
    names = [_value_mark(name) if flag.value else name for name in flag.names]
    name = "{" + ",".join(map(quote, names)) + "}" if names[1:] else quote(names[0])
    return others + name + quote(f"[{_brackets(flag.summary)}]{_value(flag.value)}")


def _value_mark(name: str) -> str:
    """Mark where a flag's value may stand: `--output=json`, `-ojson`, or next."""
    return f"{name}=" if name.startswith("--") else f"{name}+"


def _argument(place: int, value: Value) -> str:
    return quote(("*" if value.many else str(place)) + _value(value))


def _value(value: Value | None) -> str:
    return f":{_colons(value.name)}:{_action(value)}" if value else ""


def _action(value: Value) -> str:
    if value.is_file:
        return "_files"
    if value.models:
        # After a space it is called as it stands, without what compadd is to get.
        return f" _co_name_models {' '.join(value.models)}"
    # An empty list rather than nothing: zsh would announce that there are no matches
    # to an argument, and so not put in the one flag that fits.
    return _colons(f"({' '.join(map(quote, value.choices))})")


def _colons(text: str) -> str:
    return text.replace(":", "\\:")


def _brackets(text: str) -> str:
    return _backslashes(text).replace("[", "\\[").replace("]", "\\]")


def _backslashes(text: str) -> str:
    return text.replace("\\", "\\\\")
