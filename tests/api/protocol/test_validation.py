import pytest

from cohere_cli.api.protocol.requests import (
    AssistantMessage,
    ChatBody,
    CitationOptions,
    CompatBody,
    Document,
    ImageContent,
    ImageUrl,
    RerankBody,
    ResponseFormat,
    SystemMessage,
    TextContent,
    Thinking,
    Tool,
    ToolFunction,
    ToolMessage,
    UserMessage,
    to_json,
)
from cohere_cli.api.protocol.validation import InvalidBody, schema_of, validate

MESSAGES = [{"role": "user", "content": "Hi"}]
BODY = {"model": "m", "messages": MESSAGES}

WHOLE = ChatBody(
    model="m",
    messages=(
        SystemMessage("Be brief."),
        UserMessage(
            (TextContent("Look:"), ImageContent(ImageUrl("https://x/y.png", "low")))
        ),
        AssistantMessage(tool_plan="I will."),
        ToolMessage("f_1", (TextContent("42"),)),
    ),
    stream=True,
    tools=(Tool(ToolFunction("f", {"type": "object", "properties": {"a": None}})),),
    documents=("It rains.", Document({"text": "It snows.", "n": 1, "gone": None}, "d")),
    citation_options=CitationOptions("FAST"),
    response_format=ResponseFormat("json_object", {"type": "object"}),
    safety_mode="STRICT",
    max_tokens=5,
    stop_sequences=("END",),
    temperature=0.5,
    seed=2**64 - 1,
    frequency_penalty=0.0,
    presence_penalty=1.0,
    k=500,
    p=0.99,
    logprobs=True,
    thinking=Thinking("enabled", 100),
    priority=999,
)


def flaw(kind, data):
    with pytest.raises(InvalidBody) as caught:
        validate(kind, data)
    return str(caught.value), caught.value.violation.nearest


def test_a_constructed_body_equals_a_validated_one():
    assert validate(ChatBody, to_json(WHOLE)) == WHOLE


def test_fields_that_are_none_are_not_sent_but_free_fields_keep_nulls():
    body = to_json(
        ChatBody(model="m", messages=(UserMessage("Hi"),), documents=WHOLE.documents)
    )
    assert body == {
        "model": "m",
        "messages": [{"role": "user", "content": "Hi"}],
        "documents": [
            "It rains.",
            {"data": {"text": "It snows.", "n": 1, "gone": None}, "id": "d"},
        ],
    }


@pytest.mark.parametrize(
    ("fields", "message", "nearest"),
    [
        ({"temprature": 1}, "unknown field 'temprature'", "temperature"),
        ({"zzz": 1}, "unknown field 'zzz'", ""),
        ({"model": None}, "field 'model' must be a string", ""),
        ({"messages": []}, "field 'messages' must have at least 1 entry", ""),
        (
            {"messages": [{"role": "usr", "content": "a"}]},
            (
                "field 'messages[0].role' must be one of "
                "'system', 'user', 'assistant', 'tool'"
            ),
            "",
        ),
        ({"messages": [{"content": "a"}]}, "field 'messages[0].role' is missing", ""),
        (
            {"messages": [*MESSAGES, {"role": "user"}]},
            "field 'messages[1].content' is missing",
            "",
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "text", "txt": "a"}]}]},
            "unknown field 'messages[0].content[0].txt'",
            "text",
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "text", "text": 5}]}]},
            "field 'messages[0].content[0].text' must be a string",
            "",
        ),
        (
            {"documents": ["a", {"idd": "x", "data": {}}]},
            "unknown field 'documents[1].idd'",
            "id",
        ),
        (
            {
                "tools": [
                    {"type": "function", "function": {"name": "f", "parameters": []}}
                ]
            },
            "field 'tools[0].function.parameters' must be an object",
            "",
        ),
        (
            {"temperature": 1.5},
            "field 'temperature' must be less than or equal to 1",
            "",
        ),
        ({"temperature": "0.5"}, "field 'temperature' must be a number", ""),
        ({"k": 501}, "field 'k' must be less than or equal to 500", ""),
        ({"k": True}, "field 'k' must be an integer", ""),
        (
            {"stop_sequences": list("abcdef")},
            "field 'stop_sequences' must have at most 5 entries",
            "",
        ),
        (
            {"citation_options": {"mode": False}},
            (
                "field 'citation_options.mode' must be "
                "'ENABLED', 'DISABLED', 'FAST', 'ACCURATE' or 'OFF'"
            ),
            "",
        ),
    ],
)
def test_a_violation_has_the_path_and_the_nearest_known_name(fields, message, nearest):
    assert flaw(ChatBody, {**BODY, **fields}) == (message, nearest)


def test_a_missing_field_is_named():
    assert flaw(ChatBody, {"messages": MESSAGES}) == ("field 'model' is missing", "")
    assert flaw(RerankBody, {"model": "m", "query": "q"}) == (
        "field 'documents' is missing",
        "",
    )


def test_compat_messages_are_not_validated_but_fields_are():
    body = {
        "model": "m",
        "messages": [{"role": "developer", "content": [1]}],
        "stop": ["a"],
    }
    assert to_json(validate(CompatBody, body)) == body
    assert flaw(CompatBody, {**BODY, "documents": []}) == (
        "unknown field 'documents'",
        "",
    )


def test_the_schema_of_a_body_has_the_ranges():
    temperature = schema_of(ChatBody)["properties"]["temperature"]["anyOf"][0]
    assert temperature == {"type": "number", "minimum": 0, "maximum": 1}
