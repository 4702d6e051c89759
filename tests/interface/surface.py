"""What scripts depend on, a fact a line: flags, formats, exit codes, shapes of JSON."""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from co_program import Co
from typer.main import get_command

from cohere_cli.app import app
from cohere_cli.commands.completion.command_tree import Command, Value, build_tree
from cohere_cli.commands.help.schemas import schemas
from cohere_cli.config.settings import SETTINGS
from cohere_cli.errors import ExitCode
from tests.interface.shapes import shape

FILE = Path(__file__).parent / "interface.txt"
_SOURCE = Path(__file__).parents[2] / "cohere_cli"
_VARIABLE = re.compile(r'"((?:CO|COHERE)_[A-Z_]+)"')

HEAD = """\
# What scripts depend on. A line that goes breaks somebody's script: keep the old name
# for a release (cohere_cli/commands/help/renamed.py), and say so in CHANGELOG.md.
# `python -m tests.interface` writes the file anew.
"""

_BANDS = '"Who is more popular?" -d examples/boy-bands.yaml -p sandbox'
_MAP = (
    "co map 'Sort: {name}' examples/products.csv -p sandbox -y -o jsonl"
    " --schema 'category Electronics|Kitchen'"
)
_LAB = (
    "examples/lab/documents.jsonl --queries examples/lab/queries.jsonl"
    " --labels examples/lab/qrels.tsv"
)
_ONE = "co chat One -p sandbox --name one >/dev/null"
_MCP = (
    'mkdir "$CO_CONFIG_DIR" && echo \'mcp.own.command = ["co", "mcp", "serve", "."]\''
    ' >"$CO_CONFIG_DIR/config.toml" && '
)

# Command lines whose standard output is JSON, or (with `2>&1 >…`) standard error.
LINES = (
    f"co chat {_BANDS} -o json",
    "co chat -f examples/tools.yaml -p sandbox -o json",
    f"co chat {_BANDS} -o events",
    f"co chat {_BANDS} --dry-run",
    'co compat "Hello" -p sandbox -o json',
    'co compat "Hello" -p sandbox -o events',
    "co compat -f examples/image.json --check -o json",
    'co ask "When do we retry?" docs/exit-codes.md -p sandbox -o json',
    "co search retry docs/exit-codes.md -p sandbox -o json",
    "co search retry docs/exit-codes.md -p sandbox -o jsonl",
    "co rerank -q pay examples/records.jsonl -p sandbox -o json",
    "co rerank -q pay examples/records.jsonl -p sandbox -o jsonl",
    _MAP,
    "co map 'Sort: {name}' examples/products.csv -p sandbox --dry-run",
    f'{_MAP} --expect category --report "$HOME/report" >/dev/null; cat "$HOME/report"',
    f"co lab {_LAB} -p sandbox -o json",
    f"co lab {_LAB} -p sandbox -o jsonl",
    f"co chat {_BANDS} -o events | co replay - -o json",
    "co models list -p sandbox --json",
    "co models show command-a-03-2025 -p sandbox --json",
    "co auth list --json",
    "co auth status -p sandbox --json",
    "co config show --json",
    "co config get model --json",
    "co doctor -p sandbox --json",
    f"{_MCP}co mcp list --json",
    f"{_MCP}co mcp check own --json",
    "co tools list examples/tools.yaml --json",
    'co tools run built-in calculator \'{"expression": "1+1"}\' --json',
    "co tools run tests/golden/files/tools.yaml rows --json",
    "co search a docs -p sandbox >/dev/null && co cache list --json",
    "EDITOR=true co preset edit mine 2>/dev/null && co preset list --json",
    f"{_ONE} && co history list --json",
    f"{_ONE} && co history show one -o json",
    f"{_ONE} && co history stats --json",
    f"{_ONE} && co history search One -o json",
    f"{_ONE} && co history export one -o json",
    'co chat Hi --errors json --base-url http://127.0.0.1:9 --retries 0 2>&1 >"$HOME/o"',
)


def facts(home: Path) -> Iterator[str]:
    """Yield the lines of the file; commands run with homes of their own in *home*."""
    yield "# Exit codes"
    yield from (f"exit {code.value} {code.name}" for code in ExitCode)
    yield "\n# Kinds of errors (--errors json)"
    error = schemas()["errors"]["properties"]["error"]
    yield from (f"error {kind}" for kind in error["properties"]["kind"]["enum"])
    yield "\n# Environment variables"
    yield from (f"variable {name}" for name in _variables())
    yield "\n# Settings of a profile"
    yield from (f"setting {name}" for name in sorted(SETTINGS))
    yield "\n# Commands and flags"
    yield from chain.from_iterable(map(_command_facts, _commands()))
    for number, line in enumerate(LINES):
        yield f"\n# JSON of: {line}"
        yield from _shape_of(line, home / str(number))


def _variables() -> list[str]:
    sources = (path.read_text("utf-8") for path in _SOURCE.rglob("*.py"))
    return sorted({name for text in sources for name in _VARIABLE.findall(text)})


def _commands() -> Iterator[Command]:
    return build_tree(get_command(app)).all()


def _command_facts(command: Command) -> Iterator[str]:
    path = " ".join(command.path)
    yield " ".join((path, *map(_argument, command.arguments)))
    for flag in sorted(command.flags, key=lambda one: one.names[-1].lstrip("-")):
        value = f" {_value(flag.value)}" if flag.value else ""
        repeat = " (repeatable)" if flag.repeatable else ""
        yield f"{path} {', '.join(flag.names)}{value}{repeat}"


def _argument(value: Value) -> str:
    name = f"{_value(value)}..." if value.many else _value(value)
    return name if value.required else f"[{name}]"


def _value(value: Value) -> str:
    return "|".join(value.choices) or value.name


def _shape_of(line: str, home: Path) -> Iterator[str]:
    home.mkdir()
    done = Co(home).shell(line, forked=True)
    values = [*_values(done.stdout.decode())]
    assert values, f"{line}: {done.stderr.decode()}"
    kinds = [_kind(value) for value in values]
    for kind in sorted(set(kinds)):
        named = zip(kinds, values, strict=True)
        same = [value for other, value in named if other == kind]
        yield from (f"{kind}{fact}" for fact in shape(same))


def _values(text: str) -> Iterator[Any]:
    """Yield the JSON value that *text* is, or the value on each of its lines."""
    try:
        yield json.loads(text)
    except json.JSONDecodeError:
        yield from map(json.loads, text.splitlines())


def _kind(value: Any) -> str:
    """Return the type of an event, "" of other values."""
    kind = value.get("type") if isinstance(value, Mapping) else None
    return f"{kind} " if isinstance(kind, str) else ""


def written(home: Path) -> str:
    """Return the file as it should be; commands run in the empty folder *home*."""
    return HEAD + "\n" + "".join(f"{fact}\n" for fact in facts(home))
