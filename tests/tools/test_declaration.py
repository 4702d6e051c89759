import io
import json
import os

import pytest

from cohere_cli.api.protocol.requests import Tool, ToolFunction, to_json
from cohere_cli.errors import InputProblem
from cohere_cli.tools.command import Command
from cohere_cli.tools.declaration import DeclarationReader, read_tools
from cohere_cli.tools.process import Limits

DAY = {"type": "object", "properties": {"day": {"type": "string"}}, "required": ["day"]}
HEAD = """\
- type: function
  function:
    name: sales
    parameters: {type: object, properties: {day: {type: string}}, required: [day]}
"""


def read(text, **more):
    return read_tools("-", io.BytesIO(text.encode()), **more)


def refused(text):
    with pytest.raises(InputProblem) as caught:
        read(text)
    return str(caught.value), caught.value.hint


def command_of(more):
    (tool,) = read(HEAD + more).runnable
    return tool


def test_a_tool_with_a_command_is_declared_and_can_be_run(tmp_path):
    file = tmp_path / "tools.yaml"
    (tmp_path / "data").mkdir()
    file.write_text(
        f"{HEAD}"
        "  run: [report, -n, 3, --, '{day}']\n"
        "  stdin: json\n"
        "  result: documents\n"
        "  approve: always\n"
        "  timeout: 1.5\n"
        "  memory: 512M\n"
        "  cwd: data\n"
        "  env: [PGHOST]\n"
        "- {name: other, parameters: {}}\n"
    )
    tools = read_tools(str(file), io.BytesIO())
    sales = Tool(ToolFunction("sales", DAY))
    assert tools.declared == (sales, Tool(ToolFunction("other", {})))
    (tool,) = tools.runnable
    assert (tool.name, tool.schema, tool.approve, tool.origin, tool.declaration) == (
        "sales",
        DAY,
        "always",
        str(file),
        to_json(sales),
    )
    assert tool.command == Command(
        ("report", "-n", "3", "--", "{day}"),
        reads_json=True,
        result="documents",
        folder=str(tmp_path / "data"),
        variables=("PGHOST",),
        limits=Limits(seconds=1.5, memory=512 << 20),
    )


def test_what_is_not_declared_is_cautious():
    tool = command_of("  run: [report, '{day}']")
    assert (tool.approve, tool.command) == ("ask", Command(("report", "{day}")))
    assert tool.command.limits == Limits(seconds=30, memory=2 << 30)


def test_a_bare_function_and_json_can_have_a_command():
    bare = {"name": "sales", "parameters": DAY, "run": ["report", "{day}"]}
    for value in (bare, [bare], {"tools": [bare]}):
        (tool,) = read(json.dumps(value)).runnable
        assert tool.declaration["function"] == {"name": "sales", "parameters": DAY}


@pytest.mark.parametrize(
    ("size", "memory"),
    [
        ("none", None),
        ("16M", 16 << 20),
        ("2GiB", 2 << 30),
        (33554432, 32 << 20),
        ("40000K", 40_960_000),
    ],
)
def test_memory_is_a_size(size, memory):
    tool = command_of(f"  run: [report, '{{day}}']\n  memory: {size}")
    assert tool.command.limits.memory == memory


