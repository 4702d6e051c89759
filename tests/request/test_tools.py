import pytest

from cohere_cli.api.protocol.requests import Tool, ToolFunction
from cohere_cli.errors import InputProblem
from cohere_cli.request.tools import parse_tools

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
