"""The completion script for bash: 3.2 and later, with nothing else installed."""

from collections.abc import Iterable, Iterator
from shlex import quote

from cohere_cli.commands.completion.command_tree import Command, Value

Arm = tuple[list[str], str]
"""Of a `case`: the patterns, ready for the shell, and what is done then."""

_HEAD = """\
# Completion of co and cohere-cli for bash.
# Made by completions/write.py from the command tree: do not edit.
"""

_WALK = r"""
# Puts together what readline has split at = and : as well. Sets $line, and $lead:
# the beginning of its last word, which readline is not going to replace.
_co_join() {
  local piece glued=''
  for piece in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
    if [[ $glued || ($last -ge 0 && $piece == [=:]*) ]]; then
      lead=${line[last]}
      line[last]+=$piece
    else
      lead=''
      last=$((last + 1))
      line[last]=$piece
    fi
    glued=''
    if [[ $piece == [=:]* ]]; then
      lead=${line[last]}
      glued=yes
    fi
  done
}

# Follows the words in front of the last one. Sets $path; $place: how many arguments
# it has; $flag: which waits for its value; $bare: after a --.
_co_follow() {
  local word
  for word in "${line[@]:1:last-1}"; do
    if [[ $flag ]]; then
      flag=''
    elif [[ ! $bare && $word == -- ]]; then
      bare=yes
    elif [[ ! $bare && $word == -?* ]]; then
      if _co_flag "$path" "$word"; then flag=$word; fi
    elif _co_leads "$path" "$word"; then
      path="$path $word"
    else
      place=$((place + 1))
    fi
  done
}

# Sets $words to names of models: $@ says which, the line at which server.
_co_name_models() {
  local at name server=()
  for ((at = 1; at < last; at++)); do
    case ${line[at]} in
      -p | --profile | --base-url) server+=("${line[@]:at:2}") ;;
      -p* | --profile=* | --base-url=*) server+=("${line[at]}") ;;
    esac
  done
  while IFS= read -r name; do
    words+=("$(printf %q "$name")")
  done < <(cohere-cli models list --cached "$@" "${server[@]}" </dev/null 2>/dev/null)
}

# Offers those of $words and, if $files is set, those files that begin with $1;
# $2 is what stands in front of them in the same word.
_co_offer() {
  local word unquoted=${1#[\"\']}
  for word in "${words[@]}"; do
    if [[ $word == "$unquoted"* ]]; then COMPREPLY+=("$2$word"); fi
  done
  if [[ $files ]]; then
    compopt -o filenames 2>/dev/null
    while IFS= read -r word; do
      COMPREPLY+=("$2$word")
    done < <(compgen -f -- "$1")
  fi
  COMPREPLY=("${COMPREPLY[@]#"$lead"}")
}

_co() {
  local line=() last=-1 lead='' path=co place=0 flag='' bare='' words=() files=''
  COMPREPLY=()
  _co_join
  _co_follow
  local word=${line[last]} before=''
  words=() files=''
  if [[ $flag ]]; then
    _co_flag "$path" "$flag"
  elif [[ ! $bare && $word == --*=* ]]; then
    before=${word%%=*}=
    _co_flag "$path" "${word%%=*}"
  elif [[ ! $bare && $word == -* ]]; then
    _co_flags "$path"
  else
    _co_argument "$path" "$place"
  fi
  _co_offer "${word#"$before"}" "$before"
}

if type compopt >/dev/null 2>&1; then
  complete -F _co co cohere-cli
else # bash 3.2 cannot say of one reply that it is a file, only of all
  complete -o filenames -F _co co cohere-cli
fi
"""


def script(root: Command) -> str:
    """Return the script for the tree below *root*."""
    commands = list(root.all())
    return "\n".join(
        (
            _HEAD,
            "# Whether word $2 after command $1 is a command.",
            *_table(
                "_co_leads", '"$1 $2"', [*_command_arms(commands), (["*"], "return 1")]
            ),
            "# The flags of command $1.",
            *_table("_co_flags", '"$1"', _flag_arms(commands)),
            "# The value of flag $2 of command $1; fails if there is no such thing.",
            *_table(
                "_co_flag", '"$1 $2"', [*_value_arms(commands), (["*"], "return 1")]
            ),
            "# What may follow command $1 with $2 arguments.",
            *_table("_co_argument", '"$1 $2"', _argument_arms(commands)),
            _WALK.lstrip(),
        )
    )


def _table(name: str, subject: str, arms: Iterable[Arm]) -> Iterator[str]:
    yield f"{name}() {{"
    yield f"  case {subject} in"
    for patterns, body in arms:
        yield f"    {' | '.join(patterns)}) {body};;"
    yield "  esac"
    yield "}\n"


def _command_arms(commands: Iterable[Command]) -> Iterator[Arm]:
    for one in commands:
        if one.commands:
            yield [quote(" ".join(below.path)) for below in one.commands], ""


def _flag_arms(commands: Iterable[Command]) -> Iterator[Arm]:
    for one in commands:
        names = [name for flag in one.flags for name in flag.names]
        yield [quote(" ".join(one.path))], _words(names)


def _value_arms(commands: Iterable[Command]) -> Iterator[Arm]:
    for one in commands:
        for flag in one.flags:
            if flag.value:
                names = [quote(" ".join((*one.path, name))) for name in flag.names]
                yield names, _offer(flag.value)


def _argument_arms(commands: Iterable[Command]) -> Iterator[Arm]:
    for one in commands:
        path = " ".join(one.path)
        if one.commands:
            yield [quote(f"{path} 0")], _words([below.name for below in one.commands])
        for at, value in enumerate(one.arguments):
            where = quote(f"{path} ") + "*" if value.many else quote(f"{path} {at}")
            yield [where], _offer(value)


def _offer(value: Value) -> str:
    if value.is_file:
        return "files=yes "
    if value.models:
        return f"_co_name_models {' '.join(value.models)} "
    return _words(value.choices) if value.choices else ""


def _words(words: Iterable[str]) -> str:
    # Quoted twice: for this script, and for the line that the word is put in.
    return f"words=({' '.join(quote(quote(word)) for word in words)}) "
