import pytest

from cohere_cli.api.protocol.requests import ChatBody, to_json
from cohere_cli.api.protocol.validation import validate
from cohere_cli.errors import InputProblem
from cohere_cli.request.openai.losses import Loss
from cohere_cli.request.openai.to_cohere import to_native

USER = {"role": "user", "content": "Hi"}
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}


def a_body(**more):
    return {"model": "m", "messages": [USER], **more}


def native(**more):
    """Return what a body becomes beside its messages, and the losses."""
    chat = to_native(a_body(**more))
    expected = to_json(chat.body)
    assert validate(ChatBody, expected) == chat.body
    assert (expected.pop("model"), expected.pop("messages")) == ("m", [USER])
    return expected, chat.losses


def turns(*messages):
    chat = to_native({"model": "m", "messages": list(messages)})
    expected = to_json(chat.body)
    assert validate(ChatBody, expected) == chat.body
    return expected["messages"], chat.losses


def a_tool(name, **more):
    return {
        "type": "function",
        "function": {"name": name, "parameters": SCHEMA, **more},
    }


def a_call(arguments="{}", **more):
    return {"id": "1", "type": "function", "function": {"name": "f", "arguments": arguments}, **more}  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"stream": True}, {"stream": True}),
        ({"top_p": 0.5}, {"p": 0.5}),
        ({"max_tokens": 5}, {"max_tokens": 5}),
        ({"max_completion_tokens": 0}, {"max_tokens": 0}),
        ({"stop": "END"}, {"stop_sequences": ["END"]}),
        ({"stop": ["a", "b"]}, {"stop_sequences": ["a", "b"]}),
        ({"stop": ""}, {"stop_sequences": [""]}),
        ({"seed": 2**64 - 1}, {"seed": 2**64 - 1}),
        ({"temperature": 1}, {"temperature": 1.0}),
        ({"frequency_penalty": 0.5, "presence_penalty": 0}, {"frequency_penalty": 0.5, "presence_penalty": 0.0}),
        ({"reasoning_effort": "none"}, {"thinking": {"type": "disabled"}}),
        ({"reasoning_effort": "high"}, {"thinking": {"type": "enabled"}}),
        ({"logprobs": True}, {"logprobs": True}),
        ({"response_format": {"type": "text"}}, {"response_format": {"type": "text"}}),
        ({"response_format": {"type": "json_object"}}, {"response_format": {"type": "json_object"}}),
        (
            {"response_format": {"type": "json_object", "schema": SCHEMA}},
            {"response_format": {"type": "json_object", "json_schema": SCHEMA}},
        ),
        (
            {"response_format": {"type": "json_schema", "json_schema": {"strict": True, "schema": SCHEMA}}},
            {"response_format": {"type": "json_object", "json_schema": SCHEMA}},
        ),
        ({"tools": []}, {}),
        ({"tools": [a_tool("f", description="d")]}, {"tools": [a_tool("f", description="d")]}),
        (
            {"tools": [{"type": "function", "function": {"name": "f"}}]},
            {"tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}]},
        ),
        ({"tools": [a_tool("f", strict=True)]}, {"tools": [a_tool("f")], "strict_tools": True}),
        ({"tools": [a_tool("f", strict=False)]}, {"tools": [a_tool("f")], "strict_tools": False}),
        ({"tools": [a_tool("f", strict=False), a_tool("g")]}, {"tools": [a_tool("f"), a_tool("g")]}),
        ({"tools": [a_tool("f")], "strict_tools": True}, {"tools": [a_tool("f")], "strict_tools": True}),
        ({"strict_tools": False}, {"strict_tools": False}),
        ({"tool_choice": "auto"}, {}),
        ({"tool_choice": "none"}, {"tool_choice": "NONE"}),
        ({"tool_choice": "required"}, {"tool_choice": "REQUIRED"}),
        (
            {"tools": [a_tool("f")], "tool_choice": {"type": "function", "function": {"name": "f"}}},
            {"tools": [a_tool("f")], "tool_choice": "REQUIRED"},
        ),
        ({"documents": ["x", {"id": "1", "data": {"a": None}}]}, {"documents": ["x", {"id": "1", "data": {"a": None}}]}),
        ({"citation_options": {"mode": "FAST"}}, {"citation_options": {"mode": "FAST"}}),
        ({"safety_mode": "OFF", "k": 3, "priority": 9}, {"safety_mode": "OFF", "k": 3, "priority": 9}),
        ({"thinking": {"type": "enabled", "token_budget": 9}}, {"thinking": {"type": "enabled", "token_budget": 9}}),
        ({"stop": None, "user": None, "n": None}, {}),
        ({"n": 1, "store": False, "parallel_tool_calls": True, "service_tier": "auto"}, {}),
        ({"metadata": {}, "modalities": ["text"], "top_logprobs": 0}, {}),
        ({"stream_options": {"include_usage": True}}, {}),
    ],
)  # fmt: skip
def test_a_field_translates_to_cohere_without_loss(fields, expected):
    assert native(**fields) == (expected, ())


