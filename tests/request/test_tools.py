import pytest

from cohere_cli.api.protocol.requests import Tool, ToolFunction
from cohere_cli.errors import InputProblem, UsageProblem
from cohere_cli.request.tools import parse_tools, require_declared_tool

FUNCTION = {"name": "f", "description": "d", "parameters": {"type": "object"}}
WHOLE = {"type": "function", "function": FUNCTION}
TOOL = Tool(ToolFunction("f", {"type": "object"}, "d"))


@pytest.mark.parametrize(
    "value", [WHOLE, FUNCTION, [WHOLE], [FUNCTION], {"model": "m", "tools": [WHOLE]}]
)
def test_tools_are_read_from_each_common_form(value):
    assert parse_tools(value, "t.yaml") == (TOOL,)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("f", "declares no tools (t.yaml)"),
        ([1], "declares no tools (t.yaml)"),
        ({"tools": {}}, "declares no tools (t.yaml)"),
        ({"tool": 1}, "in a tool: unknown field 'tool' (t.yaml)"),
        ([{"name": "f"}], "in a tool: field 'function.parameters' is missing (t.yaml)"),
        (
            {"function": {"name": "f", "parameters": {}, "strict": True}},
            "in a tool: unknown field 'function.strict' (t.yaml)",
        ),
    ],
)
def test_an_invalid_tool_is_refused_by_field(value, message):
    with pytest.raises(InputProblem) as caught:
        parse_tools(value, "t.yaml")
    assert str(caught.value) == message


def test_a_tool_that_must_be_called_is_one_of_the_declared():
    others = ["text", {"function": "f"}, {"function": {}}, {"type": "search"}]
    require_declared_tool("f", [*others, WHOLE])
    with pytest.raises(UsageProblem) as caught:
        require_declared_tool("g", [WHOLE])
    assert (str(caught.value), caught.value.hint) == (
        "--tool-choice: no tool 'g' is declared",
        "declared: f",
    )
