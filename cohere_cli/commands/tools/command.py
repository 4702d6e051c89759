"""`co tools`: checks, lists, tries and writes declarations of tools."""

import shlex
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cohere_cli.commands.call.session import JsonFlag
from cohere_cli.commands.registry import show_help
from cohere_cli.errors import (
    BatchesFailed,
    ExitCode,
    InputProblem,
    UsageProblem,
)
from cohere_cli.terminal import Terminal
from cohere_cli.text import STDIN, did_you_mean, is_file, listed, plural

if TYPE_CHECKING:
    from cohere_cli.tools.declaration import Tools
    from cohere_cli.tools.tool import Json, RunnableTool

app = typer.Typer()

_TOOLS_FILE = "tools.yaml"
_EXAMPLE = "a command follows `--`: co tools add sales -- python3 sales.py -- '{day}'"

_File = Annotated[
    str,
    typer.Argument(
        metavar="FILE", help="File that declares tools, or built-in; - is stdin."
    ),
]
_Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the tool.")]


@app.callback(invoke_without_command=True)
def tools(ctx: typer.Context) -> None:
    """Check, try and declare the tools that a model may call."""
    if ctx.invoked_subcommand is None:
        show_help(ctx)


@app.command("check")
def check(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE", help="Files that declare tools.")
    ],
) -> None:
    """Report all that is wrong in files of tools, with the lines.

    $ co tools check examples/tools.yaml

    $ co tools check tools/*.yaml
    """
    terminal = Terminal.system()
    if not all([_is_right(file, terminal) for file in files]):  # noqa: C419 - of all files
        raise typer.Exit(ExitCode.INPUT)


def _is_right(file: str, terminal: Terminal) -> bool:
    """Report what is wrong in *file*; whether nothing is."""
    from cohere_cli.tools.declaration import DeclarationReader

    try:
        reader = DeclarationReader(file, terminal.stdin.buffer, terminal.environ)
        found = reader.read(with_programs=True)
    except InputProblem as exc:
        terminal.report(exc)
        return False
    for problem in reader.problems:
        terminal.report(problem)
    if not reader.problems:
        terminal.note(f"co: {reader.name}: {_counted(found)}")
    return not reader.problems


@app.command("list")
def list_(
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="FILE", help="Files that declare tools."),
    ] = None,
    json: JsonFlag = False,
) -> None:
    """List the tools of files, and what each of them runs; without a file, built-in.

    In a pipe, only the names.

    $ co tools list examples/tools.yaml

    $ co tools list --json
    """
    from cohere_cli.tools.builtin import ORIGIN

    terminal = Terminal.system()
    rows: list[dict[str, str]] = []
    for file in files or [ORIGIN]:
        rows += _rows(file, terminal)
    if json:
        from cohere_cli.render.json import write_json

        write_json(terminal, rows)
    elif terminal.shows_output:
        _draw(rows, terminal)
    else:
        for row in rows:
            terminal.write(f"{row['name']}\n")