IN_ALL_OR_NONE = "strict applies to all tools or none"
LOST = "left out"


@pytest.mark.parametrize(
    ("fields", "expected", "losses"),
    [
        ({"top_p": 1}, {"p": 0.99}, [Loss("top_p", "0.99 instead of 1", "the range is 0.01 to 0.99")]),
        ({"top_p": 0}, {"p": 0.01}, [Loss("top_p", "0.01 instead of 0", "the range is 0.01 to 0.99")]),
        ({"temperature": 1.7}, {"temperature": 1.0}, [Loss("temperature", "1 instead of 1.7", "the range is 0 to 1")]),
        (
            {"frequency_penalty": -2, "presence_penalty": 2},
            {"frequency_penalty": 0.0, "presence_penalty": 1.0},
            [
                Loss("frequency_penalty", "0 instead of -2", "the range is 0 to 1"),
                Loss("presence_penalty", "1 instead of 2", "the range is 0 to 1"),
            ],
        ),
        ({"seed": -1}, {}, [Loss("seed", LOST, "the range is 0 to 18446744073709551615")]),
        ({"seed": 2**64}, {}, [Loss("seed", LOST, "the range is 0 to 18446744073709551615")]),
        ({"reasoning_effort": "low"}, {}, [Loss("reasoning_effort", LOST, "thinking is on (high) or off (none)")]),
        (
            {"logprobs": True, "top_logprobs": 3},
            {"logprobs": True},
            [Loss("top_logprobs", LOST, "only the chosen token's is returned")],
        ),
        (
            {"n": 2, "user": "ada", "metadata": {"a": "b"}, "temprature": 1},
            {},
            [
                Loss("n", LOST, "one answer per request"),
                Loss("user", LOST, "users are not identified"),
                Loss("metadata", LOST, "metadata is not stored"),
                Loss("temprature", LOST, "no such field, did you mean 'temperature'?"),
            ],
        ),
        (
            {"response_format": {"type": "json_schema", "json_schema": {"name": "x", "description": "d", "schema": SCHEMA}}},
            {"response_format": {"type": "json_object", "json_schema": SCHEMA}},
            [
                Loss("response_format.json_schema.name", LOST, "schemas have no name"),
                Loss("response_format.json_schema.description", LOST, "no such field"),
            ],
        ),
        (
            {"tools": [a_tool("f", strict=True), a_tool("g")]},
            {"tools": [a_tool("f"), a_tool("g")]},
            [Loss("tools[0].function.strict", LOST, IN_ALL_OR_NONE)],
        ),
        (
            {"tools": [a_tool("f", strict=False), a_tool("g")], "strict_tools": True},
            {"tools": [a_tool("f"), a_tool("g")]},
            [Loss("tools[1].function.strict", LOST, IN_ALL_OR_NONE)],
        ),
        (
            {"tools": [{"type": "custom", "custom": {"name": "c"}}, a_tool("f")]},
            {"tools": [a_tool("f")]},
            [Loss("tools[0]", LOST, "only function tools are supported")],
        ),
        (
            {"tools": [a_tool("f"), a_tool("g"), a_tool("h")], "tool_choice": {"type": "function", "function": {"name": "g"}}},
            {"tools": [a_tool("g")], "tool_choice": "REQUIRED"},
            [Loss("tools", "2 of 3 left out", "a call can be required, but not a particular tool")],
        ),
        (
            {"tools": [a_tool("f")], "tool_choice": {"type": "allowed_tools", "allowed_tools": {"mode": "auto"}}},
            {"tools": [a_tool("f")]},
            [Loss("tool_choice", LOST, "all declared tools stay available")],
        ),
        ({"p": 0.5}, {}, [Loss("p", LOST, "a field of Cohere's own API")]),
    ],
)  # fmt: skip
def test_a_field_that_cohere_cannot_express_is_a_loss(fields, expected, losses):
    assert native(**fields) == (expected, tuple(losses))


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({"role": "developer", "content": "x"}, {"role": "system", "content": "x"}),
        ({"role": "system", "content": [{"type": "text", "text": "x"}]}, {"role": "system", "content": [{"type": "text", "text": "x"}]}),
        (
            {"role": "user", "content": [{"type": "text", "text": "x"}, {"type": "image_url", "image_url": {"url": "u", "detail": "low"}}]},
            {"role": "user", "content": [{"type": "text", "text": "x"}, {"type": "image_url", "image_url": {"url": "u", "detail": "low"}}]},
        ),
        ({"role": "assistant", "content": "x"}, {"role": "assistant", "content": "x"}),
        ({"role": "assistant", "content": None, "tool_calls": [a_call()]}, {"role": "assistant", "tool_calls": [a_call()]}),
        ({"role": "assistant", "content": "I will.", "tool_calls": [a_call()]}, {"role": "assistant", "tool_plan": "I will.", "tool_calls": [a_call()]}),
        (
            {"role": "assistant", "content": [{"type": "text", "text": "I "}, {"type": "text", "text": "will."}], "tool_calls": [a_call("null")]},
            {"role": "assistant", "tool_plan": "I will.", "tool_calls": [a_call("null")]},
        ),
        (
            {"role": "assistant", "reasoning_content": "hm", "content": "x"},
            {"role": "assistant", "content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "x"}]},
        ),
        (
            {"role": "assistant", "reasoning_content": "hm", "reasoning": "hm"},
            {"role": "assistant", "content": [{"type": "thinking", "thinking": "hm"}]},
        ),
        (
            {"role": "assistant", "reasoning": "hm", "tool_calls": [a_call("")]},
            {"role": "assistant", "content": [{"type": "thinking", "thinking": "hm"}], "tool_calls": [a_call("")]},
        ),
        ({"role": "assistant", "content": "x", "refusal": None, "annotations": [], "audio": None}, {"role": "assistant", "content": "x"}),
        ({"role": "tool", "tool_call_id": "1", "content": "x"}, {"role": "tool", "tool_call_id": "1", "content": "x"}),
        (
            {"role": "tool", "tool_call_id": "1", "content": [{"type": "text", "text": "x"}]},
            {"role": "tool", "tool_call_id": "1", "content": [{"type": "text", "text": "x"}]},
        ),
    ],
)  # fmt: skip
def test_a_message_translates_to_cohere_without_loss(message, expected):
    assert turns(message) == ([expected], ())


