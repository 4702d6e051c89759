import pytest

from cohere_cli.api.protocol.requests import (
    AssistantMessage,
    ImageContent,
    ImageUrl,
    SystemMessage,
    TextContent,
    ToolMessage,
    UserMessage,
)
from cohere_cli.errors import InputProblem, UsageProblem
from cohere_cli.request.schema.parse import mentions_json, schema_from_text

SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}


@pytest.mark.parametrize(
    "text",
    [
        "a",
        '{"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}',
        '\n {"required":["a"],"type":"object","properties":{"a":{"type":"string"}}}\n',
    ],
)
def test_a_schema_is_json_or_fields(text):
    assert schema_from_text(text) == SCHEMA


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a":\n 1,}', "illegal trailing comma before end of object"),
        ("{'a': 1}", "expecting property name enclosed in double quotes"),
        ("{} x", "extra data (--schema:1:4)"),
        ('{"a": NaN}', "NaN is not JSON (--schema)"),
        ('{"a":' * 99_999, "nested deeper than 500 levels (--schema)"),
        (f'{{"a": {"1" * 5000}}}', "a number has 5,000 digits (--schema)"),
        (
            r'{"a": "\ud800"}',
            "\\ud800 is half of a surrogate pair, not a character (--schema)",
        ),
    ],
)
def test_broken_json_is_a_usage_problem(text, message):
    with pytest.raises(UsageProblem) as caught:
        schema_from_text(text)
    assert str(caught.value).startswith("the schema is not JSON: ")
    if "trailing" not in message:  # newer Pythons say more about that one
        assert message in str(caught.value)
    assert (
        caught.value.hint == "quote the JSON for the shell, or give the path of a file"
    )


def test_the_place_of_broken_json_has_a_line():
    with pytest.raises(UsageProblem) as caught:
        schema_from_text('{"a":\n  ?}', "mine")
    assert str(caught.value) == "the schema is not JSON: expecting value (mine:2:3)"


def test_an_unsupported_json_schema_is_an_input_problem():
    with pytest.raises(InputProblem) as caught:
        schema_from_text("{}")
    assert str(caught.value) == "the schema is not of type 'object' (--schema)"


@pytest.mark.parametrize(
    ("messages", "mentioned"),
    [
        ([UserMessage("Answer in JSON.")], True),
        ([SystemMessage("You write json."), UserMessage("Hi")], True),
        ([SystemMessage((TextContent("jSoN"),)), UserMessage("Hi")], True),
        ([UserMessage((ImageContent(ImageUrl("x")), TextContent("as JSON")))], True),
        ([{"role": "user", "content": "JSON"}], True),
        ([{"role": "user", "content": [{"type": "text", "text": "JSON"}]}], True),
        ([UserMessage("Hi")], False),
        ([UserMessage((ImageContent(ImageUrl("http://json.org/")),))], False),
        ([AssistantMessage("JSON"), ToolMessage("1", "JSON")], False),
        ([{"role": "user"}, {"role": "user", "content": [1, {"text": 2}]}, 3], False),
        ([], False),
    ],
)
def test_a_prompt_mentions_json_where_people_or_the_system_speak(messages, mentioned):
    assert mentions_json(messages) is mentioned