@app.command("run")
def run(
    file: _File,
    name: _Name,
    arguments: Annotated[
        str,
        typer.Argument(
            metavar="ARGUMENTS",
            help="A JSON object; @FILE reads it from a file, - from standard input.",
            show_default=False,
        ),
    ] = "{}",
    output: Annotated[
        Literal["text", "json", "jsonl"] | None,
        typer.Option("--output", "-o", metavar="FORMAT", help="text, json or jsonl."),
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Run a tool by hand, without a question, and print what the model would get.

    A tool that fails is exit 10, arguments that do not fit its schema are exit 3.

    $ co tools run examples/tools.yaml query_product_catalog '{"category": "Sport"}'

    $ co tools run built-in calculator '{"expression": "1200 * 1.19"}'
    """
    from threading import Event

    from cohere_cli.render.waiting import working_line
    from cohere_cli.tools.call import Call, checked

    terminal = Terminal.system()
    if json and output not in (None, "json"):
        hint = "leave out one of them"
        raise UsageProblem(f"--json and -o {output} name two formats", hint=hint)
    if (file, arguments) == (STDIN, STDIN):
        raise UsageProblem("both FILE and ARGUMENTS are -, which can be read once")
    tool = _find(file, name, terminal)
    text = _argument_text(arguments, terminal)
    call = checked(Call("", name, text), {tool.name: tool})
    if call.problem:
        hint = f"the arguments of {name}: {_parameters(tool)}"
        raise InputProblem(call.problem, where="ARGUMENTS", hint=hint)
    with working_line(terminal, f"running {name}"):
        outcome = tool.run(call.arguments, Event())
    _write(outcome.rows, "json" if json else output or "text", terminal)
    if outcome.problem:
        what = f"the tool {name} failed: {outcome.problem}"
        raise BatchesFailed(what, hint=f"it ran: {tool.shown(call.arguments)}")


@app.command("schema")
def schema() -> None:
    """Print the JSON Schema of a file of tools, with which editors check it.

    $ co tools schema > tools.schema.json

    $ co tools schema | jq '.$defs | keys'
    """
    from cohere_cli.render.json import write_json
    from cohere_cli.tools.schema import tools_schema

    write_json(Terminal.system(), tools_schema())


@app.command("add")
def add(
    name: _Name,
    command: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="COMMAND",
            help="After --: a program and words; {day} is a parameter of the tool.",
        ),
    ] = None,
    *,
    file: Annotated[
        str,
        typer.Option("--tools", "-t", metavar="FILE", help="File to write to."),
    ] = _TOOLS_FILE,
    description: Annotated[
        str | None,
        typer.Option(
            "--description", metavar="TEXT", help="What the tool does, for the model."
        ),
    ] = None,
    result: Annotated[
        Literal["text", "json", "documents"] | None,
        typer.Option(
            "--result",
            metavar="FORMAT",
            help="What the command writes: text, json or documents.",
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a tool of the same name.")
    ] = False,
) -> None:
    """Declare a command as a tool, in a new file or in one that has tools.

    The rest of the file stays as it is.

    $ co tools add sales -t my.yaml -- python3 sales.py -- '{day}'

    $ co tools add today -t my.yaml -- date +%F
    """
    from cohere_cli.commands.tools.entry import add_entry, tool_entry

    if not command:
        raise UsageProblem("there is no command", hint=_EXAMPLE)
    terminal = Terminal.system()
    entry = tool_entry(name, command, description=description, result=result)
    add_entry(file, entry, replace=force)
    terminal.note(f"co: {name} is in {file}: `co tools check {file}`")
    if description is None:
        terminal.note("hint: the model reads the description: say what the tool does")


def _counted(found: "Tools") -> str:
    number = plural(len(found.declared), "tool")
    return f"{number}, {len(found.runnable):,} with a command"


def _read(file: str, terminal: Terminal) -> "Tools":
    from cohere_cli.tools.declaration import read_tools

    return read_tools(file, terminal.stdin.buffer, terminal.environ)


def _rows(file: str, terminal: Terminal) -> list[dict[str, str]]:
    """Return each tool as an object: name, description, approve, run, file."""
    from cohere_cli.tools.builtin import BUILT_IN, ORIGIN

    if file == ORIGIN:
        return [_row(tool, "") for tool in BUILT_IN.values()]
    found = _read(file, terminal)
    runnable = {tool.name: tool for tool in found.runnable}
    return [
        _row(tool, shlex.join(tool.command.words))
        if (tool := runnable.get(each.function.name))
        else {
            "name": each.function.name,
            "description": each.function.description or "",
            "approve": "",
            "run": "",
            "file": file,
        }
        for each in found.declared
    ]


def _row(tool: "RunnableTool", command: str) -> dict[str, str]:
    return {
        "name": tool.name,
        "description": str(tool.declaration["function"].get("description", "")),
        "approve": tool.approve,
        "run": command,
        "file": tool.origin,
    }


def _draw(rows: list[dict[str, str]], terminal: Terminal) -> None:
    from cohere_cli.render.tables.columns import write_columns

    cells = [
        (
            (row["name"], "bold"),
            (row["approve"] or "-", ""),
            (row["run"] or ("-" if row["file"] != "built-in" else row["file"]), ""),
            (row["description"], "dim"),
        )
        for row in rows
    ]
    headings = ("tool", "approve", "runs", "description")
    write_columns(terminal, cells, headings=headings)


def _find(file: str, name: str, terminal: Terminal) -> "RunnableTool":
    """Return the tool *name* of *file*; raises `UsageProblem` for another name."""
    from cohere_cli.tools.builtin import BUILT_IN, ORIGIN

    if file == ORIGIN and not is_file(file):
        runnable, declared = dict(BUILT_IN), [*BUILT_IN]
    else:
        found = _read(file, terminal)
        runnable = {tool.name: tool for tool in found.runnable}
        declared = [tool.function.name for tool in found.declared]
    if name in runnable:
        return runnable[name]
    if name in declared:
        hint = "declare one as `run`: [program, argument, '{parameter}']"
        raise UsageProblem(f"the tool {name!r} has no command", hint=hint)
    hint = did_you_mean(name, runnable, f"there are {listed(runnable)}")
    raise UsageProblem(f"{file} declares no tool {name!r}", hint=hint)


def _argument_text(arguments: str, terminal: Terminal) -> str:
    from cohere_cli.documents.reader import read_text

    if arguments == STDIN:
        return read_text(STDIN, terminal.stdin.buffer)
    if arguments.startswith("@"):
        return read_text(arguments[1:], terminal.stdin.buffer)
    return arguments


def _parameters(tool: "RunnableTool") -> str:
    import json

    return json.dumps(dict(tool.schema.get("properties", {})), ensure_ascii=False)


def _write(rows: "Iterable[Json]", form: str, terminal: Terminal) -> None:
    from cohere_cli.render.json import format_json, write_json_list

    if form != "text":
        write_json_list(terminal, map(dict, rows), lines=form == "jsonl")
        return
    for row in rows:
        if row.keys() == {"text"}:
            text = str(row["text"])
            terminal.write(text if text.endswith("\n") else f"{text}\n")
        else:
            terminal.write(f"{format_json(terminal, dict(row))}\n")