@pytest.mark.parametrize(
    ("message", "expected", "loss"),
    [
        (
            {"role": "user", "name": "ada", "content": "x"},
            {"role": "user", "content": "x"},
            Loss("messages[0].name", LOST, "participants have no names"),
        ),
        (
            {"role": "user", "content": [{"type": "text", "text": "x", "cache_control": {"type": "ephemeral"}}]},
            {"role": "user", "content": [{"type": "text", "text": "x"}]},
            Loss("messages[0].content[0].cache_control", LOST, "no such field"),
        ),
        (
            {"role": "user", "content": [{"type": "input_audio", "input_audio": {}}, {"type": "text", "text": "x"}]},
            {"role": "user", "content": [{"type": "text", "text": "x"}]},
            Loss("messages[0].content[0]", LOST, "audio input is not supported"),
        ),
        (
            {"role": "user", "content": [{"type": "text", "text": "x"}, {"type": "file", "file": {"file_id": "1"}}]},
            {"role": "user", "content": [{"type": "text", "text": "x"}]},
            Loss("messages[0].content[1]", LOST, "text or images only"),
        ),
        (
            {"role": "assistant", "content": [{"type": "refusal", "refusal": "no"}]},
            {"role": "assistant", "content": [{"type": "text", "text": "no"}]},
            Loss("messages[0].content[0]", "sent as text", "refusals are ordinary answers"),
        ),
        (
            {"role": "assistant", "reasoning_content": "a", "reasoning": "b"},
            {"role": "assistant", "content": [{"type": "thinking", "thinking": "a"}]},
            Loss("messages[0].reasoning", LOST, "reasoning_content takes precedence"),
        ),
        (
            {"role": "assistant", "content": "x", "audio": {"id": "1"}},
            {"role": "assistant", "content": "x"},
            Loss("messages[0].audio", LOST, "answers are text only"),
        ),
    ],
)  # fmt: skip
def test_a_part_of_a_message_without_a_counterpart_is_a_loss(message, expected, loss):
    assert turns(message) == ([expected], (loss,))


def test_a_later_system_message_moves_to_the_beginning():
    first, late = ({"role": "system", "content": text} for text in "ab")
    assert turns(first, USER, late, USER) == (
        [first, late, USER, USER],
        (Loss("messages[2]", "moved to the beginning", "system messages come first"),),
    )


def with_turn(**turn):
    return {"messages": [turn]}


def with_call(arguments):
    return with_turn(role="assistant", tool_calls=[a_call(arguments)])