def test_a_folder_begins_at_the_file_at_home_or_at_the_root(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    run = "  run: [report, '{day}']\n  cwd: "
    file = tmp_path / "in" / "t.yaml"
    for cwd, folder in ((".", "in"), ("..", "."), ("~", str(tmp_path)), ("/", "/")):
        file.write_text(HEAD + run + f'"{cwd}"')
        (tool,) = read_tools("in/t.yaml", io.BytesIO()).runnable
        assert tool.command.folder == folder
    assert command_of(f"{run}in").command.folder == "in"


@pytest.mark.parametrize(
    ("more", "line", "what", "hint"),
    [
        (
            "run: date",
            5,
            "'run' must be a list of words, not one text",
            "there is no shell: write each word of the command as an item",
        ),
        ("run: []", 5, "'run' must be a list: the program, and its arguments", ""),
        ("run: ['{day}']", 5, "'run' must begin with the name of a program", ""),
        ("run:\n  - a\n  - 1.50", 7, "'run' must have texts alone", "put it in quotes"),
        ("run:\n  - a\n  - true", 7, "'run' must have texts alone", "put it in quotes"),
        (
            "run: [a, '{dya}']",
            5,
            "'run' has {dya}, which is not a parameter",
            "did you mean {day}? the text {dya} is written {{dya}}",
        ),
        (
            "run: [a, '--day={day}']",
            5,
            "'run' has {day} inside of a word, and not as a word of its own",
            "write it as a word of its own; a script can put both together",
        ),
        (
            "run: [a]",
            5,
            "'run' does not use the parameter 'day'",
            "add the word '{day}', or `stdin: json`",
        ),
        (
            "timeout: 5",
            5,
            "'timeout' has no effect without 'run'",
            "`run` is the command, as a list: [python3, report.py, '{day}']",
        ),
        (
            "timeout: 0",
            6,
            "'timeout' must be seconds, more than 0 and at most 3,600",
            "",
        ),
        (
            "timeout: true",
            6,
            "'timeout' must be seconds, more than 0 and at most 3,600",
            "",
        ),
        (
            "timeout: 1m",
            6,
            "'timeout' must be seconds, more than 0 and at most 3,600",
            "",
        ),
        (
            "memory: 1M",
            6,
            "'memory' must be a size such as 512M or 4G, at least 16M, or none",
            "",
        ),
        (
            "memory: much",
            6,
            "'memory' must be a size such as 512M or 4G, at least 16M, or none",
            "",
        ),
        (
            "memory: [1]",
            6,
            "'memory' must be a size such as 512M or 4G, at least 16M, or none",
            "",
        ),
        (
            "approve: alway",
            6,
            "'approve' must be one of ask, always, never",
            "did you mean 'always'?",
        ),
        ("approve: true", 6, "'approve' must be one of ask, always, never", ""),
        (
            "result: jsno",
            6,
            "'result' must be one of text, json, documents",
            "did you mean 'json'?",
        ),
        ("stdin: yaml", 6, "'stdin' must be one of json, none", ""),
        ("cwd: nowhere", 6, "'cwd' is not a folder: nowhere", ""),
        ("cwd: 1", 6, "'cwd' must be the path of a folder", ""),
        (
            "env: PGHOST",
            6,
            "'env' must be a list of names of variables",
            "such as [PGHOST, PGUSER]; their values are those of your shell",
        ),
        ("env:\n  - A\n  - B=1", 8, "'env' must be a list of names of variables", ""),
        (
            "env: [CO_API_KEY]",
            6,
            "'env' has CO_API_KEY: no command gets the variables of co",
            "",
        ),
    ],
)
def test_a_wrong_field_is_refused_with_its_line(more, line, what, hint):
    if line != 5 and not more.startswith("run"):
        more = f"run: [report, '{{day}}']\n{more}"
    text = HEAD + "".join(f"  {one}\n" for one in more.splitlines())
    assert refused(text) == (f"in the tool sales: {what} (stdin:{line})", hint)


def test_a_parameter_that_may_be_left_out_needs_a_default_for_its_slot():
    head = "name: f\nrun: [a, '{x}']\nparameters: {type: object, properties: {x: "
    what, hint = refused(head + "{}}}")
    assert (
        what
        == "in the tool f: 'run' has {x}, which may be left out of a call (stdin:2)"
    )
    assert hint == "add it to `required`, give it a `default`, or use `stdin: json`"
    assert read(head + "{default: 1}}}").runnable
    assert refused(head + "{}}}\nstdin: json")[0] == what


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (HEAD + HEAD, "the tool 'sales' is declared twice (stdin:7)"),
        ("name: a b\nparameters: {}", "'a b' cannot be the name of a tool (stdin:1)"),
        (
            "name: f\nparameters: {day: string}",
            "in the tool f: the parameters are not of the type 'object' (stdin:2)",
        ),
        (
            "name: f\nparameters:\n  type: object\n  properties: {x: {type: strin}}",
            'in the tool f: the parameters are not a valid JSON Schema: properties.x.type is not one of "array", "boolean", "integer", "null", "number", "object", "string" (stdin:4)',
        ),
        (
            "name: f\nparameters: {}\nrnu: [a]",
            "in a tool: unknown field 'rnu' (stdin:3)",
        ),
    ],
)
def test_a_declaration_that_the_api_would_not_take_is_refused(text, what):
    assert refused(text)[0] == what


def test_all_that_is_wrong_in_a_file_is_found():
    text = (
        "- {name: a, parameters: {}, run: x}\n- {name: b}\n- {name: c, parameters: {}}"
    )
    reader = DeclarationReader("-", io.BytesIO(text.encode()))
    assert [tool.function.name for tool in reader.read().declared] == ["c"]
    assert [str(problem) for problem in reader.problems] == [
        "in the tool a: 'run' must be a list of words, not one text (stdin:1)",
        "in a tool: field 'parameters' is missing (stdin:2)",
    ]


def test_the_examples_can_be_run():
    tools = read_tools("examples/tools.yaml", io.BytesIO(), os.environ)
    assert [tool.name for tool in tools.runnable] == [
        "query_daily_sales_report",
        "query_product_catalog",
    ]
