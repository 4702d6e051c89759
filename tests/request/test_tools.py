import io
import json

import pytest

from cohere_cli.api.protocol.requests import Tool, ToolFunction
from cohere_cli.documents.reader import read_parsed
from cohere_cli.errors import InputProblem, UsageProblem
from cohere_cli.request.body_file import merge_files
from cohere_cli.request.tools import RUN_FIELDS, parse_tools, require_declared_tool

FUNCTION = {"name": "f", "description": "d", "parameters": {"type": "object"}}
WHOLE = {"type": "function", "function": FUNCTION}
TOOL = Tool(ToolFunction("f", {"type": "object"}, "d"))
RUN = {
    "run": ["date"],
    "stdin": "json",
    "result": "json",
    "approve": "never",
    "timeout": 1,
    "memory": "1G",
    "cwd": ".",
    "env": ["A"],
}


def parsed(text):
    return read_parsed("-", io.BytesIO(text.encode()))


def refused(text):
    with pytest.raises(InputProblem) as caught:
        parse_tools(parsed(text))
    return str(caught.value), caught.value.hint


@pytest.mark.parametrize(
    "value", [WHOLE, FUNCTION, [WHOLE], [FUNCTION], {"model": "m", "tools": [WHOLE]}]
)
def test_tools_are_read_from_each_common_form(value):
    assert parse_tools(parsed(json.dumps(value))) == (TOOL,)


@pytest.mark.parametrize("value", [WHOLE | RUN, [FUNCTION | RUN]])
def test_what_says_how_a_tool_runs_is_not_for_the_api(value):
    assert set(RUN) == set(RUN_FIELDS)
    assert parse_tools(parsed(json.dumps(value))) == (TOOL,)


def test_the_tools_of_a_body_file_are_those_of_the_api():
    body = {"tools": [WHOLE | RUN, "no tool"], "model": "m"}
    assert merge_files([("b", body)]).data == {
        "tools": [WHOLE, "no tool"],
        "model": "m",
    }
    assert merge_files([("b", {"tools": "none"})]).data == {"tools": "none"}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ('"f"', "declares no tools (stdin:1)"),
        ("\n[1]", "declares no tools (stdin:2)"),
        ("model: m\ntools: {}", "declares no tools (stdin:2)"),
        ("tool: 1", "in a tool: unknown field 'tool' (stdin:1)"),
        ("- name: f", "in a tool: field 'parameters' is missing (stdin:1)"),
        (
            "function:\n  name: f\n  parameters: {}\n  strict: true",
            "in a tool: unknown field 'function.strict' (stdin:4)",
        ),
        (
            '{"tools": [{"name": "f", "parameters": {}},\n\n{"function": {"name": "g",\n"parameters": 1}}]}',
            "in a tool: field 'function.parameters' must be an object (stdin:4)",
        ),
        (
            "- type: function\n  function:\n    name: f\n    run: [date]",
            "in a tool: 'run' is in `function` (stdin:4)",
        ),
    ],
)
def test_an_invalid_tool_is_refused_by_field_and_line(value, message):
    assert refused(value)[0] == message


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("rnu", "did you mean 'run'?"),
        ("time_out", "did you mean 'timeout'?"),
        ("aproove", "did you mean 'approve'?"),
    ],
)
@pytest.mark.parametrize("rest", ["function: {name: f, parameters: {}}", "name: f"])
def test_a_misspelt_field_is_refused_with_the_nearest_name(rest, name, hint):
    text = f"- {rest}\n  {name}: [x]"
    if rest == "name: f":
        text += "\n  parameters: {}"
    message, found = refused(text)
    assert found == hint
    assert message.endswith("(stdin:2)")


def test_a_tool_that_must_be_called_is_one_of_the_declared():
    others = ["text", {"function": "f"}, {"function": {}}, {"type": "search"}]
    require_declared_tool("f", [*others, WHOLE])
    with pytest.raises(UsageProblem) as caught:
        require_declared_tool("g", [WHOLE])
    assert (str(caught.value), caught.value.hint) == (
        "--tool-choice: no tool 'g' is declared",
        "declared: f",
    )