MALFORMED = [
    ({"model": None}, "field 'model' must be a string"),
    ({"messages": "Hi"}, "field 'messages' must be an array"),
    ({"messages": []}, "field 'messages' must have at least 1 entry"),
    ({"messages": ["Hi"]}, "field 'messages[0]' must be an object"),
    (with_turn(content="Hi"), "field 'messages[0].role' is missing"),
    (
        with_turn(role="bot", content="Hi"),
        "field 'messages[0].role' must be one of 'system', 'developer', 'user', 'assistant', 'tool'",
    ),
    (with_turn(role="user", content=5), "field 'messages[0].content' must be a string"),
    (with_turn(role="user"), "field 'messages[0].content' is missing"),
    (
        with_turn(role="user", content=[{"type": "image_url", "image_url": {}}]),
        "field 'messages[0].content[0].image_url.url' is missing",
    ),
    (
        with_turn(role="user", content=[{"type": "image_url", "image_url": "u"}]),
        "field 'messages[0].content[0].image_url' must be an object",
    ),
    (
        with_turn(role="tool", content="x"),
        "field 'messages[0].tool_call_id' is missing",
    ),
    (
        with_call("{"),
        "field 'messages[0].tool_calls[0].function.arguments' must be JSON text",
    ),
    (
        with_call("[" * 100_000),
        "field 'messages[0].tool_calls[0].function.arguments' must be JSON text",
    ),
    (
        with_call("[1]"),
        "field 'messages[0].tool_calls[0].function.arguments' must be the JSON text of an object",
    ),
    (
        with_call({}),
        "field 'messages[0].tool_calls[0].function.arguments' must be a string",
    ),
    ({"tools": {}}, "field 'tools' must be an array"),
    ({"tools": [{"function": {"name": "f"}}]}, "field 'tools[0].type' is missing"),
    (
        {"tools": [{"type": "function", "function": {}}]},
        "field 'tools[0].function.name' is missing",
    ),
    (
        {"tool_choice": "any"},
        "field 'tool_choice' must be 'auto', 'none' or 'required'",
    ),
    (
        {"tool_choice": {"type": "function"}},
        "field 'tool_choice.function' is missing",
    ),
    (
        {"tool_choice": {"type": "function", "function": {"name": "f"}}},
        "field 'tool_choice.function.name' is not a declared tool",
    ),
    (
        {"response_format": {"type": "json_schema", "json_schema": {"name": "x"}}},
        "field 'response_format.json_schema.schema' is missing",
    ),
    (
        {"response_format": {"type": "json_schema"}},
        "field 'response_format.json_schema' is missing",
    ),
    (
        {"response_format": {"type": "xml"}},
        "field 'response_format.type' must be one of 'text', 'json_object', 'json_schema'",
    ),
    ({"max_tokens": -1}, "field 'max_tokens' must be greater than or equal to 0"),
    ({"max_tokens": "5"}, "field 'max_tokens' must be an integer"),
    (
        {"max_tokens": 1, "max_completion_tokens": 1},
        "field 'max_completion_tokens' duplicates 'max_tokens': remove one of them",
    ),
    (
        {"thinking": {"type": "enabled"}, "reasoning_effort": "none"},
        "field 'thinking' duplicates 'reasoning_effort': remove one of them",
    ),
    ({"temperature": 2.5}, "field 'temperature' must be less than or equal to 2"),
    ({"stop": ["a"] * 6}, "field 'stop' must have at most 5 entries"),
    ({"stop": ["a", 1]}, "field 'stop[1]' must be a string"),
    ({"stream": "yes"}, "field 'stream' must be a boolean"),
]


@pytest.mark.parametrize(("fields", "expected"), MALFORMED)
def test_a_malformed_body_gets_one_line_that_names_the_field(fields, expected):
    with pytest.raises(InputProblem) as caught:
        to_native(a_body(**fields), where="body.json")
    assert (str(caught.value), caught.value.hint) == (f"{expected} (body.json)", "")


def test_a_misspelt_name_inside_a_field_of_cohere_gets_a_hint():
    with pytest.raises(InputProblem) as caught:
        to_native(a_body(citation_options={"mod": "FAST"}))
    assert str(caught.value) == "unknown field 'citation_options.mod'"
    assert caught.value.hint == "did you mean 'mode'?"


def test_a_schema_is_translated_unchanged():
    schema = {"type": "object", "properties": {"role": {"enum": [None, []]}}, "x": None}
    tool = {"type": "function", "function": {"name": "f", "parameters": schema}}
    wanted = {"type": "json_object", "schema": schema}
    expected, losses = native(tools=[tool], response_format=wanted)
    assert expected == {
        "tools": [tool],
        "response_format": {"type": "json_object", "json_schema": schema},
    }
    assert losses == ()
